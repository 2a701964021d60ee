"""Whoever waits for a vehicle known to be late is told when it can be there, once."""

from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from regulation.disclosure import LateNotice, RideNotice
from regulation.kernel.modes import LegKind
from regulation.messages import Channel, DeliveryState
from services.replanning import Replanner
from services.store import Store
from tests.contract.test_messages import NOTICE, message
from tests.unit.services.rides.company import Company, awaited, given_to, kinds, sms, told_since
from tests.unit.services.rides.news import decided, seen_at, told, want_home
from tests.unit.services.test_outgoing import leave
from tests.worlds import MINUTE, VSL, TinyWorld
from transport.fleet import PromisedRide

DECISION = "appel-1:1"
KM_A_MINUTE = 0.6
"""How far one drives on the roads of this world."""

WAITING, SENT, WITHDRAWN = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.WITHDRAWN


async def driving(client: httpx.AsyncClient, store: Store, company: Company) -> PromisedRide:
    """The way there of somebody who was sent its SMS; its vehicle has set out, and was told to."""
    there, _ = await awaited(client, store)
    company.world.clock.at = there.pickup_at - 15 * MINUTE
    company.says(there, "ACCEPTEE", "DEPART")
    leave(store, at=company.world.clock.at)
    return there


def look(world: TinyWorld, store: Store, ride: PromisedRide, km_away: float) -> datetime | None:
    """Have the vehicle seen so far away, and whatever is wrong dealt with; tell when it comes."""
    seen_at(world, ride.vehicle_id, km_east=km_away)
    replanner = Replanner(world.runtime(), store)
    found = next((one for one in replanner.troubles() if one.ride == ride), None)
    if found is None:
        return None
    replanner.mend(found)
    return found.expected_at


async def test_whoever_waits_for_a_late_vehicle_is_told_once_when_it_can_be_there(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there = await driving(client, store, company)
    expected_at = look(world, store, there, km_away=30)
    assert expected_at is not None
    company.says(there, "DEPART", at=world.clock.at - MINUTE)
    (coming, _), (state, late) = told_since(store)
    assert (coming, state) == (SENT, WAITING)
    assert late == LateNotice(
        notice_id=f"{there.ride_id}/patient/late",
        way=LegKind.OUTWARD,
        promised_at=there.pickup_at,
        expected_at=expected_at,
        language=None,
    )
    assert sms(store)[-1].message.until == expected_at


@pytest.mark.parametrize(("minutes", "told_again"), [(6, False), (9, False), (11, True)])
async def test_a_lateness_is_told_again_when_it_moves_by_more_than_what_was_promised_may(
    client: httpx.AsyncClient,
    store: Store,
    world: TinyWorld,
    company: Company,
    minutes: int,
    *,
    told_again: bool,
):
    there = await driving(client, store, company)
    look(world, store, there, km_away=30)
    leave(store, at=company.world.clock.at)
    again = look(world, store, there, km_away=30 + minutes * KM_A_MINUTE)
    hours = [one.expected_at for _, one in told_since(store) if isinstance(one, LateNotice)]
    assert hours[1:] == ([again] if told_again else [])


async def test_of_a_lateness_that_did_not_leave_yet_only_the_last_hour_is_told(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there = await driving(client, store, company)
    look(world, store, there, km_away=30)
    look(world, store, there, km_away=60)
    assert kinds(store)[1:] == [(WITHDRAWN, LateNotice), (WAITING, LateNotice)]


@pytest.mark.parametrize("sent", [True, False], ids=["who was told", "who was not"])
async def test_who_was_told_that_a_vehicle_is_late_is_told_that_it_is_not(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company, *, sent: bool
):
    there = await driving(client, store, company)
    look(world, store, there, km_away=30)
    if sent:
        leave(store, at=company.world.clock.at)
    assert look(world, store, there, km_away=1) == there.pickup_at
    late = [(state, one) for state, one in told_since(store) if isinstance(one, LateNotice)]
    assert [state for state, _ in late] == ([SENT, WAITING] if sent else [WITHDRAWN])
    assert (late[-1][1].expected_at == there.pickup_at) is sent


@pytest.mark.parametrize("status", ["ARRIVEE", "PEC"])
async def test_nobody_at_whose_door_the_vehicle_is_is_told_that_it_is_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company, status: str
):
    there = await driving(client, store, company)
    look(world, store, there, km_away=30)
    company.says(there, status)
    assert look(world, store, there, km_away=60) is None
    assert kinds(store)[1:] == [(WITHDRAWN, LateNotice)]


async def test_who_was_told_of_a_lateness_is_told_the_hour_of_the_vehicle_that_comes_instead(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there, _ = await awaited(client, store)
    world.clock.at = there.pickup_at - 20 * MINUTE
    company.says(there, "DECLENCHE")
    world.vehicles = (VSL,)
    look(world, store, there, km_away=30)
    assert kinds(store) == [(WAITING, LateNotice)]
    leave(store, at=world.clock.at)
    given_to(world, store, there, of=VSL.provider)
    (_, change) = told_since(store)[-1]
    assert isinstance(change, RideNotice)
    assert change.pickup_at == there.pickup_at


@pytest.mark.parametrize("called", [True, False], ids=["called", "not yet"])
async def test_who_calls_to_be_fetched_is_told_of_no_lateness_before_they_do(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, *, called: bool
):
    _, home = await decided(client, store)
    notice = replace(NOTICE, calls_home=True)
    first = replace(message("m-1", f"{DECISION}/patient", notice), case_id="appel-1")
    with store.unit() as unit:
        unit.outbox.put(replace(first, channel=Channel.PATIENT))
    world.clock.at = home.pickup_at - 2 * MINUTE
    told(store, home, world.clock.at, "DEPART")
    if called:
        want_home(store, world)
        look(world, store, home, km_away=30)
    assert look(world, store, home, km_away=50) is not None
    ways = [one.way for _, one in told_since(store) if isinstance(one, LateNotice)]
    assert ways == ([LegKind.RETURN] if called else [])
