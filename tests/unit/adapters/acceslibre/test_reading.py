"""Answers on premises come out of the table and of the API; an empty one stays unknown."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.acceslibre.files import READERS
from adapters.acceslibre.payloads import OF_THE_RECORD
from adapters.kit.accessibility import CODES, COUNTS, FLAGS, LISTS, read_answer
from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, Json, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement

FIXTURES = Path(__file__).parents[3] / "fixtures/acceslibre"
PUBLISHED = Path(__file__).parents[5] / "shared/data/interop/acceslibre/exemple-valide.csv"
DATED = Judgement(now=datetime(2026, 11, 22, 18, 40, tzinfo=UTC))


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    return READERS["acceslibre"]((FIXTURES / name).read_bytes(), judgement)


def objects(name: str) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name).objects]


def shown(one: Json) -> dict[str, Any]:
    return dict(one)


def aside(found: Ingested) -> list[tuple[int | None, str]]:
    return [(one.index, one.field) for one in found.defects]


def test_an_exhaustive_record_is_read_whole():
    msp = objects("good.csv")[0]
    assert (msp["id"], msp["activity"]) == (
        "SIRET:99900001100018",
        "Maison de santé ou centre de santé",
    )
    assert msp["accessibility"] == {
        "transport_station_presence": True,
        "stationnement_presence": True,
        "stationnement_pmr": True,
        "cheminement_ext_presence": True,
        "cheminement_ext_plain_pied": True,
        "cheminement_ext_rampe": "aucune",
        "entree_plain_pied": True,
        "entree_largeur_mini": 90,
        "entree_pmr": False,
        "accueil_personnels": "formés",
        "accueil_equipements_malentendants": ("bim", "lsf"),
        "sanitaires_adaptes": True,
    }
    assert msp["others"] == {"labels": "th", "conformite": "True"}


def test_empty_elements_leave_everything_unknown():
    assert objects("good.csv")[2]["accessibility"] == {}


def test_semicolons_and_the_old_encoding_are_read_alike():
    assert objects("good_semicolon_latin1.csv") == objects("good.csv")


def test_a_table_without_records_is_empty():
    assert read("empty.csv") == Ingested(objects=(), defects=())


def test_the_api_tells_the_same_in_sections():
    (msp,) = map(shown, read("api_page.json", DATED).objects)
    assert msp["accessibility"]["accueil_equipements_malentendants"] == ("bim", "lsf")
    assert "stationnement_pmr" not in msp["accessibility"]  # null is unknown, not no
    assert (msp["position"], msp["address"]) == (
        {"lat": 43.4611, "lon": 1.3305},
        "12 Rue des Essais, 31600 Muret",
    )


def test_an_answer_is_as_old_as_its_last_change():
    (msp,) = read("api_page.json", DATED).objects
    assert dict(msp)["observed_at"] == "2026-09-12T10:30:00+02:00"


def test_a_change_in_the_future_is_put_aside_and_one_in_the_past_is_not():
    assert aside(read("api_page.json", DATED)) == [(1, "updated_at")]


def test_bad_records_are_put_aside_with_the_field_at_fault():
    assert aside(read("bad_rows.csv")) == [
        (0, "entree_largeur_mini"),
        (1, "siret"),
        (2, "latitude"),
        (3, "name"),
        (4, "entree_plain_pied"),
        (7, "id"),
        (8, "row"),
        (9, "entree_marches"),
        (10, "id"),
        (11, "id"),
    ]


def test_a_word_out_of_the_schema_is_unknown_and_told():
    one = objects("bad_rows.csv")[0]
    assert "entree_marches_rampe" not in one["accessibility"]
    assert one["others"] == {"entree_marches_rampe": "pliante"}
    (warning,) = one["warnings"]
    assert "'pliante' n'est pas parmi aucune, fixe, amovible" in warning


def test_of_a_duplicate_one_is_kept_and_those_that_disagree_go():
    reasons = {one.index: one.reason for one in read("bad_rows.csv").defects}
    assert (reasons[7], reasons[10], reasons[11]) == (
        "double de la ligne 6",
        "les copies se contredisent",
        "les copies se contredisent",
    )


def test_a_place_elsewhere_is_refused_where_a_department_was_told():
    found = read("good.csv", Judgement(area=Department("32")))
    assert aside(found) == [(at, "postal_code") for at in range(3)]


@pytest.mark.parametrize("content", [b"", b"identifiant,nom\n1,x\n", b'"texte"'])
def test_schema_drift_of_the_whole_table_puts_it_aside(content):
    (defect,) = READERS["acceslibre"](content, FORM_ONLY).defects
    assert (defect.index, defect.field, defect.raw) == (None, "commune", content)
    assert defect.reason.startswith("pas de colonne commune, id")


def test_a_truncated_page_of_the_api_is_not_json():
    with pytest.raises(UnreadableFile, match="n'est pas du JSON"):
        READERS["acceslibre"]((FIXTURES / "api_page.json").read_bytes()[:400], FORM_ONLY)


def test_an_instant_of_the_wrong_zone_or_of_none_is_put_aside():
    raw = (FIXTURES / "api_page.json").read_bytes().replace(b"10:30:00+02:00", b"10:30:00")
    assert aside(READERS["acceslibre"](raw, FORM_ONLY))[0] == (0, "updated_at")


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published example (../shared) is not here")
def test_the_published_example_goes_through_without_a_loss():
    found = READERS["acceslibre"](PUBLISHED.read_bytes(), FORM_ONLY)
    assert found.defects == ()
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        sent = list(csv.DictReader(file))
    told = [
        {name for name, cell in row.items() if cell and name not in OF_THE_RECORD} for row in sent
    ]
    read_back = [{*one["accessibility"], *one["others"]} for one in map(shown, found.objects)]
    assert read_back == told


@given(st.text(max_size=12))
def test_an_answer_is_of_the_schema_or_refused(told):
    for name in ("entree_plain_pied", "entree_marches", "entree_marches_rampe"):
        try:
            answer = read_answer(name, told)
        except ValueError:
            continue
        assert isinstance(answer, bool | int | str)


def test_no_field_is_of_two_kinds():
    kinds = [set(FLAGS), set(COUNTS), set(CODES), set(LISTS)]
    assert len(set().union(*kinds)) == sum(map(len, kinds))
