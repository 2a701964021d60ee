"""The call read and answered while it is being told."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from regulation.offers import SlotMode
from services.console.cards import CARRIED
from services.store import Store
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import WALKS_WITH_SOMEBODY, Screen, picks, places, shown
from tests.worlds import MINUTE, MMG_AT_14, MMG_AT_15, NOON, SURGERY_AT_16, TinyWorld, offer


async def test_the_page_opens_on_the_first_question_with_nothing_kept(
    client: httpx.AsyncClient, store: Store
):
    page = Elements((await client.get("/")).text)
    assert page.text("t-carte") == "Comment se déplace-t-il ?"
    assert "aucun signalé" in page.text("drapeaux")
    with store.unit() as unit:
        assert unit.cases.find("appel-page") is None


@pytest.mark.requirement("int-l01@forme")
async def test_a_link_from_the_regulation_software_fills_the_call(client: httpx.AsyncClient):
    told = {
        "origin": "LRM",
        "speciality": "Sage-femme",
        "practitioner": "810001234567",
        "streetnumber": "12",
        "streetname": "rue des Lilas",
        "inseecode": "31395",
        "zipcode": "31600",
        "city": "Muret",
    }
    page = Elements((await client.get("/sas/recherche", params=told)).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["patient.position"] == "12 rue des Lilas, 31600 Muret"
    assert values["preferred_effecteur"] == "RPPS:10001234567"
    chosen = [one["value"] for one in page.all("option") if "selected" in one]
    assert "MIDWIFE" in chosen


async def test_a_link_that_says_nothing_known_leaves_the_call_empty(client: httpx.AsyncClient):
    page = Elements((await client.get("/?speciality=Astrologue&practitioner=12")).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["patient.position"] == ""
    assert values["preferred_effecteur"] == ""


async def test_the_next_question_is_one_that_still_matters(screen: Screen):
    told = ("uses_wheelchair", "stays_in_wheelchair", *CARRIED)
    screen.fields = {name: value for name, value in screen.fields.items() if "mobility" not in name}
    screen.fields |= {"mobility.autonomy": "alone", "mobility.walking_aid": "false"}
    screen.fields |= {f"mobility.{name}": "false" for name in told}
    page = await screen.read()
    assert page.text("t-carte") == "Pendant le trajet, faut-il…"
    recalled = [one["data-card"] for one in page.having("data-card")]
    assert recalled == ["deplacement"]


async def test_a_question_already_answered_can_be_asked_again(screen: Screen):
    screen.fields["carte"] = "escalier"
    page = await screen.read()
    assert page.text("t-carte") == "Peut-il prendre l'escalier de chez lui ?"


async def test_the_verdict_is_one_sentence_with_who_pays_and_one_to_say(screen: Screen):
    html = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert "Transport assis professionnalisé, accompagné" in html
    assert "Transport non pris en charge" in html
    assert "À dire" in html
    assert "Quelqu&#39;un doit vous accompagner" in html


async def test_a_red_flag_is_raised_by_one_key_and_lowered_by_the_same(screen: Screen):
    screen.fields["need.priority"] = "P0"
    page = await screen.read()
    raised = next(one for one in page.having("aria-pressed") if one["aria-pressed"] == "true")
    assert raised["data-fills"] == "need.priority=P2"
    html = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert "Transférer à l'AMU" in html
    assert 'role="alert"' in html


async def test_a_raised_flag_leaves_one_proposal_and_no_journey(screen: Screen):
    screen.fields["mobility.smur_team_needed"] = "true"
    page = await screen.propose()
    assert [one["value"] for one in picks(page)] == ["AMU|"]
    assert not page.all("ol")


@pytest.mark.parametrize(
    ("name", "value", "field", "said"),
    [
        ("patient.position", "Lune", "patient-position", "Lieu introuvable"),
        ("patient.age", "deux cents", "patient-age", "Donner un âge"),
    ],
)
async def test_what_is_wrong_is_said_by_its_field_while_typing(
    screen: Screen, name: str, value: str, field: str, said: str
):
    screen.fields[name] = value
    html = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert f'<li data-for="{field}">{said}' in html
    answered = await screen.client.post("/appel/propositions", data=screen.fields)
    assert "À corriger pour proposer" in answered.text


async def test_what_is_not_told_yet_is_no_fault(screen: Screen):
    screen.fields |= {"patient.position": "", "patient.age": ""}
    html = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert "data-for" not in html
    answered = await screen.client.post("/appel/propositions", data=screen.fields)
    assert "Une adresse et un âge suffisent" in answered.text


async def test_proposals_come_while_the_call_is_told_and_nothing_is_kept(
    screen: Screen, store: Store
):
    page = await screen.propose()
    assert places(page) == ["LOCAL:mmg", "LOCAL:cabinet"]
    assert [one["data-rank"] for one in picks(page)] == ["1", "2"]
    with store.unit() as unit:
        assert unit.cases.find("appel-page") is None
        assert unit.audit.entries_of("appel-page") == ()
        assert unit.events.last_number() == 0


async def test_a_proposal_has_its_times_its_price_its_payer_and_what_to_say(screen: Screen):
    html = (await screen.client.post("/appel/propositions", data=screen.fields)).text
    for said in (
        "14:00",
        "VSL",
        "Assurance maladie",
        "domicile",
        "À dire",
        "On demande pour vous un rendez-vous",
    ):
        assert said in html.replace("15:00", "14:00")
    assert "Prise en charge" in html
    assert "8 fois sur 10" in html


async def test_no_map_is_drawn_of_a_journey_nobody_makes(screen: Screen, world: TinyWorld):
    assert "journey-map" in {one.get("class") for one in (await screen.propose()).all("img")}
    world.offer.publish(offer(replace(MMG_AT_14, modes=frozenset({SlotMode.VR}))))
    page = await screen.propose("offre")
    (line,) = [one for one in picks(page) if one["data-rank"]]
    assert (line["value"] or "").startswith("TELECONSULTATION")
    assert not page.all("img")


async def test_a_line_chosen_stays_chosen_and_in_place_when_the_call_goes_on(screen: Screen):
    page = await screen.propose()
    screen.choose(picks(page)[1])
    screen.fields["patient.age"] = "48"
    page = await screen.propose()
    assert [("checked" in one) for one in picks(page)] == [False, True]


async def test_an_offer_that_moves_marks_what_changed_and_what_died(
    screen: Screen, world: TinyWorld
):
    before = await screen.propose()
    screen.choose(picks(before)[1])
    world.offer.publish(offer(MMG_AT_15, MMG_AT_14))  # the surgery's slot is gone
    page = await screen.propose("offre")
    assert places(page) == ["LOCAL:mmg", "LOCAL:cabinet"]
    dead = picks(page)[1]
    assert dead["data-rank"] == ""
    assert "checked" in dead
    html = (
        await screen.client.post(
            "/appel/propositions", data={**screen.fields, "cause": "offre", "vu": screen.seen}
        )
    ).text
    assert "<del>Cabinet de l&#39;Est</del>" in html
    assert "disponibilité inconnue" in html


async def test_an_age_is_told_when_the_offer_is_not_fresh(screen: Screen, world: TinyWorld):
    world.offer.publish(offer(MMG_AT_14, MMG_AT_15, SURGERY_AT_16, seen_at=NOON - 12 * MINUTE))
    html = (await screen.client.post("/appel/propositions", data=screen.fields)).text
    assert "vu il y a 12 min" in html


async def test_of_requests_that_wait_only_the_last_is_answered(app: FastAPI, screen: Screen):
    turns = app.state.turns
    with turns.taken("appel-page") as is_wanted:
        assert is_wanted()
        waiting = asyncio.create_task(screen.client.post("/appel/propositions", data=screen.fields))
        await asyncio.sleep(0.1)
        last = asyncio.create_task(screen.client.post("/appel/propositions", data=screen.fields))
        await asyncio.sleep(0.1)
    assert (await waiting).status_code == 204
    assert (await last).status_code == 200


async def test_places_are_suggested_while_typing(client: httpx.AsyncClient):
    found = (await client.get("/lieux", params={"q": "toul"})).json()
    assert found == {"lieux": ["31000 Toulouse"]}


async def test_what_a_page_says_it_shows_is_never_trusted(screen: Screen):
    hostile = "key=A%7CB&digest=x&clock=12:00&title=<script>alert(1)</script>"
    data = {**WALKS_WITH_SOMEBODY, "cause": "offre", "vu": [hostile, "nonsense"], "choisi": "A|B"}
    html = (await screen.client.post("/appel/propositions", data=data)).text
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_the_lines_carry_what_they_show(screen: Screen):
    await screen.propose()
    first = shown(screen.seen[0])
    assert first["title"] == "MMG du Nord"
    assert first["clock"] == "15:00"
