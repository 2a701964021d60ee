import json

import pytest

from adapters.kit.defective import Defective
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.sas.appointments import read_appointment
from tests.unit.adapters.sas.worlds import DOCTOR_A, NOW, fixture


def altered(**elements) -> bytes:
    document = json.loads(fixture("appointment_good.json"))
    document.update(elements)
    return json.dumps({k: v for k, v in document.items() if v is not None}).encode()


def fault_of(raw: bytes, judgement: Judgement = FORM_ONLY) -> str:
    with pytest.raises(Defective) as caught:
        read_appointment(raw, judgement)
    return caught.value.field


def test_an_appointment_says_who_booked_with_whom_and_when():
    found = read_appointment(fixture("appointment_good.json"), FORM_ONLY).appointment
    key = ("https://agenda.example", "0b8a2f6e-8c46-4f39-9d0e-6c0a4c1f7a11")
    assert (found.system, found.value) == key
    assert (found.status, found.practitioner) == ("booked", DOCTOR_A)
    assert found.operator == "LOCAL:3990000001/0001"
    assert found.window.start.isoformat() == "2026-11-23T09:00:00+01:00"


def test_a_regulator_without_a_card_is_numbered_by_a_uuid():
    identifier = {"system": "urn:oid:1.2.250.1.213.3.6", "value": "77c2"}
    url = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"
    extension = [{"url": url, "valueReference": {"identifier": identifier}}]
    found = read_appointment(altered(extension=extension), FORM_ONLY).appointment
    assert found.operator == "LOCAL:77c2"


def test_sos_medecins_need_not_say_who_will_receive():
    found = read_appointment(altered(participant=[{"status": "needs-action"}]), FORM_ONLY)
    assert found.appointment.practitioner is None


@pytest.mark.parametrize(
    ("elements", "field"),
    [
        ({"resourceType": "Slot"}, "resourceType"),
        ({"extension": None}, "extension"),
        ({"extension": [{"url": "x"}]}, "extension"),
        ({"identifier": []}, "identifier"),
        ({"identifier": [{"value": "1"}]}, "identifier"),
        ({"identifier": [{"system": "s", "value": "1"}] * 2}, "identifier"),
        ({"status": "proposed"}, "status"),
        ({"start": "2026-11-23T09:00:00"}, "start"),
        ({"end": "2026-11-23T08:00:00+01:00"}, "end"),
        ({"participant": []}, "participant"),
        (
            {"participant": [{"status": "accepted", "actor": {"identifier": {"value": "12"}}}]},
            "participant.actor.identifier",
        ),
    ],
)
def test_an_appointment_that_leaves_a_question_open_is_put_aside(elements, field):
    assert fault_of(altered(**elements)) == field


def test_an_appointment_made_in_the_future_comes_from_a_wrong_clock():
    raw = altered(created="2026-11-22T19:50:00+01:00")
    assert fault_of(raw, Judgement(now=NOW)) == "created"


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999Z"])
def test_an_appointment_made_at_either_end_of_time_is_put_aside(told):
    assert fault_of(altered(created=told)) == "created"


def test_an_appointment_with_the_offset_of_the_other_season_has_a_doubtful_hour():
    raw = altered(start="2026-11-23T09:00:00+02:00", end="2026-11-23T09:15:00+02:00")
    assert fault_of(raw, Judgement(now=NOW)) == "start"
    assert read_appointment(raw, FORM_ONLY).appointment.status == "booked"
