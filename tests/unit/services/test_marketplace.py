"""The place de marché: a community is asked, the first to accept gets the patient."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from regulation.disclosure import Cause, PatientSought, Withdrawal
from regulation.kernel.ids import Identifier
from regulation.marketplace import MARKETPLACE, Community
from services.api.app import create_app
from services.runtime import Runtime
from services.schemas.appeals import AppealOut
from services.store import Store
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, opened, proposed, proposed_again
from tests.worlds import MINUTE, MMG_ID, NOON, PHARMACY_ID, SURGERY_ID, TinyWorld, offer

CPTS = Identifier.parse("FINESS:990000028")
ASKED = {"community": str(CPTS), "minutes": 15}


@pytest.fixture
def runtime(world: TinyWorld) -> Runtime:
    members = (MMG_ID, SURGERY_ID, PHARMACY_ID)
    community = Community(community_id=CPTS, name="CPTS d'essai", members=members)
    return replace(world.runtime(), communities={CPTS: community})


@pytest.fixture
async def client(runtime: Runtime, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(runtime, store=store)) as opened_client:
        yield opened_client


async def ask(client: httpx.AsyncClient, **changes: object) -> httpx.Response:
    return await client.post("/cases/appel-1/appeals", json=ASKED | changes)


def links(store: Store) -> dict[str, str]:
    """The path of the page of each member who was asked."""
    with store.reading() as unit:
        sent = [one.message for one in unit.outbox.of_case("appel-1")]
    return {one.recipient: one.body.path for one in sent if isinstance(one.body, PatientSought)}


async def test_members_who_answer_the_need_are_asked_and_nobody_else(
    client: httpx.AsyncClient, store: Store
):
    await opened(client)
    answer = await ask(client)
    assert answer.status_code == 200
    told = AppealOut.model_validate(answer.json())
    assert told.asked == [str(MMG_ID), str(SURGERY_ID)]
    assert told.taken is None
    assert set(links(store)) == set(told.asked)


async def test_asked_again_meanwhile_nothing_changes(client: httpx.AsyncClient, store: Store):
    await opened(client)
    assert (await ask(client)).json() == (await ask(client)).json()
    with store.reading() as unit:
        assert len(unit.outbox.of_case("appel-1")) == 2


async def test_the_page_says_for_whom_and_until_when_and_not_who(
    client: httpx.AsyncClient, store: Store
):
    await opened(client)
    await ask(client)
    page = (await client.get(links(store)[str(MMG_ID)])).text
    assert "Médecine générale" in page
    assert "<strong>13:15</strong>" in page
    assert "appel-1" not in page


async def test_the_first_who_accepts_gets_the_patient_and_the_next_is_told_so(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    world.offer.publish(offer())
    await opened(client)
    await ask(client)
    mine, theirs = links(store)[str(MMG_ID)], links(store)[str(SURGERY_ID)]
    world.clock.at = NOON + 2 * MINUTE
    assert (await client.post(mine, data={"dans": "60"})).status_code == 303
    assert "Ce patient est pour vous à <strong>14:02</strong>" in (await client.get(mine)).text
    late = await client.post(theirs, data={"dans": "15"})
    assert late.status_code == 409
    assert "Ce patient a été pris par un confrère à 13:02" in late.text
    with store.reading() as unit:
        sent = [one.message for one in unit.outbox.of_case("appel-1")]
        kinds = [one.event.kind for one in unit.events.after(0, case_id="appel-1")]
    (taken_back,) = [one for one in sent if isinstance(one.body, Withdrawal)]
    assert taken_back.recipient == str(SURGERY_ID)
    assert taken_back.body == Withdrawal(what_id="appel-1:cpts-1", cause=Cause.TAKEN)
    assert kinds[-2:] == ["patient.sought", "patient.taken"]


async def test_accepting_twice_changes_nothing(client: httpx.AsyncClient, store: Store):
    await opened(client)
    await ask(client)
    mine = links(store)[str(MMG_ID)]
    for minutes in ("30", "60"):
        assert (await client.post(mine, data={"dans": minutes})).status_code == 303
    assert "<strong>13:30</strong>" in (await client.get(mine)).text


async def test_the_hour_accepted_is_proposed_for_this_case_alone_and_decided_on(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    world.offer.publish(offer())
    await opened(client)
    await ask(client)
    await client.post(links(store)[str(MMG_ID)], data={"dans": "60"})
    best = (await proposed_again(client))["proposals"][0]
    assert best["slot"]["source"] == MARKETPLACE
    assert best["slot"]["start"] == "2026-11-28T14:00:00+01:00"
    assert any("Accepté par le lieu" in text for text in best["explanation"])
    other = await proposed(client, "appel-2")
    assert all(one["slot"] is None for one in other["proposals"])
    decided = await decide(client)
    assert decided.status_code == 200
    assert decided.json()["booking"]["slot_id"] == "LOCAL:place-de-marche/appel-1:cpts-1"


async def test_once_the_case_is_decided_nobody_takes_the_patient_any_more(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client)
    await ask(client)
    await decide(client)
    mine = links(store)[str(MMG_ID)]
    for answer in (await client.get(mine), await client.post(mine, data={"dans": "30"})):
        assert answer.status_code == 409
        assert "plus à prendre" in answer.text
    with store.reading() as unit:
        assert [one.taken for one in unit.marketplace.of_case("appel-1")] == [None]


async def test_past_the_deadline_nobody_takes_the_patient(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await opened(client)
    await ask(client)
    world.clock.at = NOON + 15 * MINUTE
    answer = await client.post(links(store)[str(MMG_ID)], data={"dans": "30"})
    assert answer.status_code == 409


@pytest.mark.parametrize("minutes", ["0", "7", "1000"])
async def test_a_delay_nobody_offered_changes_nothing(
    client: httpx.AsyncClient, store: Store, minutes: str
):
    await opened(client)
    await ask(client)
    answer = await client.post(links(store)[str(MMG_ID)], data={"dans": minutes})
    assert answer.status_code == 422
    with store.reading() as unit:
        assert [one.taken for one in unit.marketplace.of_case("appel-1")] == [None]


async def test_a_link_of_another_purpose_opens_nothing(client: httpx.AsyncClient):
    assert (await client.get("/prendre/faux")).status_code == 404


async def test_a_community_that_is_not_known_is_named(client: httpx.AsyncClient):
    await opened(client)
    answer = await ask(client, community="FINESS:990000036")
    assert (answer.status_code, answer.json()["field"]) == (422, "community")


async def test_a_red_flag_goes_before_any_community(client: httpx.AsyncClient, store: Store):
    await opened(client, need={"code": "GP", "care_level": "R3", "priority": "P0"})
    assert (await ask(client)).status_code == 409
    assert links(store) == {}


async def test_a_community_whose_members_answer_other_needs_is_not_asked(
    client: httpx.AsyncClient, store: Store
):
    await opened(client, need={"code": "DENTAL", "care_level": "R3"})
    answer = await ask(client)
    assert (answer.status_code, answer.json()["field"]) == (409, "community")
    assert links(store) == {}


async def test_a_regulator_asks_from_the_page_of_the_case_and_reads_there_who_accepted(
    client: httpx.AsyncClient, store: Store
):
    await opened(client)
    before = (await client.get("/dossiers/appel-1")).text
    assert "CPTS d&#39;essai" in before
    asked = await client.post("/dossiers/appel-1/cpts", data={"cpts": str(CPTS)})
    assert (asked.status_code, asked.headers["location"]) == (303, "/dossiers/appel-1")
    waiting = (await client.get("/dossiers/appel-1")).text
    assert "2 lieux à qui l&#39;on a demandé, réponse attendue jusqu&#39;à 13:15" in waiting
    assert 'name="cpts"' not in waiting, "the only community is being asked"
    await client.post(links(store)[str(SURGERY_ID)], data={"dans": "30"})
    taken = (await client.get("/dossiers/appel-1")).text
    assert "accepté à 13:00 par " in taken
    assert "pour 13:30" in taken


@pytest.mark.parametrize(
    ("path", "cpts", "status"),
    [
        ("/dossiers/appel-1/cpts", "n'importe quoi", 422),
        ("/dossiers/appel-1/cpts", "FINESS:990000036", 422),
        ("/dossiers/autre/cpts", str(CPTS), 404),
    ],
)
async def test_a_community_or_a_case_that_is_not_known_is_said_so(
    client: httpx.AsyncClient, store: Store, path: str, cpts: str, status: int
):
    await opened(client)
    assert (await client.post(path, data={"cpts": cpts})).status_code == status
    assert links(store) == {}


async def test_nobody_is_asked_for_a_case_that_is_decided(client: httpx.AsyncClient, store: Store):
    await proposed(client)
    assert (await decide(client)).status_code == 200
    refused = await client.post("/dossiers/appel-1/cpts", data={"cpts": str(CPTS)})
    assert refused.status_code == 409
    assert "Demande non envoyée : personne à chercher" in refused.text
    assert 'name="cpts"' not in (await client.get("/dossiers/appel-1")).text
