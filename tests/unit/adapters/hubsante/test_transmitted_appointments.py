"""Appointments of the exchange: who receives and when, never for whom."""

import json

import pytest

from adapters.hubsante.appointments import TransmittedAppointment, appointment_of
from adapters.hubsante.reading import read_delivery
from adapters.hubsante.wire.bookings import SasAppointment
from adapters.kit.judgement import FORM_ONLY, Judgement
from regulation.kernel.ids import CheckDigits, Identifier
from tests.unit.adapters.hubsante.worlds import faults, fixture, objects, read


def transmitted(**change: object) -> TransmittedAppointment:
    document = fixture("rs_sas_rdv")
    document["appointment"] |= change
    (message,) = read_delivery(json.dumps(document).encode(), FORM_ONLY).messages
    assert isinstance(message.body, SasAppointment)
    return appointment_of(message.body, FORM_ONLY)


def test_a_place_is_known_by_its_number_with_its_prefix_or_without():
    for text in ("310000001", "1310000001"):
        found = transmitted(organization={"organizationId": text, "name": "MMG fictive"})
        assert found.organization == Identifier.parse("FINESS:310000001")
    siret = transmitted(organization={"organizationId": "3" + "1" * 14, "name": "x"})
    assert siret.organization == Identifier.parse("SIRET:" + "1" * 14)


def test_a_place_whose_number_has_no_known_form_is_not_known():
    found = transmitted(organization={"organizationId": "MMG-7", "name": "x"})
    assert found.organization is None
    assert "ni un FINESS ni un SIRET" in found.warnings[0]


def test_an_appointment_that_ends_before_it_begins_is_put_aside():
    document = fixture("rs_sas_rdv")
    document["appointment"]["end"] = document["appointment"]["start"]
    assert faults(document) == [("appointment.end", "n'est pas après appointment.start")]


def test_a_wrong_check_digit_is_a_warning_while_testing_and_a_fault_in_production():
    document = fixture("rs_sas_rdv")
    document["appointment"]["practitioner"]["rppsId"] = "810100000018"
    (found,) = objects(read(document))
    assert "RPPS:10100000018 : clé de contrôle fausse" in found["appointment"]["warnings"]
    strict = Judgement(digits=CheckDigits.ERROR)
    assert faults(document, strict)[0][0] == "appointment.practitioner.rppsId"


@pytest.mark.parametrize("status", ["pending", "booked", "fulfilled", "noshow", "cancelled"])
def test_every_state_is_read(status):
    assert transmitted(status=status).status == status
