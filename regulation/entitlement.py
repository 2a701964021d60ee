"""Who pays for the transport, on what paper, and the one sentence that says so."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.rules import CompiledRule, Fired, Rule, RuleBook, fired
from regulation.rules.conditions import Facts

FAMILY = "prise_en_charge"
DERIVED_FACTS = frozenset({"vehicle_class", "at_least", "class_settled", "series.in_two_months"})
"""Facts of the rules that no answer gives: they are worked out here."""


class FundingPayer(StrEnum):
    """Who the rules say pays; NONE: nobody but the patient, or not known yet."""

    CPAM = "CPAM"
    ETABLISSEMENT = "ETABLISSEMENT"
    NONE = "NONE"


class Document(StrEnum):
    """The paper without which nobody pays (DAP: demande d'accord préalable)."""

    PRESCRIPTION_TRANSPORT = "PRESCRIPTION_TRANSPORT"
    DAP = "DAP"
    CONVOCATION = "CONVOCATION"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Whether the transport is covered; None while an answer that decides it isn't known.

    `sentence` is said to the caller, in French; `waiting` names the answers it waits for.
    """

    covered: bool | None
    payer: FundingPayer
    document: Document
    sentence: str
    fired: tuple[Fired, ...]
    waiting: frozenset[str] = frozenset()


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
    rules = rulebook.family(FAMILY, at)
    refusals = [one for one in rules if one.rule.then.get("covered") is False]
    openings = [one for one in rules if one.rule.then.get("covered") is True]
    refused, opened = _holding(refusals, facts), _holding(openings, facts)
    if refused:
        return _nobody(covered=False, sentence=refused[0].statement, rules=refused)
    waiting = _waiting(refusals if opened else [*refusals, *openings], facts)
    if waiting:
        sentence = f"Prise en charge à établir, il manque : {', '.join(_to_ask(waiting))}."
        return _nobody(covered=None, sentence=sentence, waiting=waiting)
    if not opened:
        others = _holding([one for one in rules if one.rule.then.get("otherwise")], facts)
        return _nobody(covered=False, sentence=_said(others), rules=others)
    return _paid(opened, rules, facts)


def _complete(
    known: Facts, not_known: Set[str], vehicle_class: str | None, at_least: str | None
) -> Facts:
    presumed = dict(fact for answer, fact in _PRESUMED.items() if answer not in not_known)
    facts: dict[str, object] = {**presumed, **known}
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


def _paid(opened: Sequence[Rule], rules: Sequence[CompiledRule], facts: Facts) -> Funding:
    by_hospital = _holding([one for one in rules if "payer" in one.rule.then], facts)
    document = Document(str(opened[0].then["document"]))
    approving: list[CompiledRule] = []
    if document is Document.PRESCRIPTION_TRANSPORT and not by_hospital:
        approving = [one for one in rules if "prior_approval" in one.rule.then]
    approvals = _holding(approving, facts)
    document = Document.DAP if approvals else document
    payer = FundingPayer.ETABLISSEMENT if by_hospital else FundingPayer.CPAM
    whom = "l'établissement" if by_hospital else "l'Assurance maladie"
    sentence = f"Transport pris en charge par {whom}, {_PAPERS[document]} : {opened[0].statement}"
    return Funding(
        covered=True,
        payer=payer,
        document=document,
        sentence=sentence + _to_check(approving, approvals, facts),
        fired=tuple(map(fired, (*opened, *by_hospital, *approvals))),
    )


def _to_check(approving: Sequence[CompiledRule], approvals: Sequence[Rule], facts: Facts) -> str:
    """Say what could still change the payer or the paper."""
    doubts = []
    if facts.get("hospitalised_now") is None:
        doubts.append("que le patient n'est pas hospitalisé en ce moment")
    if not approvals and any(one.holds(facts) is None for one in approving):
        doubts.append("qu'aucun accord préalable n'est nécessaire (série de transports)")
    return f" À vérifier : {' ; '.join(doubts)}." if doubts else ""
