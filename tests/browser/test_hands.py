"""What hands do: press twice, race, come back, type anything."""

from dataclasses import replace

from playwright.sync_api import Page, Route

from benchmarks.operator import Operator
from regulation.kernel.places import CommuneCode
from services.console.post import COOKIE
from tests.browser.conftest import OpenPage
from tests.browser.serving import Served
from tests.worlds import MMG_AT_14, MMG_ID, PLACES, TinyWorld, offer

HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>"\'&'
WALKER = {
    "patient": {"age": 47},
    "need": {"code": "GP", "care_level": "R3"},
    "mobility": {
        "autonomy": "with_companion",
        "walking_aid": True,
        "uses_wheelchair": False,
        "companion_available": True,
        "smur_team_needed": False,
        "impairments": [],
        "motive": ["none"],
        "home": {"floor": 0, "can_use_stairs": True},
        "own_vehicle_available": False,
        "public_transport_possible": False,
    },
    "pharmacy_stop": "none",
}


def told(page: Page) -> Operator:
    operator = Operator(page)
    operator.take(WALKER, "Toulouse")
    return operator


def reading_held(page: Page) -> list[Route]:
    """The next reading asked of the server waits here until it is let go."""
    held: list[Route] = []
    page.route("**/appel/lecture", lambda route: held.append(route), times=1)  # noqa: PLW0108
    return held


def let_go(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()


def decided(console: Served) -> list[str]:
    with console.store.unit() as unit:
        told = unit.events.after(0)
    return [one.event.case_id or "" for one in told if one.event.kind == "case.decided"]


def test_deciding_twice_in_a_hurry_decides_once(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    told(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector(".decided")
    assert len(decided(tiny)) == 1


def test_two_regulators_race_for_one_slot_and_one_sees_both_versions(
    tiny: Served, open_page: OpenPage, world: TinyWorld
):
    world.offer.publish(offer(MMG_AT_14))
    first, second = open_page(tiny), open_page(tiny, post="REGULATING_DOCTOR|RPPS:10007654321")
    told(first)
    told(second)
    first.keyboard.press("Enter")
    second.keyboard.press("Enter")
    first.wait_for_selector(".decided, .conflict")
    second.wait_for_selector(".decided, .conflict")
    outcomes = [page.locator(".decided").count() for page in (first, second)]
    assert sorted(outcomes) == [0, 1]
    loser = (first, second)[outcomes.index(0)]
    assert "Ce que vous avez lu" in loser.locator(".conflict").inner_text()
    assert len(decided(tiny)) == 1


def test_the_decision_is_undone_by_one_key_and_the_call_goes_on(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    operator = told(page)
    operator.decide()
    operator.press("z")
    page.wait_for_selector(".pick")
    assert page.locator("#patient-age").input_value() == "47"
    operator.settled()
    operator.decide()
    assert len(decided(tiny)) == 2


def test_another_line_than_the_first_is_decided_with_a_reason_in_two_keys(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    operator = told(page)
    operator.press("ArrowDown", "Enter")
    page.wait_for_selector(".motives:not([hidden])")
    operator.press("1")
    page.wait_for_selector(".decided")
    case_id = page.locator(".decided").get_attribute("data-dossier") or ""
    with tiny.store.unit() as unit:
        (decision,) = unit.journal.decisions_of(case_id)
    assert (decision.rank, decision.motive) == (2, "Préférence du patient")


def test_a_post_that_lapses_mid_call_loses_nothing(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    told(page)
    page.context.clear_cookies(name=COOKIE)
    page.keyboard.press("Enter")
    page.wait_for_selector(".post-here")
    assert page.locator("#patient-age").input_value() == "47"
    page.locator("#ici-identifiant").fill("RPPS:10007654321")
    page.keyboard.press("Enter")
    page.wait_for_selector("#issue .calm")
    assert page.locator(".post summary").inner_text() == "RPPS:10007654321, médecin régulateur"
    page.keyboard.press("Enter")
    page.wait_for_selector(".decided")
    assert len(decided(tiny)) == 1


def test_hostile_names_and_words_stay_words(tiny: Served, open_page: OpenPage, world: TinyWorld):
    named = replace(PLACES[MMG_ID], name=HOSTILE, address=HOSTILE, commune=CommuneCode("31555"))
    snapshot = offer(MMG_AT_14)
    world.offer.publish(replace(snapshot, effecteurs={**PLACES, MMG_ID: named}))
    page = open_page(tiny)
    operator = told(page)
    assert HOSTILE in page.locator(".line .what").first.inner_text()
    page.locator("#patient-position").fill(HOSTILE)
    page.wait_for_selector("#patient-position-erreur:not(:empty)")
    page.locator("#patient-position").fill("31000 Toulouse")
    operator.settled()
    page.evaluate("document.activeElement.blur()")
    operator.decide()
    assert page.evaluate("window.pwned") is None


def being_asked(page: Page) -> Page:
    """A call from Toulouse told up to the first question of mobility."""
    operator = Operator(page)
    operator.place("Toulouse")
    operator.press("3", "4", "Enter")
    return page


def test_keys_pressed_ahead_of_the_screen_answer_the_right_questions(
    tiny: Served, open_page: OpenPage
):
    page = being_asked(open_page(tiny))
    page.keyboard.type("1nnn1")
    page.wait_for_selector("#question .asked-all")
    recalled = page.locator(".recall").all_inner_texts()
    assert recalled == [
        "Seul, sans aide",
        "trajet : rien de cela",
        "déficience : aucune",
        "motif : rien de cela",
        "En voiture",
    ]


def test_a_key_pressed_as_a_question_comes_waits_behind_those_pressed_before_it(
    tiny: Served, open_page: OpenPage
):
    page = being_asked(open_page(tiny))
    held = reading_held(page)
    page.keyboard.type("1nnn")
    page.evaluate("""addEventListener("htmx:after:swap", (event) => {
      document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true}));
    }, {capture: true, once: true})""")
    let_go(page, held)
    page.wait_for_selector("#question .asked-all")
    assert page.locator(".recall").all_inner_texts()[-1] == "En voiture"


def test_a_key_that_fits_no_question_takes_along_those_pressed_after_it(
    tiny: Served, open_page: OpenPage
):
    page = being_asked(open_page(tiny))
    held = reading_held(page)
    page.keyboard.type("19n")  # before the second question is there
    let_go(page, held)
    page.wait_for_selector(".recall")
    page.wait_for_timeout(500)
    assert page.locator(".recall").all_inner_texts() == ["Seul, sans aide"]


def test_nothing_is_decided_between_an_answer_and_what_is_read_of_it(
    tiny: Served, open_page: OpenPage
):
    page = open_page(tiny)
    operator = told(page)
    held = reading_held(page)
    with page.expect_response("**/appel/propositions"):
        operator.press("p")
    page.wait_for_timeout(100)
    operator.press("Enter")
    assert "Calcul en cours" in page.locator("#annonce").inner_text()
    let_go(page, held)
    operator.settled()
    assert decided(tiny) == []


def test_single_keys_can_be_turned_off(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    page.locator("#touches-simples").uncheck()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    page.wait_for_timeout(200)
    assert page.locator("[data-card-id=deplacement]").count() == 1


def test_a_red_flag_stops_everything_on_the_screen(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    operator = told(page)
    operator.press("f", "Enter")
    page.wait_for_selector(".flags.raised")
    page.wait_for_selector("#reponse:not([aria-busy=true]) .handover")
    assert page.locator(".line").count() == 1
    page.evaluate("document.activeElement.blur()")
    operator.decide()
    with tiny.store.unit() as unit:
        case_id = page.locator(".decided").get_attribute("data-dossier") or ""
        case = unit.cases.find(case_id)
    assert case is not None
    assert case.state == "HANDED_TO_AMU"
    assert page.locator("[data-undo]").count() == 0


def test_when_the_server_is_silent_what_was_typed_stays(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    operator = told(page)
    page.context.set_offline(True)
    operator.press("Enter")
    page.wait_for_selector("#issue .not-done:has-text('rien ne dit que')")
    assert page.locator("#patient-age").input_value() == "47"
    page.context.set_offline(False)
    operator.decide()
    assert len(decided(tiny)) == 1


def test_the_own_choice_is_weighed_and_decided_with_a_reason(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    operator = told(page)
    operator.press("v")
    page.wait_for_selector("#mon-effecteur:focus")
    page.keyboard.type("cabinet")
    page.wait_for_selector("#mon-choix [role=option]")
    operator.press("Enter")
    page.wait_for_selector(".own-result")
    operator.settled()
    assert "soin 2 h 00 plus tard" in page.locator(".own-result").inner_text()
    assert page.locator(".line .rank").last.inner_text() == "moi"
    operator.press("ArrowDown", "ArrowDown", "Enter", "3")
    page.wait_for_selector(".decided")
    assert "Cabinet de l'Est" in page.locator(".decided").inner_text()


def test_no_question_is_cut_off_among_all_the_answers(tiny: Served, open_page: OpenPage):
    page = open_page(tiny)
    page.keyboard.press("Escape")
    page.locator(".all > summary").click()
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert page.locator(".all .field label").evaluate_all(cut) == []
