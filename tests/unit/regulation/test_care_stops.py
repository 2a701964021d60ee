"""From offers to care stops: walk-in ranges are sampled, the past is never offered."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.care_stops import StopContext, care_stops
from regulation.effecteurs import Accessible, CareCode, EffecteurKind
from regulation.eligibility import Candidate
from regulation.kernel.modes import Encounter
from regulation.kernel.time import TimeWindow
from regulation.offers import Availability, Booking, SlotMode
from regulation.parameters import orientation_parameters
from regulation.premises import PremisesVerdict
from regulation.proposals import ProposalKind
from tests.unit.regulation.worlds import (
    HOUR,
    MINUTE,
    NOON,
    a_slot,
    an_agenda,
    an_ed,
    an_effecteur,
    rules,
)

CARE = orientation_parameters(rules(), NOON).care
MMG = an_effecteur()
WALKIN: dict[str, Any] = {"booking": Booking.WALKIN}


def context(**changes):
    parts: dict[str, Any] = {
        "now": NOON,
        "deadline": NOON + 48 * HOUR,
        "code": CareCode.GP,
        "parameters": CARE,
        "preferred": None,
        "recent": {},
        "visit_is_scarce": False,
        "ed_is_avoidable": False,
    }
    return StopContext(**{**parts, **changes})


def candidate(effecteur=MMG, *modes, premises=None):
    return Candidate(
        effecteur=effecteur,
        availability=Availability.FREE,
        modes=frozenset(modes or {SlotMode.AMB}),
        premises=premises or {},
    )


def stops_of(one, *slots, seen_ago=MINUTE, **changes):
    agenda = an_agenda(one.effecteur, *slots, seen_ago=seen_ago)
    stops, facts = care_stops((replace(one, agenda=agenda),), context(**changes))
    assert set(facts) == {stop.stop_id for stop in stops}
    return stops


def minutes(stops):
    return [int((stop.start - NOON) / MINUTE) for stop in stops]


def test_an_appointment_is_one_care_stop_with_its_doors_open_before():
    (stop,) = stops_of(candidate(), a_slot(MMG, 60))
    assert (stop.start, stop.slot_key, stop.place_id) == (NOON + HOUR, "mmg-60", "LOCAL:mmg")
    assert stop.end == stop.start + CARE.care_length
    assert stop.doors_open == stop.start - CARE.doors_open_before
    assert stop.penalties == {"delay_s": 3600}


def test_an_appointment_longer_than_care_lasts_as_long_as_its_slot():
    long = a_slot(MMG, 60, window=TimeWindow(NOON + HOUR, NOON + 2 * HOUR))
    (stop,) = stops_of(candidate(), long)
    assert stop.end == NOON + 2 * HOUR


@pytest.mark.parametrize(("after", "offered"), [(-30, []), (-10, []), (0, [0]), (1, [1])])
def test_an_appointment_that_has_begun_is_no_longer_offered(after, offered):
    assert minutes(stops_of(candidate(), a_slot(MMG, after))) == offered


def test_a_walk_in_range_is_sampled_from_now_to_its_horizon():
    all_day = a_slot(MMG, -60, window=TimeWindow(NOON - HOUR, NOON + 9 * HOUR), **WALKIN)
    stops = stops_of(candidate(), all_day)
    step, horizon = CARE.walkin_step / MINUTE, CARE.walkin_horizon / MINUTE
    assert minutes(stops) == [int(step * n) for n in range(int(horizon / step))]
    assert {stop.slot_key for stop in stops} == {all_day.slot_id}


def test_a_walk_in_range_is_not_sampled_past_its_end():
    short = a_slot(MMG, 30, window=TimeWindow(NOON + 30 * MINUTE, NOON + HOUR), **WALKIN)
    assert minutes(stops_of(candidate(), short)) == [30, 45]


def test_an_emergency_department_receives_through_its_next_two_windows():
    windows = [
        TimeWindow(NOON - 9 * HOUR, NOON - HOUR),
        TimeWindow(NOON + 9 * HOUR, NOON + 9.25 * HOUR),
        TimeWindow(NOON, NOON + 0.5 * HOUR),
        TimeWindow(NOON + 20 * HOUR, NOON + 21 * HOUR),
    ]
    stops = stops_of(candidate(an_ed(open_windows=tuple(windows))))
    assert minutes(stops) == [0, 15, 540]
    assert {stop.slot_key for stop in stops} == {None}
    assert {stop.end - stop.start for stop in stops} == {CARE.ed_length}


def test_a_pharmacy_receives_for_as_long_as_it_takes_there():
    pharmacy = an_ed("pharmacie", kind=EffecteurKind.PHARMACIE)
    (first, *_), facts = care_stops((candidate(pharmacy),), context())
    assert first.end - first.start == CARE.pharmacy_length
    assert facts[first.stop_id].kind is ProposalKind.PHARMACY


def test_an_effecteur_without_an_agenda_gives_no_care_stop():
    assert care_stops((candidate(),), context()) == ((), {})


def test_a_slot_of_several_modes_is_one_care_stop_for_each_that_is_allowed():
    every = a_slot(MMG, 60, modes=frozenset(SlotMode))
    stops = stops_of(candidate(MMG, SlotMode.AMB, SlotMode.VR), every)
    assert [stop.encounter for stop in stops] == [Encounter.PATIENT_TRAVELS, Encounter.REMOTE]
    assert {stop.slot_key for stop in stops} == {every.slot_id}


@pytest.mark.parametrize(
    ("kind", "mode", "expected", "encounter"),
    [
        (EffecteurKind.SOS, SlotMode.HH, ProposalKind.HOME_VISIT, Encounter.TEAM_TRAVELS),
        (EffecteurKind.MMG, SlotMode.VR, ProposalKind.TELECONSULTATION, Encounter.REMOTE),
        (EffecteurKind.MMG, SlotMode.AMB, ProposalKind.CONSULTATION, Encounter.PATIENT_TRAVELS),
        (
            EffecteurKind.TELE,
            SlotMode.AMB,
            ProposalKind.ASSISTED_TELECONSULTATION,
            Encounter.PATIENT_TRAVELS,
        ),
    ],
)
def test_who_and_how_make_the_kind_of_the_proposal(kind, mode, expected, encounter):
    one = candidate(replace(MMG, kind=kind), mode)
    slot = a_slot(MMG, 60, modes=frozenset({mode}))
    (stop,), facts = care_stops((replace(one, agenda=an_agenda(MMG, slot)),), context())
    assert (facts[stop.stop_id].kind, stop.encounter) == (expected, encounter)


@pytest.mark.parametrize(
    ("deadline_min", "late"), [(60, None), (59, 1), (30, 30)], ids=["on time", "a minute", "half"]
)
def test_minutes_past_the_deadline_are_counted(deadline_min, late):
    (stop,) = stops_of(candidate(), a_slot(MMG, 60), deadline=NOON + deadline_min * MINUTE)
    assert stop.penalties.get("late_min") == late


def test_a_minute_begun_past_the_deadline_is_a_minute_late():
    (stop,) = stops_of(candidate(), a_slot(MMG, 60), deadline=NOON + 59.5 * MINUTE)
    assert stop.penalties["late_min"] == 1


@pytest.mark.parametrize(
    ("changes", "term", "amount"),
    [
        ({"seen_ago": 11 * MINUTE}, "stale_source", 1),
        ({"recent": {MMG.effecteur_id: 3}}, "recent_orientations", 3),
        ({"preferred": an_effecteur("autre").effecteur_id}, "not_preferred", 1),
    ],
)
def test_what_speaks_against_a_care_stop_is_named(changes, term, amount):
    (stop,) = stops_of(candidate(), a_slot(MMG, 60), **changes)
    assert stop.penalties[term] == amount


def test_the_preferred_effecteur_is_not_held_against():
    (stop,) = stops_of(candidate(), a_slot(MMG, 60), preferred=MMG.effecteur_id)
    assert "not_preferred" not in stop.penalties


UNKNOWN_ACCESS = {"STEP_FREE": PremisesVerdict(verdict=Accessible.UNKNOWN, explanation="")}


@pytest.mark.parametrize(
    ("mode", "changes", "terms"),
    [
        (SlotMode.HH, {"visit_is_scarce": True}, {"scarce_visit": 1}),
        (SlotMode.HH, {}, {}),
        (SlotMode.VR, {}, {"remote_unconfirmed": 1}),
        (SlotMode.VR, {"code": CareCode.PSYCHIATRY}, {}),
        (SlotMode.AMB, {}, {"unknown_access": 1}),
    ],
)
def test_each_encounter_has_its_own_terms(mode, changes, terms):
    one = candidate(MMG, mode, premises=UNKNOWN_ACCESS)
    (stop,) = stops_of(one, a_slot(MMG, 60, modes=frozenset({mode})), **changes)
    assert stop.penalties == {"delay_s": 3600, **terms}


@pytest.mark.parametrize(("code", "amount"), [(CareCode.GP, 1), (CareCode.PSYCHIATRY, None)])
def test_an_assisted_teleconsultation_awaits_a_doctor_where_an_examination_is(code, amount):
    cabin = replace(MMG, kind=EffecteurKind.TELE)
    (stop,) = stops_of(candidate(cabin), a_slot(MMG, 60), code=code)
    assert stop.penalties.get("assisted_remote_unconfirmed") == amount


@pytest.mark.parametrize(("ed_is_avoidable", "amount"), [(True, 1), (False, None)])
def test_an_emergency_department_is_held_against_a_need_that_can_wait(ed_is_avoidable, amount):
    stops, _ = care_stops((candidate(an_ed()),), context(ed_is_avoidable=ed_is_avoidable))
    assert {stop.penalties.get("avoidable_ed") for stop in stops} == {amount}
