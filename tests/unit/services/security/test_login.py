"""Logging in by Pro Santé Connect, as a browser does; each way to slip in is shut."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.kit.clock import FixedClock
from adapters.psc.attempts import ATTEMPT_LASTS
from simulations.feeds.psc_provider import REALM, PscProvider
from tests.unit.services.security.worlds import Guarded, guarded

PROVIDER = "http://127.0.0.1:9080"
DOCTOR, OSNP, OTHER = "f:essai:medecin", "f:essai:osnp", "f:essai:autre"
ACCOUNTS = """
[[account]]
subject = "RPPS:19990000010"
role = "REGULATING_DOCTOR"
territories = ["{here}"]

[[account]]
subject = "LOCAL:f:essai:osnp"
role = "OSNP"
territories = ["{here}"]

[[account]]
subject = "RPPS:19990000028"
role = "REGULATING_DOCTOR"
territories = ["{here}"]
"""


class Office:
    """The application, the provider, and a browser that goes from one to the other."""

    def __init__(self, door: Guarded) -> None:
        self.door = door
        self.provider = PscProvider(
            clock=door.security.clock, draw=secrets.token_hex, client=("nous", "secret")
        )
        door.app.state.psc.http = self.at_provider()

    def at_provider(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.provider.app())
        return httpx.AsyncClient(transport=transport, base_url=PROVIDER)

    async def answer_for(self, browser: httpx.AsyncClient, subject: str, page: str = "/") -> str:
        """Begin a login and be somebody at the provider; return where one is sent back."""
        begun = await browser.get("/connexion", params={"retour": page})
        assert begun.status_code == 303
        async with self.at_provider() as elsewhere:
            chosen = await elsewhere.get(f"{begun.headers['location']}&as={subject}")
        return chosen.headers["location"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    door = guarded(
        tmp_path,
        psc_issuer=f"{PROVIDER}{REALM}",
        psc_client_id="nous",
        psc_client_secret="secret",
    )
    told = ACCOUNTS.format(here=door.here).replace("LOCAL:f:essai:osnp", "LOCAL:f.essai.osnp")
    door.accounts.write_text(told, encoding="utf-8")
    yield Office(door)
    await door.app.state.psc.http.aclose()


async def test_a_regulating_doctor_logs_in_and_comes_back_where_they_were(office: Office):
    async with office.door.calling() as browser:
        back = await office.answer_for(browser, DOCTOR, "/dossiers/appel-1")
        done = await browser.get(back)
        me = (await browser.get("/moi")).json()
    assert (done.status_code, done.headers["location"]) == (303, "/dossiers/appel-1")
    assert (me["subject"], me["role"]) == ("RPPS:19990000010", "REGULATING_DOCTOR")


async def test_somebody_without_a_number_is_known_by_their_id(office: Office):
    async with office.door.calling() as browser:
        await browser.get(await office.answer_for(browser, OSNP))
        assert (await browser.get("/moi")).json()["role"] == "OSNP"


async def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites(office: Office):
    async with office.door.calling() as browser:
        done = await browser.get(await office.answer_for(browser, DOCTOR))
    (cookie,) = [c for c in done.headers.get_list("set-cookie") if "aiguilleur_session" in c]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_pro_sante_connect_must_vouch_for_access_to_regulation(office: Office):
    async with office.door.calling() as browser:
        done = await browser.get(await office.answer_for(browser, OTHER))
        assert done.status_code == 403
        assert "régulation médicale" in done.text
        assert (await browser.get("/cases/rien")).status_code == 401


async def test_whoever_has_no_account_here_is_told_whom_to_ask(office: Office):
    office.door.accounts.write_text("", encoding="utf-8")
    async with office.door.calling() as browser:
        done = await browser.get(await office.answer_for(browser, DOCTOR))
    assert done.status_code == 403
    assert "demander à l&#39;administrateur" in done.text


async def test_an_answer_is_good_once(office: Office):
    async with office.door.calling() as browser:
        back = await office.answer_for(browser, DOCTOR)
        attempt = browser.cookies["aiguilleur_connexion"]
        await browser.get(back)
        browser.cookies.set("aiguilleur_connexion", attempt)
        again = await browser.get(back)
    assert again.status_code == 403
    assert "déjà servi" in again.text


async def test_an_answer_is_good_only_in_the_browser_that_asked(office: Office):
    async with office.door.calling() as browser, office.door.calling() as another:
        back = await office.answer_for(browser, DOCTOR)
        await office.answer_for(another, DOCTOR)
        stolen = await another.get(back)
    assert stolen.status_code == 403


@pytest.mark.parametrize("query", ["", "?code=a", "?state=b", "?code=a&state=b"])
async def test_an_answer_nobody_asked_for_is_refused(office: Office, query: str):
    async with office.door.calling() as browser:
        assert (await browser.get(f"/connexion/retour{query}")).status_code == 403


async def test_an_answer_that_took_too_long_is_refused(office: Office):
    async with office.door.calling() as browser:
        back = await office.answer_for(browser, DOCTOR)
        later = office.door.security.clock.now() + ATTEMPT_LASTS + timedelta(seconds=1)
        office.door.security.clock = FixedClock(later)
        assert "trop duré" in (await browser.get(back)).text


async def test_one_is_never_sent_back_to_another_site(office: Office):
    async with office.door.calling() as browser:
        done = await browser.get(await office.answer_for(browser, DOCTOR, "//ailleurs.example"))
    assert done.headers["location"] == "/"


async def test_logging_out_ends_the_session_for_good(office: Office):
    async with office.door.calling() as browser:
        await browser.get(await office.answer_for(browser, DOCTOR))
        token = browser.cookies["aiguilleur_session"]
        await browser.post("/deconnexion")
        browser.cookies.set("aiguilleur_session", token)
        assert (await browser.get("/cases/rien")).status_code == 401


async def test_another_site_cannot_log_somebody_out(office: Office):
    async with office.door.calling() as browser:
        await browser.get(await office.answer_for(browser, DOCTOR))
        await browser.post("/deconnexion", headers={"Sec-Fetch-Site": "cross-site"})
        assert (await browser.get("/cases/rien")).status_code == 404


async def test_a_provider_out_of_reach_is_said_to_be_so(office: Office):
    down = httpx.MockTransport(lambda _: httpx.Response(503))
    office.door.app.state.psc.http = httpx.AsyncClient(transport=down)
    async with office.door.calling() as browser:
        answer = await browser.get("/connexion")
    assert answer.status_code == 503
    assert "Pro Santé Connect ne répond pas" in answer.text
