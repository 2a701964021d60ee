"""Establishments come out of the FINESS file with their coordinates; bad rows are put aside."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from adapters.finess.files import READERS
from adapters.finess.mapping import read_file
from adapters.finess.projections import EPSG, projection_of, to_degrees
from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from regulation.kernel.ids import CheckDigits

FIXTURES = Path(__file__).parents[3] / "fixtures/finess"
NOW = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
DATED = Judgement(now=NOW)


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.csv").read_bytes()


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    return READERS["finess"](raw(name), judgement)


def objects(name: str) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name).objects]


def aside(found: Ingested) -> list[tuple[int | None, str]]:
    return [(one.index, one.field) for one in found.defects]


@pytest.mark.parametrize("name", ["good_utf8", "good_latin1"])
def test_both_encodings_give_the_same_establishments(name):
    assert [one["name"] for one in objects(name)] == [
        "PHARMACIE DE L'ÉTÉ",
        "MAISON DE SANTÉ DES ESSAIS",
        "CENTRE DE SANTÉ DENTAIRE",
        "RÉSIDENCE DES ESSAIS",
        "PHARMACIE DU GERS",
        "PHARMACIE DE L'OCÉAN",
    ]
    assert read(name, DATED).defects == ()


def test_coordinates_join_by_number_and_become_degrees():
    positions = [one["position"] for one in objects("good_utf8")]
    assert positions[0] == {"lat": pytest.approx(43.52, abs=2e-6), "lon": pytest.approx(1.41, 1e-5)}
    assert positions[3] is None
    assert positions[5] == {
        "lat": pytest.approx(-20.8789, abs=2e-6),
        "lon": pytest.approx(55.4481, abs=2e-6),
    }


def test_the_category_says_what_it_is_and_a_category_of_no_effecteur_is_told_as_it_is():
    found = [(one["effecteur_kind"], one["category"]) for one in objects("good_utf8")]
    assert found[:4] == [("PHARMACIE", "620"), ("MSP", "603"), ("CDS", "124"), (None, "500")]


def test_a_commune_overseas_has_its_real_code():
    assert objects("good_utf8")[5]["insee"] == "97411"
    assert objects("good_utf8")[5]["phones"] == ["+262262000001"]


def test_a_row_with_only_what_it_must_have_is_enough():
    (one,) = objects("required_only")
    assert (one["id"], one["phones"], one["position"]) == ("FINESS:990000010", [], None)


def test_a_file_without_establishments_is_empty():
    assert read("empty") == Ingested(objects=(), defects=())


def test_what_a_spreadsheet_spoils_is_mended_or_said_to_be_lost():
    (one,) = objects("spreadsheet")
    assert (one["phones"], one["numbers"]) == (["+33561000001"], ["FINESS:990000010"])
    assert one["changed_at"] == "2026-05-12T00:00:00+00:00"
    assert one["warnings"] == ["siret: '2,601E+13' n'est pas un numéro, et est laissé de côté"]


def test_bad_rows_are_put_aside_with_the_column_at_fault():
    found = read("bad_rows", DATED)
    assert aside(found) == [
        (0, "nofinesset"),
        (1, "ligneacheminement"),
        (2, "row"),
        (3, "datemaj"),
        (4, "row"),
        (5, "datemaj"),
        (7, "nofinesset"),
        (9, "coordxet"),
        (10, "nofinesset"),
        (11, "coordxet"),
    ]
    assert [one["id"] for one in found.objects] == ["FINESS:990000010", "FINESS:990000069"]


def test_a_bad_coordinate_leaves_the_establishment_without_a_position():
    found = read("bad_rows", DATED)
    assert [dict(one)["position"] for one in found.objects] == [None, None]


def test_of_duplicate_rows_the_one_changed_last_is_kept():
    found = read("bad_rows", DATED)
    (copy,) = (one for one in found.defects if one.index == 7)
    assert copy.reason == "double de la ligne 6"


def test_a_change_dated_in_the_past_is_no_fault_and_one_in_the_future_is():
    reasons = {one.index: one.reason for one in read("bad_rows", DATED).defects}
    assert reasons[5] == "2031-01-01 est dans le futur"
    assert 5 not in {one.index for one in read("bad_rows").defects}


def test_an_establishment_elsewhere_is_refused_where_a_department_was_told():
    found = read("good_utf8", Judgement(area=Department("31")))
    assert aside(found) == [(4, "ligneacheminement"), (5, "ligneacheminement")]


def test_rows_of_other_departments_are_passed_over_by_the_adapter():
    reading = read_file(raw("good_utf8"), DATED, {}, departments=frozenset({"32"}))
    assert [one.record.record_id for one in reading.places] == ["990000051"]
    assert reading.defects == ()


def test_a_wrong_check_digit_is_a_warning_or_a_fault_as_told():
    damaged = raw("good_utf8").replace(b"990000010", b"990000011")
    found = READERS["finess"](damaged, FORM_ONLY)
    assert "clé de contrôle fausse" in str(dict(found.objects[0])["warnings"])
    strict = READERS["finess"](damaged, Judgement(digits=CheckDigits.ERROR))
    assert aside(strict)[0] == (0, "nofinesset")


def test_empty_elements_are_not_told():
    assert objects("good_utf8")[3]["phones"] == []


@pytest.mark.parametrize("content", [b"", b'{"resourceType": "Bundle"}', b"a;b;c\n1;2;3\n"])
def test_schema_drift_of_the_whole_file_is_said(content):
    with pytest.raises(UnreadableFile, match="n'est pas un fichier FINESS"):
        READERS["finess"](content, FORM_ONLY)


def test_a_truncated_file_loses_its_last_row_only():
    found = READERS["finess"](raw("good_utf8")[:900], FORM_ONLY)
    assert len(found.objects) == 3
    assert aside(found) == [(3, "row")]


def test_a_coordinate_of_the_wrong_zone_lands_nowhere_in_france():
    damaged = raw("good_utf8").replace(b"UTM_S40", b"UTM_S38")
    assert aside(READERS["finess"](damaged, FORM_ONLY)) == [(10, "coordxet")]


def test_the_projection_is_told_by_the_source_or_by_the_department():
    assert projection_of("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,UTM_N20", "31") == "UTM_N20"
    assert projection_of("", "9D") == "UTM_S40"
    assert projection_of("", "31") == "LAMBERT_93"


@given(lat=st.floats(min_value=44, max_value=48.5), lon=st.floats(min_value=0, max_value=5))
def test_a_point_of_the_mainland_comes_back_where_it_was(lat, lon):
    there = Transformer.from_crs(4326, EPSG["LAMBERT_93"], always_xy=True)
    found = to_degrees("LAMBERT_93", {"a": there.transform(lon, lat)})["a"]
    assert found is not None
    assert [found.lat, found.lon] == pytest.approx([lat, lon], abs=1e-6)
