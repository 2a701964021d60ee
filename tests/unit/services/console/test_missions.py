"""A transport company at its page: it answers what it is asked for, and nothing of others."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from regulation.disclosure import Withdrawal
from regulation.events import Event, EventKind
from services.api.app import create_app
from services.console.missions import COMPANY
from services.console.post import COOKIE
from services.replanning import Replanner
from services.security.links import Links
from services.store import Store
from tests.contract.test_messages import keep, message
from tests.unit.services.conftest import calling
from tests.unit.services.console.conftest import DOCTOR
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import Screen
from tests.worlds import HERE, NOON, VSL, TinyWorld

KEY = b"une cle d'essai de trente-deux octets"


def link(company: str = VSL.provider, purpose: str = COMPANY) -> str:
    return f"/missions/{Links(KEY).make(company, purpose=purpose, now=NOON)}"


@pytest.fixture
async def client(world: TinyWorld, store: Store) -> httpx.AsyncClient:
    """A desk at which one call has just been decided, with a ride there and a ride home."""
    return await decided_at(world, store)


async def decided_at(world: TinyWorld, store: Store) -> httpx.AsyncClient:
    runtime = replace(world.runtime(), link_key=KEY)
    client = calling(create_app(runtime, store=store, new_case_id=lambda: "appel-page"))
    client.cookies.set(COOKIE, DOCTOR)
    screen = await Screen(client).open()
    screen.fields["caller.phone"] = "+33561000000"
    await screen.propose()
    await screen.decide()
    return client


def missions(page: str) -> list[str]:
    return [one["value"] or "" for one in Elements(page).all("input") if one["name"] == "mission"]


def told(store: Store, kind: EventKind) -> list[dict[str, object]]:
    with store.reading() as unit:
        return [dict(one.event.facts) for one in unit.events.after(0) if one.event.kind is kind]


async def test_a_request_is_accepted_then_followed_to_its_end(
    client: httpx.AsyncClient, store: Store
):
    there, *_ = missions((await client.get(link())).text)
    answer = await client.post(link(), data={"mission": there, "dit": "ACCEPTEE"})
    assert answer.status_code == 303
    page = (await client.get(link())).text
    assert "acceptée" in page
    assert "Parti" in page
    await client.post(link(), data={"mission": there, "dit": "PEC"})
    statuses = told(store, EventKind.RIDE_STATUS)
    assert [(one["mission_id"], one["status"]) for one in statuses] == [(there, "PEC")]


async def test_a_ride_given_to_another_vehicle_is_answered_and_followed_too(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    there, *_ = missions((await client.get(link())).text)
    await client.post(link(), data={"mission": there, "dit": "REFUSEE"})
    replanner = Replanner(world.runtime(), store)
    assert replanner.mend(next(one for one in replanner.troubles() if one.ride.ride_id == there))
    again = there.replace("/outward", "~2/outward")
    answer = await client.post(link(), data={"mission": again, "dit": "ACCEPTEE"})
    assert answer.status_code == 303
    assert told(store, EventKind.RIDE_ANSWERED)[-1]["mission_id"] == again
    page = (await client.get(link())).text
    assert "acceptée" in page
    assert "Parti" in page


async def test_a_company_reads_what_it_is_asked_for_however_much_left_before(
    world: TinyWorld, store: Store
):
    keep(store, *(message(f"m-{n}", about=f"a-{n}") for n in range(250)))
    client = await decided_at(world, store)
    with store.unit() as unit:
        for one in (*unit.outbox.of_case("case-1"), *unit.outbox.of_case("appel-page")):
            unit.outbox.mark_sent(one.message.message_id, NOON)
    there, *_ = missions((await client.get(link())).text)
    answer = await client.post(link(), data={"mission": there, "dit": "ACCEPTEE"})
    assert answer.status_code == 303


async def test_a_mission_that_is_called_off_is_said_to_be_until_its_hour_is_past(
    client: httpx.AsyncClient, world: TinyWorld
):
    assert "Annulées" not in (await client.get(link())).text
    await client.post("/encours/appel-page/annulation")
    page = (await client.get(link())).text
    assert missions(page) == []
    assert "Annulées : ne pas y aller" in page
    assert page.count(VSL.vehicle_id) == 2
    world.clock.at += timedelta(hours=5)
    assert "Annulées" not in (await client.get(link())).text


async def test_a_ride_that_is_over_is_not_called_off_with_the_rest(
    client: httpx.AsyncClient, store: Store
):
    there, back = missions((await client.get(link())).text)
    for said in ("ACCEPTEE", "DESTIN"):
        await client.post(link(), data={"mission": there, "dit": said})
    await client.post("/encours/appel-page/annulation")
    with store.reading() as unit:
        bodies = [one.message.body for one in unit.outbox.of_case("appel-page")]
    called_off = {one.what_id for one in bodies if isinstance(one, Withdrawal)}
    assert back in called_off
    assert there not in called_off
    page = (await client.get(link())).text
    assert missions(page) == [there]
    assert page.count("▲</span> ") == 1


async def test_a_mission_called_off_is_no_longer_said_to_be_once_its_vehicle_goes_back(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    there, _ = missions((await client.get(link())).text)
    await client.post("/encours/appel-page/annulation")
    facts = {"mission_id": there, "status": "RET-BASE"}
    kind, case_id = EventKind.RIDE_STATUS, "appel-page"
    with store.unit() as unit:
        unit.events.record(Event(at=world.clock.at, kind=kind, case_id=case_id, facts=facts))
    assert (await client.get(link())).text.count("▲</span> ") == 1


async def test_a_mission_that_was_refused_is_not_said_to_be_called_off(client: httpx.AsyncClient):
    for mission in missions((await client.get(link())).text):
        await client.post(link(), data={"mission": mission, "dit": "REFUSEE"})
    await client.post("/encours/appel-page/annulation")
    assert "Annulées" not in (await client.get(link())).text


async def test_the_driver_reads_whom_to_fetch_and_drop_and_opens_the_map_at_the_place(
    client: httpx.AsyncClient,
):
    page = Elements((await client.get(link())).text)
    points = [one["href"] for one in page.all("a") if (one["href"] or "").startswith("geo:")]
    assert len(points) == 4
    assert points[0] == f"geo:{HOME_POINT}?q={HOME_POINT}"
    assert points[0] == points[3], "fetched at home, and brought back there"


HOME_POINT = f"{HERE.lat:.5f},{HERE.lon:.5f}"


async def test_a_number_is_written_as_it_is_dialled_and_called_as_it_is_kept(
    client: httpx.AsyncClient,
):
    page = (await client.get(link())).text
    assert '<a href="tel:+33561000000">05 61 00 00 00</a>' in page


async def test_a_ride_of_another_day_is_asked_for_with_its_day(
    client: httpx.AsyncClient, world: TinyWorld
):
    assert "demain" not in (await client.get(link())).text
    world.clock.at = NOON - timedelta(days=1)
    page = (await client.get(link())).text
    assert page.count("<strong>demain 1") == 4
    assert "Réponse attendue avant demain 1" in page


async def test_a_company_neither_sees_nor_answers_what_another_was_asked_for(
    client: httpx.AsyncClient, store: Store
):
    there, *_ = missions((await client.get(link())).text)
    other = link("Une autre compagnie")
    assert missions((await client.get(other)).text) == []
    answer = await client.post(other, data={"mission": there, "dit": "REFUSEE"})
    assert answer.status_code == 409
    assert told(store, EventKind.RIDE_ANSWERED) == []


async def test_the_link_of_a_place_opens_no_mission(client: httpx.AsyncClient):
    assert (await client.get(link(purpose="declarer"))).status_code == 404
    assert (await client.get(f"{link()}x")).status_code == 404


async def test_words_that_are_no_answer_change_nothing(client: httpx.AsyncClient, store: Store):
    there, *_ = missions((await client.get(link())).text)
    answer = await client.post(link(), data={"mission": there, "dit": "BILAN"})
    assert answer.status_code == 409
    assert told(store, EventKind.RIDE_STATUS) == []
