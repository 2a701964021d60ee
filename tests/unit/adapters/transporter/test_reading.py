"""What a company sends becomes reports, event by event; one at fault leaves the others."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kit.defective import Defective
from adapters.kit.departments import Department
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.transporter.files import read_transporter
from adapters.transporter.mapping import read_delivery
from regulation.kernel.places import Position
from transport.reports import (
    Answer,
    MissionReported,
    MissionStatus,
    Refusal,
    RideAnswered,
    VehicleSeen,
)

FIXTURES = Path(__file__).parents[3] / "fixtures/transporter"
MISSION = "appel-193/1/outward"


def sent(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-28T{text}+01:00")


def delivery(*events: dict[str, Any]) -> bytes:
    return json.dumps({"message_id": "envoi-9", "events": list(events)}).encode()


@pytest.mark.requirement("transporteurs@champs", "transporteurs@answer", "transporteurs@status")
def test_each_event_becomes_the_report_it_tells():
    reading = read_delivery(sent("good"), FORM_ONLY)
    assert reading.message_id == "envoi-1"
    assert reading.defects == ()
    assert [report for _, report in reading.reports] == [
        RideAnswered(
            at=at("19:44:00"),
            source="transporter",
            request_id=MISSION,
            answer=Answer.ACCEPTED,
            within=timedelta(minutes=45),
            vehicle_id="VSL-1",
            price_eur_cents=2310,
            valid_until=at("20:00:00"),
        ),
        MissionReported(
            at=at("20:29:00"),
            source="transporter",
            vehicle_id="VSL-1",
            request_id=MISSION,
            status=MissionStatus.AT_THE_DOOR,
            is_free=False,
        ),
        MissionReported(
            at=at("21:06:00"),
            source="transporter",
            vehicle_id="VSL-1",
            request_id="appel-193/1/return",
            status=MissionStatus.AT_FIRST_STOP,
            real_km=4.1,
        ),
        VehicleSeen(
            at=at("20:20:00"),
            source="transporter",
            vehicle_id="VSL-1",
            position=Position(lat=43.61, lon=1.45),
            is_free=True,
            heading_deg=270,
            speed_kmh=42.5,
        ),
    ]


@pytest.mark.requirement("transporteurs@codes")
def test_a_refusal_says_why():
    ((_, report),) = read_delivery(sent("refusal"), FORM_ONLY).reports
    assert isinstance(report, RideAnswered)
    assert (report.answer, report.reason) == (Answer.REFUSED, Refusal.NO_VEHICLES_AVAILABLE)


def test_a_mission_is_told_of_by_the_number_of_a_ride_given_to_a_second_vehicle():
    again = "appel-193:1.2~2/outward"
    event = {"type": "answer", "at": "2026-11-28T19:44:00+01:00", "mission_id": again}
    reading = read_delivery(delivery(event | {"answer": "REFUSEE"}), FORM_ONLY)
    assert reading.defects == ()
    ((_, report),) = reading.reports
    assert isinstance(report, RideAnswered)
    assert report.request_id == again


@pytest.mark.requirement("transporteurs@champs", "transporteurs@codes", "transporteurs@instants")
def test_an_event_at_fault_is_put_aside_with_its_field_and_leaves_the_others():
    found = read_transporter(sent("broken"), FORM_ONLY)
    assert [(one.index, one.field) for one in found.defects] == [
        (0, "status"),
        (1, "at"),
        (2, "lat"),
        (3, "vehicle_id"),
        (4, "document"),
        (5, "type"),
    ]
    assert [one["kind"] for one in found.objects] == ["vehicle_position"]


@pytest.mark.requirement("transporteurs@envoi", "transporteurs@message_id")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "document"),
        (b'{"message_id": "a b", "events": [{}]}', "message_id"),
        (b'{"message_id": "a", "events": []}', "events"),
        (b'{"events": [{}]}', "message_id"),
        (b'{"message_id": "a", "events": [{}], "patient": "x"}', "document"),
    ],
)
def test_what_is_no_delivery_is_put_aside_whole(body: bytes, field: str):
    with pytest.raises(Defective) as fault:
        read_delivery(body, FORM_ONLY)
    assert fault.value.field == field


@pytest.mark.requirement("transporteurs@instants")
def test_a_position_far_away_or_ahead_of_time_is_not_believed():
    there = {"type": "position", "vehicle_id": "VSL-1", "lat": 48.85, "lon": 2.35}
    judgement = Judgement(now=at("20:00:00"), area=Department("31"))
    raw = delivery(
        there | {"at": "2026-11-28T19:59:00+01:00"},
        there | {"at": "2026-11-28T20:30:00+01:00", "lat": 43.6, "lon": 1.44},
    )
    assert [one.field for one in read_delivery(raw, judgement).defects] == ["lat", "at"]


@given(st.binary(max_size=300))
def test_whatever_bytes_come_either_are_refused_or_give_reports(raw: bytes):
    try:
        reading = read_delivery(raw, FORM_ONLY)
    except Defective:
        return
    assert len(reading.reports) + len(reading.defects) == len(reading.raws)
