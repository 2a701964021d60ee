"""What is lost in the middle of a call and found again: the log-in, the stream, the slot."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, ViewportSize

from regulation.snapshots import SourceHealth, SourceState
from services.api.problems import problem
from services.console.missions import COMPANY
from services.console.post import COOKIE as POST
from services.security.links import Links
from tests.browser.axe import faults
from tests.browser.conftest import DOCTOR, ZOOMED, OpenPage, log_in
from tests.browser.serving import Served, let_in, served
from tests.browser.test_hands import decided, told
from tests.worlds import MINUTE, MMG_AT_14, NOON, VSL, TinyWorld, offer

KEY = b"une cle d'essai de trente-deux octets"
TERRITORY = "Essai"
REFUSED = ".unanswered:has-text('Demande refusée')"


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    return tmp_path / "comptes.toml"


@pytest.fixture
def guarded(world: TinyWorld, tmp_path: Path, accounts: Path) -> Iterator[Served]:
    """A console that lets in only who has logged in."""
    with served(world.runtime(), tmp_path, let_in(accounts, TERRITORY)) as console:
        yield console


def test_a_login_that_ends_mid_call_is_said_and_taken_up_without_losing_the_form(
    guarded: Served, open_page: OpenPage
):
    page = open_page(guarded, "/", post="")
    assert "Connexion" in page.title()
    token = log_in(page.context, guarded)
    page.goto("/")
    told(page)
    guarded.app.state.security.end_session(token)
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue .expired")
    assert faults(page) == []
    page.set_viewport_size(ZOOMED)
    assert faults(page) == []
    assert page.locator("#patient-age").input_value() == "47"
    assert page.locator(".line").count() > 0
    assert decided(guarded) == []
    with page.context.expect_page() as opened:
        page.keyboard.press("l")
    assert "/connexion?retour=" in opened.value.url
    log_in(page.context, guarded)
    page.keyboard.press("Enter")
    page.wait_for_selector(".decided")
    assert page.locator(".expired").count() == 0
    assert len(decided(guarded)) == 1


def test_a_right_withdrawn_mid_call_is_said_to_be_refused_and_why_and_given_back_it_goes_on(
    guarded: Served, open_page: OpenPage, accounts: Path
):
    page = open_page(guarded, "/", post="")
    log_in(page.context, guarded)
    page.goto("/")
    told(page)
    lines = page.locator(".line").all_inner_texts()
    let_in(accounts, TERRITORY, "TERRITORY_MANAGER")
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue .not-done:has-text('a pas le droit')")
    assert page.locator(".line").all_inner_texts() == lines
    page.keyboard.press("p")
    page.wait_for_selector(f"#issue {REFUSED}:has-text('a pas le droit')")
    assert "ne répond pas" not in page.locator("#issue").inner_text()
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#annonce:has-text('Demande refusée')", state="attached")
    assert page.locator(".line").all_inner_texts() == lines
    let_in(accounts, TERRITORY)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_selector("#reponse:not([aria-busy=true])")
    assert page.locator("#issue").inner_text() == ""
    page.keyboard.press("Enter")
    page.wait_for_selector(".decided")
    assert len(decided(guarded)) == 1


def test_what_is_refused_as_it_is_told_names_the_field_and_is_not_asked_again_as_it_is(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    told(page)
    asked = 0

    def refuse(route: Route) -> None:
        nonlocal asked
        asked += 1
        told_why = problem(HTTPStatus.UNPROCESSABLE_ENTITY, "n'est pas un âge", "patient.age")
        route.fulfill(status=422, body=bytes(told_why.body))

    page.route("**/appel/propositions", refuse)
    page.keyboard.press("p")
    page.wait_for_selector(f"#issue {REFUSED}:has-text('patient.age : n')")
    page.wait_for_timeout(1_200)  # silence would have been asked again by then
    assert asked == 1
    page.unroute("**/appel/propositions")
    page.keyboard.press("p")
    page.wait_for_selector("#reponse:not([aria-busy=true])")
    page.wait_for_selector("#annonce:has-text('La demande est acceptée.')", state="attached")
    assert page.locator("#issue").inner_text() == ""


@pytest.mark.parametrize(("told_s", "said"), [("3", "dans 3 s"), ("900", "dans 30 s")])
def test_who_asks_too_often_is_asked_again_when_the_server_says_and_not_before(
    tiny: Served, open_page: OpenPage, told_s: str, said: str
):
    page = open_page(tiny)
    told(page)
    asked = 0

    def refuse(route: Route) -> None:
        nonlocal asked
        asked += 1
        route.fulfill(status=429, headers={"Retry-After": told_s}, body="")

    page.route("**/appel/propositions", refuse)
    page.keyboard.press("p")
    page.wait_for_selector(f"#issue {REFUSED}:has-text('la demande repart {said}')")
    page.wait_for_timeout(1_200)
    assert asked == 1


def board_of(page: Page, *lines: str) -> None:
    """Have the board hold these lines, each with its gesture, from its next answer on."""
    buttons = "".join(
        f'<button type="button" hx-post="/encours/{one}/retour" hx-target="#encours-corps">{one}'
        "</button>"
        for one in lines
    )
    page.route("**/encours**", lambda route: route.fulfill(body=buttons))


def gesture_fails(page: Page, how: str) -> None:
    """Have the gesture of the line `une` fail, once its button is pressed."""

    def fail(route: Route) -> None:
        if how == "silence":
            route.abort()
        else:
            route.fulfill(status=502, body="")

    page.route("**/encours/une/retour", fail, times=1)
    page.get_by_role("button", name="une").click()
    page.wait_for_selector("#issue .not-done")


HOW = pytest.mark.parametrize("how", ["silence", "fault"])


@HOW
def test_what_is_done_of_a_line_of_the_board_leaves_what_is_told_of_another(
    tiny: Served, open_page: OpenPage, how: str
):
    page = open_page(tiny)
    board_of(page, "une", "autre")
    page.reload()
    gesture_fails(page, how)
    with page.expect_response("**/encours/autre/retour"):
        page.get_by_role("button", name="autre").click()
    page.wait_for_timeout(200)
    assert page.locator("#issue .not-done").count() == 1
    page.get_by_role("button", name="une").click()
    page.wait_for_selector("#issue .not-done", state="detached")


@HOW
def test_what_could_not_be_done_is_told_until_its_line_is_gone(
    tiny: Served, open_page: OpenPage, how: str
):
    page = open_page(tiny)
    board_of(page, "une", "autre")
    page.reload()
    gesture_fails(page, how)
    board_of(page, "autre")
    page.get_by_role("button", name="autre").click()
    page.wait_for_selector("#issue .not-done", state="detached")
    assert page.locator("#issue .not-done").count() == 0


def test_a_note_that_is_not_taken_stays_written_and_the_reason_is_told(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    page.wait_for_selector("#encours-corps .board-side")  # forms are no longer sent as pages
    page.route("**/consignes", lambda route: route.fulfill(status=502, body="<h1>proxy</h1>"))
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("pendant")
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue .not-done:has-text('Le serveur est en défaut')")
    assert page.locator("#consigne").input_value() == "pendant"
    assert "proxy" not in page.locator("#encours-corps").inner_text()
    page.unroute("**/consignes")
    page.locator("#consigne").press("Enter")
    page.wait_for_selector(".notes li:has-text('pendant')")
    assert page.locator("#issue").inner_text() == ""


def test_a_stream_that_drops_is_said_and_found_again_with_what_happened_meanwhile(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    told(page)
    stream = tiny.app.state.stream
    page.wait_for_selector("#flux:has-text('en direct')")
    stream.close()
    page.wait_for_selector("#flux.lost")
    assert "rien de saisi n'est perdu" in page.locator("#flux").inner_text()
    assert faults(page) == []
    cookies = {POST: DOCTOR}
    httpx.post(f"{tiny.address}/consignes", data={"consigne": "pendant"}, cookies=cookies)
    stream.closing = False
    page.wait_for_selector("#flux:not(.lost):has-text('en direct')")
    page.wait_for_selector(".notes li:has-text('pendant')")
    assert page.locator("#patient-age").input_value() == "47"


def test_a_stream_is_live_however_late_the_scripts_of_the_screen_come(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    held: list[Route] = []
    page.route("**/js/desk.js", lambda route: held.append(route))  # noqa: PLW0108  it marks what it is given
    page.reload(wait_until="commit")
    page.wait_for_timeout(500)
    held[0].continue_()
    page.wait_for_selector("#flux:has-text('en direct')", timeout=10_000)
    assert page.locator("#flux.lost").count() == 0


def test_proposals_that_come_after_a_decision_do_not_take_it_off_the_screen(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    operator = told(page)
    held: list[Route] = []
    page.route("**/appel/propositions", lambda route: held.append(route))  # noqa: PLW0108
    page.evaluate("document.body.dispatchEvent(new Event('proposer'))")
    operator.decide()
    with page.expect_response("**/appel/propositions"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert page.locator(".decided").count() == 1
    assert len(decided(tiny)) == 1


def test_an_answer_given_up_for_what_was_said_before_it_is_asked_for_again(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    told(page)
    asked: list[str] = []

    def give_up_once(route: Route) -> None:
        asked.append(route.request.post_data or "")
        if len(asked) == 1:
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/appel/propositions", give_up_once)
    with page.expect_response(
        lambda one: one.url.endswith("/propositions") and one.ok and one.status != 204
    ):
        page.evaluate("document.body.dispatchEvent(new Event('proposer'))")
    assert "cause=offre" not in asked[1], "not by the refresh of every half minute"


def test_proposals_of_an_earlier_telling_are_not_decided_while_the_server_does_not_answer(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    told(page)
    lines = page.locator(".line").count()
    is_down, asked = [True], [0]

    def fail(route: Route) -> None:
        asked[0] += 1
        if not is_down[0]:
            route.continue_()
        elif asked[0] % 2:
            route.abort()
        else:
            route.fulfill(status=503, body="en panne")

    page.route("**/appel/propositions", fail)
    page.locator("#patient-age").fill("82")
    page.locator("#patient-age").blur()
    page.wait_for_selector("#issue .unanswered:has-text('ne répond pas')", timeout=15_000)
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#annonce:has-text('ien ne peut être décidé')", state="attached")
    while asked[0] < 2:
        page.wait_for_timeout(100)
    assert page.locator("#reponse").get_attribute("aria-busy") == "true"
    assert page.locator(".line").count() == lines
    is_down[0] = False
    page.wait_for_selector("#reponse:not([aria-busy=true])")
    assert page.locator("#issue .unanswered").count() == 0
    assert decided(tiny) == []
    page.keyboard.press("Enter")
    page.wait_for_selector(".decided")


def test_the_band_holds_one_line_while_sources_are_silent_and_each_is_still_told(
    tiny: Served, open_page: OpenPage, world: TinyWorld
):
    heights = [open_page(tiny).locator(".band").evaluate("one => one.offsetHeight")]
    lost = tuple(
        SourceHealth(name=name, state=SourceState.SILENT, last_success=NOON)
        for name in ("sas-ps", "ror", "annuaire-sante", "acceslibre", "flotte-transporteurs")
    )
    world.offer.publish(replace(offer(MMG_AT_14), sources=lost))
    page = open_page(tiny)
    heights.append(page.locator(".band").evaluate("one => one.offsetHeight"))
    assert heights[0] == heights[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    told = page.get_by_role("list", name="Sources").inner_text()
    assert all(f"{one.name} muette" in told for one in lost)


def test_a_slot_gone_shows_both_versions_without_a_fault(
    tiny: Served, open_page: OpenPage, world: TinyWorld
):
    page = open_page(tiny)
    told(page)
    world.offer.publish(offer(seen_at=NOON + MINUTE))
    page.keyboard.press("Enter")
    page.wait_for_selector(".conflict")
    assert faults(page) == []


def test_what_a_company_is_asked_for_is_answered_on_a_phone(
    world: TinyWorld, tmp_path: Path, open_page: OpenPage
):
    with served(replace(world.runtime(), link_key=KEY), tmp_path) as console:
        told(open_page(console)).decide()
        token = Links(KEY).make(VSL.provider, purpose=COMPANY, now=NOON)
        page = open_page(console, f"/missions/{token}", post="", size={"width": 390, "height": 844})
        assert faults(page) == []
        page.get_by_role("button", name="Accepter").first.click()
        page.wait_for_selector("text=acceptée")
        assert faults(page) == []


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_an_address_that_is_no_page_is_told_on_a_phone_with_a_way_on(
    tiny: Served, open_page: OpenPage, *, is_dark: bool
):
    size: ViewportSize = {"width": 390, "height": 844}
    page = open_page(tiny, "/cartes/" + "muret" * 60, post="", size=size, dark=is_dark)
    assert page.get_by_role("heading", level=1).inner_text().startswith("Il n'y a pas de page")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []
    page.get_by_role("link", name="Carte publique").click()
    page.wait_for_url("**/public")


def test_a_fault_of_ours_is_told_on_a_page(
    tiny: Served, open_page: OpenPage, world: TinyWorld, monkeypatch: pytest.MonkeyPatch
):
    page = open_page(tiny)
    monkeypatch.setattr(type(world.offer), "current", broken)
    page.goto("/carte")
    assert page.get_by_role("heading", level=1).inner_text() == "Une erreur de notre côté"
    assert "Irène" not in page.content()
    assert faults(page) == []


def broken(_offer: object) -> None:
    raise RuntimeError("Irène, 7 impasse")
