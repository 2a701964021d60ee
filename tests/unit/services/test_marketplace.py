"""The place de marché: a community is asked, the first to accept gets the patient."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from regulation.audit import AuditAction
from regulation.decisions import Actor, Role
from regulation.disclosure import Cause, PatientSought, Withdrawal
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.marketplace import (
    MARKETPLACE,
    Appeal,
    Community,
    Taking,
    is_accepted,
    with_takers,
)
from regulation.offers import Agenda
from services.api.app import create_app
from services.casework import Casework
from services.runtime import Runtime
from services.schemas.appeals import AppealOut
from services.store import InMemoryStore, Store, StoreUnavailable, Unit
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, opened, proposed, proposed_again
from tests.worlds import MINUTE, MMG_AT_14, MMG_ID, NOON, PHARMACY_ID, SURGERY_ID, TinyWorld, offer

CPTS = Identifier.parse("FINESS:990000028")
OTHER = Identifier.parse("FINESS:990000036")
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


def withdrawals(store: Store) -> set[tuple[str, str, Cause]]:
    """Who was told that something no longer holds, what, and why."""
    with store.reading() as unit:
        sent = [one.message for one in unit.outbox.of_case("appel-1")]
    return {
        (one.recipient, one.body.what_id, one.body.cause)
        for one in sent
        if isinstance(one.body, Withdrawal)
    }


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


def seeking(store: Store) -> list[tuple[str, str]]:
    with store.unit() as unit:
        lines = unit.audit.entries_of("appel-1")
    return [(one.who, str(one.outcome)) for one in lines if one.action is AuditAction.SEEK]


async def test_the_first_who_accepts_gets_the_patient_and_the_next_is_told_so(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    world.offer.publish(offer())
    await opened(client)
    await ask(client)
    mine, theirs = links(store)[str(MMG_ID)], links(store)[str(SURGERY_ID)]
    world.clock.at = NOON + 2 * MINUTE
    assert (await client.post(mine, data={"dans": "60"})).status_code == 303
    told = (await client.get(mine)).text
    assert "Vous avez accepté ce patient pour <strong>14:02</strong>" in told
    assert "attendre sa confirmation" in told
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
    assert seeking(store)[-2:] == [(str(MMG_ID), "DONE"), (str(SURGERY_ID), "CONFLICT")]


async def test_accepting_twice_changes_nothing(client: httpx.AsyncClient, store: Store):
    await opened(client)
    await ask(client)
    mine = links(store)[str(MMG_ID)]
    for minutes in ("30", "60"):
        assert (await client.post(mine, data={"dans": minutes})).status_code == 303
    assert "<strong>13:30</strong>" in (await client.get(mine)).text
    assert seeking(store)[-2:] == [(str(MMG_ID), "DONE"), (str(MMG_ID), "REPEATED")]


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
    assert withdrawals(store) == {(str(SURGERY_ID), "appel-1:cpts-1", Cause.TAKEN)}
    told = (await client.get(links(store)[str(MMG_ID)])).text
    assert "Ce patient est confirmé pour vous à <strong>14:00</strong>" in told


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
    assert 'name="cpts"' not in taken, "whoever is asked now would be asked in vain"
    asked_of = links(store)[str(SURGERY_ID)]
    await proposed_again(client)
    assert (await decide(client, rank=2)).status_code == 200
    assert "13:30, non retenu" in (await client.get("/dossiers/appel-1")).text
    assert "plus à attendre" in (await client.get(asked_of)).text


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


async def test_the_desk_reads_what_a_member_was_told_less_the_path_by_which_they_accept(
    client: httpx.AsyncClient, store: Store
):
    await opened(client)
    await ask(client)
    answer = await client.get("/cases/appel-1/messages")
    assert [one["kind"] for one in answer.json()] == ["PatientSought", "PatientSought"]
    assert not any(path in answer.text for path in links(store).values())
    assert "/prendre/" not in answer.text


@pytest.fixture
def two_communities(runtime: Runtime) -> Runtime:
    whole = runtime.communities[CPTS]
    mine, theirs = replace(whole, members=(MMG_ID,)), replace(whole, members=(SURGERY_ID,))
    return replace(
        runtime, communities={CPTS: mine, OTHER: replace(theirs, community_id=OTHER, name="Autre")}
    )


async def test_of_two_communities_asked_one_member_has_the_patient_and_no_other_appeal_is_made(
    two_communities: Runtime, store: Store
):
    async with calling(create_app(two_communities, store=store)) as client:
        await opened(client)
        await ask(client)
        await ask(client, community=str(OTHER))
        mine, theirs = links(store)[str(MMG_ID)], links(store)[str(SURGERY_ID)]
        assert (await client.post(mine, data={"dans": "60"})).status_code == 303
        late = await client.post(theirs, data={"dans": "15"})
        assert late.status_code == 409
        assert "plus à prendre" in late.text
        assert withdrawals(store) == {(str(SURGERY_ID), "appel-1:cpts-2", Cause.TAKEN)}
        again = await ask(client, community=str(OTHER))
        assert again.json()["appeal_id"] == "appel-1:cpts-1"
        told = (await client.get("/cases/appel-1/appeals")).json()
    assert [one["appeal_id"] for one in told] == ["appel-1:cpts-1", "appel-1:cpts-2"]
    assert [one["closed_at"] is None for one in told] == [True, False]
    assert [one["taken"] is None for one in told] == [False, True]


async def test_the_appeals_of_a_case_nobody_knows_are_not_found(client: httpx.AsyncClient):
    assert (await client.get("/cases/appel-1/appeals")).status_code == 404


async def test_a_taker_the_decision_leaves_out_is_told_so_and_shown_nothing_of_the_patient(
    client: httpx.AsyncClient, store: Store
):
    await opened(client)
    await ask(client)
    mine = links(store)[str(SURGERY_ID)]
    await client.post(mine, data={"dans": "120"})
    found = (await proposed_again(client))["proposals"]
    others = [one["rank"] for one in found if one["slot"] and one["slot"]["source"] != MARKETPLACE]
    assert (await decide(client, rank=others[0])).status_code == 200
    assert (str(SURGERY_ID), "appel-1:cpts-1", Cause.REPLACED) in withdrawals(store)
    page = await client.get(mine)
    assert page.status_code == 409
    assert "plus à attendre" in page.text
    assert "Médecine générale" not in page.text
    assert " ans" not in page.text


async def test_a_lapsed_appeal_is_withdrawn_from_nobody(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await opened(client)
    await ask(client)
    world.clock.at = NOON + 15 * MINUTE
    await proposed_again(client)
    assert (await decide(client)).status_code == 200
    assert withdrawals(store) == set()


async def test_an_undone_decision_no_longer_proposes_the_hour_that_was_accepted(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    world.offer.publish(offer())
    await opened(client)
    await ask(client)
    mine = links(store)[str(MMG_ID)]
    await client.post(mine, data={"dans": "60"})
    await proposed_again(client)
    assert (await decide(client)).status_code == 200
    actor = Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR)
    Casework(world.runtime(), store).take_back("appel-1", actor, 5 * MINUTE)
    assert (str(MMG_ID), "appel-1:cpts-1", Cause.CANCELLED) in withdrawals(store)
    assert all(one["slot"] is None for one in (await proposed_again(client))["proposals"])
    assert "plus à attendre" in (await client.get(mine)).text
    assert (await ask(client)).json()["appeal_id"] == "appel-1:cpts-2"


async def test_a_link_lives_as_long_as_the_appeal_and_the_hours_it_may_be_accepted_for(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await opened(client)
    await ask(client)
    mine = links(store)[str(MMG_ID)]
    for minutes, status in ((154, 409), (155, 404)):
        world.clock.at = NOON + minutes * MINUTE
        assert (await client.get(mine)).status_code == status
    assert "gestionnaire" not in (await client.get(mine)).text


async def test_a_member_whom_the_rules_would_not_propose_is_not_asked(
    client: httpx.AsyncClient, world: TinyWorld
):
    known = world.offer.current()
    for_children = replace(known.effecteurs[MMG_ID], min_age=99)
    effecteurs = {**known.effecteurs, MMG_ID: for_children}
    world.offer.publish(replace(known, effecteurs=effecteurs))
    await opened(client)
    assert (await ask(client)).json()["asked"] == [str(SURGERY_ID)]


async def test_what_a_place_takes_besides_stays_when_it_also_accepts_a_patient():
    declared = Agenda(
        effecteur_id=MMG_ID,
        slots=Observed((MMG_AT_14,), NOON, "manual", 60 * MINUTE),
        asked=MMG_AT_14.window,
    )
    appeal = Appeal(
        appeal_id="appel-1:cpts-1",
        case_id="appel-1",
        community_id=CPTS,
        asked=(MMG_ID,),
        asked_at=NOON,
        until=NOON + 15 * MINUTE,
        taken=Taking(effecteur_id=MMG_ID, at=NOON, care_at=NOON + 60 * MINUTE),
    )
    seen = with_takers(replace(offer(), extras={MMG_ID: declared}), [appeal], NOON)
    own, accepted = seen.extras[MMG_ID].slots.value
    assert own == MMG_AT_14
    assert is_accepted(accepted.slot_id)
    assert not is_accepted(own.slot_id)


class Full(InMemoryStore):
    """A store that can be read, and after a while no longer written to."""

    is_full = False

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        if self.is_full:
            raise StoreUnavailable("full")
        with super().unit() as unit:
            yield unit


async def test_the_page_of_a_link_says_that_the_database_is_down(runtime: Runtime):
    store = Full()
    async with calling(create_app(runtime, store=store)) as client:
        await opened(client)
        await ask(client)
        mine = links(store)[str(MMG_ID)]
        store.is_full = True
        answer = await client.get(mine)
    assert answer.status_code == 503
    assert "La base ne répond pas" in answer.text
