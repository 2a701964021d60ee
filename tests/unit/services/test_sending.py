"""Sending what waits: once taken it is sent, else tried again, later and later, until too late."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from adapters.memory.couriers import KeepingCourier
from regulation.events import EventKind
from regulation.messages import Channel, Courier, DeliveryFailed, DeliveryState, OutgoingMessage
from regulation.ports import StaleVersion
from services.sending import FIRST_PAUSE, NO_COURIER, Sender
from services.store import InMemoryStore, Store, StoreUnavailable, Unit
from tests.contract.samples import HOUR, NOON
from tests.contract.test_messages import found, keep, message
from tests.worlds import MovableClock

BUSY = DeliveryFailed("HTTP 503")
REFUSED = DeliveryFailed("HTTP 410", permanent=True)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


def sender(store: Store, clock: MovableClock, courier: Courier | None, draws: int = 1) -> Sender:
    couriers = {Channel.TRANSPORTER: courier} if courier else {}
    return Sender(store=store, couriers=couriers, clock=clock, draws=np.random.default_rng(draws))


def kinds(store: Store) -> list[EventKind]:
    with store.reading() as unit:
        return [one.event.kind for one in unit.events.after(0)]


async def test_what_is_due_is_sent_once(store: Store, clock: MovableClock):
    keep(store, message("m-1"), message("m-2", about="other"))
    courier = KeepingCourier()
    one = sender(store, clock, courier)
    assert [await one.send_due() for _ in range(2)] == [2, 0]
    assert [taken.message_id for taken in courier.taken] == ["m-1", "m-2"]
    assert found(store).state is DeliveryState.SENT
    assert kinds(store) == [EventKind.MESSAGE_SENT] * 2


async def test_a_trouble_is_waited_out_longer_and_longer(store: Store, clock: MovableClock):
    keep(store, message())
    courier = KeepingCourier(failures=[BUSY] * 5)
    one = sender(store, clock, courier)
    pauses = []
    while not courier.taken:
        assert await one.send_due() == 1
        waiting = found(store)
        pauses.append(waiting.due_at - clock.at)
        clock.at = max(clock.at, waiting.due_at)
    pauses = pauses[:5]
    longest = [FIRST_PAUSE * 2**number for number in range(5)]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert pauses == sorted(pauses)
    assert found(store).attempts == 6


async def test_a_message_that_nobody_takes_in_time_dies_and_says_why(
    store: Store, clock: MovableClock
):
    keep(store, message())
    one = sender(store, clock, KeepingCourier(failures=[BUSY] * 100))
    while found(store).state is DeliveryState.WAITING:
        await one.send_due()
        clock.at = max(clock.at, found(store).due_at)
    dead = found(store)
    assert (dead.state, dead.last_error) == (DeliveryState.DEAD, "trop tard : HTTP 503")
    assert clock.at < NOON + 2 * HOUR
    assert kinds(store) == [EventKind.MESSAGE_DEAD]


async def test_a_refusal_is_dead_at_once(store: Store, clock: MovableClock):
    keep(store, message())
    await sender(store, clock, KeepingCourier(failures=[REFUSED])).send_due()
    assert (found(store).state, found(store).last_error) == (DeliveryState.DEAD, "HTTP 410")


async def test_a_channel_without_a_courier_is_told_by_phone(store: Store, clock: MovableClock):
    keep(store, message())
    await sender(store, clock, None).send_due()
    assert (found(store).state, found(store).last_error) == (DeliveryState.DEAD, NO_COURIER)


async def test_a_courier_that_hangs_is_left_and_asked_again(
    store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
):
    class Hanging:
        async def deliver(self, message: object) -> None:
            await asyncio.sleep(60)

    monkeypatch.setattr("services.sending.COURIER_S", 0.01)
    keep(store, message())
    await sender(store, clock, Hanging()).send_due()
    assert found(store).state is DeliveryState.WAITING
    assert "pas pris en" in found(store).last_error


async def test_one_bad_message_does_not_hold_up_the_others(store: Store, clock: MovableClock):
    keep(store, message("m-1"), message("m-2", about="other"))
    courier = KeepingCourier(failures=[REFUSED])
    await sender(store, clock, courier).send_due()
    states = {found(store, one).state for one in ("m-1", "m-2")}
    assert states == {DeliveryState.DEAD, DeliveryState.SENT}


class Announcing:
    """Says when it has taken a message."""

    def __init__(self) -> None:
        self.took = asyncio.Event()

    async def deliver(self, message: OutgoingMessage) -> None:
        self.took.set()


async def run_until_taken(store: Store, clock: MovableClock) -> None:
    stop, courier = asyncio.Event(), Announcing()
    task = asyncio.create_task(sender(store, clock, courier).run(stop))
    await asyncio.wait_for(courier.took.wait(), 10)
    stop.set()
    await asyncio.wait_for(task, 10)


async def test_sending_goes_on_until_asked_to_stop(store: Store, clock: MovableClock):
    keep(store, message())
    await run_until_taken(store, clock)
    assert found(store).state is DeliveryState.SENT


class AwayAtFirst(InMemoryStore):
    """A store that cannot be reached the first times."""

    left = 2
    why: Exception = StoreUnavailable("away")

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        if self.left:
            self.left -= 1
            raise self.why
        with super().unit() as unit:
            yield unit


WHY = (StoreUnavailable("away"), StaleVersion("a lock not given"), ArithmeticError("ours"))


@pytest.mark.parametrize("why", WHY, ids=lambda one: type(one).__name__)
async def test_a_look_that_fails_is_not_the_last(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch, why: Exception
):
    monkeypatch.setattr("services.sending.LOOK_EVERY_S", 0.01)
    store = AwayAtFirst()
    store.left, store.why = 0, why
    keep(store, message())
    store.left = 2
    await run_until_taken(store, clock)
    assert store.left == 0
