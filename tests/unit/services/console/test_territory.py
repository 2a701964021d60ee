"""What the territory's manager settles: doubtful pairs, links that are withdrawn."""

from dataclasses import replace

import httpx
import pytest

from regulation.matching import Link
from regulation.pair_verdicts import Pair, PairSays
from regulation.records import RecordKey
from regulation.review import Review
from services.api.app import create_app
from services.console.declaring import PURPOSE
from services.console.post import COOKIE
from services.managing import ManagingDesk
from services.security.links import Links
from services.store import Store, StoreUnavailable
from tests.unit.services.conftest import calling
from tests.unit.services.console.conftest import DOCTOR
from tests.unit.services.console.test_offer_map import GROUND
from tests.unit.services.test_envelope import BrokenStore
from tests.worlds import MINUTE, MMG_ID, NOON, PHARMACY_ID, SURGERY_ID, VSL, TinyWorld

KEY = b"une cle d'essai de trente-deux octets"
FIRST, SECOND = (RecordKey(source=one, record_id="1") for one in ("finess", "ror"))
PAIR = Pair.of(FIRST, SECOND)
DOUBT = Link(first=FIRST, second=SECOND, rule_id="DOUTE-NOM", reason="même nom", source="maison")


@pytest.fixture
async def client(world: TinyWorld, store: Store) -> httpx.AsyncClient:
    world.offer.to_review = Review(doubtful=(DOUBT,), place_of={FIRST: MMG_ID, SECOND: SURGERY_ID})
    runtime = replace(world.runtime(), ground=lambda: GROUND, link_key=KEY)
    client = calling(create_app(runtime, store=store))
    client.cookies.set(COOKIE, DOCTOR)
    return client


async def judge(client: httpx.AsyncClient, says: str, about: str = PAIR.about) -> httpx.Response:
    return await client.post("/territoire/doublons", data={"paire": about, "dit": says})


async def test_the_two_records_in_doubt_are_shown_side_by_side(client: httpx.AsyncClient):
    page = (await client.get("/territoire")).text
    for told in ("MMG du Nord", "Cabinet de l", '<p title="règle DOUTE-NOM">même nom</p>'):
        assert told in page


async def test_a_pair_is_united_then_given_back_to_doubt_and_both_gestures_stay(
    client: httpx.AsyncClient, world: TinyWorld
):
    assert (await judge(client, "SAME")).status_code == 303
    assert world.offer.verdicts == {PAIR: PairSays.SAME}
    page = (await client.get("/territoire")).text
    assert "Réunis : un seul lieu" in page
    assert "RPPS:10001234567" in page
    assert (await judge(client, "OPEN")).status_code == 303
    assert world.offer.verdicts == {}
    page = (await client.get("/territoire")).text
    assert "Réunis : un seul lieu" not in page
    assert "finess 1 et ror 1 réunis" in page
    assert "finess 1 et ror 1 rendus au doute" in page


@pytest.mark.parametrize(
    "about", [Pair.of(FIRST, RecordKey(source="x", record_id="9")).about, "rien", "[]"]
)
async def test_records_that_are_not_in_doubt_are_left_as_they_are(
    client: httpx.AsyncClient, world: TinyWorld, about: str
):
    assert (await judge(client, "SAME", about)).status_code == 409
    assert world.offer.verdicts == {}


async def test_another_process_learns_of_what_was_decided(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await judge(client, "APART")
    world.offer.verdicts = {}
    other = ManagingDesk(store=store, sources=world.offer, clock=world.clock)
    assert (other.restore(), other.restore()) == (1, 0)
    assert world.offer.verdicts == {PAIR: PairSays.APART}


async def withdraw(client: httpx.AsyncClient, kind: str, subject: str) -> httpx.Response:
    return await client.post("/territoire/liens", data={"sorte": kind, "de": subject})


async def test_a_withdrawn_link_is_refused_in_french_and_a_new_one_is_good(
    client: httpx.AsyncClient, world: TinyWorld
):
    links = Links(KEY)
    old = f"/declarer/{links.make(str(PHARMACY_ID), purpose=PURPOSE, now=NOON)}"
    other = f"/declarer/{links.make(str(MMG_ID), purpose=PURPOSE, now=NOON)}"
    world.clock.at = NOON + MINUTE
    assert (await withdraw(client, PURPOSE, str(PHARMACY_ID))).status_code == 303
    answer = await client.post(old, data={"etat": "CLOSED"})
    assert answer.status_code == 404
    assert "Ce lien a été retiré le 28/11/2026 à 13:01" in answer.text
    assert world.offer.current().declarations == {}
    world.clock.at = NOON + 2 * MINUTE
    fresh = f"/declarer/{links.make(str(PHARMACY_ID), purpose=PURPOSE, now=world.clock.at)}"
    assert (await client.get(fresh)).status_code == 200
    assert (await client.get(other)).status_code == 200


async def test_each_gesture_of_a_manager_leaves_its_line_in_the_audit_trail(
    client: httpx.AsyncClient, store: Store
):
    await judge(client, "SAME")
    await judge(client, "OPEN")
    await withdraw(client, PURPOSE, str(PHARMACY_ID))
    await client.post("/territoire/parametres", data={"nom": "rien", "valeur": "1"})
    with store.unit() as unit:
        lines = unit.audit.entries_of("territory")
    assert {one.who for one in lines} == {"RPPS:10001234567"}
    told = [str(one.action) for one in lines]
    assert told == ["JUDGE_PAIR", "JUDGE_PAIR", "WITHDRAW_LINKS", "TRY_FIGURE"]


async def test_the_links_of_a_company_are_withdrawn_too(
    client: httpx.AsyncClient, world: TinyWorld
):
    address = f"/missions/{Links(KEY).make(VSL.provider, purpose='missions', now=NOON)}"
    assert (await client.get(address)).status_code == 200
    await withdraw(client, "missions", VSL.provider)
    assert "retiré" in (await client.get(address)).text
    found = await client.get("/territoire", params={"q": "transports d'essai"})
    assert "sont retirés" in found.text


async def test_without_the_database_nobody_can_tell_a_withdrawn_link_and_it_is_said(
    world: TinyWorld,
):
    silent = BrokenStore(StoreUnavailable("essai"))
    runtime = replace(world.runtime(), ground=lambda: GROUND, link_key=KEY)
    async with calling(create_app(runtime, store=silent)) as client:
        link = f"/declarer/{Links(KEY).make(str(MMG_ID), purpose=PURPOSE, now=NOON)}"
        answer = await client.get(link)
        assert answer.status_code == 503
        assert "Réessayer" in answer.text


async def test_nothing_else_is_withdrawn(client: httpx.AsyncClient):
    assert (await withdraw(client, "session", "RPPS:1")).status_code == 409
