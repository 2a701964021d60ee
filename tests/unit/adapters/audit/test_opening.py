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
