"""What an effecteur says of itself by its link, and what the territory's manager sees."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from regulation.matching import Link
from regulation.records import RecordKey
from regulation.review import Alert, Review
from regulation.snapshots import SourceChange, SourceHealth, SourceState
from services.api.app import create_app
from services.console.declaring import PURPOSE
from services.console.post import COOKIE
from services.runtime import Runtime
from services.security.links import GOOD_FOR, Links
from services.store import Store
from tests.unit.services.conftest import calling
from tests.unit.services.console.conftest import DOCTOR
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import Screen
from tests.unit.services.console.test_offer_map import GROUND
from tests.worlds import HOUR, MMG_ID, NOON, PHARMACY_ID, TinyWorld, offer

KEY = b"une cle d'essai de trente-deux octets"
LINKS = Links(KEY)


@pytest.fixture
def runtime(world: TinyWorld) -> Runtime:
    return replace(world.runtime(), ground=lambda: GROUND, link_key=KEY)


@pytest.fixture
async def client(runtime: Runtime, store: Store) -> httpx.AsyncClient:
    return calling(create_app(runtime, store=store))


def link(subject: object = PHARMACY_ID, purpose: str = PURPOSE, links: Links = LINKS) -> str:
    return f"/declarer/{links.make(str(subject), purpose=purpose, now=NOON)}"


async def test_full_for_two_hours_is_said_in_two_taps_and_believed_for_two_hours(
    client: httpx.AsyncClient, world: TinyWorld
):
    answer = await client.post(link(), data={"etat": "SATURATED", "duree": "120"})
    assert answer.status_code == 303
    page = await client.get(link())
    assert "Vous vous dites <strong>complet</strong> jusqu'à 15:00" in page.text
    place = world.offer.current().effecteurs[PHARMACY_ID]
    assert place.is_open_at(NOON + HOUR) is False
    assert place.is_open_at(NOON + 3 * HOUR) is True


async def test_extra_patients_are_said_in_two_taps_shown_to_who_regulates_and_proposed(
    client: httpx.AsyncClient, world: TinyWorld
):
    world.offer.publish(offer())
    place = f"/declarer/{LINKS.make(str(MMG_ID), purpose=PURPOSE, now=NOON)}"
    answer = await client.post(place, data={"ensus": "2", "duree": "120"})
    assert answer.status_code == 303
    assert (
        "prenez <strong>2 patients en sus</strong> jusqu'à 15:00" in (await client.get(place)).text
    )
    assert "prend 2 en sus, sur appel" in (await client.get("/carte")).text
    assert "en sus" not in (await client.get("/public")).text
    client.cookies.set(COOKIE, DOCTOR)
    screen = await Screen(client).open()
    page = await screen.propose()
    shown = page.text("en-sus")
    assert "MMG du Nord 3,0 km, prend 2 patients jusqu'à 15:00 dit à l'instant" in shown
    assert "en sus, appeler d'abord" in page.text("ligne-1")
    await screen.decide()
    left = (await (await Screen(client).open()).propose()).text("en-sus")
    assert "prend 1 patient jusqu'à 15:00" in left


@pytest.mark.parametrize(
    "told",
    [{"ensus": "4"}, {"ensus": "-1"}, {"ensus": "2", "etat": "CLOSED"}],
    ids=["another count", "less than none", "closed"],
)
async def test_extra_patients_that_make_no_sense_change_nothing(
    client: httpx.AsyncClient, world: TinyWorld, told: dict[str, str]
):
    assert (await client.post(link(), data=told)).status_code == 422
    assert world.offer.current().declarations == {}


async def test_extra_patients_are_taken_no_longer_than_it_was_said(
    client: httpx.AsyncClient, world: TinyWorld
):
    place = f"/declarer/{LINKS.make(str(MMG_ID), purpose=PURPOSE, now=NOON)}"
    await client.post(place, data={"ensus": "1", "duree": "30"})
    world.clock.at = NOON + HOUR
    assert "en sus, sur appel" not in (await client.get("/carte")).text
    assert (await (await Screen(client).open()).propose()).text("en-sus") == ""


@pytest.mark.parametrize(
    "address",
    [
        link() + "x",
        link(purpose="autre"),
        link("LOCAL:nulle-part"),
        link("rien"),
        link(links=Links(b"une autre cle, aussi longue que la vraie")),
    ],
    ids=["forged", "another purpose", "no such place", "no number", "another key"],
)
async def test_a_link_that_proves_nothing_changes_nothing(
    client: httpx.AsyncClient, world: TinyWorld, address: str
):
    answer = await client.post(address, data={"etat": "CLOSED"})
    assert answer.status_code == 404
    assert world.offer.current().declarations == {}


async def test_a_link_ends(client: httpx.AsyncClient, world: TinyWorld):
    world.clock.at = NOON + GOOD_FOR + timedelta(seconds=1)
    assert (await client.get(link())).status_code == 404


async def test_nobody_says_more_than_twelve_hours(client: httpx.AsyncClient, world: TinyWorld):
    answer = await client.post(link(), data={"etat": "CLOSED", "duree": "9999"})
    assert answer.status_code == 422
    assert world.offer.current().declarations == {}


async def test_the_manager_sees_what_is_silent_missing_and_in_doubt(
    client: httpx.AsyncClient, world: TinyWorld
):
    silent = SourceHealth(
        name="ror",
        state=SourceState.SILENT,
        last_success=NOON - 2 * HOUR,
        message="délai dépassé",
        quarantined=3,
        changes=(SourceChange(at=NOON - HOUR, state=SourceState.SILENT, message="délai"),),
    )
    world.offer.snapshot = replace(world.offer.snapshot, sources=(silent,))
    first, second = (RecordKey(source=one, record_id="1") for one in ("ror", "finess"))
    doubt = Link(first=first, second=second, rule_id="DOUTE", reason="même porte", source="maison")
    gap = Alert(
        kind="X",
        window=world.offer.current().effecteurs[PHARMACY_ID].open_windows[0],
        message="aucune pharmacie",
    )
    world.offer.to_review = Review(doubtful=(doubt,), alerts=(gap,))
    page = (await client.get("/territoire")).text
    for told in ("muette", "il y a 2 h 00", "délai dépassé", "aucune pharmacie", "même porte"):
        assert told in page


async def test_the_manager_gives_a_place_the_link_that_speaks_for_it_alone(
    client: httpx.AsyncClient,
):
    page = Elements((await client.get("/territoire?q=mmg du nord")).text)
    (address,) = [one["href"] for one in page.all("a") if "/declarer/" in (one["href"] or "")]
    token = (address or "").removeprefix("/declarer/")
    found = LINKS.read(token, purpose=PURPOSE, now=NOON)
    assert found is not None
    assert found.subject == str(MMG_ID)
    assert (await client.get(address or "")).status_code == 200
