"""Events: numbered in the order in which they become visible, kept with what they tell of."""

import threading

import pytest

from regulation.events import Event, EventKind
from services.store import Store
from tests.contract.samples import CASE, MINUTE, NOON
from tests.contract.test_cases_and_journal import Breakdown

OPENED = Event(
    at=NOON,
    kind=EventKind.CASE_OPENED,
    case_id="case-1",
    facts={"who": "dr-1", "version": 0, "slot_id": None, "first": True},
)
ELSEWHERE = Event(at=NOON + MINUTE, kind=EventKind.CASE_DECIDED, case_id="case-2")
TELLERS, EACH = 4, 5


def tell(store: Store, *events: Event) -> None:
    with store.unit() as unit:
        for event in events:
            unit.events.record(event)


def tell_then_break_down(store: Store) -> None:
    with store.unit() as unit:
        unit.events.record(OPENED)
        raise Breakdown


def test_an_event_comes_back_whole_under_its_number(store: Store):
    tell(store, OPENED)
    with store.reading() as unit:
        (kept,) = unit.events.after(0)
        assert (kept.number, kept.event) == (1, OPENED)
        assert unit.events.last_number() == 1


def test_nothing_has_happened_yet(store: Store):
    with store.reading() as unit:
        assert list(unit.events.after(0)) == []
        assert unit.events.last_number() == 0


def test_what_comes_after_a_number_comes_in_order_and_not_all_at_once(store: Store):
    tell(store, OPENED, ELSEWHERE, OPENED)
    with store.reading() as unit:
        assert [one.number for one in unit.events.after(1)] == [2, 3]
        assert [one.number for one in unit.events.after(0, limit=2)] == [1, 2]
        assert list(unit.events.after(3)) == []


def test_the_events_of_one_case_keep_their_numbers(store: Store):
    tell(store, OPENED, ELSEWHERE, OPENED)
    with store.reading() as unit:
        assert [one.number for one in unit.events.after(0, case_id="case-1")] == [1, 3]


def test_an_event_of_a_unit_that_ends_badly_never_happened(store: Store):
    with pytest.raises(Breakdown):
        tell_then_break_down(store)
    tell(store, ELSEWHERE)
    with store.reading() as unit:
        assert [one.event for one in unit.events.after(0)] == [ELSEWHERE]
        assert unit.events.last_number() == 1


def test_the_bell_is_rung_once_an_event_is_there_and_for_nothing_else(store: Store):
    seen = []

    def look() -> None:
        with store.reading() as unit:
            seen.append(unit.events.last_number())

    store.ring(look)
    tell(store, OPENED, ELSEWHERE)
    with store.unit() as unit:
        unit.cases.add(CASE)
    assert seen == [2]


def test_a_reader_who_asks_for_what_is_new_never_misses_an_event(store: Store):
    """Several tell at once while one reads on from the last number it saw."""
    tellers = [threading.Thread(target=_tell_often, args=(store,)) for _ in range(TELLERS)]
    for teller in tellers:
        teller.start()
    seen: list[int] = []
    while len(seen) < TELLERS * EACH:
        alive = any(teller.is_alive() for teller in tellers)
        with store.reading() as unit:
            fresh = unit.events.after(seen[-1] if seen else 0)
        seen += [one.number for one in fresh]
        assert fresh or alive, f"events were passed over: {seen}"
    assert seen == list(range(1, TELLERS * EACH + 1))


def _tell_often(store: Store) -> None:
    for _ in range(EACH):
        tell(store, OPENED)
