"""Holds: all of it or nothing, for a time, in memory and on a Redis server alike; and fences."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from redis import Redis

from adapters.kit.clock import SystemClock
from adapters.kit.holds import HeldElsewhere, Hold, Holds, HoldsUnavailable, Overtaken
from adapters.live.holds import RedisHolds
from adapters.memory.holds import InMemoryHolds
from services.store import Store
from tests.contract.samples import HOUR, NOON
from tests.servers.process import free_port

NUMBERS = count()
SHORT = timedelta(milliseconds=60)
Open = Callable[[timedelta], Holds]


@pytest.fixture(params=["memory", "redis"])
def opening(request: pytest.FixtureRequest) -> Iterator[Open]:
    if request.param == "memory":
        yield lambda lasts: InMemoryHolds(SystemClock(), lasts)
        return
    with Redis.from_url(request.getfixturevalue("redis_url")) as client:
        yield lambda lasts: RedisHolds(client, f"essai-{next(NUMBERS)}", lasts)


@pytest.fixture
def holds(opening: Open) -> Holds:
    return opening(timedelta(seconds=15))


def test_all_is_held_or_nothing(holds: Holds):
    holds.take("case-1", {"vehicle/VSL-1": 1})
    with pytest.raises(HeldElsewhere) as refusal:
        holds.take("case-2", {"slot/1": 1, "vehicle/VSL-1": 1})
    assert refusal.value.thing == "vehicle/VSL-1"
    assert holds.held() == {"vehicle/VSL-1": ["case-1"]}


def test_as_many_hold_a_slot_as_it_has_places(holds: Holds):
    holds.take("case-1", {"slot/1": 2})
    holds.take("case-2", {"slot/1": 2})
    with pytest.raises(HeldElsewhere):
        holds.take("case-3", {"slot/1": 2})


def test_what_is_given_back_may_be_held_at_once(holds: Holds):
    holds.release(holds.take("case-1", {"slot/1": 1, "vehicle/VSL-1": 1}))
    assert holds.held() == {}
    holds.take("case-2", {"slot/1": 1, "vehicle/VSL-1": 1})


def test_a_case_does_not_stand_in_its_own_way(holds: Holds):
    first = holds.take("case-1", {"slot/1": 1})
    second = holds.take("case-1", {"slot/2": 1})
    assert holds.held() == {"slot/2": ["case-1"]}
    holds.release(first)
    assert holds.held() == {"slot/2": ["case-1"]}
    assert second.token > first.token


def test_a_hold_that_nobody_gives_back_ends_by_itself(opening: Open):
    holds = opening(SHORT)
    dead = holds.take("case-1", {"slot/1": 1})
    time.sleep(2 * SHORT.total_seconds())
    assert holds.held() == {}
    heir = holds.take("case-2", {"slot/1": 1})
    assert heir.token > dead.token
    holds.release(dead)
    assert holds.held() == {"slot/1": ["case-2"]}


def test_tokens_move_past_what_a_fence_has_seen(holds: Holds):
    seen = holds.take("case-1", {"slot/1": 1}).token + 10**12
    holds.move_past(seen)
    assert holds.take("case-1", {"slot/1": 1}).token > seen


def test_of_many_at_once_one_holds(holds: Holds):
    gate = threading.Barrier(8)
    held: list[Hold] = []

    def take(number: int) -> None:
        gate.wait(timeout=10)
        try:
            held.append(holds.take(f"case-{number}", {"slot/1": 1, "vehicle/VSL-1": 1}))
        except HeldElsewhere:
            return

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 1
    assert holds.held() == {one: [held[0].case_id] for one in ("slot/1", "vehicle/VSL-1")}


def test_a_server_that_is_gone_is_said_to_be():
    client = Redis(host="127.0.0.1", port=free_port())
    with pytest.raises(HoldsUnavailable):
        RedisHolds(client, "essai").take("case-1", {"slot/1": 1})


def come_through(store: Store, token: int, *things: str) -> None:
    with store.unit() as unit:
        unit.fences.come_through(things, token)


def test_a_fence_lets_no_older_token_through(store: Store):
    come_through(store, 5, "vehicle/VSL-1")
    come_through(store, 7, "vehicle/VSL-1", "vehicle/TAXI-1")
    for late in (5, 7):
        with pytest.raises(Overtaken) as refusal:
            come_through(store, late, "slot/1", "vehicle/VSL-1")
        assert refusal.value.seen == 7
    come_through(store, 1, "slot/1")


def test_fences_of_long_ago_are_forgotten(store: Store):
    token = int(NOON.timestamp() * 1_000_000)
    come_through(store, token, "vehicle/VSL-1")
    with store.unit() as unit:
        assert unit.fences.forget(NOON - HOUR) == 0
        assert unit.fences.forget(NOON + HOUR) == 1
    come_through(store, 1, "vehicle/VSL-1")
