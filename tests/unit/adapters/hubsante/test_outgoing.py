"""What goes out is valid, says what its recipient may know and nothing else."""

import json
from dataclasses import fields
from datetime import datetime, timedelta

import jsonschema
import pytest

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.forms import Stamp, to_builtins
from adapters.hubsante.outgoing import (
    AppointmentToSend,
    NamedPlace,
    NamedPractitioner,
    NamedRegulator,
    RideToAsk,
    Sending,
    appointment,
    compose,
    error,
    reference,
    ride_request,
)
from adapters.hubsante.reading import read_delivery
from adapters.hubsante.usecases import Body
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.judgement import Judgement
from regulation.kernel.modes import Mode
from tests.unit.adapters.hubsante.worlds import PUBLISHED

NOW = datetime.fromisoformat("2026-11-28T19:50:07.250+01:00")
US, LRM = "fr.health.ptfsas", "fr.health.samu310"
RIDE = RideToAsk(
    case_ref="fr.health.samu310.DRFR153102633200193",
    request_id="fr.health.ptfsas.request.appel-193-outward",
    asked_at=NOW,
    mode=Mode.AMBULANCE,
    pickup_at=datetime.fromisoformat("2026-11-28T19:29:00+00:00"),
)
APPOINTMENT = AppointmentToSend(
    appointment_id="appel-193/1",
    method="CreateAppointment",
    status="booked",
    created_at=NOW,
    starts_at=NOW + timedelta(hours=1),
    ends_at=NOW + timedelta(hours=1, minutes=15),
    category="PS",
    practitioner=NamedPractitioner(
        rpps="10100000017", last_name="Fictif", first_name="Praticien", specialty="SM54"
    ),
    place=NamedPlace(number="1310000001", name="MMG fictive"),
    regulator=NamedRegulator(
        last_name="Fictive", first_name="Régulatrice", email="regulatrice@exemple.invalid"
    ),
)


def sending(body: Body, kind: Kind = Kind.REPORT) -> Sending:
    until = NOW + timedelta(hours=2)
    return Sending(number="42", recipient=LRM, kind=kind, body=body, until=until)


EVERY = {
    "RS-SAS-RDV": sending(appointment(APPOINTMENT)),
    "RS-DR": sending(ride_request(RIDE)),
    "RC-REF": sending(reference("fr.health.samu310_1", "INTEGRE"), Kind.ACK),
    "RS-ERROR": sending(
        error("fr.health.samu310_1", HubErrorCode.INVALID_MESSAGE, "x: y"), Kind.ERROR
    ),
}


@pytest.mark.parametrize("name", EVERY)
def test_what_we_write_is_what_we_would_read(name):
    raw = compose(EVERY[name], US, NOW)
    delivery = read_delivery(raw, Judgement(now=NOW))
    assert delivery.faults == ()
    (message,) = delivery.messages
    assert (message.use_case.name, message.body) == (name, EVERY[name].body)
    assert delivery.envelope is not None
    assert delivery.envelope.distribution_id == "fr.health.ptfsas_42"
    assert delivery.envelope.date_time_sent == "2026-11-28T19:50:07+01:00"


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published Hub schemas are not here")
@pytest.mark.parametrize("name", EVERY)
def test_what_we_write_is_valid_for_the_published_schemas(name):
    def faults(of: str, written: object) -> list[str]:
        schema = json.loads((PUBLISHED / f"json-schema/{of}.schema.json").read_text())
        validator = jsonschema.validators.validator_for(schema)(schema)
        return [one.message for one in validator.iter_errors(written)]

    assert faults(name, to_builtins(EVERY[name].body)) == []
    assert faults("EDXL-DE-envelope-only", json.loads(compose(EVERY[name], US, NOW))) == []


def leaves(part: object) -> set[str]:
    if isinstance(part, dict):
        return {f"{key}.{leaf}".rstrip(".") for key, of in part.items() for leaf in leaves(of)}
    return {""}


def test_a_regulation_is_told_of_an_appointment_and_never_of_its_patient():
    assert leaves(to_builtins(appointment(APPOINTMENT))) == {
        "appointmentId",
        "method",
        "created",
        "start",
        "end",
        "status",
        "orientationCategory",
        "practitioner.rppsId",
        "practitioner.lastName",
        "practitioner.firstName",
        "practitioner.specialityCode",
        "practitioner.specialityUrl",
        "organization.organizationId",
        "organization.name",
        "regulator.regulatorName",
        "regulator.regulatorFirstname",
        "regulator.regulatorEmail",
    }


def test_the_exchange_is_told_of_a_ride_its_hour_alone():
    told = to_builtins(ride_request(RIDE))
    assert leaves(told) == {
        "caseId",
        "request.requestId",
        "request.datetime",
        "request.purpose",
        "request.deadline",
        "request.freetext",
    }
    assert told["request"]["freetext"] == "20:29"
    assert {one.name for one in fields(RideToAsk)} == {
        *("case_ref", "request_id", "asked_at", "mode", "pickup_at"),
    }


def test_a_ride_no_longer_wanted_is_cancelled_under_its_number():
    cancelled = to_builtins(ride_request(RIDE, cancelled=True))
    assert cancelled["status"] == "ANNULEE"
    assert cancelled["request"]["requestId"] == RIDE.request_id


@pytest.mark.parametrize("mode", [Mode.TAXI, Mode.VSL, Mode.TAXI_TPMR, Mode.SOCIAL])
def test_what_the_exchange_has_no_request_for_is_refused(mode):
    ride = RideToAsk(
        case_ref=RIDE.case_ref,
        request_id=RIDE.request_id,
        asked_at=NOW,
        mode=mode,
        pickup_at=NOW,
    )
    with pytest.raises(ValueError, match="la faire à la compagnie"):
        ride_request(ride)


def test_a_message_that_has_lost_its_sense_is_not_sent():
    with pytest.raises(ValueError, match="expiré"):
        compose(sending(appointment(APPOINTMENT)), US, NOW + timedelta(hours=3))


def test_universal_time_is_written_as_the_exchange_wants_it():
    at = datetime.fromisoformat("2026-11-28T18:50:00+00:00")
    assert Stamp.of(at) == "2026-11-28T18:50:00-00:00"
    assert Stamp.of(at).at == at
