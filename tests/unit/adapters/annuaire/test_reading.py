"""Structures and practitioners come out of the Annuaire's pages; bad resources are put aside."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.annuaire.client import search_path
from adapters.annuaire.files import READERS
from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement

FIXTURES = Path(__file__).parents[3] / "fixtures/annuaire"
DATED = Judgement(now=datetime(2026, 11, 22, 18, 40, tzinfo=UTC), area=Department("31"))


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    return READERS["annuaire"]((FIXTURES / f"{name}.json").read_bytes(), judgement)


def objects(name: str) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name).objects]


def aside(found: Ingested) -> list[tuple[int | None, str]]:
    return [(one.index, one.field) for one in found.defects]


def test_an_exhaustive_page_is_read_whole():
    found = read("good", DATED)
    assert [dict(one)["id"] for one in found.objects] == [
        *("FINESS:990000010", "SIRET:99900001100018", "FINESS:990000036", "FINESS:990000044"),
        *("RPPS:19990000010", "RPPS:19990000028", "RPPS:19990000036"),
    ]
    assert found.defects == ()


def test_a_structure_tells_where_it_is_from_the_parts_beside_its_line():
    pharmacy = objects("good")[0]
    assert pharmacy["address"] == "3 PL FICTIVE, 31120 PORTET SUR GARONNE"
    assert (pharmacy["insee"], pharmacy["phones"]) == ("31433", ["+33561000001"])
    assert (pharmacy["effecteur_kind"], pharmacy["care"]) == ("PHARMACIE", ["PHARMACY"])


def test_a_structure_knows_who_is_in_activity_there():
    surgery = objects("good")[1]
    assert surgery["practitioners"] == ["RPPS:19990000010", "RPPS:19990000028"]
    assert surgery["specialties"] == ["SM40", "SM54"]


def test_a_transporter_is_no_effecteur_and_a_closed_centre_says_so():
    ambulances, centre = objects("good")[2:4]
    assert (ambulances["effecteur_kind"], ambulances["sectors"]) == (None, ["SA10"])
    assert centre["active"] is False


def test_neither_names_nor_contacts_of_practitioners_are_read():
    assert "Synth" not in str(objects("good"))
    assert "@" not in str(objects("good"))


def test_what_is_required_is_enough():
    (one,) = objects("required_only")
    assert (one["id"], one["name"]) == ("FINESS:990000051", None)


def test_an_empty_page_is_empty():
    assert read("empty") == Ingested(objects=(), defects=())


def test_bad_resources_and_empty_elements_are_put_aside_with_the_field_at_fault():
    assert aside(read("bad_resources", DATED)) == [
        (0, "identifier.value"),
        (1, "meta.lastUpdated"),
        (2, "name"),
        (4, "identifier.value"),
        (5, "identifier"),
    ]


def test_a_change_in_the_past_is_no_fault_and_one_of_the_wrong_zone_is():
    assert 1 not in dict(aside(read("bad_resources")))


def test_schema_drift_is_said_element_by_element():
    assert aside(read("drift")) == [(0, "address"), (1, "identifier")]


def test_of_a_duplicate_the_one_changed_last_is_kept():
    found = read("duplicate")
    assert dict(found.objects[0])["name"] == "PHARMACIE FICTIVE (À JOUR)"
    assert aside(found) == [(0, "id"), (12, "id")]


def test_an_activity_standing_alone_is_told():
    raw = b"""{"resourceType": "PractitionerRole", "id": "r",
      "identifier": [{"value": "1001500032"}],
      "practitioner": {"reference": "Practitioner/3719500"}}"""
    (activity,) = READERS["annuaire"](raw, FORM_ONLY).objects
    assert (activity["kind"], activity["id"]) == ("activity", "LOCAL:1001500032")


def test_a_structure_elsewhere_is_refused_where_a_department_was_told():
    found = read("good", Judgement(area=Department("32")))
    assert {one.field for one in found.defects} == {"address.postalCode"}


def test_a_truncated_page_is_not_json():
    raw = (FIXTURES / "good.json").read_bytes()[:500]
    with pytest.raises(UnreadableFile):
        READERS["annuaire"](raw, FORM_ONLY)


def test_the_search_is_by_sector_department_and_date():
    path = search_path("SA33", "31", datetime(2026, 11, 22, 18, 40, tzinfo=UTC))
    assert path.startswith("/Organization?type=https%3A%2F%2Fmos.esante.gouv.fr")
    assert "%7CSA33&address-postalcode=31&" in path
    assert path.endswith("_count=200&_lastUpdated=ge2026-11-22T18%3A35%3A00%2B00%3A00")
