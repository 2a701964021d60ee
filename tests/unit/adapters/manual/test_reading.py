"""Declarations are believed for a while, then nobody knows."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.kit.defective import PayloadRefused
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.manual.files import READERS
from adapters.manual.gateway import ManualBoard
from regulation.declarations import Openness
from regulation.kernel.ids import Identifier

FIXTURES = Path(__file__).parents[3] / "fixtures/manual"
NOW = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
MMG = Identifier.parse("SIRET:99900002900010")


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    return READERS["manual"](raw(name), judgement)


def objects(name: str, judgement: Judgement = FORM_ONLY) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name, judgement).objects]


def test_both_forms_are_read():
    found = objects("good", Judgement(now=NOW))
    assert [(one["id"], one["status"], one["waiting_minutes"]) for one in found] == [
        ("SIRET:99900002900010", "SATURATED", 150),
        ("FINESS:990000010", "CLOSED", None),
        ("FINESS:990000028", "OPEN", 45),
    ]


def test_a_declaration_that_does_not_say_is_good_for_an_hour():
    assert objects("good")[1]["valid_until"] == "2026-11-22T20:00:00+01:00"


def test_what_is_required_is_enough_and_none_is_none():
    assert objects("required_only")[0]["status"] == "OPEN"
    assert read("empty") == Ingested(objects=(), defects=())


def test_past_its_time_a_declaration_is_unknown_and_what_it_said_is_shown():
    (one,) = objects("expired", Judgement(now=NOW))
    assert (one["status"], one["declared_status"]) == ("UNKNOWN", "OPEN")
    assert objects("expired")[0]["status"] == "OPEN"  # form alone is judged


def test_bad_declarations_are_put_aside_with_the_field_at_fault():
    found = read("bad", Judgement(now=NOW))
    assert [(one.index, one.field) for one in found.defects] == [
        (0, "effecteur_id"),
        (1, "status"),
        (2, "observed_at"),
        (3, "observed_at"),
        (4, "valid_until"),
        (5, "valid_until"),
        (6, "waiting_minutes"),
        (7, "document"),
        (8, "effecteur_id"),
        (10, "observed_at"),
        (11, "observed_at"),
        (12, "observed_at"),
        (13, "document"),
    ]
    assert [dict(one)["id"] for one in found.objects] == [str(MMG)]


def test_the_last_word_counts_and_two_at_once_that_differ_count_for_nothing():
    reasons = {one.index: one.reason for one in read("bad", Judgement(now=NOW)).defects}
    assert reasons[10] == "remplacée par la déclaration ultérieure 9"
    assert reasons[11] == reasons[12] == "les déclarations se contredisent"


def test_another_document_is_put_aside():
    assert read("drift").defects[0].index == 0


@pytest.mark.parametrize("content", [b"[", b"", b"ouvert"])
def test_a_truncated_document_is_not_json(content):
    with pytest.raises(UnreadableFile):
        READERS["manual"](content, FORM_ONLY)


@pytest.fixture
def board() -> ManualBoard:
    return ManualBoard(InMemoryQuarantine())


def test_a_declaration_is_believed_until_it_expires(board):
    board.hear(raw("good"), NOW)
    assert board.valid_at(NOW)[MMG].status is Openness.SATURATED
    assert MMG not in board.valid_at(NOW + timedelta(hours=2))


def test_an_older_word_never_replaces_a_later_one(board):
    board.hear(raw("good"), NOW)
    earlier = raw("good").replace(b"19:30:00", b"18:30:00").replace(b"SATURATED", b"OPEN")
    board.hear(earlier, NOW)
    assert board.valid_at(NOW)[MMG].status is Openness.SATURATED


def test_what_cannot_be_believed_is_counted(board):
    board.hear(raw("bad"), NOW)
    health = board.health(NOW)
    assert (health.quarantined, health.last_success) == (13, NOW)


def test_a_document_that_is_no_list_of_declarations_is_refused(board):
    with pytest.raises(PayloadRefused):
        board.hear(b'{"declarations": 1}', NOW)


def declaring(status: str, patients: int) -> Ingested:
    told = {
        "effecteur_id": str(MMG),
        "status": status,
        "observed_at": NOW.isoformat(),
        "extra_patients": patients,
    }
    return READERS["manual"](json.dumps(told).encode(), FORM_ONLY)


def test_extra_patients_are_read_of_who_is_open():
    (one,) = declaring("OPEN", 3).objects
    assert one["extra_patients"] == 3


@pytest.mark.parametrize(("status", "patients"), [("CLOSED", 1), ("OPEN", -1), ("OPEN", 21)])
def test_extra_patients_that_make_no_sense_are_put_aside(status: str, patients: int):
    found = declaring(status, patients)
    assert [one.field for one in found.defects] == ["extra_patients"]
    assert found.objects == ()
