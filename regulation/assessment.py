"""From answers to the mobility verdict: every rule weighed, what is unknown said to be unknown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from regulation.entitlement import Funding
from regulation.funding import funding
from regulation.lexicon import CLASSES
from regulation.mobility import (
    UNKNOWN,
    MobilityAnswers,
    MobilityVerdict,
    Prescription,
    Reading,
    VehicleClass,
)
from regulation.questionnaire import answer_of, next_question
from regulation.rules import CompiledRule, Fired, RuleBook, fired, words_of
from regulation.rules.conditions import Facts, facts_of

ARRETE = "classe_arrete"
SIMULATOR_STATE = "simulator.state"
"""Figure that tells which published state of the official simulator is compared."""

SIMULATOR_STATES = ("a", "b", "c")
NO_CLASS = "aucun mode justifié"


def simulator_family(state: str) -> str:
    """Name of the family of rules of one state of the official simulator."""
    return f"classe_simulateur_{state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReading:
    """What one reading of the class rules settles: at least this, at most that.

    `justified` is False when the reading finds no class at all, not even the lightest.
    """

    certain: VehicleClass
    possible: VehicleClass
    applied: tuple[CompiledRule, ...]
    open_rules: tuple[CompiledRule, ...]
    justified: bool = True

    @property
    def settled(self) -> VehicleClass | None:
        """The class, None while an answer not known can still change it."""
        return self.certain if self.certain is self.possible else None

    @property
    def conclusion(self) -> str:
        """What is certain so far: a class, or none at all."""
        return str(self.certain) if self.justified else NO_CLASS

    @property
    def said(self) -> str:
        """The same, as one says it."""
        return CLASSES[self.certain] if self.justified else NO_CLASS


def read_class(family: str, facts: Facts, rulebook: RuleBook, at: datetime) -> ClassReading:
    """Weigh the class rules of a family: the heaviest that applies wins.

    A family with a rule for the lightest class justifies nothing where no rule may apply.
    """
    applied, doubtful, certain, lightest = [], [], VehicleClass.INDIVIDUEL, False
    for one in rulebook.family(family, at):
        holds, found = one.holds(facts), _class_of(one)
        lightest = lightest or found is VehicleClass.INDIVIDUEL
        if holds:
            applied.append(one)
            certain = found if found.weight > certain.weight else certain
        elif holds is None:
            doubtful.append(one)
    heavier = tuple(one for one in doubtful if _class_of(one).weight > certain.weight)
    return ClassReading(
        certain=certain,
        possible=max((certain, *map(_class_of, heavier)), key=lambda found: found.weight),
        applied=tuple(applied),
        open_rules=heavier,
        justified=bool(applied or doubtful) or not lightest,
    )


def assess(answers: MobilityAnswers, rulebook: RuleBook, at: datetime) -> MobilityVerdict:
    """Draw the verdict under the rules of the instant; the arrêté is followed."""
    facts, doubtful = dict(answers.facts()), answers.not_known()
    arrete = read_class(ARRETE, facts, rulebook, at)
    simulator = read_class(_compared_family(rulebook, at), facts, rulebook, at)
    paid = funding(facts, doubtful, arrete.settled, rulebook, at, at_least=arrete.certain)
    facts["has_criterion"] = bool(arrete.applied) or (None if arrete.open_rules else False)
    facts["vehicle_class"] = arrete.settled
    facts |= _escort(facts)
    around = [one for one in rulebook.family("accompagnement", at) if one.holds(facts)]
    premises = [one for one in rulebook.family("besoins_locaux", at) if one.holds(facts)]
    missing = _missing(arrete, facts)
    return MobilityVerdict(
        vehicle_class=arrete.settled,
        at_least=arrete.certain,
        prescription=_prescription(arrete, _presumed(doubtful) | facts, rulebook, at),
        vehicle_needs=frozenset(_gathered(around, "equipment")),
        crew=max((int(str(one.rule.then.get("crew", 0))) for one in arrete.applied), default=0),
        companion_needed=_has(around, "companion"),
        shared_allowed=_shared(around, doubtful),
        driver_info=tuple(_driver_info(around, answers)),
        premises_needs=frozenset(_gathered(premises, "needs")),
        funding=paid,
        fired=_all_fired(arrete, around, premises, paid.fired),
        to_confirm_by_doctor=tuple(_to_confirm(arrete, simulator, around)),
        missing=missing,
        next_question=next_question(answers, _worth_asking(arrete, missing, paid), rulebook, at),
    )


DERIVED_FACTS = frozenset({"vehicle_class", "escort_found", "age_told"})
"""Facts of what goes around the patient that no answer gives: they are worked out here."""


def _escort(facts: Facts) -> dict[str, object]:
    """What is never unknown: whether somebody is known to go along, whether the age was told."""
    goes, moves = facts.get("companion_available"), facts.get("autonomy")
    found = goes is True or (goes is None and moves == "with_companion")
    return {"escort_found": found, "age_told": "age" in facts}


def _compared_family(rulebook: RuleBook, at: datetime) -> str:
    return simulator_family(str(rulebook.parameter(SIMULATOR_STATE, at)))


def _class_of(rule: CompiledRule) -> VehicleClass:
    return _CLASSES[rule.rule.then["class"]]


_CLASSES: Mapping[object, VehicleClass] = {str(one): one for one in VehicleClass}


def _missing(reading: ClassReading, facts: Facts) -> tuple[str, ...]:
    """Facts that, once known, could make the class heavier, in the order of the rules."""
    names: dict[str, None] = {}
    for one in reading.open_rules:
        names |= dict.fromkeys(map(answer_of, sorted(one.waits(facts))))
    return tuple(names)


def _worth_asking(reading: ClassReading, missing: Sequence[str], paid: Funding) -> Set[str]:
    """What is missing and what the cost waits for; who needs a SMUR team is not kept talking."""
    return set(missing) if reading.certain is VehicleClass.SMUR else {*missing, *paid.waiting}


PRESUMED = ("bariatric", "leave_without_medical_motive")
"""What excludes a prescription, and is presumed not so until it is asked."""


def _presumed(doubtful: Set[str]) -> dict[str, object]:
    return dict.fromkeys(set(PRESUMED) - doubtful, False)


def _prescription(
    reading: ClassReading, facts: Facts, rulebook: RuleBook, at: datetime
) -> Prescription:
    judged = [(one.rule, one.holds(facts)) for one in rulebook.family("exclusions", at)]
    for rule, holds in judged:
        if holds:
            return Prescription(
                vehicle_class=None,
                reason=f"{rule.statement} [{rule.rule_id}]",
                reading=Reading.SIMULATEUR,
            )
    settled = reading.settled
    if any(holds is None for _, holds in judged):
        settled, reason = None, "Une réponse inconnue peut encore exclure la prescription."
    elif settled is None:
        reason = "Une réponse inconnue peut encore changer la classe."
    elif reading.applied:
        heaviest = max(reading.applied, key=lambda one: _class_of(one).weight)
        reason = f"{heaviest.rule.statement} [{heaviest.rule.rule_id}]"
    else:
        reason = "Aucun critère de l'arrêté : moyens personnels ou transports en commun."
    return Prescription(vehicle_class=settled, reason=reason, reading=Reading.ARRETE_2006)


def _gathered(rules: Iterable[CompiledRule], effect: str) -> Iterator[str]:
    for one in rules:
        yield from words_of(one.rule, effect)


def _has(around: Iterable[CompiledRule], effect: str) -> bool:
    return any(one.rule.then.get(effect) for one in around)


def _shared(around: Sequence[CompiledRule], doubtful: Set[str]) -> bool:
    """A rule allows it and none excludes it; an exclusion asked and not known excludes it."""
    refused = _has(around, "unshared") or "sharing_excluded" in doubtful
    return _has(around, "shared") and not refused


def _driver_info(around: Iterable[CompiledRule], answers: MobilityAnswers) -> Iterator[str]:
    yield from dict.fromkeys(_gathered(around, "inform"))
    if answers.language not in {None, UNKNOWN, "fr", "fra"}:
        yield f"Langue parlée : {answers.language}."


def _all_fired(
    reading: ClassReading,
    around: Iterable[CompiledRule],
    premises: Iterable[CompiledRule],
    paid: Iterable[Fired],
) -> tuple[Fired, ...]:
    spoken = (*reading.applied, *around, *premises)
    return (*(fired(one.rule) for one in spoken), *paid)


def _to_confirm(
    arrete: ClassReading, simulator: ClassReading, around: Iterable[CompiledRule]
) -> Iterator[str]:
    if arrete.conclusion != simulator.conclusion:
        yield (
            f"L'arrêté de 2006, suivi ici, conduit à : {arrete.said}. Le simulateur officiel : "
            f"{simulator.said}."
        )
    for one in around:
        if one.rule.then.get("confirm"):
            yield f"{one.rule.statement} [{one.rule.rule_id}]"
        if one.rule.then.get("contradiction"):
            names = ", ".join(sorted(map(answer_of, facts_of(one.rule.when))))
            yield f"{one.rule.statement} ({names}) [{one.rule.rule_id}]"
