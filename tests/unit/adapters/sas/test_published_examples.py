"""The example bundles published with the guide go through unchanged when form alone is judged."""

import json

import pytest

from adapters.kit.judgement import FORM_ONLY
from adapters.sas.files import READERS
from tests.unit.adapters.sas.worlds import PUBLISHED

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published SAS examples (../shared) are not here"
)


@pytest.mark.parametrize(
    ("feed", "name", "slots"),
    [
        ("sas-ps", "Bundle-ExampleBundlePSIndiv.json", 4),
        ("sas-cpts", "Bundle-ExampleBundleCPTS.json", 1),
        ("sas-sos", "Bundle-ExampleBundleAgregateurSOS.json", 4),
        ("sas-appointment", "Appointment-1.json", 1),
        ("sas-appointment", "Appointment-2.json", 1),
    ],
)
def test_a_published_example_goes_through_whole(feed, name, slots):
    found = READERS[feed]((PUBLISHED / name).read_bytes(), FORM_ONLY)
    assert (len(found.objects), found.defects) == (slots, ())


def test_no_slot_of_the_published_bundle_is_lost_or_moved():
    raw = (PUBLISHED / "Bundle-ExampleBundlePSIndiv.json").read_bytes()
    sent = [entry["resource"] for entry in json.loads(raw)["entry"]]
    slots = [resource for resource in sent if resource["resourceType"] == "Slot"]
    objects = READERS["sas-ps"](raw, FORM_ONLY).objects
    assert [one["id"] for one in objects] == [f"LOCAL:sas-ps/{slot['id']}" for slot in slots]
    assert [one["booking_url"] for one in objects] == [slot.get("comment") for slot in slots]
    assert [(one["effecteur_id"], one["start"]) for one in objects] == [
        ("FINESS:810004421", "2021-11-05T10:00:00+01:00"),
        ("FINESS:810004956", "2021-11-05T12:00:00+01:00"),
        ("FINESS:810004421", "2021-11-04T15:20:00+01:00"),
        ("FINESS:810004421", "2021-11-04T15:40:00+01:00"),
    ]


def test_the_published_cpts_slot_names_its_community():
    raw = (PUBLISHED / "Bundle-ExampleBundleCPTS.json").read_bytes()
    (slot,) = READERS["sas-cpts"](raw, FORM_ONLY).objects
    assert slot["communities"] == ["FINESS:950047225"]
    assert slot["practitioner_id"] == "RPPS:10002909371"
