"""Who pays, weighed by the rules of the family: unknown is told, never taken for a no."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from regulation.entitlement import FAMILY, PARTICULARS, Document, Funding, FundingPayer
from regulation.funding_words import (
    NO_APPROVAL,
    NO_EXCEPTION,
    NOT_HOSPITALISED,
    Cover,
    not_paid,
    paid,
    presumed_in_words,
    to_establish,
)
from regulation.questionnaire import answer_of
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
    raises: Sequence[CompiledRule]
    others: Sequence[CompiledRule]
    payers: Sequence[CompiledRule]
    approvals: Sequence[CompiledRule]
    exemptions: Sequence[CompiledRule]
    doubts: Sequence[CompiledRule]
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
        raises=[one for one in having("rate") if "covered" not in one.rule.then],
        others=having("otherwise"),
        payers=having("payer"),
        approvals=having("prior_approval"),
        exemptions=having("franchise", value=False),
        doubts=having("franchise_doubtful"),
        notes=having("adds"),
        reimbursements=having("reimburses"),
    )


_PRESUMED: Mapping[str, Mapping[str, object]] = {
    "leave_without_medical_motive": {"leave_without_medical_motive": False},
    "distance_km_one_way": {"distance_km_one_way": 0.0},
    "series": {"series.in_two_months": 0.0},
    "particulars": dict.fromkeys(_PARTICULAR_FACTS, False),
}
"""By answer: one call, one local trip, no leave, nothing particular, unless it is asked."""


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
    told = _told(known, vehicle_class, at_least)
    facts = _with_presumed(told, not_known)
    rules = funding_rules(rulebook, at)
    refused, opened = _holding(rules.refusals, facts), _holding(rules.openings, facts)
    if refused:
        return _nobody(covered=False, sentence=refused[0].statement, rules=refused)
    waiting = _waiting(rules.refusals if opened else [*rules.refusals, *rules.openings], facts)
    if waiting:
        return _nobody(covered=None, sentence=to_establish(waiting), waiting=waiting)
    if not opened:
        presumed = frozenset(_presumes(rules.openings, told, facts))
        return _refused(_holding(rules.others, facts), presumed)
    return _paid(_Weighing(rules, told, facts, _Figures(rulebook, at)), opened)


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
WHOLLY = 100
"""Per cent."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """Whole figures of the instant, by name."""

    rulebook: RuleBook
    at: datetime

    def __getitem__(self, name: str) -> int:
        return int(self.rulebook.number(name, self.at))


@dataclass(frozen=True, slots=True)
class _Weighing:
    """What a cover is weighed on: `told` is what was answered, `facts` that and the presumed."""

    rules: FundingRules
    told: Facts
    facts: Facts
    figures: _Figures


def _presumes(rules: Sequence[CompiledRule], told: Facts, facts: Facts) -> Iterator[str]:
    """Answers presumed without which one of the rules could not be told from its contrary."""
    for one in rules:
        if one.holds(told) is None and one.holds(facts) is not None:
            waits = one.waits(told)
            yield from (n for n, presumed in _PRESUMED.items() if waits & presumed.keys())


def _told(known: Facts, vehicle_class: str | None, at_least: str | None) -> Facts:
    """The answers and what follows from them."""
    facts: dict[str, object] = {**known}
    facts["class_settled"] = vehicle_class is not None
    facts["vehicle_class"] = vehicle_class
    facts["at_least"] = vehicle_class or at_least
    facts["emergency_told"] = "particulars.emergency_aid" in known
    count, months = known.get("series.count"), known.get("series.months")
    if isinstance(count, int | float) and isinstance(months, int | float):
        facts["series.in_two_months"] = count * min(1.0, 2.0 / months)
    if known.get("ald.related") is True:
        facts.setdefault("motive.ald", True)
    return facts


def _with_presumed(told: Facts, not_known: Set[str]) -> Facts:
    presumed: dict[str, object] = {}
    for answer, facts in _PRESUMED.items():
        if answer not in not_known:
            presumed |= facts
    return {**presumed, **told}


def _holding(rules: Sequence[CompiledRule], facts: Facts) -> list[Rule]:
    return [one.rule for one in rules if one.holds(facts)]


def _waiting(rules: Sequence[CompiledRule], facts: Facts) -> frozenset[str]:
    """Answers that the rules neither true nor false still wait for."""
    unknown = {name for one in rules if one.holds(facts) is None for name in one.waits(facts)}
    return frozenset(map(answer_of, unknown))


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


def _refused(others: Sequence[Rule], presumed: frozenset[str]) -> Funding:
    """Nothing is paid, unless what was presumed without being asked is otherwise."""
    sentence = not_paid(others) + presumed_in_words(presumed, opening=True)
    return replace(_nobody(covered=False, sentence=sentence, rules=others), presumed=presumed)


def _paid(weighing: _Weighing, opened: Sequence[Rule]) -> Funding:
    rules, facts = weighing.rules, weighing.facts
    payers = _holding(rules.payers, facts)[:1]
    payer = FundingPayer(str(payers[0].then["payer"])) if payers else FundingPayer.CPAM
    document = Document(str(opened[0].then["document"]))
    may_need_approval = document is Document.PRESCRIPTION_TRANSPORT and payer is FundingPayer.CPAM
    approving = rules.approvals if may_need_approval else ()
    approvals = _holding(approving, facts)
    paper = Document.DAP if approvals else document
    cover = _cover(weighing, opened) if payer is FundingPayer.CPAM else Cover()
    presumed = _presumed(weighing, cover, () if approvals else approving)
    others = _waiting([*_before(rules.payers, payers), *_of_another_paper(rules, opened)], facts)
    waiting = others | cover.rate_waits | cover.franchise_waits
    is_cost_open = bool(waiting) or cover.franchise_doubtful
    known = {**facts, "needs_approval": bool(approvals), "cost_open": is_cost_open}
    doubts = _doubts(facts, payer, () if approvals else approving)
    return Funding(
        covered=True,
        payer=payer,
        document=paper,
        sentence=paid(cover, payer, paper, opened[0].statement, doubts=doubts)
        + presumed_in_words(presumed),
        fired=tuple(map(fired, (*opened, *payers, *approvals))),
        waiting=waiting,
        notes=tuple(
            map(fired, _holding([*rules.notes, *rules.raises, *_kept(rules, cover)], known))
        ),
        percent=cover.percent,
        percent_at_most=cover.percent_at_most,
        franchise_cents=cover.franchise_cents,
        presumed=presumed,
        is_cost_open=is_cost_open,
    )


def _kept(rules: FundingRules, cover: Cover) -> Sequence[CompiledRule]:
    """Rules that lift the franchise, or make it doubtful; none where none is spoken of."""
    if cover.franchise_cents is None:
        return ()
    return rules.doubts if cover.franchise_cents else rules.exemptions


def _before(rules: Sequence[CompiledRule], held: Sequence[Rule]) -> Sequence[CompiledRule]:
    """Rules written before the one that holds, which would speak in its place; all if none does."""
    places = [place for place, one in enumerate(rules) if one.rule in held]
    return rules[: places[0]] if places else rules


def _of_another_paper(rules: FundingRules, opened: Sequence[Rule]) -> Sequence[CompiledRule]:
    paper = opened[0].then["document"]
    before = _before(rules.openings, opened[:1])
    return [one for one in before if one.rule.then["document"] != paper]


def _cover(weighing: _Weighing, opened: Sequence[Rule]) -> Cover:
    """The best rate of the rules that hold, the franchise, what both wait for."""
    rules, facts, figures = weighing.rules, weighing.facts, weighing.figures
    rated = [*rules.openings, *rules.raises]
    try:
        rates = {one.rule.rule_id: figures[str(one.rule.then["rate"])] for one in rated}
        franchise = franchise_cents(facts, figures.rulebook, figures.at)
    except UnknownParameterError:
        return Cover()
    held = [*opened, *_holding(rules.raises, facts)]
    percent = max(rates[rule.rule_id] for rule in held)
    better = [one for one in rated if rates[one.rule.rule_id] > percent]
    doubtful = [one for one in better if one.holds(facts) is None]
    return Cover(
        percent=percent,
        percent_at_most=max((percent, *(rates[one.rule.rule_id] for one in doubtful))),
        franchise_cents=franchise,
        rate_waits=_waiting(doubtful, facts),
        franchise_waits=_waiting(rules.exemptions, facts) if franchise else frozenset(),
        franchise_doubtful=bool(franchise and _holding(rules.doubts, facts)),
    )


def _presumed(
    weighing: _Weighing, cover: Cover, approving: Sequence[CompiledRule]
) -> frozenset[str]:
    """Answers never asked, presumed, that could change the payer, the paper or the franchise."""
    rules, hospitalised = weighing.rules, weighing.facts.get("hospitalised_now") is True
    doubtful = [*approving, *(rules.exemptions if cover.franchise_cents else ())]
    if cover.percent is not None and cover.percent < WHOLLY:
        doubtful += rules.raises
    if hospitalised:
        doubtful += [*rules.refusals, *rules.payers]
    return frozenset(_presumes(doubtful, weighing.told, weighing.facts))


def _doubts(facts: Facts, payer: FundingPayer, approving: Sequence[CompiledRule]) -> Sequence[str]:
    """Say what could still change the payer or the paper."""
    doubts = []
    if facts.get("hospitalised_now") is None:
        doubts.append(NOT_HOSPITALISED)
    if payer is FundingPayer.ETABLISSEMENT:
        doubts.append(NO_EXCEPTION)
    if any(one.holds(facts) is None for one in approving):
        doubts.append(NO_APPROVAL)
    return doubts
