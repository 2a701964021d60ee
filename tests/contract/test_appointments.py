"""Appointments are kept state after state, in every store alike; the last one counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.appointments import Appointment, AppointmentStatus
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from services.store import Store
from tests.contract.samples import HOUR, MINUTE, NOON

BOOKED = Appointment(
    system="https://agenda.example",
    value="0b8a2f6e",
    status=AppointmentStatus.BOOKED,
    window=TimeWindow(NOON + HOUR, NOON + HOUR + 15 * MINUTE),
    operator="LOCAL:3990000001/0001",
    practitioner=Identifier.parse("RPPS:10000000001"),
    created_at=NOON,
)
CANCELLED = replace(BOOKED, status=AppointmentStatus.CANCELLED)


def test_an_appointment_comes_back_as_it_was_told(store: Store):
    with store.unit() as unit:
        saved = unit.appointments.save(BOOKED, NOON)
    with store.reading() as unit:
        assert unit.appointments.find(BOOKED.system, BOOKED.value) == saved
        assert unit.appointments.get(saved.appointment_id).appointment == BOOKED
        assert unit.appointments.find(BOOKED.system, "another") is None
        with pytest.raises(LookupError):
            unit.appointments.get("nothing of the kind")


def test_the_same_state_again_is_no_new_version(store: Store):
    with store.unit() as unit:
        first = unit.appointments.save(BOOKED, NOON)
        again = unit.appointments.save(BOOKED, NOON + MINUTE)
    assert (first.version, again) == (1, first)


def test_the_last_state_counts_and_keeps_the_id(store: Store):
    with store.unit() as unit:
        first = unit.appointments.save(BOOKED, NOON)
    with store.unit() as unit:
        second = unit.appointments.save(CANCELLED, NOON + MINUTE)
    assert (second.appointment_id, second.version) == (first.appointment_id, 2)
    with store.reading() as unit:
        assert unit.appointments.find(BOOKED.system, BOOKED.value) == second


def test_only_what_takes_a_time_to_come_is_told(store: Store):
    other = replace(BOOKED, value="other", practitioner=None)
    with store.unit() as unit:
        unit.appointments.save(BOOKED, NOON)
        unit.appointments.save(other, NOON)
    with store.unit() as unit:
        unit.appointments.save(replace(other, status=AppointmentStatus.FULFILLED), NOON)
    with store.reading() as unit:
        assert unit.appointments.after(NOON) == (BOOKED,)
        assert unit.appointments.after(NOON + timedelta(hours=2)) == ()
