"""Slots of a CPTS and of SOS Médecins are read by what their profiles add, or put aside."""

from typing import Any

import pytest

from adapters.sas.places import Flow
from tests.unit.adapters.sas.worlds import (
    ANNEXE,
    CABINET,
    CPTS,
    accepted,
    aside,
    changed,
    fixture,
    read,
)

OF_CPTS, OF_SOS = "cpts_one_without_community.json", "sos_two_places.json"
SLOT = [
    ("status", "busy"),
    ("start", "2026-11-23T09:00:00"),
    ("end", None),
    ("comment", None),
    ("serviceType", None),
    ("appointmentType", None),
    ("schedule", None),
    ("meta", {"security": [{"code": "VIP"}]}),
]


def without(name: str, flow: Flow, resource: str, element: str, value: Any) -> Any:
    """Read an answer in which an element of a resource is another, or is left out."""

    def change(found: dict[str, Any]) -> None:
        if value is None:
            del found[resource][element]
        else:
            found[resource][element] = value

    return read(changed(name, change), flow)


@pytest.mark.requirement(
    "sas-cpts-slot-aggregator",
    "sas-cpts-slot-aggregator#meta.security",
    "sas-cpts-valueset-typecreneau",
)
@pytest.mark.parametrize(("element", "value"), SLOT)
def test_a_slot_of_a_cpts_that_leaves_a_question_open_is_put_aside(element: str, value: Any):
    reading = without(OF_CPTS, Flow.CPTS, "c-1", element, value)
    assert accepted(reading) == set()
    assert (0, element) in [(index, field.partition(".")[0]) for index, field in aside(reading)]


@pytest.mark.requirement(
    "sas-cpts-bundle-aggregator",
    "sas-cpts-bundle-aggregator#references",
    "sas-cpts-healthcareservice-aggregator",
    "sas-cpts-organization-aggregator",
)
@pytest.mark.parametrize(
    ("resource", "element", "value"),
    [
        ("h", "providedBy", {"reference": "Organization/ailleurs"}),
        ("h", "providedBy", None),
        ("o", "identifier", [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "inconnu"}]),
    ],
)
def test_a_community_that_cannot_be_followed_is_named_by_no_slot(
    resource: str, element: str, value: Any
):
    reading = without(OF_CPTS, Flow.CPTS, resource, element, value)
    assert all(offer.communities == () for offer in reading.offers)
    assert aside(reading)


@pytest.mark.requirement("sas-cpts-slot-aggregator#serviceType:referencecpts")
def test_a_slot_of_a_community_that_names_none_is_put_aside():
    reading = read(fixture(OF_CPTS), Flow.CPTS)
    assert [offer.communities for offer in reading.offers] == [(CPTS,)]
    assert aside(reading) == [(1, "serviceType")]


@pytest.mark.requirement(
    "sas-sos-slot-aggregator",
    "sas-sos-slot-aggregator#status",
    "sas-sos-slot-aggregator#meta.security",
    "sas-sos-slot-aggregator#serviceType",
    "sas-sos-slot-aggregator#appointmentType",
    "ig-sas@Slot.comment",
    "ig-sas@Slot.start",
)
@pytest.mark.parametrize(("element", "value"), SLOT)
def test_a_slot_of_sos_that_leaves_a_question_open_is_put_aside(element: str, value: Any):
    reading = without(OF_SOS, Flow.SOS, "s-1", element, value)
    assert accepted(reading) == {"s-2"}
    assert (0, element) in [(index, field.partition(".")[0]) for index, field in aside(reading)]


@pytest.mark.requirement(
    "sas-sos-schedule-aggregator",
    "ig-sas@sos-recherche#Schedule",
    "sas-sos-location-aggregator",
    "sas-sos-organization-aggregator",
    "sas-sos-bundle-aggregator#references",
)
@pytest.mark.parametrize(
    ("resource", "element", "value"),
    [
        ("sos-1", "actor", [{"reference": "Location/ailleurs"}]),
        ("sos-1", "actor", [{"reference": "Location/l1"}, {"reference": "Location/l2"}]),
        ("l1", "managingOrganization", {"reference": "Organization/ailleurs"}),
        ("l1", "address", None),
    ],
)
def test_a_place_of_sos_that_cannot_be_told_takes_its_slots_with_it(
    resource: str, element: str, value: Any
):
    reading = without(OF_SOS, Flow.SOS, resource, element, value)
    assert accepted(reading) == {"s-2"}
    assert aside(reading)


@pytest.mark.requirement("sas-sos-bundle-aggregator", "sas-sos-bundle-aggregator#type")
def test_a_good_answer_of_sos_is_read_whole():
    reading = read(fixture(OF_SOS), Flow.SOS)
    assert accepted(reading) == {"s-1", "s-2"}
    assert aside(reading) == []
    assert {offer.place.organization for offer in reading.offers} == {ANNEXE}
    assert CABINET not in {offer.place.organization for offer in reading.offers}
