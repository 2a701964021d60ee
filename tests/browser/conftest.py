"""A Chromium, and two consoles: the tiny world, and Haute-Garonne on a Saturday afternoon."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from services.console.assets import ROOT, VENDOR
from services.console.post import COOKIE
from services.demo import demo_parts, refresh_once
from services.security.gate import COOKIE as SESSION
from services.security.gate import Security
from simulations.territories.catalogue import folder_of
from tests.browser.serving import SUBJECT, Served, served
from tests.servers.chromium import OPTIONS, find_chromium
from tests.servers.finding import ServerMissing
from tests.worlds import MovableClock, TinyWorld, tiny_world

SATURDAY = datetime.fromisoformat("2026-11-28T17:30:00+01:00")
DOCTOR = "REGULATING_DOCTOR|RPPS:10001234567"
DESK: ViewportSize = {"width": 1366, "height": 768}
ZOOMED: ViewportSize = {"width": 683, "height": 384}
"""1366 × 768 at 200 %."""

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker have the browser and the consoles: they take seconds to start."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module: while it lives, Playwright's event loop runs in this
    thread, where no other test could then run one of its own."""
    if not (ROOT / VENDOR / "htmx.min.js").is_file():
        raise ServerMissing("the console's libraries are not there: run `make install-test`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def world() -> TinyWorld:
    return tiny_world()


@pytest.fixture
def tiny(world: TinyWorld, tmp_path: Path) -> Iterator[Served]:
    with served(world.runtime(), tmp_path) as console:
        yield console


@pytest.fixture(scope="session")
def haute_garonne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    clock = MovableClock(SATURDAY)
    with demo_parts(folder_of("haute_garonne"), clock) as (parts, feeds):
        refresh_once(parts, feeds)
        with served(parts.runtime(""), tmp_path_factory.mktemp("console")) as console:
            yield console


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page of a console in a browser of its own; faults of its scripts fail the test."""
    faults: list[str] = []
    with ExitStack() as stack:

        def opened(
            console: Served,
            path: str = "/",
            *,
            post: str = DOCTOR,
            size: ViewportSize = DESK,
            dark: bool = False,
        ) -> Page:
            context = chromium.new_context(
                viewport=size,
                base_url=console.address,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            hold(context, console, post)
            page = context.new_page()
            page.set_default_timeout(60_000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(path)
            return page

        yield opened
    assert faults == []


def hold(context: BrowserContext, console: Served, post: str) -> None:
    """Have somebody hold the desk in this browser."""
    if post:
        context.add_cookies([{"name": COOKIE, "value": post, "url": console.address}])


def log_in(context: BrowserContext, console: Served) -> str:
    """Give this browser a session of whoever is let in, as the log-in does; return its token."""
    security: Security = console.app.state.security
    token = security.open_session(SUBJECT, now=security.clock.now())
    context.add_cookies([{"name": SESSION, "value": token, "url": console.address}])
    return token
