"""Decisions of the demonstration territory, found again by another process from what is kept."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from adapters.kit.clock import FixedClock
from regulation.decisions import Actor, Role
from regulation.effecteurs import CareCode
from regulation.usecases import Desk
from services.bootstrap import TerritoryGazetteer
from services.casework import Casework
from services.deciding import DecisionAsked
from services.demo import demo_parts, refresh_once
from services.replaying import UNHURRIED_S, Place, replay
from services.runtime import Runtime
from services.schemas.case import CaseIn
from services.store import open_store
from simulations.territories.catalogue import folder_of
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused
from transport.fleet import PromisedRide, Vehicle

__all__ = ["aiguilleur"]

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("cheville-enfant", "fauteuil-electrique-mmg", "conseil-r4")
SATURDAY = datetime.fromisoformat("2026-11-28T19:40:00+01:00")
DOCTOR = Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR)


def told(name: str, at: datetime) -> CaseIn:
    """An example call, as if it had come at this instant."""
    document = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return CaseIn.model_validate(document | {"caller": {"at": at}})


def unhurried(runtime: Runtime) -> Runtime:
    """A runtime whose searches no clock cuts, however busy the machine that runs the tests."""

    def desk(
        now: datetime,
        promised: Sequence[PromisedRide],
        vehicles: Sequence[Vehicle] | None = None,
    ) -> Desk:
        made = runtime.desk(now, promised, vehicles)
        return replace(made, budget=replace(made.budget, wall_s=UNHURRIED_S))

    return replace(runtime, desk=desk)


def test_decisions_are_replayed_to_the_letter(
    aiguilleur: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    """Each call is decided on top of the others; all are computed again, one by the command."""
    url = f"sqlite:///{aiguilleur.folder}/store.db"
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", url)
    store = open_store(url)
    with demo_parts(folder_of("haute_garonne"), FixedClock(SATURDAY)) as (parts, base_url):
        refresh_once(parts, base_url, frozenset({CareCode.GP, CareCode.PAEDIATRIC}))
        work = Casework(unhurried(parts.runtime(url)), store)
        for name in NAMES:
            case = told(name, SATURDAY).to_case(TerritoryGazetteer(parts.territory))
            work.open_case(case, "LOCAL:dr-1")
            work.propose(name, "LOCAL:dr-1")
            work.decide(
                DecisionAsked(
                    case_id=name, rank=1, motive="", actor=DOCTOR, idempotency_key=f"cle-{name}"
                )
            )
        desk = parts.desk
        place = Place(desk_under=desk.under, travel=desk.travel.label, rules=desk.rulebook)
        for name in NAMES[1:]:
            assert replay(store, f"{name}:1", place).differences == {}
    store.close()
    said = aiguilleur.run("replay", f"{NAMES[0]}:1", "--format", "json")
    assert (said.document["differences"], said.document["remarks"], said.status) == ([], [], 0)


def test_a_decision_nobody_took_is_refused_by_name(
    aiguilleur: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", f"sqlite:///{aiguilleur.folder}/store.db")
    assert aiguilleur.run("db", "upgrade").status == 0
    assert is_refused(aiguilleur.run("replay", "personne:1"), "DECISION_ID")
