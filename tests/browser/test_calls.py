"""Ten calls from greeting to decision, without touching a mouse."""

import pytest

from adapters.territory.territory import Territory
from benchmarks.operator import Operator
from regulation.cases import CaseState
from tests.browser.calls import TEN, example, town_of, towns
from tests.browser.conftest import OpenPage
from tests.browser.serving import Served


@pytest.fixture(scope="module")
def territory() -> Territory:
    return towns()


@pytest.mark.parametrize("name", TEN)
def test_a_call_is_taken_and_decided_by_the_keyboard_alone(
    name: str, haute_garonne: Served, open_page: OpenPage, territory: Territory
):
    page = open_page(haute_garonne)
    operator = Operator(page)
    operator.take(example(name), town_of(example(name), territory))
    operator.decide()
    case_id = page.locator(".decided").get_attribute("data-dossier")
    assert case_id is not None
    with haute_garonne.store.unit() as unit:
        case = unit.cases.find(case_id)
        decisions = unit.journal.decisions_of(case_id)
    assert case is not None
    assert case.state in {CaseState.DECIDED, CaseState.HANDED_TO_AMU}
    assert len(decisions) == 1
    assert case.patient.age == example(name)["patient"]["age"]
    assert page.url == haute_garonne.address + "/"
