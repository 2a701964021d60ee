"""Tiny named worlds for regulation: a person who answered everything, and rule books less one rule.

`no_need()` is an adult who moves alone, lives on the ground floor, drives, and has no criterion.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from adapters.rulebook import load_rulebook
from regulation.assessment import assess
from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient, Priority
from regulation.effecteurs import CareCode
from regulation.kernel.places import Position
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers, MobilityVerdict
from regulation.rules import RuleBook

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
        ald=AldAnswers(related=False, specific_session=False, incapacity=False),
    )
    return replace(answers, **changes)


def upstairs(**changes) -> HomeAnswers:
    """A third floor without a lift, whose stairs cannot be taken."""
    return replace(HomeAnswers(floor=3, lift=False, steps=0, can_use_stairs=False), **changes)


def verdict_of(answers: MobilityAnswers, book: RuleBook | None = None) -> MobilityVerdict:
    """The verdict on a Saturday at noon."""
    return assess(answers, book or rules(), NOON)


def a_case(answers: MobilityAnswers | None = None, **need) -> Case:
    """An adult at HERE who needs a general practitioner."""
    mobility = no_need() if answers is None else answers
    wanted = {"code": CareCode.GP, "care_level": CareLevel.R3, "priority": Priority.P2}
    return Case(
        case_id="appel",
        caller=Caller(at=NOON),
        patient=Patient(age=mobility.age or 47, position=HERE),
        need=CareNeed(**{**wanted, **need}),
        mobility=mobility,
    )
