"""Events are shared out among the members of a group, in memory and on a Redis server alike."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from redis import Redis

from adapters.kit.live import EventFeed
from adapters.live.events import RedisEventFeed
from adapters.memory.live import InMemoryEventFeed

NUMBERS = count()
AT_ONCE = timedelta(0)


@pytest.fixture(params=["memory", "redis"])
def feed(request: pytest.FixtureRequest) -> Iterator[EventFeed]:
    if request.param == "memory":
        yield InMemoryEventFeed()
        return
    with Redis.from_url(request.getfixturevalue("redis_url")) as client:
        yield RedisEventFeed(client, f"essai-{next(NUMBERS)}")


def tell(feed: EventFeed, *kinds: str) -> None:
    for kind in kinds:
        feed.tell({"kind": kind})


def kinds(taken) -> list[str]:
    return [one.facts["kind"] for one in taken]


def test_each_event_is_taken_by_one_member_of_a_group(feed: EventFeed):
    tell(feed, "a", "b", "c")
    one = feed.take("senders", "1", limit=2)
    other = feed.take("senders", "2")
    assert (kinds(one), kinds(other)) == (["a", "b"], ["c"])
    assert feed.take("senders", "1") == []


def test_each_group_is_told_everything(feed: EventFeed):
    tell(feed, "a")
    assert kinds(feed.take("senders", "1")) == kinds(feed.take("planners", "1")) == ["a"]


def test_what_a_dead_member_had_taken_is_taken_over(feed: EventFeed):
    tell(feed, "a", "b")
    taken = feed.take("senders", "dead")
    feed.done("senders", [taken[0].number])
    assert feed.take_over("senders", "heir", idle=timedelta(minutes=1)) == []
    inherited = feed.take_over("senders", "heir", idle=AT_ONCE)
    assert kinds(inherited) == ["b"]
    assert inherited[0].attempts == 2
    feed.done("senders", [inherited[0].number])
    assert feed.take_over("senders", "heir", idle=AT_ONCE) == []


def test_who_waits_is_given_nothing_when_nothing_comes(feed: EventFeed):
    began = time.monotonic()
    assert feed.take("senders", "1", wait=timedelta(milliseconds=30)) == []
    assert time.monotonic() - began < 5


def test_to_say_twice_that_an_event_is_done_changes_nothing(feed: EventFeed):
    tell(feed, "a")
    (taken,) = feed.take("senders", "1")
    feed.done("senders", [taken.number])
    feed.done("senders", [taken.number])
    feed.done("senders", [])
    assert feed.take_over("senders", "2", idle=AT_ONCE) == []
