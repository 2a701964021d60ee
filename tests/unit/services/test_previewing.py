"""What another value of a figure would have changed of the cases of a week."""

from dataclasses import replace

import httpx
import pytest

from regulation.proposals import OrientationProposal, ProposalKind
from regulation.rules import RuleBook
from regulation.rules.tuning import tuned
from services.previewing import Changed, Preview, how_far, preview, spares, spread
from services.store import Store
from tests.unit.services.steps import decide, proposed
from tests.unit.services.test_replaying import place
from tests.worlds import HOUR, MMG_ID, NOON, SURGERY_ID, TinyWorld


@pytest.fixture
async def decided(client: httpx.AsyncClient, store: Store) -> Store:
    for number in (1, 2):
        await proposed(client, f"appel-{number}", pharmacy_stop="certain")
        await decide(client, f"appel-{number}", key=f"cle-{number}")
    return store


def tried(world: TinyWorld, name: str, told: str) -> RuleBook:
    figure = world.rulebook.find_parameter(name, NOON)
    assert figure is not None
    return tuned(world.rulebook, figure, told, NOON)[0]


def previewed(store: Store, world: TinyWorld, rules: RuleBook) -> Preview:
    return preview(store, place(world), rules, NOON - HOUR)


async def test_the_same_value_changes_nothing(decided: Store, world: TinyWorld):
    found = previewed(decided, world, tried(world, "pharmacy_minutes", "10"))
    assert (found.decided, found.replayed, found.lost) == (2, 2, 0)
    assert found.changed == {Changed.NOTHING: 2}
    assert found.before == found.after


async def test_a_longer_stop_changes_the_way_home_and_nothing_else(
    decided: Store, world: TinyWorld
):
    found = previewed(decided, world, tried(world, "pharmacy_minutes", "25"))
    assert found.changed == {Changed.JOURNEY: 2}
    assert found.before.places == found.after.places == {MMG_ID: 2}
    assert found.before.delay_s == found.after.delay_s


async def test_a_case_sent_elsewhere_is_told_with_what_it_costs(decided: Store, world: TinyWorld):
    without = replace(
        world.rulebook,
        rules=tuple(
            replace(one, when={"effecteur.kind": "MMG"}, then={"refuse": True})
            if one.family == "competences" and one.then == {"refuse": True}
            else one
            for one in world.rulebook.rules
        ),
    )
    found = previewed(decided, world, without)
    assert found.changed == {Changed.PLACE: 2}
    assert found.after.places == {SURGERY_ID: 2}
    assert found.before.delay_s is not None
    assert found.after.delay_s is not None
    assert found.after.delay_s > found.before.delay_s


async def test_cases_that_the_rules_in_force_cannot_answer_are_counted(
    decided: Store, world: TinyWorld
):
    short = replace(
        world.rulebook,
        parameters=tuple(one for one in world.rulebook.parameters if one.name != "driving_age"),
    )
    found = preview(decided, replace(place(world), rules=short), short, NOON - HOUR)
    assert (found.decided, found.replayed, found.lost) == (2, 0, 2)
    assert found.after.delay_s is None


FIRST = OrientationProposal(rank=1, kind=ProposalKind.CONSULTATION, objective={}, explanation=())
CHEAPER = replace(FIRST, rank=2, spares_cents=400)
ELSEWHERE = replace(FIRST, kind=ProposalKind.ED)


@pytest.mark.parametrize(
    ("was", "now", "changed"),
    [
        ([FIRST], [FIRST], Changed.NOTHING),
        ([FIRST], [FIRST, CHEAPER], Changed.OTHERS),
        ([FIRST, FIRST], [FIRST, ELSEWHERE], Changed.OTHERS),
        ([FIRST, CHEAPER], [ELSEWHERE, CHEAPER], Changed.PLACE),
    ],
)
def test_what_follows_the_first_proposal_counts_when_it_is_the_same(was, now, changed):
    assert how_far(was, now) is changed


def test_a_cheaper_proposal_is_counted_wherever_it_stands():
    assert spares([FIRST, CHEAPER])
    assert not spares([FIRST, ELSEWHERE])


def test_cases_are_picked_evenly():
    many = list(range(100))
    assert list(spread(many, 4)) == [0, 25, 50, 75]
    assert list(spread(many[:3], 4)) == [0, 1, 2]
