"""Deciding from the screen: what was read is what is held, once; undone by one key for a while."""

from dataclasses import replace
from html import unescape

import httpx

from regulation.cases import CaseState
from regulation.offers import Booking
from services.console.post import COOKIE
from services.store import Store
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import Screen, picks
from tests.worlds import MINUTE, MMG_AT_14, MMG_AT_15, TinyWorld, offer


async def test_what_was_read_is_decided_and_held(screen: Screen, store: Store):
    await screen.propose()
    answer = await screen.decide()
    assert answer.status_code == 200
    assert "Décidé" in answer.text
    assert "Annuler la décision" in answer.text
    with store.unit() as unit:
        case = unit.cases.find("appel-page")
        booked = unit.bookings.find_booking("appel-page")
        lines = unit.audit.entries_of("appel-page")
    assert case is not None
    assert case.state is CaseState.DECIDED
    assert booked is not None
    assert {line.who for line in lines} == {"RPPS:10001234567"}
    assert [str(line.action) for line in lines] == ["OPEN", "PROPOSE", "DECIDE"]


async def test_what_is_left_to_see_to_is_still_said_once_decided(screen: Screen, world: TinyWorld):
    world.offer.publish(offer(replace(MMG_AT_14, booking=Booking.PHONE)))
    await screen.propose()
    decided = unescape((await screen.decide()).text)
    assert "Décidé" in decided
    assert "appeler le lieu avant d'envoyer le patient" in decided


async def test_minutes_after_reading_the_same_is_decided(screen: Screen, world: TinyWorld):
    await screen.propose()
    world.clock.at += 3 * MINUTE
    answer = await screen.decide()
    assert answer.status_code == 200


async def test_the_same_decision_sent_twice_is_taken_once(screen: Screen, store: Store):
    await screen.propose()
    first, second = await screen.decide(), await screen.decide()
    assert (first.status_code, second.status_code) == (200, 200)
    with store.unit() as unit:
        assert len(unit.journal.decisions_of("appel-page")) == 1
        case = unit.cases.find("appel-page")
    assert case is not None
    assert case.state is CaseState.DECIDED


async def test_a_case_decided_already_is_not_decided_otherwise(screen: Screen):
    await screen.propose()
    await screen.decide()
    answer = await screen.decide(cle="another-key")
    assert answer.status_code == 409
    assert "déjà été décidé" in answer.text


async def test_when_the_slot_goes_both_versions_are_shown_and_nothing_is_decided(
    screen: Screen, world: TinyWorld, store: Store
):
    await screen.propose()
    world.offer.publish(offer(MMG_AT_15))
    world.clock.at += 10 * MINUTE
    answer = await screen.decide()
    assert answer.status_code == 409
    assert "Ce que vous avez lu" in answer.text
    assert "Ce qui est possible maintenant" in answer.text
    assert "16:00" in answer.text
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-page") is None
        assert unit.journal.decisions_of("appel-page") == ()


async def test_the_new_version_is_decided_by_the_same_key_again(screen: Screen, world: TinyWorld):
    await screen.propose()
    world.offer.publish(offer(MMG_AT_15))
    world.clock.at += 10 * MINUTE
    screen.take_in(Elements((await screen.decide()).text))
    answer = await screen.decide()
    assert answer.status_code == 200
    assert "16:00" in answer.text


async def test_when_nothing_is_left_of_what_was_read_it_is_said(screen: Screen, world: TinyWorld):
    page = await screen.propose()
    screen.choose(picks(page)[1])
    world.offer.publish(offer(MMG_AT_14))
    world.clock.at += 10 * MINUTE
    answer = await screen.decide(motif="Préférence du patient")
    assert answer.status_code == 409
    assert "Plus possible" in answer.text


async def test_another_than_the_first_needs_a_reason(screen: Screen, store: Store):
    page = await screen.propose()
    screen.choose(picks(page)[1])
    refused = await screen.decide()
    assert refused.status_code == 422
    assert refused.headers["hx-retarget"] == "#issue"
    answer = await screen.decide(motif="Préférence du patient")
    assert answer.status_code == 200
    with store.unit() as unit:
        assert unit.journal.decisions_of("appel-page")[0].motive == "Préférence du patient"


async def test_nobody_decides_without_saying_who_and_the_call_is_not_lost(
    screen: Screen, store: Store
):
    await screen.propose()
    screen.client.cookies.delete(COOKIE)
    refused = await screen.decide()
    assert refused.status_code == 401
    assert "L'appel reste tel qu'il est" in refused.text
    assert refused.headers["hx-retarget"] == "#issue"
    held = await screen.client.post(
        "/poste/ici", data={"identifiant": "RPPS:10001234567", "role": "REGULATING_DOCTOR"}
    )
    assert "httponly" in held.headers["set-cookie"].lower()
    assert "samesite=strict" in held.headers["set-cookie"].lower()
    assert (await screen.decide()).status_code == 200


async def test_an_osnp_does_not_decide_what_a_doctor_must_confirm(screen: Screen):
    screen.fields["mobility.oxygen"] = "unknown"
    await screen.propose()
    screen.client.cookies.set(COOKIE, "OSNP|osnp-1")
    refused = await screen.decide()
    assert refused.status_code == 403
    assert "Un médecin régulateur doit d&#39;abord confirmer" in refused.text


async def test_a_decision_is_undone_soon_after_and_everything_given_back(
    screen: Screen, store: Store
):
    await screen.propose()
    await screen.decide()
    answer = await screen.undo()
    assert answer.status_code == 200
    assert "reprise" in answer.headers["hx-trigger"]
    assert picks(Elements(answer.text))
    with store.unit() as unit:
        case = unit.cases.find("appel-page")
        assert unit.bookings.find_booking("appel-page") is None
        assert unit.promises.rides_of("appel-page") == ()
        told = [one.event.kind for one in unit.events.after(0)]
    assert case is not None
    assert case.state is CaseState.PROPOSED
    assert told[-1] == "case.taken_back"


async def test_an_undone_call_is_decided_again_under_a_new_key(screen: Screen, store: Store):
    await screen.propose()
    await screen.decide()
    screen.take_in(Elements((await screen.undo()).text))
    answer = await screen.decide(cle="after-undoing")
    assert answer.status_code == 200
    with store.unit() as unit:
        assert len(unit.journal.decisions_of("appel-page")) == 2


async def test_undoing_twice_changes_nothing_more(screen: Screen):
    await screen.propose()
    await screen.decide()
    assert [(await screen.undo()).status_code for _ in range(2)] == [200, 200]


async def test_after_the_time_of_grace_nothing_is_undone(
    screen: Screen, world: TinyWorld, store: Store
):
    await screen.propose()
    await screen.decide()
    world.clock.at += 2 * MINUTE
    refused = await screen.undo()
    assert refused.status_code == 409
    assert "Trop tard" in refused.text
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-page") is not None


async def test_nothing_is_undone_when_nothing_was_decided(screen: Screen):
    refused = await screen.undo()
    assert refused.status_code == 404


async def test_two_screens_race_for_one_slot_and_one_of_them_is_told(
    client: httpx.AsyncClient, screen: Screen, world: TinyWorld
):
    world.offer.publish(offer(MMG_AT_14))
    other = await Screen(client).open()
    other.fields["dossier"] = "appel-autre"
    await screen.propose()
    await other.propose()
    first, second = await screen.decide(), await other.decide()
    assert (first.status_code, second.status_code) == (200, 409)
    assert "Plus possible" in second.text


async def test_a_call_told_otherwise_after_a_refusal_is_told_anew(
    screen: Screen, world: TinyWorld, store: Store
):
    await screen.propose()
    world.offer.publish(offer(MMG_AT_15))
    world.clock.at += 10 * MINUTE
    await screen.decide()
    screen.fields["patient.age"] = "52"
    await screen.propose()
    assert (await screen.decide()).status_code == 200
    with store.unit() as unit:
        case = unit.cases.find("appel-page")
    assert case is not None
    assert case.patient.age == 52


async def test_holding_the_desk_leads_back_into_the_console_only(client: httpx.AsyncClient):
    told = {"identifiant": "osnp-1", "role": "OSNP", "retour": "//ailleurs.example/"}
    answer = await client.post("/poste", data=told)
    assert answer.headers["location"] == "/"
