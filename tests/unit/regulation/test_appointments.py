"""Appointments taken in agendas fill the slots of their practitioner, and no other."""

from datetime import timedelta

import pytest

from regulation.appointments import (
    Appointment,
    AppointmentStatus,
    KeptAppointment,
    without_booked,
)
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from tests.unit.regulation.worlds import (
    MINUTE,
    NOON,
    a_slot,
    a_snapshot,
    an_agenda,
    an_effecteur,
)

DOCTOR = Identifier.parse("RPPS:19990000010")
MMG = an_effecteur()


def booked(after_min: int = 60, status=AppointmentStatus.BOOKED, practitioner=DOCTOR):
    start = NOON + after_min * MINUTE
    return Appointment(
        system="urn:essai",
        value=f"rdv-{after_min}",
        status=status,
        window=TimeWindow(start, start + 20 * MINUTE),
        operator="810001288385",
        practitioner=practitioner,
        created_at=None,
    )


def left(*appointments, **slot):
    taken_by = {"practitioner": DOCTOR, **slot}
    agenda = an_agenda(MMG, a_slot(MMG, 60, **taken_by), a_slot(MMG, 90, **taken_by))
    found = without_booked(a_snapshot((MMG, agenda)), appointments)
    return [one.slot_id for one in found.agendas[MMG.effecteur_id].slots.value]


def test_an_appointment_takes_the_slot_of_its_hour():
    assert left(booked(60)) == ["mmg-90"]


@pytest.mark.parametrize(
    "status", [AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW, AppointmentStatus.FULFILLED]
)
def test_an_appointment_that_is_over_or_off_takes_nothing(status):
    assert left(booked(60, status)) == ["mmg-60", "mmg-90"]


@pytest.mark.parametrize("practitioner", [None, Identifier.parse("RPPS:19990000028")])
def test_an_appointment_of_nobody_known_or_of_another_takes_nothing(practitioner):
    assert left(booked(60, practitioner=practitioner)) == ["mmg-60", "mmg-90"]


def test_a_slot_of_nobody_named_is_never_taken_by_an_appointment():
    assert left(booked(60), practitioner=None) == ["mmg-60", "mmg-90"]


def test_a_slot_for_several_is_full_when_as_many_have_booked():
    twice = (booked(60), booked(60))
    assert left(*twice[:1], capacity=2) == ["mmg-60", "mmg-90"]
    assert left(*twice, capacity=2) == ["mmg-90"]


def test_when_an_appointment_was_received_is_an_instant():
    with pytest.raises(ValueError, match="received_at"):
        KeptAppointment(
            appointment_id="1",
            version=1,
            received_at=(NOON + timedelta(0)).replace(tzinfo=None),
            appointment=booked(),
        )
