"""Every page and state of the console as a picture, after axe-core has found nothing wrong with it.

`python -m benchmarks.console_pages [DIR]` writes `docs/console/*.png` and exits 1 at a violation.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.operator import Operator
from regulation.disclosure import PatientSought
from regulation.messages import Channel, DeliveryState, OutgoingMessage
from services.api.problems import problem
from services.console.declaring import PURPOSE
from services.console.missions import COMPANY
from services.demo import communities_of, demo_parts, refresh_once
from services.security.gate import COOKIE
from services.security.links import Links
from services.store import Store
from simulations.territories.catalogue import folder_of
from tests.browser.axe import faults
from tests.browser.calls import example, town_of, towns
from tests.browser.conftest import DESK, DOCTOR, SATURDAY, ZOOMED, hold, log_in
from tests.browser.serving import Served, let_in, served
from tests.servers.chromium import OPTIONS, find_chromium
from tests.worlds import MovableClock

FOLDER = Path(__file__).parents[1] / "docs/console"
PHONE: ViewportSize = {"width": 390, "height": 844}
CALL = "cheville-enfant"
CASE = "dossier-ouvert"
KEY = b"x" * 32


def proposals(page: Page) -> None:
    """Take a call up to its proposals."""
    Operator(page).take(example(CALL), town_of(example(CALL), towns()))
    page.wait_for_timeout(500)


def decided(page: Page) -> None:
    """Take a call up to its decision."""
    proposals(page)
    Operator(page).decide()


def red_flag(page: Page) -> None:
    """Raise a red flag."""
    proposals(page)
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reponse:not([aria-busy=true]) .handover")


def help_shown(page: Page) -> None:
    """Show the keys."""
    page.keyboard.press("Escape")
    page.keyboard.press("h")


def drawn(page: Page) -> None:
    """Wait for the map."""
    page.wait_for_selector("#carte[data-drawn]")


def lost(page: Page) -> None:
    """Lose the stream in the middle of a call."""
    proposals(page)
    page.wait_for_selector("#flux:has-text('en direct')")
    page.context.set_offline(True)
    page.wait_for_selector("#flux.lost")


def conflict(page: Page) -> None:
    """Have somebody else decide first on what is being read."""
    proposals(page)
    other = page.context.new_page()
    other.goto("/")
    decided(other)
    other.close()
    page.keyboard.press("Enter")
    page.wait_for_selector(".conflict")


def logged_out(page: Page) -> None:
    """Have the log-in end in the middle of a call."""
    proposals(page)
    page.context.clear_cookies(name=COOKIE)
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue .expired")


def shut_out(page: Page) -> None:
    """Have the right to propose withdrawn in the middle of a call."""
    proposals(page)
    told = problem(HTTPStatus.FORBIDDEN, "ce rôle n'en a pas le droit sur ce territoire")
    page.route(
        "**/appel/propositions", lambda route: route.fulfill(status=403, body=bytes(told.body))
    )
    page.keyboard.press("p")
    page.wait_for_selector("#issue .unanswered")


def tried(page: Page) -> None:
    """Try another value of a figure."""
    row = page.locator(".figures li", has_text="care_length_minutes").first
    row.locator("[name=valeur]").fill("30")
    row.get_by_role("button").click()
    page.wait_for_selector("#t-essai")


def nothing(page: Page) -> None:
    """Show the page as it comes."""


def answered(page: Page) -> None:
    """Open a case as a machine does, and read its page."""
    page.request.post("/cases", data={**example(CALL), "id": CASE})
    page.request.post(f"/cases/{CASE}/proposals")
    page.goto(f"/dossiers/{CASE}")


def asked(page: Page) -> None:
    """Ask the nearest community of doctors to take the patient of a case."""
    answered(page)
    page.locator("[name=cpts]").first.click()
    page.wait_for_selector("text=réponse attendue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page in a state; a path may hang on what was done before it. `guarded`: on the console that
    lets in only who has logged in."""

    name: str
    path: str | Callable[[Store, datetime], str]
    size: ViewportSize
    done: Callable[[Page], None] = nothing
    dark: bool = False
    whole: bool = False
    guarded: bool = False


def missions_page(store: Store, now: datetime) -> str:
    """Return the page of a company that the decided calls ask to drive."""
    told = _told(store)
    company = next(one.recipient for one in told if one.channel is Channel.TRANSPORTER)
    return f"/missions/{Links(KEY).make(company, purpose=COMPANY, now=now)}"


def taking_page(store: Store, _: datetime) -> str:
    """Return the page of a doctor asked to take a patient."""
    sought = (one.body for one in _told(store) if isinstance(one.body, PatientSought))
    return next(sought).path


def _told(store: Store) -> list[OutgoingMessage]:
    with store.reading() as unit:
        return [one.message for one in unit.outbox.in_state(DeliveryState.WAITING)]


def shots(link: str) -> tuple[Shot, ...]:
    """List the pictures, those of the call first: they leave decisions to be counted."""
    return (
        Shot(name="appel", path="/", size=DESK, done=proposals),
        Shot(name="appel-sombre", path="/", size=DESK, done=proposals, dark=True),
        Shot(name="appel-zoom", path="/", size=ZOOMED, done=proposals, whole=True),
        Shot(name="appel-decide", path="/", size=DESK, done=decided),
        Shot(name="appel-drapeau", path="/", size=DESK, done=red_flag),
        Shot(name="appel-touches", path="/", size=DESK, done=help_shown),
        Shot(name="appel-conflit", path="/", size=DESK, done=conflict),
        Shot(name="appel-flux-coupe", path="/", size=DESK, done=lost),
        Shot(name="appel-connexion", path="/", size=DESK, done=logged_out, guarded=True),
        Shot(name="appel-connexion-zoom", path="/", size=ZOOMED, done=logged_out, guarded=True),
        Shot(name="appel-refus", path="/", size=DESK, done=shut_out),
        Shot(name="carte", path="/carte", size=DESK, done=drawn),
        Shot(name="carte-sombre", path="/carte?pres=Muret", size=DESK, done=drawn, dark=True),
        Shot(name="public-telephone", path="/public?ouvert=oui", size=PHONE, done=drawn),
        Shot(name="public-zoom", path="/public?garde=oui", size=ZOOMED, done=drawn),
        Shot(name="commune", path="/public/communes/31395", size=PHONE),
        Shot(name="declarer", path=link, size=PHONE),
        Shot(name="territoire", path="/territoire", size=DESK),
        Shot(name="territoire-telephone", path="/territoire", size=PHONE),
        Shot(name="territoire-zoom", path="/territoire", size=ZOOMED, whole=True),
        Shot(name="territoire-quarantaine", path="/territoire/quarantaine", size=DESK),
        Shot(name="territoire-statistiques", path="/territoire/statistiques", size=DESK),
        Shot(name="territoire-essai", path="/territoire/parametres", size=DESK, done=tried),
        Shot(name="missions", path=missions_page, size=PHONE),
        Shot(name="dossier", path="/", size=DESK, done=asked, whole=True),
        Shot(name="prendre", path=taking_page, size=PHONE),
        Shot(name="lien-refuse", path="/prendre/faux", size=PHONE),
        Shot(name="adresse-inconnue", path="/cartes/muret", size=PHONE),
    )


def pictures(folder: Path = FOLDER) -> int:
    """Take the pictures; return how many violations were found."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = MovableClock(SATURDAY)
    with (
        demo_parts(folder_of("haute_garonne"), clock) as (parts, feeds),
        TemporaryDirectory() as kept,
    ):
        refresh_once(parts, feeds)
        communities = communities_of(parts)
        runtime = replace(parts.runtime(""), link_key=KEY, communities=communities)
        place = str(parts.territory.effecteurs[-1].effecteur_id)
        link = f"/declarer/{Links(KEY).make(place, purpose=PURPOSE, now=clock.now())}"
        (behind := Path(kept, "connexion")).mkdir()
        access = let_in(behind / "comptes.toml", runtime.gazetteer.name)
        with (
            served(runtime, Path(kept)) as site,
            served(runtime, behind, access) as guarded,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=list(OPTIONS)
            )
            found = [
                picture(browser, shot, guarded if shot.guarded else site, clock.now(), folder)
                for shot in shots(link)
            ]
            browser.close()
    return sum(found)


def picture(browser: Browser, shot: Shot, site: Served, now: datetime, folder: Path) -> int:
    """Take one picture; return how many violations were found."""
    context = browser.new_context(
        viewport=shot.size,
        base_url=site.address,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    if shot.guarded:
        log_in(context, site)
    else:
        hold(context, site, DOCTOR)
    page = context.new_page()
    path = shot.path
    page.goto(path if isinstance(path, str) else path(site.store, now))
    shot.done(page)
    found = faults(page)
    print(f"{shot.name}: {len(found)} violations", *found, sep="\n  ")
    page.screenshot(path=folder / f"{shot.name}.png", full_page=shot.whole)
    context.close()
    return len(found)


if __name__ == "__main__":
    sys.exit(1 if pictures(*map(Path, sys.argv[1:])) else 0)
