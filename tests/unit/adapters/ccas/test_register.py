"""A register is used by the consent of each person, and nothing of the others is kept."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.ccas.files import read_ccas, read_register
from adapters.ccas.gateway import PersonRegister
from adapters.kit.departments import Department
from adapters.kit.judgement import Judgement

RAW = (Path(__file__).parents[3] / "fixtures/ccas/registre.csv").read_bytes()
NOW = datetime.fromisoformat("2026-11-28T19:40:00+01:00")
HERE = Judgement(now=NOW, area=Department("31"))
PHONE = "0536490001"


@pytest.fixture
def register() -> PersonRegister:
    register = PersonRegister(secret=b"clef")
    register.take_in(RAW, HERE)
    return register


def test_only_rows_with_a_consent_that_holds_are_read():
    found = read_ccas(RAW, HERE)
    assert [one["answers"] for one in found.objects] == [
        {"uses_wheelchair": True, "autonomy": "with_companion"},
        {"walking_aid": True},
    ]
    assert [(one.index, one.field) for one in found.defects] == [
        (2, "consentement"),
        (3, "consenti_le"),
        (4, "consenti_jusqu_au"),
        (5, "besoins"),
        (6, "telephone"),
        (7, "personne"),
        (8, "insee"),
        (9, "consenti_le"),
    ]


def test_nothing_of_a_row_left_out_is_kept_and_no_number_shows():
    found = read_ccas(RAW, HERE)
    assert {one.raw for one in found.defects} == {b""}
    shown = json.dumps(found.objects) + "".join(one.reason for one in found.defects)
    assert "53649" not in shown
    assert "P-00" not in shown


def test_a_caller_is_found_by_phone_however_it_is_written(register: PersonRegister):
    for written in (PHONE, "05 36 49 00 01", "+33 5 36 49 00 01"):
        person = register.find(written, NOW, HERE)
        assert person is not None
        assert person.answers["uses_wheelchair"] is True


@pytest.mark.parametrize("phone", ["", "0536490002", "0536490003", "n'importe quoi"])
def test_who_did_not_agree_or_is_not_there_is_not_found(register: PersonRegister, phone: str):
    assert register.find(phone, NOW, HERE) is None


def test_a_consent_that_ends_is_no_longer_used(register: PersonRegister):
    assert register.find(PHONE, NOW + timedelta(days=300), HERE) is None


def test_who_is_no_longer_in_the_register_has_withdrawn(register: PersonRegister):
    lines = RAW.decode().splitlines()
    register.take_in("\n".join((lines[0], lines[2])).encode(), HERE)
    assert register.find(PHONE, NOW, HERE) is None


def test_a_table_of_another_form_leaves_the_register_as_it_was(register: PersonRegister):
    (defect,) = register.take_in(b"nom;prenom\nA;B\n", HERE)
    assert (defect.index, defect.raw) == (None, b"")
    assert register.find(PHONE, NOW, HERE) is not None


def test_digests_need_the_secret():
    ours, _ = read_register(RAW, HERE, b"clef")
    theirs, _ = read_register(RAW, HERE, b"autre")
    assert ours[0].phone_key != theirs[0].phone_key
