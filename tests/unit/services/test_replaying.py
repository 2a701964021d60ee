"""A decision computed again: the same on what it rested on, whatever has happened since."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NoReturn

import httpx
import pytest
from fastapi import FastAPI

from adapters.roads.errors import PositionOffRoads
from regulation.decisions import Actor, Role
from regulation.disclosure import AppointmentNotice, Withdrawal
from regulation.messages import Channel
from regulation.rules import Rule, RuleBook, Status, Validity
from services.basis import read_grounds
from services.replaying import CannotReplay, Place, answer_again, replay
from services.store import Store
from tests.unit.services.steps import decide, proposed
from tests.worlds import HERE, HOUR, MMG_ID, NOON, StraightRoads, TinyWorld, call, offer

DOCTOR = Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR)


def place(world: TinyWorld) -> Place:
    def desk_under(rulebook: RuleBook):
        return replace(world, rulebook=rulebook).desk

    return Place(desk_under=desk_under, travel=StraightRoads.label, rules=world.rulebook)


async def some_decisions(client: httpx.AsyncClient) -> list[str]:
    """Three cases, each decided on top of what the others hold; one by a pharmacy."""
    ids = []
    for number, stop in enumerate(("none", "certain", "likely"), start=1):
        name = f"appel-{number}"
        await proposed(client, name, pharmacy_stop=stop)
        taken = await decide(client, name, key=f"cle-{number}")
        ids.append(taken.json()["decision"]["decision_id"])
    return ids


async def test_decisions_are_found_again_whatever_has_happened_since(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    ids = await some_decisions(client)
    here = place(world)
    world.clock.at = NOON + 6 * HOUR
    world.offer.publish(offer(seen_at=world.clock.at))
    world.vehicles = ()
    for decision_id in ids:
        done = replay(store, decision_id, here)
        assert done.differences == {}
        assert done.remarks == ()
        assert done.found.proposals == done.shown.orientation.proposals
        assert done.found.excluded == done.shown.orientation.excluded


async def test_a_decision_is_found_again_under_the_rules_of_its_day(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    (decision_id, *_) = await some_decisions(client)
    other_rules = tuple(
        replace(one, value=0) if one.name == "weight_waiting" else one
        for one in world.rulebook.parameters
    )
    world.rulebook = replace(world.rulebook, version="sha256:autre", parameters=other_rules)
    done = replay(store, decision_id, place(world))
    assert done.differences == {}
    assert done.found.rules_version == done.shown.orientation.rules_version != "sha256:autre"


def amended(world: TinyWorld) -> RuleBook:
    """The rules of a later day: the house at 14 o'clock receives nobody, one figure has changed."""
    house = Rule(
        rule_id="TER-ESSAI",
        family="competences",
        statement="La maison médicale d'essai ne reçoit plus personne.",
        when={"effecteur.id": str(MMG_ID)},
        then={"refuse": True},
        source="Essai",
        status=Status.ASSUMPTION,
        validity=Validity(since=date(2020, 1, 1)),
    )
    figures = tuple(
        replace(one, value=99) if one.name == "pharmacy_minutes" else one
        for one in world.rulebook.parameters
    )
    rules = (*world.rulebook.rules, house)
    return replace(world.rulebook, version="sha256:autre", rules=rules, parameters=figures)


async def test_a_change_of_rules_is_said_and_shown_before_and_after(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    (decision_id, *_) = await some_decisions(client)
    later = replace(place(world), rules=amended(world))
    before, after = (replay(store, decision_id, later, today=today) for today in (False, True))
    assert before.differences == {}
    version = world.rulebook.version
    assert before.remarks == (
        f"Règles : {version} alors, sha256:autre aujourd'hui ; rejoué sous celles d'alors.",
        "Lignes changées depuis : TER-ESSAI, pharmacy_minutes.",
    )
    assert after.differences["rules_version"] == (version, "sha256:autre")
    assert "TER-ESSAI" in {one.rule_id for one in after.found.excluded}
    assert after.remarks[0].endswith("rejoué sous celles d'aujourd'hui.")


async def test_rules_that_changed_in_name_alone_have_no_row_to_name(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    (decision_id, *_) = await some_decisions(client)
    renamed = replace(place(world), rules=replace(world.rulebook, version="sha256:autre"))
    assert len(replay(store, decision_id, renamed).remarks) == 1


async def test_rules_too_old_for_the_program_are_said_to_be(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    (decision_id, *_) = await some_decisions(client)
    short = replace(
        world.rulebook,
        parameters=tuple(one for one in world.rulebook.parameters if one.name != "driving_age"),
    )

    def desk_under(_rulebook: RuleBook):
        return replace(world, rulebook=short).desk

    with pytest.raises(
        CannotReplay, match=r"il manque aux règles .* driving_age n'a pas de valeur"
    ):
        replay(store, decision_id, replace(place(world), desk_under=desk_under))


async def test_what_differs_is_named_by_its_path(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    (decision_id, *_) = await some_decisions(client)
    here = place(world)

    def without_taxis(rulebook: RuleBook):
        desk = here.desk_under(rulebook)
        return lambda now, promised, vehicles=None: desk(now, promised, ())

    done = replay(
        store, decision_id, replace(here, desk_under=without_taxis, travel="autres routes")
    )
    assert any(path.startswith("proposals") for path in done.differences)
    assert done.remarks == (
        "Temps de trajet : « lignes droites (essai) » alors, « autres routes » maintenant.",
    )


async def test_a_change_of_what_was_kept_changes_what_is_found(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await some_decisions(client)
    with store.reading() as unit:
        shown = unit.journal.get_orientation("appel-1:1")
        assert shown.basis is not None
        grounds = read_grounds("appel-1", shown.basis, unit.archive)
    assert answer_again(grounds, place(world)).proposals == shown.orientation.proposals
    held = replace(grounds.held, taken={"mmg-14": 1})
    found = answer_again(replace(grounds, held=held), place(world))
    assert found.proposals != shown.orientation.proposals


@pytest.mark.parametrize("name", ["appel-1:9", "rien", "appel-2:1"])
def test_a_decision_that_was_not_taken_cannot_be_replayed(
    world: TinyWorld, store: Store, name: str
):
    with pytest.raises(CannotReplay, match="aucune décision ne porte ce numéro"):
        replay(store, name, place(world))


async def test_a_decision_of_another_territory_is_said_to_be(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await proposed(client)
    await decide(client)

    def far_from_any_road(*_: object, **__: object) -> NoReturn:
        raise PositionOffRoads(0, HERE, 233_400, 20_000)

    elsewhere = replace(place(world), desk_under=lambda _: far_from_any_road)
    with pytest.raises(CannotReplay, match="d'un autre territoire"):
        replay(store, "appel-1:1", elsewhere)


DRIVES = {
    "autonomy": "alone",
    "walking_aid": False,
    "impairments": [],
    "own_vehicle_available": True,
    "companion_available": False,
}


async def test_two_decisions_on_one_answer_are_told_apart(
    client: httpx.AsyncClient, app: FastAPI, world: TinyWorld, store: Store
):
    """The first is taken back; nobody's vehicle is in it, so the answer still holds."""
    world.vehicles = ()
    await proposed(client, mobility=call()["mobility"] | DRIVES)
    await decide(client)
    app.state.casework.take_back("appel-1", DOCTOR, timedelta(minutes=1))
    again = await decide(client, key="cle-2")
    assert again.json()["decision"]["decision_id"] == "appel-1:1.2"
    with store.reading() as unit:
        told = [one.message for one in unit.outbox.of_case("appel-1")]
    to_effecteur = [one for one in told if one.channel is Channel.EFFECTEUR]
    assert [(one.about, type(one.body)) for one in to_effecteur] == [
        ("appel-1:1", AppointmentNotice),
        ("appel-1:1", Withdrawal),
        ("appel-1:1.2", AppointmentNotice),
    ]
