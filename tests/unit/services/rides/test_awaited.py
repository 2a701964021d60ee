"""Whoever waits for a vehicle is told who agreed to come, and that nobody does any more."""

from datetime import timedelta

import httpx
import pytest

from regulation.disclosure import ComingNotice, PatientNotice, RideNotice, UnsureNotice
from regulation.kernel.modes import Mode
from regulation.messages import DeliveryState
from services.replanning import Replanner
from services.store import Store
from services.troubles import Why
from tests.unit.services.rides.company import Company, awaited, given_to, kinds, sms, told_since
from tests.unit.services.rides.news import decided
from tests.unit.services.test_outgoing import BY, leave
from tests.worlds import MINUTE, TAXI, VSL, TinyWorld

COMPANY = VSL.provider
WAITING, SENT, WITHDRAWN = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.WITHDRAWN


async def test_whoever_waits_is_told_once_which_company_agreed_to_come(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    company.says(there, "ACCEPTEE")
    company.says(there, "ACCEPTEE", at=company.world.clock.at - MINUTE)
    leave(store)
    company.says(there, "DEPART")
    ((state, told),) = told_since(store)
    assert state is SENT
    assert told == ComingNotice(
        notice_id=f"{there.ride_id}/patient/coming",
        company=COMPANY,
        mode=Mode.VSL,
        pickup_at=there.pickup_at,
        is_later=False,
        language=None,
    )
    first, coming = (one.message for one in sms(store))
    assert isinstance(first.body, PatientNotice)
    assert (coming.recipient, coming.about) == (first.recipient, first.about)
    assert coming.until == there.pickup_at


async def test_a_vehicle_that_sets_out_agreed_whatever_comes_first(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "DEPART")
    company.says(there, "ACCEPTEE", at=company.world.clock.at - MINUTE)
    assert kinds(store) == [(WAITING, ComingNotice)]


async def test_what_one_delivery_says_twice_over_is_told_once(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, home = await awaited(client, store)
    company.says(there, "ACCEPTEE", "DEPART")
    company.says(home, "ACCEPTEE")
    assert kinds(store) == [(WAITING, ComingNotice)]


async def test_who_agreed_to_the_way_home_is_not_said_to_come(
    client: httpx.AsyncClient, store: Store, company: Company
):
    _, home = await awaited(client, store)
    company.says(home, "ACCEPTEE")
    assert told_since(store) == []


@pytest.mark.parametrize("said", ["PARTIELLE", "DIFFEREE", "REFUSEE", "DECLENCHE"])
async def test_what_agrees_to_nothing_tells_the_person_nothing(
    client: httpx.AsyncClient, store: Store, company: Company, said: str
):
    there, _ = await awaited(client, store)
    company.says(there, said)
    assert told_since(store) == []


@pytest.mark.parametrize(("past", "is_later"), [(9 * MINUTE, False), (11 * MINUTE, True)])
async def test_a_company_that_comes_past_what_was_promised_is_said_to(
    client: httpx.AsyncClient, store: Store, company: Company, past: timedelta, *, is_later: bool
):
    there, _ = await awaited(client, store)
    latest = there.pickup_at + past
    company.says(there, "ACCEPTEE", wait_minutes=(latest - company.world.clock.at) // MINUTE)
    ((_, told),) = told_since(store)
    assert isinstance(told, ComingNotice)
    assert told.is_later is is_later
    assert told.pickup_at - there.pickup_at <= (past if is_later else timedelta(0))


async def test_the_kind_of_vehicle_is_not_told_when_another_comes_than_was_asked(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE", vehicle_id=TAXI.vehicle_id)
    ((_, told),) = told_since(store)
    assert isinstance(told, ComingNotice)
    assert told.mode is None


@pytest.mark.parametrize("taken_back", ["REFUSEE", "ANNULE", "DIFFEREE"])
async def test_an_agreement_taken_back_before_it_was_told_is_not_told(
    client: httpx.AsyncClient, store: Store, company: Company, taken_back: str
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    company.says(there, taken_back)
    assert kinds(store) == [(WITHDRAWN, ComingNotice)]


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "being tried"])
@pytest.mark.parametrize(
    ("taken_back", "is_sought"), [("REFUSEE", True), ("ANNULE", True), ("DIFFEREE", False)]
)
async def test_who_may_count_on_a_company_is_told_once_that_it_no_longer_comes(
    client: httpx.AsyncClient,
    store: Store,
    company: Company,
    taken_back: str,
    *,
    is_sought: bool,
    sent: bool,
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store, sent=sent)
    company.says(there, taken_back)
    company.says(there, taken_back, at=company.world.clock.at - MINUTE)
    (coming, _), (state, told) = told_since(store)
    assert (coming, state) == (SENT if sent else WITHDRAWN, WAITING)
    assert isinstance(told, UnsureNotice)
    assert (told.pickup_at, told.is_sought) == (there.pickup_at, is_sought)


async def test_an_agreement_older_than_the_refusal_that_came_before_it_is_not_told(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "REFUSEE")
    company.says(there, "ACCEPTEE", at=company.world.clock.at - MINUTE)
    assert told_since(store) == []


@pytest.mark.parametrize("sent", [True, False], ids=["surely told", "perhaps told"])
async def test_a_company_that_agrees_again_is_told_again_unless_that_is_surely_known(
    client: httpx.AsyncClient, store: Store, company: Company, *, sent: bool
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store, sent=sent)
    company.says(there, "REFUSEE")
    company.world.clock.at += MINUTE
    company.says(there, "ACCEPTEE")
    coming = (SENT if sent else WITHDRAWN, ComingNotice)
    again = [] if sent else [(WAITING, ComingNotice)]
    assert kinds(store) == [coming, (WITHDRAWN, UnsureNotice), *again]


async def test_who_was_told_that_nobody_comes_any_more_is_told_who_does(
    client: httpx.AsyncClient, store: Store, company: Company, replanner: Replanner
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    company.says(there, "REFUSEE")
    leave(store)
    given = given_to(company.world, store, there, of="Autres transports")
    assert kinds(store) == [(SENT, ComingNotice), (SENT, UnsureNotice)]
    company.says(given, "ACCEPTEE")
    state, told = told_since(store)[-1]
    assert isinstance(told, ComingNotice)
    assert (state, told.company, told.pickup_at) == (WAITING, "Autres transports", there.pickup_at)


async def test_who_counts_on_a_vehicle_gone_out_of_service_is_told_of_the_one_asked_instead(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    given = given_to(company.world, store, there, of=COMPANY)
    assert kinds(store) == [(SENT, ComingNotice), (WAITING, RideNotice)]
    leave(store)
    company.says(given, "ACCEPTEE")
    assert kinds(store)[2:] == [(WAITING, ComingNotice)]


async def test_who_was_not_told_of_a_company_is_not_told_of_another_asked_at_the_same_hour(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    given_to(company.world, store, there, of="Autres transports")
    assert kinds(store) == [(WITHDRAWN, ComingNotice)]


async def test_who_counts_on_a_vehicle_that_nobody_can_replace_is_told_it_is_sought(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    company.world.vehicles = ()
    replanner = Replanner(company.world.runtime(), store)
    gone = next(one for one in replanner.troubles() if one.ride == there)
    assert gone.why is Why.GONE
    assert not replanner.mend(gone)
    _, (state, told) = told_since(store)
    assert isinstance(told, UnsureNotice)
    assert (state, told.is_sought) == (WAITING, True)


@pytest.mark.parametrize("back", ["RETOUR", "RET-BASE", "REN-BASE"])
async def test_a_vehicle_that_goes_back_to_base_after_it_was_called_off_does_not_come(
    client: httpx.AsyncClient, store: Store, company: Company, replanner: Replanner, back: str
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    leave(store)
    company.says(there, "ANNULE")
    company.world.clock.at += MINUTE
    company.says(there, back)
    assert kinds(store) == [(SENT, ComingNotice), (WAITING, UnsureNotice)]
    assert [one.why for one in replanner.troubles() if one.ride == there] == [Why.REFUSED]


async def test_nobody_is_told_who_comes_once_the_vehicle_is_at_the_door(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    company.says(there, "ARRIVEE")
    assert kinds(store) == [(WITHDRAWN, ComingNotice)]


async def test_nobody_is_told_who_comes_past_the_hour_they_were_to(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await awaited(client, store)
    company.world.clock.at = there.pickup_at
    company.says(there, "ACCEPTEE")
    assert told_since(store) == []


@pytest.mark.parametrize("gesture", ["close", "cancel"])
async def test_nobody_is_told_who_comes_of_a_case_that_is_over(
    client: httpx.AsyncClient, store: Store, company: Company, gesture: str
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    assert (await client.post(f"/cases/appel-1/{gesture}", json=BY)).status_code == 200
    company.says(there, "DEPART")
    coming = [state for state, kind in kinds(store) if kind is ComingNotice]
    assert coming == [WITHDRAWN]


async def test_who_left_no_number_is_told_nothing_of_who_comes(
    client: httpx.AsyncClient, store: Store, company: Company
):
    there, _ = await decided(client, store)
    company.says(there, "ACCEPTEE")
    assert sms(store) == []


async def test_an_sms_that_nobody_took_is_not_written_again_at_each_news(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, company: Company
):
    there, _ = await awaited(client, store)
    company.says(there, "ACCEPTEE")
    with store.unit() as unit:
        unit.outbox.claim(world.clock.at + MINUTE, lease=MINUTE, limit=99)
        unit.outbox.mark_failed(sms(store)[-1].message.message_id, "no", again_at=None)
    company.says(there, "DEPART")
    assert kinds(store) == [(DeliveryState.DEAD, ComingNotice)]
