"""The board: how journeys stand, what asks for a gesture, what waits, what is handed over."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from regulation.cases import CaseState
from regulation.declarations import Declaration, Openness
from regulation.drafts import CaseDraft
from regulation.events import Event, EventKind
from regulation.kernel.modes import LegKind, Mode
from regulation.messages import Channel
from services.console.alerts import Moment
from services.console.courses import course_of
from services.console.post import COOKIE
from services.following import Following
from services.store import InMemoryStore, Store, StoreUnavailable, Unit
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import Screen
from tests.unit.services.steps import proposed
from tests.worlds import MINUTE, MMG_ID, NOON, TinyWorld, call


class Down(InMemoryStore):
    """A store that is no longer there."""

    is_down = True

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        if self.is_down:
            raise StoreUnavailable("gone")
        with super().unit() as unit:
            yield unit

    reading = unit


RIDE = "appel-page:1/outward"
HOME = "appel-page:1/return"


@pytest.fixture
async def decided(screen: Screen) -> Screen:
    await screen.propose()
    assert (await screen.decide()).status_code == 200
    return screen


def told(store: Store, kind: EventKind, ride: str, at_min: int, **facts: str | bool) -> None:
    with store.unit() as unit:
        unit.events.record(
            Event(
                at=NOON + at_min * MINUTE,
                kind=kind,
                case_id="appel-page",
                facts={"mission_id": ride, "source": "essai", **facts},
            )
        )


async def board(screen: Screen) -> str:
    return html.unescape((await screen.client.get("/encours")).text)


async def test_a_decided_journey_is_on_the_board_and_unconfirmed_until_somebody_says_so(
    decided: Screen, store: Store
):
    shown = await board(decided)
    assert "31000 Toulouse" not in shown
    assert "Toulouse → MMG du Nord" in shown
    assert "transport non confirmé" in shown
    told(store, EventKind.RIDE_ANSWERED, RIDE, 2, answer="ACCEPTEE")
    told(store, EventKind.RIDE_ANSWERED, HOME, 2, answer="ACCEPTEE")
    assert "à l'heure" in await board(decided)


async def test_a_refusal_comes_first_with_its_key(decided: Screen, store: Store):
    told(store, EventKind.RIDE_ANSWERED, RIDE, 2, answer="REFUSEE")
    shown = await board(decided)
    assert "refuse l'aller" in shown
    assert 'data-gesture="g"' in shown
    assert "1 alerte" in shown


async def test_who_comes_to_the_patient_is_not_somewhere_they_go(
    decided: Screen, app: FastAPI, world: TinyWorld, store: Store
):
    following = Following(world.runtime(), store)
    (one,) = following.picture().followed
    chosen = app.state.chosen.of([one.decision], following)["appel-page"]
    comes = replace(chosen.legs[0], kind=LegKind.CARE_TEAM, mode=Mode.CARE_TEAM, vehicle_id=None)
    unridden = replace(one, rides=())
    moment = Moment(now=NOON, answer_within=5 * MINUTE)
    visit, remote = (
        course_of(unridden, replace(chosen, legs=legs), moment, "Toulouse")
        for legs in ((comes,), ())
    )
    assert (visit.place, visit.vehicles) == ("MMG du Nord → Toulouse", "équipe")
    assert (remote.place, remote.vehicles) == ("Toulouse · MMG du Nord", "sans trajet")


@pytest.mark.parametrize(("days_before", "named"), [(0, ""), (1, "demain, "), (2, "samedi 28, ")])
async def test_what_comes_on_another_day_is_told_with_its_day(
    decided: Screen, app: FastAPI, world: TinyWorld, store: Store, *, days_before: int, named: str
):
    following = Following(world.runtime(), store)
    (one,) = following.picture().followed
    chosen = app.state.chosen.of([one.decision], following)["appel-page"]
    moment = Moment(now=NOON - timedelta(days=days_before), answer_within=5 * MINUTE)
    told_of = course_of(replace(one, rides=()), chosen, moment, "Toulouse")
    assert told_of.next_what == f"{named}prise en charge"


async def test_silence_of_a_transporter_is_an_alert_after_a_while(
    decided: Screen, world: TinyWorld
):
    assert "sans réponse" not in await board(decided)
    world.clock.at += decided_within(world) + MINUTE
    assert "sans réponse depuis" in await board(decided)


def decided_within(world: TinyWorld) -> timedelta:
    return world.runtime().answer_within


async def test_a_silent_vehicle_is_unknown_and_never_said_to_be_late(
    decided: Screen, world: TinyWorld
):
    world.clock.at = NOON + 119 * MINUTE
    shown = await board(decided)
    assert "sans nouvelles depuis" in shown
    assert "en retard" not in shown


async def test_a_vehicle_known_to_be_late_is_late(decided: Screen, world: TinyWorld, store: Store):
    told(store, EventKind.RIDE_STATUS, RIDE, 60, status="DEPART")
    world.clock.at = NOON + 119 * MINUTE
    assert "en retard à l'aller" in await board(decided)


async def test_what_comes_next_follows_what_is_told(decided: Screen, store: Store):
    assert "prise en charge" in await board(decided)
    told(store, EventKind.RIDE_STATUS, RIDE, 100, status="PEC")
    assert "arrivée au soin" in await board(decided)
    told(store, EventKind.RIDE_STATUS, RIDE, 110, status="DESTIN")
    assert "soin" in await board(decided)


async def test_the_way_home_is_called_for_in_one_gesture_once(
    decided: Screen, world: TinyWorld, store: Store
):
    world.clock.at = NOON + 125 * MINUTE
    assert 'data-gesture="r"' in await board(decided)
    for _ in range(2):
        answer = await decided.client.post("/encours/appel-page/retour")
        assert answer.status_code == 200
        assert 'data-gesture="r"' not in answer.text
    with store.unit() as unit:
        kinds = [one.event.kind for one in unit.events.after(0)]
    assert kinds.count(EventKind.RETURN_WANTED) == 1


async def test_a_patient_home_is_closed_and_leaves_the_board(decided: Screen, store: Store):
    told(store, EventKind.RIDE_STATUS, HOME, 160, status="FINPEC")
    assert 'data-gesture="k"' in await board(decided)
    answer = await decided.client.post("/encours/appel-page/cloture")
    assert "Aucun trajet en cours" in answer.text
    with store.unit() as unit:
        case = unit.cases.find("appel-page")
    assert case is not None
    assert case.state is CaseState.CLOSED


async def test_the_page_of_a_case_says_what_left_and_what_is_to_be_told_by_phone(
    decided: Screen, store: Store
):
    with store.unit() as unit:
        letters = {one.message.channel: one for one in unit.outbox.of_case("appel-page")}
        lost, taken = letters[Channel.EFFECTEUR], letters[Channel.REGULATION]
        unit.outbox.mark_failed(lost.message.message_id, "HTTP 410", again_at=None)
        unit.outbox.mark_sent(taken.message.message_id, NOON)
    shown = Elements((await decided.client.get("/dossiers/appel-page")).text)
    said = shown.text("envois")
    assert "effecteur : patient attendu ▲ pas parti, à dire par téléphone (HTTP 410)" in said
    assert "logiciel de régulation : patient attendu parti 13:00" in said
    assert "transporteur : course demandée, 2 fois en attente" in said


async def test_what_did_not_leave_and_is_called_off_since_is_not_to_be_told_by_phone(
    decided: Screen, store: Store
):
    with store.unit() as unit:
        for one in unit.outbox.of_case("appel-page"):
            unit.outbox.mark_failed(one.message.message_id, "HTTP 410", again_at=None)
    await decided.client.post("/encours/appel-page/annulation")
    shown = Elements((await decided.client.get("/dossiers/appel-page")).text)
    assert "à dire par téléphone" not in shown.text("envois")
    assert "effecteur : patient attendu pas parti, annulé depuis" in shown.text("envois")


async def test_a_cancelled_journey_gives_back_what_it_held(decided: Screen, store: Store):
    shown = await decided.client.get("/dossiers/appel-page")
    assert "Dossier appel-page, décidé" in shown.text
    assert "Continuer l&#39;appel" not in shown.text
    assert "Continuer l'appel" not in shown.text
    actions = [one["action"] for one in Elements(shown.text).all("form")]
    assert {"/encours/appel-page/annulation", "/encours/appel-page/reprise"} <= set(actions)
    answer = await decided.client.post("/encours/appel-page/annulation", follow_redirects=True)
    assert "Dossier appel-page, annulé" in answer.text
    assert "/encours/appel-page/" not in answer.text
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-page") is None
        assert unit.promises.rides_of("appel-page") == ()
        case = unit.cases.find("appel-page")
    assert case is not None
    assert case.state is CaseState.CANCELLED


def audited(store: Store, about: str) -> list[tuple[str, str, str]]:
    with store.unit() as unit:
        found = unit.audit.entries_of(about)
    return [(str(one.action), one.who, str(one.outcome)) for one in found]


@pytest.mark.parametrize("gesture", ["retour", "cloture", "annulation"])
async def test_a_gesture_on_nothing_is_refused_and_leaves_its_line(
    screen: Screen, store: Store, gesture: str
):
    answer = await screen.client.post(f"/encours/rien/{gesture}")
    assert answer.status_code == 404
    with store.unit() as unit:
        assert [str(one.outcome) for one in unit.audit.entries_of("rien")] == ["NOT_FOUND"]


async def test_a_journey_is_taken_up_again_on_the_call_screen(decided: Screen, store: Store):
    answer = await decided.client.post("/encours/appel-page/reprise")
    assert answer.headers["location"] == "/appels/appel-page"
    page = Elements((await decided.client.get("/appels/appel-page")).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["patient.position"] == "31000 Toulouse"
    assert values["patient.age"] == "47"
    assert values["dossier"] == "appel-page"
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-page") is not None


async def test_a_journey_that_cannot_be_taken_up_again_is_refused_on_a_whole_page(decided: Screen):
    unknown = await decided.client.post("/encours/inconnu/reprise")
    assert unknown.status_code == 404
    assert "Aucun dossier n&#39;a ce numéro." in unknown.text
    decided.client.cookies.delete(COOKIE)
    unheld = await decided.client.post("/encours/appel-page/reprise")
    assert unheld.status_code == 401
    assert "<title>Impossible" in unheld.text


async def test_a_journey_is_not_taken_up_again_while_the_database_is_down_and_a_page_says_so(
    decided: Screen, app: FastAPI
):
    app.state.casework = replace(app.state.casework, store=Down())
    answer = await decided.client.post("/encours/appel-page/reprise")
    assert answer.status_code == 503
    shown = html.unescape(answer.text)
    assert "La base ne répond pas : rien n'est fait" in shown
    assert "<title>Impossible" in shown


async def test_a_call_put_aside_waits_in_the_queue_and_comes_back_as_it_was(screen: Screen):
    await screen.propose()
    parked = await screen.client.post("/appel/attente", data=screen.fields)
    assert parked.headers["hx-redirect"] == "/"
    dossier = Elements((await screen.client.get("/dossiers/appel-page")).text)
    assert "/appels/appel-page" in [one["href"] for one in dossier.all("a")]
    shown = await board(screen)
    assert "Toulouse, 47 ans, médecine générale" in shown
    assert "à moi" in shown
    page = Elements((await screen.client.get("/appels/appel-page")).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["mobility.home.floor"] == "0"
    chosen = [one["value"] for one in page.all("option") if "selected" in one]
    assert "with_companion" in chosen


async def test_a_call_that_says_too_little_is_not_put_aside(screen: Screen):
    screen.fields["patient.age"] = ""
    refused = await screen.client.post("/appel/attente", data=screen.fields)
    assert refused.status_code == 422


async def test_what_another_software_began_to_tell_waits_and_is_not_typed_again(
    screen: Screen, store: Store
):
    draft = CaseDraft(
        draft_id="fr.health.samu310.DRFR1",
        case_ref="fr.health.samu310.DRFR1",
        source="hub",
        sender="fr.health.samu310",
        told_at=NOON,
        said={
            "patient.age": 0.25,
            "patient.position.insee": "31555",
            "need.motif": "M05.01",
            "mobility.uses_wheelchair": True,
        },
    )
    with store.unit() as unit:
        unit.drafts.save(draft)
    assert "/brouillons/fr.health.samu310.DRFR1" in await board(screen)
    page = Elements((await screen.client.get("/brouillons/fr.health.samu310.DRFR1")).text)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["dossier"] == draft.draft_id
    assert values["patient.age"] == "0,25"
    assert values["patient.position"] == "31000 Toulouse"
    chosen = [one["value"] for one in page.all("option") if "selected" in one]
    assert {"M05.01", "true"} <= set(chosen)
    assert audited(store, draft.draft_id) == [("READ", "RPPS:10001234567", "DONE")]


async def test_a_draft_that_is_not_there_leaves_the_line_of_who_asked_for_it(
    screen: Screen, store: Store
):
    await screen.client.get("/brouillons/" + "d" * 150)
    assert audited(store, "d" * 64) == [("READ", "RPPS:10001234567", "NOT_FOUND")]


async def test_a_note_is_handed_over_and_hostile_words_stay_words(screen: Screen, store: Store):
    hostile = "<script>alert(1)</script> rappeler"
    noted = (await screen.client.post("/consignes", data={"consigne": hostile})).text
    assert "&lt;script&gt;" in noted
    assert "<script>" not in noted
    assert "RPPS:10001234567" in noted
    assert audited(store, "board") == [("LEAVE_NOTE", "RPPS:10001234567", "DONE")]


async def test_nobody_leaves_a_note_without_saying_who(client: httpx.AsyncClient):
    refused = await client.post("/consignes", data={"consigne": "rien"})
    assert refused.status_code == 401


@pytest.mark.parametrize(("asked", "found"), [("toulouse 47", True), ("muret", False)])
async def test_a_case_is_found_by_where_and_how_old(decided: Screen, asked: str, found: bool):  # noqa: FBT001
    listed = (await decided.client.get("/recherche", params={"q": asked})).text
    assert ("/dossiers/appel-page" in listed) is found


@pytest.mark.parametrize("asked", ["0561000000", "05 61 00 00 00", "+33 5 61 00 00 00", "561000"])
async def test_a_case_is_found_by_its_telephone_however_it_is_written(screen: Screen, asked: str):
    await proposed(screen.client, caller={**call()["caller"], "phone": "+33561000000"})
    listed = (await screen.client.get("/recherche", params={"q": asked})).text
    assert "/dossiers/appel-1" in listed
    other = (await screen.client.get("/recherche", params={"q": "05 61 00 00 01"})).text
    assert "/dossiers/appel-1" not in other


async def test_who_looks_for_a_case_leaves_a_line_without_what_they_typed(
    decided: Screen, store: Store
):
    await decided.client.get("/recherche", params={"q": "toulouse 47"})
    assert audited(store, "board") == [("SEARCH", "RPPS:10001234567", "DONE")]


async def test_watching_the_board_leaves_one_line(screen: Screen, store: Store):
    await screen.client.get("/encours", params={"premier": "true"})
    await board(screen)
    with store.unit() as unit:
        assert [str(one.action) for one in unit.audit.entries_of("board")] == ["FOLLOW"]


async def test_a_company_that_cancels_what_it_took_has_refused_it(decided: Screen, store: Store):
    told(store, EventKind.RIDE_ANSWERED, RIDE, 2, answer="ACCEPTEE")
    told(store, EventKind.RIDE_STATUS, RIDE, 3, status="ANNULE")
    assert "refuse l'aller" in await board(decided)


async def test_a_vehicle_out_of_service_that_nobody_replaces_is_an_alert(
    decided: Screen, store: Store
):
    told(store, EventKind.RIDE_UNSERVED, RIDE, 3, why="GONE")
    assert "hors service, personne d'autre pour l'aller" in await board(decided)
    told(store, EventKind.RIDE_UNSERVED, RIDE, 4, why="GONE", failed=True)
    assert "hors service, recherche en échec pour l'aller" in await board(decided)


async def test_the_hour_of_a_late_vehicle_is_told_until_it_is_at_the_door(
    decided: Screen, store: Store
):
    expected = NOON + 125 * MINUTE
    told(store, EventKind.RIDE_EXPECTED, RIDE, 90, expected_at=expected.isoformat())
    assert "attendu vers 15:05, promis à 14:" in await board(decided)
    told(store, EventKind.RIDE_STATUS, RIDE, 124, status="ARRIVEE")
    assert "attendu vers" not in await board(decided)


async def test_a_way_home_given_at_another_hour_is_expected_then(
    decided: Screen, world: TinyWorld, store: Store
):
    with store.unit() as unit:
        there, home = unit.promises.rides_of("appel-page")
        sooner = replace(
            home,
            ride_id="appel-page:1~2/return",
            pickup_at=NOON + 128 * MINUTE,
            dropoff_at=NOON + 138 * MINUTE,
        )
        unit.promises.replace("appel-page", [there, sooner], seen=unit.promises.versions())
    told(store, EventKind.RIDE_STATUS, RIDE, 110, status="DESTIN")
    told(store, EventKind.RETURN_WANTED, RIDE, 122)
    told(store, EventKind.RIDE_RETIMED, sooner.ride_id, 122, waits_long=False)
    world.clock.at = NOON + 127 * MINUTE
    assert "reprise en charge, demandée à 15:02" in await board(decided)
    assert "15:08" in await board(decided)


async def test_who_waits_too_long_to_go_home_is_an_alert_until_they_are_fetched(
    decided: Screen, store: Store
):
    told(store, EventKind.RIDE_STATUS, RIDE, 110, status="DESTIN")
    told(store, EventKind.RETURN_WANTED, RIDE, 122)
    told(store, EventKind.RIDE_RETIMED, HOME, 122, waits_long=True)
    assert "attend son retour" in await board(decided)
    told(store, EventKind.RIDE_STATUS, HOME, 150, status="DEPART")
    assert "attend son retour" not in await board(decided)


async def test_a_time_that_its_agenda_cancels_is_an_alert_until_another_is_decided(
    decided: Screen, store: Store, world: TinyWorld
):
    told(store, EventKind.SLOT_WITHDRAWN, "", 3)
    assert "un rendez-vous de 15:00 est annulé ou déplacé" in await board(decided)
    assert 'data-gesture="g"' in await board(decided)
    world.clock.at = NOON + 180 * MINUTE
    assert "est annulé ou déplacé" not in await board(decided)


@pytest.mark.parametrize(
    ("said", "until_min", "told_of"),
    [("CLOSED", 150, 1), ("CLOSED", 60, 0), ("SATURATED", 150, 0)],
)
async def test_a_place_that_says_it_is_closed_when_somebody_is_to_come_is_an_alert(
    decided: Screen, store: Store, said: str, until_min: int, told_of: int
):
    declaration = Declaration(
        effecteur_id=MMG_ID,
        status=Openness(said),
        waiting_minutes=None,
        waiting=None,
        observed_at=NOON,
        valid_until=NOON + until_min * MINUTE,
    )
    with store.unit() as unit:
        unit.declarations.put(declaration)
    assert (await board(decided)).count("n'accueille plus jusqu'à") == told_of


async def test_a_vehicle_said_to_be_late_that_is_on_time_again_is_no_alert(
    decided: Screen, store: Store
):
    late, due = NOON + 125 * MINUTE, NOON + 110 * MINUTE
    told(store, EventKind.RIDE_EXPECTED, RIDE, 90, expected_at=late.isoformat())
    assert "attendu vers" in await board(decided)
    told(store, EventKind.RIDE_EXPECTED, RIDE, 92, expected_at=due.isoformat())
    assert "attendu vers" not in await board(decided)


async def test_our_own_news_of_a_ride_is_no_answer_of_its_company(
    decided: Screen, store: Store, world: TinyWorld
):
    told(store, EventKind.RIDE_UNSERVED, RIDE, 6, why="SILENT")
    assert "sans réponse, personne d'autre pour l'aller" in await board(decided)
    told(store, EventKind.RIDE_ANSWERED, RIDE, 7, answer="ACCEPTEE")
    assert "personne d'autre" not in await board(decided)


async def test_a_way_home_given_at_another_hour_is_unconfirmed_until_its_company_answers(
    decided: Screen, store: Store, world: TinyWorld
):
    told(store, EventKind.RIDE_ANSWERED, RIDE, 2, answer="ACCEPTEE")
    told(store, EventKind.RIDE_STATUS, RIDE, 118, status="DESTIN")
    told(store, EventKind.RIDE_RETIMED, HOME, 122, waits_long=False)
    world.clock.at = NOON + 123 * MINUTE
    assert "transport non confirmé" in await board(decided)
    world.clock.at = NOON + 128 * MINUTE
    assert "sans réponse depuis 6 min" in await board(decided)


async def test_who_is_ready_and_whom_nobody_can_fetch_is_the_first_alert(
    decided: Screen, store: Store
):
    told(store, EventKind.RETURN_WANTED, RIDE, 122)
    told(store, EventKind.RIDE_UNSERVED, HOME, 122, why="CALLED")
    assert "retour demandé à 15:02, aucun véhicule trouvé" in await board(decided)
    told(store, EventKind.RIDE_UNSERVED, HOME, 123, why="CALLED", failed=True)
    assert "retour demandé à 15:02, recherche en échec : appeler" in await board(decided)


async def test_nobody_is_called_home_long_before_they_are_seen_and_the_reason_is_said(
    decided: Screen,
):
    refused = await decided.client.post("/encours/appel-page/retour")
    assert refused.status_code == 409
    assert "Trop tôt : le soin est à 15:00" in html.unescape(refused.text)
