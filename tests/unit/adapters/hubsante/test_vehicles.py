"""What the exchange says of rides becomes typed reports; what is far away or ahead is put aside."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.hubsante.reading import read_delivery
from adapters.hubsante.vehicles import Doubtful, reports_of
from adapters.kit.departments import Department
from adapters.kit.judgement import FORM_ONLY, Judgement
from regulation.kernel.modes import Mode
from regulation.kernel.places import Position
from tests.unit.adapters.hubsante.worlds import FIXTURES, faults, fixture, objects, read
from transport.reports import (
    Answer,
    MissionReported,
    MissionStatus,
    RideAnswered,
    VehicleEngaged,
    VehicleSeen,
)

VEHICLE = "fr.health.samu310.resource.VSL4"
CASE = "fr.health.samu310.DRFR153102633200193"
REQUEST = "fr.health.ptfsas.request.appel-193-outward"


def told(name: str, judgement: Judgement = FORM_ONLY):
    (message,) = read_delivery((FIXTURES / f"{name}.json").read_bytes(), FORM_ONLY).messages
    return list(reports_of(message.body, judgement))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-28T{text}+01:00")


def test_a_request_put_off_says_how_long_one_waits():
    assert told("rs_rr") == [
        RideAnswered(
            at=at("19:44:00"),
            source="hub",
            request_id=REQUEST,
            answer=Answer.DEFERRED,
            case_ref=CASE,
            within=timedelta(minutes=45),
        )
    ]


def test_a_vehicle_engaged_brings_its_states():
    assert told("rs_ri") == [
        VehicleEngaged(
            at=at("19:46:00"),
            source="hub",
            vehicle_id=VEHICLE,
            vehicle_type="TSU.VSL",
            mode=Mode.VSL,
            case_ref=CASE,
            request_id=REQUEST,
            mission_id="M-77",
        ),
        MissionReported(
            at=at("19:46:00"),
            source="hub",
            vehicle_id=VEHICLE,
            status=MissionStatus.ASKED,
            case_ref=CASE,
            request_id=REQUEST,
            is_free=False,
        ),
    ]


def test_the_first_stop_of_a_vehicle_is_its_stop_at_the_pharmacy():
    (report,) = told("rs_sr")
    assert report == MissionReported(
        at=at("21:06:00"),
        source="hub",
        vehicle_id=VEHICLE,
        status=MissionStatus.AT_FIRST_STOP,
        case_ref=CASE,
    )
    assert MissionStatus.UNDER_WAY.rank < report.status.rank < MissionStatus.ARRIVED.rank


def test_a_position_far_outside_the_department_is_put_aside_alone():
    in_garonne = Judgement(area=Department("31"))
    seen, doubtful = told("geo_pos", in_garonne)
    assert seen == VehicleSeen(
        at=at("20:20:00"),
        source="hub",
        vehicle_id=VEHICLE,
        position=Position(lat=43.61, lon=1.45),
        is_free=True,
        heading_deg=270.0,
        speed_kmh=42.0,
    )
    assert doubtful == Doubtful(
        field="geoPositionsUpdate.position[1].coord", reason="est loin du département 31"
    )
    found = read(fixture("geo_pos"), in_garonne)
    assert (len(found.objects), len(found.defects)) == (1, 1)


def test_a_vehicle_that_does_not_say_whether_it_is_free_is_not_known_to_be():
    _, second = told("geo_pos")
    assert isinstance(second, VehicleSeen)
    assert second.is_free is None


def test_a_message_none_of_whose_positions_holds_is_put_aside():
    alone = fixture("geo_pos")
    alone["geoPositionsUpdate"]["position"].pop(0)
    found = read(alone, Judgement(area=Department("31")))
    assert (found.objects, len(found.defects)) == ((), 1)


def test_a_place_that_is_nowhere_on_earth_is_put_aside():
    nowhere = fixture("geo_pos")
    nowhere["geoPositionsUpdate"]["position"][0]["coord"]["lat"] = 143.6
    assert faults(nowhere) == [
        ("geoPositionsUpdate.position[0].coord", "n'est pas un lieu sur Terre"),
    ]


def test_what_has_not_happened_yet_is_not_believed():
    before = Judgement(now=at("21:00:00"))
    assert faults(fixture("rs_sr"), before) == [
        (
            "resourcesStatus.state.datetime",
            "est dans le futur : l'horloge de l'expéditeur est fausse",
        )
    ]
    assert faults(fixture("rs_sr"), Judgement(now=at("21:02:00"))) == []
    assert len(faults(fixture("geo_pos"), Judgement(now=at("20:10:00")))) == 2


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_is_either_reported_where_it_is_or_put_aside(lat, lon):
    sent = fixture("geo_pos")
    sent["geoPositionsUpdate"]["position"][0]["coord"] = {"lat": lat, "lon": lon}
    found = read(sent, Judgement(area=Department("31")))
    reports = [report for one in objects(found) for report in one["reports"]]
    assert len(reports) + len(found.defects) == 2
    assert all(
        one["position"] == {"lat": lat, "lon": lon}
        for one in reports
        if one["vehicle_id"] == VEHICLE
    )
