"""Tiny named worlds for regulation: a person who answered everything, and rule books less one rule.

`no_need()` is an adult who moves alone, lives on the ground floor, drives, and has no criterion.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from adapters.rulebook import load_rulebook
from regulation.assessment import assess
from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient, Priority
from regulation.effecteurs import Accessibility, CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers, MobilityVerdict
from regulation.offers import Agenda, Booking, Slot, SlotMode
from regulation.rules import RuleBook
from regulation.snapshots import Snapshot

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HERE = Position(lat=43.6, lon=1.44)
AMBULANCE_CRITERIA = (
    "lying_or_semi_sitting",
    "stretcher_or_carrying",
    "qualified_supervision",
    "oxygen",
    "asepsis",
)


@cache
def rules() -> RuleBook:
    """The rules in force."""
    return load_rulebook()


@cache
def rules_without(rule_id: str) -> RuleBook:
    """The rules in force less one."""
    kept = tuple(one for one in rules().rules if one.rule_id != rule_id)
    assert len(kept) == len(rules().rules) - 1
    return replace(rules(), rules=kept)


def no_need(**changes) -> MobilityAnswers:
    """Every answer of an adult without any criterion, with some of them changed."""
    answers = MobilityAnswers(
        age=47,
        smur_team_needed=False,
        lying_or_semi_sitting=False,
        stretcher_or_carrying=False,
        qualified_supervision=False,
        oxygen=False,
        asepsis=False,
        stays_in_wheelchair=False,
        uses_wheelchair=False,
        walking_aid=False,
        strict_hygiene=False,
        disinfection_risk=False,
        side_effect_risk=False,
        companion_available=False,
        bariatric=False,
        own_vehicle_available=True,
        public_transport_possible=True,
        sharing_excluded=False,
        car_seat_needed=False,
        service_animal=False,
        hospitalised_now=False,
        leave_without_medical_motive=False,
        autonomy="alone",
        home=HomeAnswers(floor=0, lift=False, steps=0, can_use_stairs=True),
        impairments=frozenset(),
        motive=frozenset({"none"}),
        particulars=frozenset(),
        ald=AldAnswers(related=False, specific_session=False, incapacity=False),
    )
    return replace(answers, **changes)


def upstairs(**changes) -> HomeAnswers:
    """A third floor without a lift, whose stairs cannot be taken."""
    return replace(HomeAnswers(floor=3, lift=False, steps=0, can_use_stairs=False), **changes)


def verdict_of(
    answers: MobilityAnswers, book: RuleBook | None = None, at: datetime = NOON
) -> MobilityVerdict:
    """The verdict, on a Saturday at noon unless another instant is given."""
    return assess(answers, book or rules(), at)


def a_case(answers: MobilityAnswers | None = None, **need) -> Case:
    """An adult at HERE who needs a general practitioner."""
    mobility = no_need() if answers is None else answers
    wanted: dict[str, Any] = {
        "code": CareCode.GP,
        "care_level": CareLevel.R3,
        "priority": Priority.P2,
    }
    return Case(
        case_id="appel",
        caller=Caller(at=NOON),
        patient=Patient(
            age=mobility.age if isinstance(mobility.age, int | float) else 47, position=HERE
        ),
        need=CareNeed(**{**wanted, **need}),
        mobility=mobility,
    )


def an_effecteur(name: str = "mmg", **changes) -> Effecteur:
    """A doctors' house whose premises nobody described."""
    parts: dict[str, Any] = {
        "effecteur_id": Identifier.parse(f"LOCAL:{name}"),
        "kind": EffecteurKind.MMG,
        "name": name,
        "position": HERE,
        "commune": CommuneCode("31555"),
        "care": frozenset({CareCode.GP}),
    }
    return Effecteur(**{**parts, **changes})


def described(
    fields: Mapping[str, bool | float | str | tuple[str, ...]],
) -> Observed[Accessibility]:
    """Premises described yesterday."""
    return Observed(Accessibility(fields=fields), NOON - 24 * HOUR, "acceslibre", 1000 * HOUR)


def a_slot(owner: Effecteur, after_min: int = 60, **changes) -> Slot:
    """Twenty minutes at the doctor's, so many minutes after noon."""
    start = NOON + after_min * MINUTE
    parts: dict[str, Any] = {
        "slot_id": f"{owner.name}-{after_min}",
        "effecteur_id": owner.effecteur_id,
        "practitioner": None,
        "window": TimeWindow(start, start + 20 * MINUTE),
        "modes": frozenset({SlotMode.AMB}),
        "booking": Booking.ROUTINE,
        "visibility": frozenset(),
    }
    return Slot(**{**parts, **changes})


def an_agenda(owner: Effecteur, *slots: Slot, seen_ago: timedelta = MINUTE) -> Agenda:
    """What a source said of an effecteur a while ago; good for ten minutes."""
    return Agenda(
        effecteur_id=owner.effecteur_id,
        slots=Observed(slots, NOON - seen_ago, "sas-ps", 10 * MINUTE),
        asked=TimeWindow(NOON, NOON + 48 * HOUR),
    )


def a_snapshot(*offers: tuple[Effecteur, Agenda | None]) -> Snapshot:
    """These effecteurs, each with its agenda; None: never received."""
    return Snapshot(
        snapshot_id="photo",
        taken_at=NOON,
        effecteurs={owner.effecteur_id: owner for owner, _ in offers},
        agendas={owner.effecteur_id: agenda for owner, agenda in offers if agenda is not None},
    )


def free(owner: Effecteur, *after_min: int, **changes) -> tuple[Effecteur, Agenda]:
    """An effecteur with a free slot at each of these minutes after noon."""
    slots = [a_slot(owner, minutes, **changes) for minutes in after_min]
    return owner, an_agenda(owner, *slots)


def an_ed(name: str = "urgences", **changes) -> Effecteur:
    """An emergency department that never closes."""
    window = TimeWindow(NOON - 24 * HOUR, NOON + 72 * HOUR)
    parts: dict[str, Any] = {"kind": EffecteurKind.ED, "open_windows": (window,)}
    return an_effecteur(name, **{**parts, **changes})
