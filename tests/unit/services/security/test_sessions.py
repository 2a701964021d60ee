"""Sessions end when they should, and a page of somebody else's can't use them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.kit.clock import FixedClock
from services.security.gate import IDLE, LONGEST
from tests.unit.services.security.worlds import Guarded
from tests.unit.services.steps import decision
from tests.worlds import call

DOCTOR = "REGULATING_DOCTOR"


def later(door: Guarded, by: timedelta) -> None:
    """Let time pass."""
    door.security.clock = FixedClock(door.security.clock.now() + by)


async def read(door: Guarded, cookies) -> int:
    async with door.calling(cookies=cookies) as client:
        return (await client.get("/cases/rien")).status_code


async def test_a_session_unused_for_long_is_over(door: Guarded):
    cookies = door.session(DOCTOR)
    later(door, IDLE - timedelta(seconds=1))
    assert await read(door, cookies) == 404
    later(door, IDLE + timedelta(seconds=1))
    assert await read(door, cookies) == 401


async def test_a_session_in_use_ends_with_the_shift(door: Guarded):
    cookies = door.session(DOCTOR)
    for _ in range(int(LONGEST / timedelta(minutes=20))):
        later(door, timedelta(minutes=20))
        assert await read(door, cookies) == 404
    later(door, timedelta(minutes=1))
    assert await read(door, cookies) == 401


async def test_somebody_struck_from_the_accounts_is_let_in_no_more(door: Guarded):
    cookies = door.session(DOCTOR)
    assert await read(door, cookies) == 404
    kept = door.accounts.read_text(encoding="utf-8")
    struck = kept.replace("regulating_doctor-ici", "quelqu-un-d-autre")
    door.accounts.write_text(struck, encoding="utf-8")
    assert await read(door, cookies) == 401


async def test_accounts_that_cannot_be_read_let_nobody_in(door: Guarded):
    cookies = door.session(DOCTOR)
    door.accounts.write_text("[[account]]\nsubject = 3", encoding="utf-8")
    assert await read(door, cookies) == 503


@pytest.mark.parametrize("token", ["", "inventé", "x" * 5_000, "'; DROP TABLE sessions; --"])
async def test_an_invented_token_is_nobody_s(door: Guarded, token: str):
    assert await read(door, {"aiguilleur_session": token.encode("ascii", "ignore").decode()}) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
async def test_a_page_of_somebody_else_s_cannot_use_a_session(door: Guarded, headers, status: int):
    async with door.calling(cookies=door.session(DOCTOR), headers=headers) as client:
        assert (await client.post("/cases", json=call("appel-1"))).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://essai", 201), ("http://ailleurs", 403), ("null", 403), (None, 403)],
)
async def test_an_older_browser_is_known_by_the_origin_it_names(
    door: Guarded, origin: str | None, status: int
):
    async with door.calling(cookies=door.session(DOCTOR)) as client:
        del client.headers["Sec-Fetch-Site"]
        headers = {} if origin is None else {"Origin": origin}
        answer = await client.post("/cases", json=call("appel-1"), headers=headers)
    assert answer.status_code == status


async def test_the_audit_trail_names_who_was_let_in_whatever_is_declared(door: Guarded):
    async with door.calling(cookies=door.session(DOCTOR)) as client:
        headers = {"Actor-Id": "LOCAL:quelqu-un"}
        await client.post("/cases", json=call("appel-1"), headers=headers)
    with door.store.unit() as unit:
        (entry,) = unit.audit.entries_of("appel-1")
    assert entry.who == "LOCAL:regulating_doctor-ici"


@pytest.mark.parametrize(
    ("role", "changed", "field"),
    [
        (DOCTOR, {}, "actor.id"),
        ("OSNP", {"id": "LOCAL:osnp-ici"}, "actor.role"),
    ],
)
async def test_nobody_decides_in_the_name_or_the_role_of_another(
    door: Guarded, role: str, changed, field: str
):
    async with door.calling(cookies=door.session(role)) as client:
        await client.post("/cases", json=call("appel-1"))
        await client.post("/cases/appel-1/proposals")
        told = decision()
        told["actor"] = told["actor"] | changed
        answer = await client.post("/cases/appel-1/decision", json=told)
    assert (answer.status_code, answer.json()["field"]) == (403, field)


async def test_a_doctor_logged_in_decides(door: Guarded):
    async with door.calling(cookies=door.session(DOCTOR)) as client:
        await client.post("/cases", json=call("appel-1"))
        await client.post("/cases/appel-1/proposals")
        actor = {"id": "LOCAL:regulating_doctor-ici", "role": DOCTOR}
        answer = await client.post("/cases/appel-1/decision", json=decision(actor=actor))
    assert answer.status_code == 200


async def test_too_many_questions_are_told_when_to_ask_again(door: Guarded):
    door.security.rates = replace(door.security.rates, stopwatch=lambda: 0.0, per_s=2.0, burst=3.0)
    cookies = door.session(DOCTOR)
    async with door.calling(cookies=cookies) as client:
        statuses = [(await client.get("/cases/rien")).status_code for _ in range(3)]
        refused = await client.get("/cases/rien")
    assert statuses == [404, 404, 404]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")


HTML = {"accept": "text/html,application/xhtml+xml"}


async def test_a_browser_that_is_not_logged_in_is_led_to_the_login_and_back(door: Guarded):
    async with door.calling() as client:
        answer = await client.get("/sas/recherche?insee=31555", headers=HTML)
        assert answer.status_code == 303
        assert answer.headers["location"] == (
            "/connexion?retour=%2Fsas%2Frecherche%3Finsee%3D31555"
        )
        long = await client.get("/", params={"x": "y" * 3000}, headers=HTML)
        assert long.headers["location"] == "/connexion?retour=%2F"


async def test_a_screen_whose_session_has_ended_is_told_where_nothing_typed_is_lost(door: Guarded):
    async with door.calling(headers={"HX-Request": "true", **HTML}) as client:
        answer = await client.post("/appel/decision")
    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#issue"
    assert "Rien n'est perdu" in answer.text
    assert "/connexion?retour=%2Fconnexion%2Ffaite" in answer.text


async def test_whoever_may_not_open_a_page_is_told_so_in_words(door: Guarded):
    async with door.calling(cookies=door.session(DOCTOR)) as client:
        answer = await client.get("/territoire", headers=HTML)
        told = await client.get("/territoire")
    assert (answer.status_code, told.json()["status"]) == (403, 403)
    assert "Cette page ne vous est pas ouverte" in answer.text
    assert "Ce rôle n&#39;en a pas le droit" in answer.text


async def test_a_button_pressed_after_the_session_ended_leads_to_the_login(door: Guarded):
    async with door.calling(headers={**HTML, "sec-fetch-mode": "navigate"}) as client:
        answer = await client.post("/consignes", data={"texte": "x"})
    assert answer.status_code == 401
    assert 'href="/connexion"' in answer.text


async def test_a_program_is_answered_by_a_problem_as_before(door: Guarded):
    async with door.calling() as client:
        for answer in (await client.get("/"), await client.post("/appel/decision", headers=HTML)):
            assert answer.status_code == 401
            assert answer.json()["status"] == 401
