"""A place that says it takes nobody is not sent anybody while it says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.declarations import Declaration, Openness, shut_agenda, shut_effecteur
from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Booking, SlotMode
from tests.worlds import HOUR, MINUTE, MMG_ID, NOON, PHARMACY_ID, PLACES, slot


def declared(status: Openness, hours: float = 2) -> Declaration:
    return Declaration(
        effecteur_id=MMG_ID,
        status=status,
        waiting_minutes=None,
        waiting=None,
        observed_at=NOON,
        valid_until=NOON + hours * HOUR,
    )


def agenda(*slots) -> Agenda:
    seen = Observed(tuple(slots), NOON, "sas-ps", 10 * MINUTE)
    return Agenda(effecteur_id=MMG_ID, slots=seen, asked=TimeWindow(NOON, NOON + 48 * HOUR))


def left(status: Openness, *slots) -> list[str]:
    return [one.slot_id for one in shut_agenda(agenda(*slots), declared(status)).slots.value]


SOON, LATER = slot("soon", MMG_ID, 60), slot("later", MMG_ID, 180)


@pytest.mark.parametrize("status", [Openness.CLOSED, Openness.SATURATED])
def test_slots_that_begin_while_it_takes_nobody_are_not_offered(status):
    assert left(status, SOON, LATER) == ["later"]


def test_a_place_that_says_it_is_open_gains_no_slot():
    assert left(Openness.OPEN, SOON, LATER) == ["soon", "later"]


def test_a_range_that_has_begun_is_closed_too():
    before = slot("range", MMG_ID, -60, Booking.WALKIN)
    assert left(Openness.CLOSED, before) == []


def test_visits_and_teleconsultations_stay():
    both = replace(SOON, modes=frozenset({SlotMode.AMB, SlotMode.VR}))
    (kept,) = shut_agenda(agenda(both), declared(Openness.CLOSED)).slots.value
    assert kept.modes == {SlotMode.VR}


def test_openings_are_cut_by_what_is_declared():
    pharmacy = shut_effecteur(PLACES[PHARMACY_ID], declared(Openness.CLOSED))
    assert pharmacy.is_open_at(NOON - HOUR) is True
    assert pharmacy.is_open_at(NOON + HOUR) is False
    assert pharmacy.is_open_at(NOON + 3 * HOUR) is True


def test_nothing_declared_changes_nothing():
    assert shut_effecteur(PLACES[PHARMACY_ID], None) == PLACES[PHARMACY_ID]
    assert shut_agenda(agenda(SOON), None) == agenda(SOON)


def test_past_its_time_nobody_knows():
    one = declared(Openness.CLOSED)
    assert one.status_at(NOON) is Openness.CLOSED
    assert one.status_at(NOON + 2 * HOUR) is Openness.UNKNOWN
    assert one.status_at(NOON - MINUTE) is Openness.UNKNOWN


def test_an_end_before_the_beginning_is_refused():
    with pytest.raises(ValueError, match="valid_until"):
        replace(declared(Openness.OPEN), valid_until=NOON - timedelta(minutes=1))


def test_extra_patients_are_taken_while_it_is_said_and_open_no_slot():
    told = replace(declared(Openness.OPEN), extra_patients=2)
    assert (told.extra_at(NOON), told.extra_at(NOON + 2 * HOUR)) == (2, 0)
    assert shut_agenda(agenda(SOON), told) == agenda(SOON)


def test_who_is_full_takes_no_extra_patient():
    with pytest.raises(ValueError, match="extra patients"):
        replace(declared(Openness.SATURATED), extra_patients=1)
