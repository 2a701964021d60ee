"""The ROR's offers become places, and each defect is put aside with the right reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.ror.files import READERS

FIXTURES = Path(__file__).parents[3] / "fixtures/ror"
NOW = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
MSP, MMG, HOSPITAL = "FINESS:990000010", "FINESS:990000028", "FINESS:990000036"


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    return READERS["ror"](raw(name), judgement)


def objects(name: str) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name).objects]


def aside(found: Ingested) -> list[tuple[int | None, str, str]]:
    return [(one.index, one.field, one.reason) for one in found.defects]


def test_an_exhaustive_answer_is_read_whole():
    found = read("good", Judgement(now=NOW, area=Department("31")))
    assert [one["id"] for one in found.objects] == [MSP, MMG, HOSPITAL]
    assert found.defects == ()


def test_an_offer_tells_who_where_and_for_whom():
    msp = objects("good")[0]
    assert msp["numbers"] == [MSP, "SIRET:99900001100018"]
    assert msp["effecteur_kind"] == "MSP"
    assert msp["address"] == "12 RUE DES ESSAIS, 31600 MURET"
    assert (msp["insee"], msp["position"]) == ("31395", {"lat": 43.4611, "lon": 1.3305})
    assert (msp["care"], msp["min_age"], msp["practitioners"]) == (
        ["GP"],
        0.0,
        ["RPPS:19990000002"],
    )


def test_only_numbers_open_to_all_are_kept():
    assert objects("good")[0]["phones"] == ["+33561000002"]


def test_an_offer_that_only_has_duty_hours_is_an_mmg():
    mmg = objects("good")[1]
    assert (mmg["effecteur_kind"], mmg["min_age"]) == ("MMG", 2.0)
    assert {row["type"] for row in mmg["hours"]} == {"DUTY"}


def test_a_night_runs_past_midnight():
    rows = objects("good")[1]["hours"]
    assert (rows[0]["start"], rows[0]["end"]) == ("20:00", "24:00")
    assert (rows[-1]["start"], rows[-1]["end"]) == ("20:00", "32:00")
    assert (rows[-1]["weekdays"], rows[-1]["from"]) == ([], "2026-12-24")


def test_a_closure_lasts_to_the_end_of_its_last_day():
    (closure,) = objects("good")[0]["closures"]
    assert closure == {"start": "2026-12-23T23:00:00+00:00", "end": "2026-12-26T23:00:00+00:00"}


def test_a_position_that_cannot_be_relied_on_is_none():
    hospital = objects("good")[2]
    assert hospital["position"] is None
    assert "on ne peut s'y fier" in hospital["warnings"][0]


def test_what_is_not_told_of_accessibility_stays_unknown():
    told = [one["accessibility"] for one in objects("good")]
    assert told == [
        {"accessibilite_declaree": "conforme"},
        {"accessibilite_declaree": "sur demande"},
        None,
    ]


def test_bed_counts_are_told_with_their_own_instant():
    beds = objects("good")[2]["capacity"]
    assert [(one["status"], one["count"]) for one in beds] == [("01", 15), ("02", 3)]
    assert beds[0]["observed_at"] == "2026-11-22T18:15:39+01:00"


def test_an_offer_that_says_only_what_it_must_is_enough():
    (one,) = objects("required_only")
    assert (one["id"], one["effecteur_kind"], one["hours"]) == ("LOCAL:ror/76/0100009", None, [])


def test_a_place_standing_alone_is_read():
    (one,) = objects("location_alone")
    assert one["record_id"] == "76/0000003"


def test_no_offer_is_an_empty_answer():
    assert read("empty") == Ingested(objects=(), defects=())


def test_bad_rows_of_hours_are_named_by_their_row():
    assert aside(read("bad_rows")) == [
        (0, "availableTime[2].extension", "8 n'est pas un jour de semaine (1 à 7)"),
        (1, "availableTime[0].availableEndTime", "n'a pas la forme attendue"),
        (2, "location", "ne mène à aucun lieu du lot : où est-ce ?"),
    ]


def test_a_source_that_lies_is_not_believed():
    assert [one[:2] for one in aside(read("lying", Judgement(now=NOW)))] == [
        (0, "location"),
        (1, "providedBy"),
        (2, "meta.lastUpdated"),
        (4, "position"),
        (5, "identifier.value"),
    ]


def test_schema_drift_is_said_element_by_element():
    assert aside(read("drift")) == [
        (0, "availableTime", "array est attendu, et non str"),
        (1, "location", "mène à Location/l2, qui est écarté"),
        (2, "identifier", "manque"),
        (6, "position.latitude", "manque"),
    ]


def test_of_a_duplicate_the_one_changed_last_is_kept_and_those_that_disagree_go():
    found = read("duplicate")
    assert [one["name"] for one in found.objects] == [
        "Médecine générale (à jour)",
        "Hospitalisation complète",
    ]
    assert aside(found) == [
        (0, "id", "double de la fiche 12"),
        (1, "id", "les copies se contredisent"),
        (12, "id", "les copies se contredisent"),
    ]


def test_a_place_of_another_department_is_refused_where_one_was_told():
    found = read("good", Judgement(area=Department("32")))
    assert found.objects == ()
    assert {one.field for one in found.defects} == {"address.postalCode", "providedBy"}


def test_a_refusal_of_the_server_is_no_offer():
    assert aside(read("outcome")) == [(0, "issue", "la source signale : error (exception)")]


def test_a_truncated_file_is_not_json():
    with pytest.raises(UnreadableFile):
        READERS["ror"](raw("good")[:900], FORM_ONLY)


def test_a_count_of_the_wrong_zone_or_of_none_is_put_aside():
    damaged = raw("good").replace(b"18:15:39+01:00", b"18:15:39")
    found = READERS["ror"](damaged, FORM_ONLY)
    assert aside(found)[-1][1:] == (
        "ror-location-supported-capacity[0].capacityUpdateDate",
        "n'est pas un instant avec son décalage",
    )


def test_empty_elements_are_named():
    damaged = raw("good").replace(b'"name": "MSP des essais"', b'"name": ""')
    (first, second) = aside(READERS["ror"](damaged, FORM_ONLY))
    assert first == (0, "providedBy", "mène à Organization/o1, qui est écarté")
    assert second[1:] == ("name", "est un élément vide : sans contenu, il ne doit pas être envoyé")


def test_a_closure_past_before_it_begins_is_put_aside():
    document = json.loads(raw("good"))
    document["entry"][0]["resource"]["notAvailable"] = [
        {"during": {"start": "2026-12-26", "end": "2026-12-20"}}
    ]
    found = READERS["ror"](json.dumps(document).encode(), FORM_ONLY)
    assert aside(found)[0][1] == "notAvailable[0].during"


@settings(max_examples=60, deadline=None)
@given(at=st.integers(min_value=0, max_value=9000), byte=st.integers(min_value=0, max_value=255))
def test_bytes_damaged_on_the_way_never_raise_nor_move_a_place(at, byte):
    damaged = bytearray(raw("good"))
    damaged[at % len(damaged)] = byte
    try:
        found = READERS["ror"](bytes(damaged), FORM_ONLY)
    except UnreadableFile:
        return
    assert len(found.objects) <= 3
