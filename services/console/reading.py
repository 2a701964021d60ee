"""What the form says so far: red flags, verdict, and the next question worth asking."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulation.assessment import assess
from regulation.cases import CareLevel, Priority
from regulation.kernel.modes import Mode
from regulation.mobility import MobilityAnswers, MobilityVerdict, VehicleClass
from regulation.parameters import orientation_parameters
from regulation.questionnaire import FAMILY, answers_filled
from regulation.red_flags import find_red_flags
from regulation.riding import RidingParameters, own_modes
from regulation.rules import Fired, RuleBook
from services.console.cards import CARDS, CARDS_OF, COMPANION, MEANS, YES, Card, Option
from services.console.fields import FIELDS, FieldKind
from services.console.form import BETWEEN, Filled, read_answers
from services.console.saying import HOLD_ON, say_verdict, sum_up

OWN_MEANS = frozenset({VehicleClass.INDIVIDUEL, VehicleClass.TAP})
"""Classes that may come by their own means (`regulation.riding`)."""

CLASSES = {
    VehicleClass.INDIVIDUEL: "Moyens personnels ou transports en commun",
    VehicleClass.TAP: "Transport assis professionnalisé",
    VehicleClass.TAP_TPMR: "Transport assis en fauteuil (TPMR)",
    VehicleClass.AMBULANCE: "Ambulance",
    VehicleClass.SMUR: "Équipe du SMUR",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A card that was answered, as it is recalled in one line."""

    card: Card
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of the call; `next_card` None: nothing left to ask that matters. `has_means`:
    somebody to drive them, or public transport; None: not known."""

    flags: tuple[Fired, ...]
    verdict: MobilityVerdict
    has_means: bool | None
    next_card: Card | None
    recalled: tuple[Recalled, ...]

    @property
    def way(self) -> str:
        """How the patient travels, and with whom."""
        parts = [_travels(self.verdict)]
        if self.verdict.companion_needed:
            parts.append("accompagné")
        if self.verdict.shared_allowed:
            parts.append("partage possible")
        return ", ".join(parts)

    @property
    def said(self) -> str:
        """What the caller hears of it: while a red flag stands, nothing of how one could come."""
        if self.flags:
            return HOLD_ON
        return say_verdict(self.verdict, has_means=self.has_means)

    @property
    def funding(self) -> str:
        """Who pays, in a few words."""
        return sum_up(self.verdict.funding)

    @property
    def paid(self) -> str:
        """State of who pays: ok (somebody else than the patient), plain, or unknown."""
        return {True: "ok", False: "plain", None: "unknown"}[self.verdict.funding.covered]


def read_call(filled: Filled, rulebook: RuleBook, at: datetime) -> Reading:
    """Read a form being filled, whatever is still missing or wrong in it."""
    answers = read_answers(filled)
    verdict = assess(answers, rulebook, at)
    return Reading(
        flags=find_red_flags(
            priority=filled.get("need.priority") or Priority.P2,
            care_level=filled.get("need.care_level") or CareLevel.R3,
            deadline_set=bool(filled.get("need.deadline_minutes")),
            motif=filled.get("need.motif") or None,
            answers=answers,
            rulebook=rulebook,
            at=at,
        ),
        verdict=verdict,
        has_means=_has_means(answers, verdict, orientation_parameters(rulebook, at).riding),
        next_card=next(_cards_left(filled, verdict, rulebook, at), None),
        recalled=tuple(_recalled(filled)),
    )


def _has_means(
    answers: MobilityAnswers, verdict: MobilityVerdict, riding: RidingParameters
) -> bool | None:
    """Tell whether somebody can drive them, or public transport take them; None: not known."""
    told = (
        answers.own_vehicle_available,
        answers.public_transport_possible,
        answers.companion_available if verdict.companion_needed else False,
    )
    is_told = all(isinstance(one, bool) for one in told)
    if not isinstance(answers.age, int | float):
        return None
    if own_modes(answers, answers.age, verdict, riding) - {Mode.ON_FOOT}:
        return True
    return False if is_told else None


def _cards_left(
    filled: Filled, verdict: MobilityVerdict, rulebook: RuleBook, at: datetime
) -> Iterator[Card]:
    waited = {f"mobility.{name}" for name in (*verdict.missing, *verdict.funding.waiting)}
    for question in rulebook.family(FAMILY, at):
        mine = waited & {f"mobility.{name}" for name in answers_filled(question)}
        for card in CARDS_OF.get(question.rule.rule_id, ()):
            if card.fills & mine and not card.is_answered(filled):
                yield card
    if verdict.vehicle_class not in OWN_MEANS:
        return
    if not MEANS.is_answered(filled):
        yield MEANS
    drives = filled.get("mobility.own_vehicle_available") == YES
    needs_driver = verdict.companion_needed or verdict.vehicle_class is VehicleClass.TAP
    if drives and needs_driver and not COMPANION.is_answered(filled):
        yield COMPANION


def _travels(verdict: MobilityVerdict) -> str:
    if verdict.vehicle_class is not None:
        return CLASSES[verdict.vehicle_class]
    if verdict.at_least is VehicleClass.INDIVIDUEL:
        return "Transport à établir"
    return f"Au moins : {CLASSES[verdict.at_least].lower()}"


def _recalled(filled: Filled) -> Iterator[Recalled]:
    """Recall each card that says something no earlier one has said."""
    told: set[str] = set()
    for card in CARDS:
        if {name for name in card.fills if filled.get(name)} <= told:
            continue
        given = _given(card, filled)
        said = ", ".join(one.label for one in given) or ", ".join(_in_words(card, filled))
        yield Recalled(card=card, said=f"{card.short} : {said.lower()}" if card.short else said)
        told |= {name for one in given for name in one.fills} or card.fills


def _given(card: Card, filled: Filled) -> list[Option]:
    """The answers given to a card; of one that takes a single answer, the one that says most."""
    whole = [one for one in card.options if _is_given(one.fills, filled)]
    return whole if card.many else sorted(whole, key=lambda one: -len(one.fills))[:1]


def _is_given(fills: Mapping[str, str], filled: Filled) -> bool:
    return all(value in filled.get(name, "").split(BETWEEN) for name, value in fills.items())


def _in_words(card: Card, filled: Filled) -> Iterator[str]:
    for name in sorted(card.fills):
        value = filled.get(name)
        if value:
            field = FIELDS[name]
            said = field.label_of(value) if field.kind is FieldKind.CHOICE else value
            yield f"{field.label.lower()} : {said.lower()}"
