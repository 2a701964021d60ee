"""What answers rest on: kept by digest, once, and with the answer that names it."""

from dataclasses import replace

import pytest

from regulation.basis import Basis, Part
from services.store import Store
from tests.contract.samples import CASE, DECISION, NOON, ORIENTATION, PROPOSAL

BASIS = Basis(
    parts={part: f"{part}-digest" for part in Part},
    program="aiguilleur 0.1.0",
    travel="modèle routier",
)
LONG = bytes(range(256)) * 4000


def test_documents_come_back_byte_for_byte(store: Store):
    with store.unit() as unit:
        unit.archive.keep({"a": b"un", "b": LONG, "c": b""})
    with store.reading() as unit:
        assert [unit.archive.get(name) for name in "abc"] == [b"un", LONG, b""]


def test_a_document_kept_again_takes_its_place_once(store: Store):
    for _ in range(2):
        with store.unit() as unit:
            unit.archive.keep({"a": b"un", "b": b"deux"})
    with store.reading() as unit:
        assert unit.archive.get("a") == b"un"


def test_a_document_that_was_never_kept_is_not_found(store: Store):
    with store.reading() as unit, pytest.raises(LookupError, match="nothing"):
        unit.archive.get("nothing")


def test_an_answer_comes_back_with_its_basis(store: Store):
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.journal.record_orientation(ORIENTATION, at=NOON, vehicle_versions={}, basis=BASIS)
        unit.journal.record_orientation(ORIENTATION, at=NOON, vehicle_versions={})
    with store.reading() as unit:
        assert unit.journal.get_orientation("case-1:1").basis == BASIS
        assert unit.journal.get_orientation("case-1:2").basis is None


def test_each_decision_on_an_answer_has_an_id_of_its_own(store: Store):
    again = replace(DECISION, idempotency_key="key-2", attempt=2)
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.journal.record_orientation(ORIENTATION, at=NOON, vehicle_versions={})
        unit.journal.record_decision(DECISION, PROPOSAL)
        unit.journal.record_decision(again, PROPOSAL)
    with store.reading() as unit:
        assert unit.journal.get_decision("case-1:1") == DECISION
        assert unit.journal.get_decision("case-1:1.2") == again


@pytest.mark.parametrize("name", ["case-1:1.3", "case-1:2", "case-1", "", "case-1:1.1", "a:b:c.d"])
def test_a_decision_nobody_took_is_not_found(store: Store, name: str):
    test_each_decision_on_an_answer_has_an_id_of_its_own(store)
    with store.reading() as unit, pytest.raises(LookupError):
        unit.journal.get_decision(name)
