"""`aiguilleur tariff`."""

import json

import pytest
from typer.testing import CliRunner

from services.cli import build
from services.errors import BadInput

LEG = {
    "mode": "TAXI",
    "km": 3,
    "at": "2026-03-03T10:00:00+01:00",
    "department": "31",
    "urban_centre": None,
    "tpmr": False,
    "patients": 2,
}


def run(folder, leg, *arguments):
    path = folder / "leg.json"
    path.write_text(json.dumps(leg), encoding="utf-8")
    return CliRunner().invoke(build(), ["tariff", str(path), *arguments])


def priced(folder, **changes):
    result = run(folder, LEG | changes, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_shared_taxi_is_priced_for_each_patient(tmp_path):
    assert priced(tmp_path) == {
        "lines": [
            {"label": "Forfait, 4 km compris", "eur_cents": 1300},
            {"label": "Abattement de partage, 23 %", "eur_cents": -299},
        ],
        "total_eur_cents": 1001,
    }


def test_the_optional_fields_may_be_left_out(tmp_path):
    leg = {name: LEG[name] for name in ("mode", "km", "at", "department")} | {"km": 6.5}
    told = json.loads(run(tmp_path, leg, "--format", "json").output)
    assert told["total_eur_cents"] == 1575


def test_a_decimal_of_kilometres_is_taken_as_written_and_lines_are_exact(tmp_path):
    told = priced(tmp_path, km=6.1, patients=2)
    assert told["lines"][-1]["eur_cents"] == -352.13
    assert told["total_eur_cents"] == 1179


def test_the_price_is_told_in_words(tmp_path):
    lines = run(tmp_path, LEG | {"km": 6.1}).output.splitlines()
    assert [line.split()[-2:] for line in lines] == [
        ["13,00", "€"],
        ["2,31", "€"],
        ["-3,5213", "€"],
        ["11,79", "€"],
    ]
    assert lines[-1].startswith("Total par patient")


def test_the_holidays_of_the_department_of_the_leg_count(tmp_path):
    boxing_day = {"mode": "VSL", "at": "2025-12-26T10:00:00+01:00", "patients": 1}
    assert priced(tmp_path, **boxing_day, department="67")["total_eur_cents"] == 3036
    assert priced(tmp_path, **boxing_day)["total_eur_cents"] == 2429


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"km": -1}, "km"),
        ({"km": "NaN"}, "km"),
        ({"km": 1e9}, "km"),
        ({"km": True}, "km"),
        ({"km": None}, "km"),
        ({"at": "2026-03-03T10:00:00"}, "at"),
        ({"at": "tomorrow"}, "at"),
        ({"at": 1_772_528_400}, "at"),
        ({"mode": "HELICOPTER"}, "mode"),
        ({"patients": 0}, "patients"),
        ({"patients": 1.5}, "patients"),
        ({"patients": True}, "patients"),
        ({"tpmr": "yes"}, "tpmr"),
        ({"department": "99"}, "department"),
        ({"department": 31}, "department"),
        ({"department": "33"}, "department"),
        ({"department": "974"}, "department"),
        ({"at": "2024-03-03T10:00:00+01:00"}, "at"),
        ({"urban_centre": "Atlantis"}, "urban_centre"),
        ({"mode": "AMBULANCE"}, "patients"),
        ({"mode": "AMBULANCE", "patients": 1, "tpmr": True}, "tpmr"),
    ],
)
def test_bad_input_is_refused_naming_the_field(tmp_path, changes, field):
    result = run(tmp_path, LEG | changes)
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == field
    assert result.exception.reason
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["mode", "km", "at", "department"])
def test_a_field_left_out_is_named(tmp_path, name):
    result = run(tmp_path, {key: value for key, value in LEG.items() if key != name})
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == name


def test_a_file_that_is_not_there_is_bad_input(tmp_path):
    result = CliRunner().invoke(build(), ["tariff", str(tmp_path / "none.json")])
    assert isinstance(result.exception, BadInput)


def test_what_only_a_bill_tells_is_priced_too(tmp_path):
    bill = {
        "km": 40,
        "duration_min": 50,
        "empty_leg": True,
        "alone_km": 31.5,
        "approach_km": 6,
        "tolls_eur_cents": 500,
    }
    told = priced(tmp_path, **bill)
    assert [line["label"] for line in told["lines"]] == [
        "Forfait, 4 km compris",
        "36 km à 1,10 €",
        "Retour à vide, 25 % des kilomètres",
        "Abattement de partage, 5 %",
        "Péages, part de ce patient",
        "Approche de 6 km : non remboursée",
    ]
    assert told["total_eur_cents"] == 6188


def test_what_one_should_know_of_the_tariff_ends_the_text(tmp_path):
    said = run(tmp_path, LEG | {"mode": "VSL", "patients": 1, "tpmr": True}).output
    assert "Supplément TPMR : montant non publié" in said
    assert said.splitlines()[-1].startswith("Grille majorée")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"alone_km": 3.5}, "alone_km"),
        ({"duration_min": 0}, "duration_min"),
        ({"tolls_eur_cents": -1}, "tolls_eur_cents"),
        ({"empty_leg": "oui"}, "empty_leg"),
        ({"approach_km": True}, "approach_km"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_by_name(tmp_path, changes, field):
    refused = run(tmp_path, LEG | changes).exception
    assert isinstance(refused, BadInput)
    assert refused.field == field
