"""Who pays, weighed by the rules of the family, and the one sentence that says so."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from regulation.entitlement import FAMILY, PARTICULARS, Document, Funding, FundingPayer
from regulation.rules import (
    CompiledRule,
    Rule,
    RuleBook,
    UnknownParameterError,
    fired,
    words_of,
)
from regulation.rules.conditions import Facts

_PARTICULAR_FACTS = tuple(f"particulars.{one}" for one in PARTICULARS)


@dataclass(frozen=True, slots=True)
class FundingRules:
    """The rules of the family, by what they do."""

    refusals: Sequence[CompiledRule]
    openings: Sequence[CompiledRule]
    others: Sequence[CompiledRule]
    payers: Sequence[CompiledRule]
    approvals: Sequence[CompiledRule]
    exemptions: Sequence[CompiledRule]
    notes: Sequence[CompiledRule]
    reimbursements: Sequence[CompiledRule]


def funding_rules(rulebook: RuleBook, at: datetime) -> FundingRules:
    """Return the rules in force, sorted once for the day."""
    return rulebook.worked_out(FAMILY, at, lambda: _sorted_rules(rulebook.family(FAMILY, at)))


def _sorted_rules(rules: Sequence[CompiledRule]) -> FundingRules:
    def having(effect: str, value: object = None) -> list[CompiledRule]:
        told = [one for one in rules if effect in one.rule.then]
        return [one for one in told if value is None or one.rule.then[effect] is value]

    return FundingRules(
        refusals=having("covered", value=False),
        openings=having("covered", value=True),
        others=having("otherwise"),
        payers=having("payer"),
        approvals=having("prior_approval"),
        exemptions=having("franchise", value=False),
        notes=having("adds"),
        reimbursements=having("reimburses"),
    )


_PRESUMED: Mapping[str, tuple[str, object]] = {
    "leave_without_medical_motive": ("leave_without_medical_motive", False),
    "distance_km_one_way": ("distance_km_one_way", 0.0),
    "series": ("series.in_two_months", 0.0),
}
"""By answer: one call, one local trip, no leave from hospital, unless it is asked."""

_ASKED = {
    "motive": "le motif du transport",
    "ald.related": "si les soins sont liés à l'ALD",
    "ald.specific_session": "s'il s'agit d'une séance particulière de l'ALD",
    "ald.incapacity": "si l'ALD empêche de se déplacer seul",
    "vehicle_class": "le véhicule qu'impose l'état du patient",
    "leave_without_medical_motive": "si la permission de sortie a un motif médical",
}
"""What to ask for a fact not known, as said to the caller."""

_PAPERS = {
    Document.PRESCRIPTION_TRANSPORT: "sur prescription médicale de transport",
    Document.DAP: "sur prescription et après accord préalable",
    Document.CONVOCATION: "sur présentation de la convocation",
}


def funding(
    known: Facts,
    not_known: Set[str],
    vehicle_class: str | None,
    rulebook: RuleBook,
    at: datetime,
    *,
    at_least: str | None = None,
) -> Funding:
    """Tell who pays under the rules of the instant.

    `not_known` names the answers asked and not known. `vehicle_class` None: not settled yet,
    `at_least` what is already certain.
    """
    facts = _complete(known, not_known, vehicle_class, at_least)
    rules = funding_rules(rulebook, at)
    refused, opened = _holding(rules.refusals, facts), _holding(rules.openings, facts)
    if refused:
        return _nobody(covered=False, sentence=refused[0].statement, rules=refused)
    waiting = _waiting(rules.refusals if opened else [*rules.refusals, *rules.openings], facts)
    if waiting:
        sentence = f"Prise en charge à établir, il manque : {', '.join(_to_ask(waiting))}."
        return _nobody(covered=None, sentence=sentence, waiting=waiting)
    if not opened:
        others = _holding(rules.others, facts)
        return _nobody(covered=False, sentence=_said(others), rules=others)
    return _paid(opened, rules, facts, _Figures(rulebook, at))


def franchise_cents(facts: Facts, rulebook: RuleBook, at: datetime) -> int:
    """What is kept back on each trip of a day there and back; raise UnknownParameterError."""
    if any(one.holds(facts) for one in funding_rules(rulebook, at).exemptions):
        return 0
    figures = _Figures(rulebook, at)
    return min(figures["franchise.trip"], figures["franchise.day_cap"] // TRIPS_A_DAY)


def reimbursed_modes(vehicle_class: str, rulebook: RuleBook, at: datetime) -> frozenset[str]:
    """Rides that a prescription of the class pays for: never dearer ones (CSS L322-5)."""
    rules = funding_rules(rulebook, at).reimbursements
    spoken = [one.rule for one in rules if one.holds({"vehicle_class": vehicle_class})]
    return frozenset(mode for rule in spoken for mode in words_of(rule, "reimburses"))


TRIPS_A_DAY = 2
"""There and back."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """Whole figures of the instant, by name."""

    rulebook: RuleBook
    at: datetime

    def __getitem__(self, name: str) -> int:
        return int(self.rulebook.number(name, self.at))


def _complete(
    known: Facts, not_known: Set[str], vehicle_class: str | None, at_least: str | None
) -> Facts:
    presumed = dict(fact for answer, fact in _PRESUMED.items() if answer not in not_known)
    facts: dict[str, object] = {**presumed, **known}
    if "particulars" not in not_known:
        for name in _PARTICULAR_FACTS:
            facts.setdefault(name, False)
    facts["class_settled"] = vehicle_class is not None
    facts["vehicle_class"] = vehicle_class
    facts["at_least"] = vehicle_class or at_least
    count, months = known.get("series.count"), known.get("series.months")
    if isinstance(count, int | float) and isinstance(months, int | float):
        facts["series.in_two_months"] = count * min(1.0, 2.0 / months)
    if known.get("ald.related") is True:
        facts.setdefault("motive.ald", True)
    return facts


def _said(others: Sequence[Rule]) -> str:
    return " ".join(one.statement for one in others) or "Transport non pris en charge."


def _holding(rules: Sequence[CompiledRule], facts: Facts) -> list[Rule]:
    return [one.rule for one in rules if one.holds(facts)]


def _waiting(rules: Sequence[CompiledRule], facts: Facts) -> frozenset[str]:
    """Answers that the rules neither true nor false still wait for."""
    unknown = {name for one in rules if one.holds(facts) is None for name in one.waits(facts)}
    return frozenset("motive" if name.startswith("motive.") else name for name in unknown)


def _to_ask(waiting: Set[str]) -> Iterable[str]:
    """Say what is waited for, once each; of the ALD only once it is the motive."""
    told = sorted(name for name in waiting if not name.startswith("ald."))
    names = told if "motive" in waiting else sorted(waiting)
    return dict.fromkeys(_ASKED.get(name, name) for name in names)


def _nobody(
    *,
    covered: bool | None,
    sentence: str,
    rules: Sequence[Rule] = (),
    waiting: frozenset[str] = frozenset(),
) -> Funding:
    return Funding(
        covered=covered,
        payer=FundingPayer.NONE,
        document=Document.NONE,
        sentence=sentence,
        fired=tuple(map(fired, rules)),
        waiting=waiting,
    )


def _paid(opened: Sequence[Rule], rules: FundingRules, facts: Facts, figures: _Figures) -> Funding:
    payers = _holding(rules.payers, facts)[:1]
    payer = FundingPayer(str(payers[0].then["payer"])) if payers else FundingPayer.CPAM
    document = Document(str(opened[0].then["document"]))
    may_need_approval = document is Document.PRESCRIPTION_TRANSPORT and payer is FundingPayer.CPAM
    approving = rules.approvals if may_need_approval else ()
    approvals = _holding(approving, facts)
    document = Document.DAP if approvals else document
    percent, franchise = _share(opened, facts, figures, payer)
    known = {**facts, "needs_approval": bool(approvals)}
    return Funding(
        covered=True,
        payer=payer,
        document=document,
        sentence=(
            f"Transport pris en charge{_rate_in_words(percent)} par {_WHOM[payer]}, "
            f"{_PAPERS[document]}{_franchise_in_words(franchise)} : {opened[0].statement}"
            f"{_to_check(approving, approvals, payers, facts)}"
        ),
        fired=tuple(map(fired, (*opened, *payers, *approvals))),
        notes=tuple(map(fired, _holding(rules.notes, known))),
        percent=percent,
        franchise_cents=franchise,
    )


_WHOM = {
    FundingPayer.CPAM: "l'Assurance maladie",
    FundingPayer.ETABLISSEMENT: "l'établissement",
    FundingPayer.NONE: "personne",
}


def _share(
    opened: Sequence[Rule], facts: Facts, figures: _Figures, payer: FundingPayer
) -> tuple[int | None, int | None]:
    """The best rate of the rules that opened the cover, and the franchise of each trip."""
    if payer is not FundingPayer.CPAM:
        return None, None
    try:
        percent = max(figures[str(rule.then["rate"])] for rule in opened)
        return percent, franchise_cents(facts, figures.rulebook, figures.at)
    except UnknownParameterError:
        return None, None


def _rate_in_words(percent: int | None) -> str:
    return "" if percent is None else f" à {percent} %"


def _franchise_in_words(cents: int | None) -> str:
    if cents is None:
        return ""
    if cents == 0:
        return ", sans franchise"
    return f", moins une franchise de {cents // 100},{cents % 100:02d} € par trajet"


def _to_check(
    approving: Sequence[CompiledRule],
    approvals: Sequence[Rule],
    payers: Sequence[Rule],
    facts: Facts,
) -> str:
    """Say what could still change the payer or the paper."""
    doubts = []
    if facts.get("hospitalised_now") is None:
        doubts.append("que le patient n'est pas hospitalisé en ce moment")
    if [rule.then["payer"] for rule in payers] == [FundingPayer.ETABLISSEMENT]:
        doubts.append(
            "qu'aucune exception de l'article 80 ne s'applique (HAD, EHPAD ou USLD d'un autre site,"
            " radiothérapie en ville, dialyse à domicile, aide médicale urgente)"
        )
    if not approvals and any(one.holds(facts) is None for one in approving):
        doubts.append(
            "qu'aucun accord préalable n'est nécessaire (distance, série, cas particulier)"
        )
    return f" À vérifier : {' ; '.join(doubts)}." if doubts else ""
