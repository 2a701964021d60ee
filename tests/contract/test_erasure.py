"""A case whose time is over is erased whole, alike on every store; the others are left."""

from dataclasses import replace
from datetime import timedelta

from regulation.basis import Basis, Part
from regulation.cases import CaseState
from services.store import Store
from tests.contract.samples import BOOKING, CASE, DECISION, HOUR, NOON, ORIENTATION, PROPOSAL, RIDE
from tests.contract.test_events import OPENED
from tests.contract.test_messages import keep, message

LATER = NOON + timedelta(days=400)
BASIS = Basis(parts={Part.CASE: "c" * 64, Part.RULES: "r" * 64}, program="1", travel="x")


def live(store: Store, case_id: str, at=NOON, *, state: CaseState = CaseState.CLOSED) -> None:
    """Somebody who was decided on, and what became of it."""
    case = replace(CASE, case_id=case_id, state=CaseState.OPEN, journal=())
    for following in (CaseState.PROPOSED, CaseState.DECIDED, state):
        if following is not case.state:
            case = case.to(following, at=at, actor="x")
    with store.unit() as unit:
        unit.cases.add(case)
        unit.events.record(replace(OPENED, case_id=case_id, at=at))
        unit.archive.keep({"c" * 64: b"who", "r" * 64: b"rules"})
        told = replace(ORIENTATION, case_id=case_id)
        kept = unit.journal.record_orientation(told, at=at, vehicle_versions={}, basis=BASIS)
        decision = replace(
            DECISION,
            case_id=case_id,
            orientation_id=kept.orientation_id,
            idempotency_key=f"cle-{case_id}",
        )
        unit.journal.record_decision(decision, PROPOSAL)
        unit.bookings.book(replace(BOOKING, case_id=case_id, slot_id=f"slot-{case_id}"), 1)
        ride = replace(RIDE, ride_id=f"{case_id}/return", vehicle_id=f"AMB-{case_id}")
        unit.promises.replace(case_id, [ride], seen={})


def test_a_case_whose_time_is_over_is_erased_whole_and_no_other(store: Store):
    live(store, "old")
    live(store, "young", LATER)
    live(store, "going", state=CaseState.DECIDED)
    with store.unit() as unit:
        assert list(unit.erasure.over(NOON, 10)) == []
        assert list(unit.erasure.over(NOON + HOUR, 10)) == ["old"]
        unit.erasure.erase("old")
    with store.reading() as unit:
        assert unit.cases.find("old") is None
        assert unit.journal.find_orientation("old") is None
        assert list(unit.journal.decisions_of("old")) == []
        assert unit.bookings.find_booking("old") is None
        assert list(unit.promises.rides_of("old")) == []
        assert list(unit.events.after(0, case_id="old")) == []
        assert unit.archive.get("r" * 64) == b"rules"
        assert unit.cases.find("young") is not None
        assert unit.bookings.find_booking("going") is not None


def test_messages_of_a_case_are_erased_with_it(store: Store):
    keep(store, message())
    with store.unit() as unit:
        unit.erasure.erase(message().case_id)
        assert unit.outbox.find(message().message_id) is None
        assert unit.cases.find(message().case_id) is None
