"""The map and the call: what breaks in one leaves the other whole."""

from playwright.sync_api import Page, Route

from tests.browser.axe import faults
from tests.browser.conftest import OpenPage
from tests.browser.serving import Served
from tests.browser.test_hands import decided, told

BROKEN = "throw new Error('une erreur dans la carte');"


def broken(route: Route) -> None:
    route.fulfill(status=200, content_type="text/javascript", body=BROKEN)


def lost(route: Route) -> None:
    route.fulfill(status=500)


def test_a_call_is_decided_while_everything_of_maps_is_broken(tiny: Served, open_page: OpenPage):
    page = open_page(tiny, "/carte")
    page.route("**/maplibre-gl*", broken)
    page.route("**/js/map.js*", broken)
    page.route("**/trajet/*", lost)
    page.goto("/")
    told(page).decide()
    assert len(decided(tiny)) == 1


def test_the_list_answers_while_the_map_cannot_be_drawn(tiny: Served, open_page: OpenPage):
    page = open_page(tiny, "/connexion-absente", post="")
    page.route("**/maplibre-gl.mjs*", broken)
    page.goto("/public")
    page.wait_for_selector("#carte[data-drawn=non]")
    assert "La liste dit la même chose" in page.locator("#carte").inner_text()
    page.get_by_label("ouvert maintenant").check()
    page.wait_for_url("**/public?ouvert=oui")
    assert names(page) == ["Pharmacie du Sud"]
    assert faults(page) == []


def names(page: Page) -> list[str]:
    return page.locator(".spot-name").all_inner_texts()


def test_the_journey_is_drawn_beside_its_timeline(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    told(page)
    drawn = "img => img.decode().then(() => img.naturalWidth)"
    assert page.locator(".detail:not([hidden]) .journey-map").evaluate(drawn) > 0
