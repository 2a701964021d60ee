"""Declared hours are read wherever a flow may declare them, and slots are held to them."""

import json
from typing import Any

import pytest

from adapters.audit.checks import Measured, NotProvable
from adapters.audit.exchanges import OK, Evidence, Exchange, Purpose
from adapters.audit.opening import within_hours
from tests.unit.simulations.feeds.agendas import NOW

MONDAY_AT_NINE = "2026-11-23T09:00:00.000+01:00"
MORNING = {"daysOfWeek": ["mon"], "openingTime": "08:00:00", "closingTime": "12:00:00"}
AVAILABLE = {
    "daysOfWeek": ["mon"],
    "availableStartTime": "08:00:00",
    "availableEndTime": "12:00:00",
}
WHOLE_DAY = {"daysOfWeek": ["mon"], "allDay": True}
ROLE: dict[str, Any] = {"resourceType": "PractitionerRole", "id": "r"}
LOCATION: dict[str, Any] = {"resourceType": "Location", "id": "l"}
SERVICE: dict[str, Any] = {"resourceType": "HealthcareService", "id": "s"}


def answered(*declaring: dict[str, Any], start: str = MONDAY_AT_NINE) -> Evidence:
    """An answer with one slot, at a place that declares its hours in these resources."""
    slot = {
        "resourceType": "Slot",
        "id": "1",
        "start": start,
        "schedule": {"reference": "http://editor/Schedule/a"},
        "serviceType": [{"extension": [{"valueReference": {"reference": "HealthcareService/s"}}]}],
    }
    actors = [{"reference": "PractitionerRole/r"}, {"reference": "Location/l"}]
    agenda = {"resourceType": "Schedule", "id": "a", "actor": actors}
    entries = [{"resource": one} for one in (slot, agenda, *declaring)]
    body = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    asked = Exchange(
        purpose=Purpose.SEARCH, method="GET", url="/Slot", at=NOW, status=OK, body=body
    )
    return Evidence(exchanges=(asked,))


def contained(hours: dict[str, Any]) -> dict[str, Any]:
    return ROLE | {"contained": [{"resourceType": "Location", "hoursOfOperation": [hours]}]}


PLACES = [
    LOCATION | {"hoursOfOperation": [MORNING]},
    contained(MORNING),
    ROLE | {"availableTime": [AVAILABLE]},
    SERVICE | {"availableTime": [AVAILABLE]},
]


@pytest.mark.parametrize("place", PLACES, ids=["location", "contained", "role", "service"])
@pytest.mark.parametrize(
    ("start", "faults"),
    [
        (MONDAY_AT_NINE, 0),
        ("2026-11-23T08:00:00.000Z", 0),  # nine in Paris
        ("2026-11-23T12:00:00.000+01:00", 1),  # as it closes
        ("2026-11-24T09:00:00.000+01:00", 1),  # on Tuesday
    ],
)
def test_a_slot_is_held_to_the_hours_its_place_declares(
    place: dict[str, Any], start: str, faults: int
):
    judged = within_hours(answered(place, start=start))
    assert isinstance(judged, Measured)
    assert len(judged.faults) == faults


def test_a_place_open_all_day_is_open_at_any_hour():
    judged = within_hours(answered(contained(WHOLE_DAY), start="2026-11-23T23:59:00.000+01:00"))
    assert isinstance(judged, Measured)
    assert judged.faults == ()


def test_a_place_that_declares_nothing_is_left_aside():
    assert isinstance(within_hours(answered(ROLE, LOCATION, SERVICE)), NotProvable)


NIGHT = {"daysOfWeek": ["mon"], "openingTime": "20:00:00", "closingTime": "02:00:00"}
ROUND = {"daysOfWeek": ["mon"], "openingTime": "08:00:00", "closingTime": "08:00:00"}
NO_DAYS = {"openingTime": "08:00:00", "closingTime": "12:00:00"}


@pytest.mark.parametrize(
    ("hours", "start", "is_open"),
    [
        (NIGHT, "2026-11-23T20:00:00+01:00", True),
        (NIGHT, "2026-11-23T23:59:00+01:00", True),
        (NIGHT, "2026-11-24T01:59:00+01:00", True),  # on Tuesday, of Monday's night
        (NIGHT, "2026-11-24T02:00:00+01:00", False),
        (NIGHT, "2026-11-23T01:00:00+01:00", False),  # of Sunday's night
        (NIGHT, "2026-11-24T21:00:00+01:00", False),
        (ROUND, "2026-11-24T07:59:00+01:00", True),
        (ROUND, "2026-11-24T08:00:00+01:00", False),
        (NO_DAYS, "2026-11-28T09:00:00+01:00", True),  # a Saturday
        (NO_DAYS, "2026-11-28T13:00:00+01:00", False),
        ({"allDay": True}, "2026-11-28T13:00:00+01:00", True),
    ],
)
def test_nights_end_the_next_day_and_without_days_hours_are_of_every_day(
    hours: dict[str, Any], start: str, *, is_open: bool
):
    judged = within_hours(answered(contained(hours), start=start))
    assert isinstance(judged, Measured)
    assert (judged.faults == ()) is is_open


@pytest.mark.parametrize(
    "hours",
    [
        {"daysOfWeek": ["mon"]},
        {"daysOfWeek": ["mon"], "openingTime": "08:00:00"},
        {"daysOfWeek": ["mon"], "closingTime": "08:00:00"},
    ],
)
def test_hours_without_their_times_are_not_judged(hours: dict[str, Any]):
    at_night = "2026-11-24T03:00:00+01:00"
    assert isinstance(within_hours(answered(contained(hours), start=at_night)), NotProvable)
