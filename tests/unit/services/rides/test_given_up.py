"""Whoever waits is told that a ride they may count on is given up, and no surer what comes next."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from regulation.disclosure import ComingNotice, LateNotice, RideNotice, UnsureNotice
from regulation.kernel.modes import LegKind
from regulation.messages import DeliveryState
from services.replanning import Replanner
from services.store import Store
from tests.unit.services.rides.company import Company, awaited, kinds, sms, told_since
from tests.unit.services.rides.test_late import driving, look
from tests.unit.services.steps import proposed_again
from tests.unit.services.test_outgoing import leave
from tests.worlds import MINUTE, VSL, TinyWorld
from transport.fleet import PromisedRide

THERE, HOME = 0, 1
WAITING, SENT, WITHDRAWN = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.WITHDRAWN


async def told_late(
    client: httpx.AsyncClient, store: Store, company: Company, way: int
) -> tuple[PromisedRide, datetime | None]:
    """A ride of somebody who was told that its vehicle is late, and when it is expected; nothing
    else was told of it."""
    ride = (await awaited(client, store))[way]
    world = company.world
    world.clock.at = ride.pickup_at - 20 * MINUTE
    company.says(ride, "DECLENCHE")
    world.vehicles = (VSL,)
    expected_at = look(world, store, ride, km_away=30)
    leave(store, at=world.clock.at)
    return ride, expected_at


@pytest.mark.parametrize("way", [THERE, HOME], ids=["there", "home"])
@pytest.mark.parametrize("refusal", ["REFUSEE", "ANNULE"])
async def test_who_was_told_only_of_a_lateness_is_told_once_that_the_ride_is_given_up(
    client: httpx.AsyncClient, store: Store, company: Company, refusal: str, way: int
):
    ride, _ = await told_late(client, store, company, way)
    company.says(ride, refusal)
    company.says(ride, refusal, at=company.world.clock.at - MINUTE)
    assert kinds(store) == [(SENT, LateNotice), (WAITING, UnsureNotice)]
    _, (_, told) = told_since(store)
    assert isinstance(told, UnsureNotice)
    assert told.way is (LegKind.RETURN if way else LegKind.OUTWARD)


async def test_a_lateness_that_did_not_leave_is_not_told_of_a_ride_given_up(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there = await driving(client, store, company)
    look(world, store, there, km_away=30)
    company.says(there, "ANNULE")
    assert kinds(store) == [(SENT, ComingNotice), (WITHDRAWN, LateNotice), (WAITING, UnsureNotice)]


async def test_a_way_home_that_its_company_does_after_all_is_told_with_its_hour(
    client: httpx.AsyncClient, store: Store, company: Company
):
    home, expected_at = await told_late(client, store, company, HOME)
    company.says(home, "ANNULE")
    leave(store, at=company.world.clock.at)
    company.says(home, "DEPART")
    last, (state, told) = told_since(store)[-2:]
    assert isinstance(last[1], UnsureNotice)
    assert isinstance(told, LateNotice)
    assert (state, told.expected_at) == (WAITING, expected_at)


async def test_a_way_home_given_up_is_told_again_once_another_vehicle_is_asked(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    home, _ = await told_late(client, store, company, HOME)
    company.says(home, "ANNULE")
    leave(store, at=world.clock.at)
    world.vehicles = (replace(VSL, vehicle_id="VSL-2"),)
    replanner = Replanner(world.runtime(), store)
    assert replanner.mend(next(one for one in replanner.troubles() if one.ride == home))
    state, told = told_since(store)[-1]
    assert isinstance(told, RideNotice)
    assert (state, told.pickup_at) == (WAITING, home.pickup_at)


@pytest.mark.parametrize(("past", "is_sought"), [(-1 * MINUTE, True), (1 * MINUTE, None)])
async def test_another_vehicle_is_said_to_be_sought_only_before_the_hour_until_when_it_is(
    client: httpx.AsyncClient,
    store: Store,
    company: Company,
    past: timedelta,
    *,
    is_sought: bool | None,
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    company.world.clock.at = there.pickup_at + past
    company.says(there, "ANNULE")
    _, (_, told) = told_since(store)
    assert isinstance(told, UnsureNotice)
    assert told.is_sought is is_sought


async def test_who_waits_past_the_hour_for_a_late_vehicle_is_told_that_it_is_given_up(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there = await driving(client, store, company)
    expected_at = look(world, store, there, km_away=60)
    assert expected_at is not None
    leave(store, at=world.clock.at)
    world.clock.at = there.pickup_at + 61 * MINUTE
    assert world.clock.at < expected_at + 60 * MINUTE
    company.says(there, "ANNULE")
    assert kinds(store)[-1] == (WAITING, UnsureNotice)
    assert sms(store)[-1].message.until == expected_at + 60 * MINUTE


async def test_a_company_that_no_longer_comes_is_told_of_while_the_call_is_taken_up_again(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    await proposed_again(client)
    company.says(there, "ANNULE")
    _, (state, told) = told_since(store)
    assert isinstance(told, UnsureNotice)
    assert (state, told.is_sought) == (WAITING, None)
