"""One replication of one arm: everything it needs from a scenario's path, a number and a seed."""

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from adapters.desk.factory import DeskFactory, desks_of, roads_of
from adapters.desk.warming import warm_up
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from simulations.demand.parameters import read_demand
from simulations.recent_ways import RecentWays
from simulations.scenarios.changes import ChangeRefused, Setting, changed
from simulations.scenarios.reading import Arm, Change, Scenario, ScenarioRefused, read_scenario
from simulations.world.life import Life, Lived, Plot
from simulations.world_figures import read_world

SEED_STEP = 1_000_003
"""Seeds of replications lie so far apart: two scenarios of near seeds share none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One replication to run."""

    path: Path
    arm: str
    replication: int
    seed: int
    more: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file it fills."""
        return f"{self.arm}-{self.replication:03}"


class ReplicationFailed(Exception):  # noqa: N818  as a refused scenario is
    """Something went wrong in one replication: its cause is what; nothing of it is kept."""

    def __init__(self, arm: str, replication: int) -> None:
        super().__init__(arm, replication)  # its arguments, that it may come from another process
        self.arm = arm
        self.replication = replication


@contextmanager
def named(task: Task) -> Iterator[None]:
    """Tell whatever goes wrong inside with the replication it happened in."""
    try:
        yield
    except ScenarioRefused:
        raise
    except Exception as failure:
        raise ReplicationFailed(task.arm, task.replication) from failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a replication took, which no result table holds."""

    name: str
    cases: int
    decisions: int
    decision_ms: float
    run_s: float
    peak_mb: float
    refused_plans: int


@lru_cache(maxsize=8)
def _ground(path: Path) -> tuple[Scenario, Setting, DeskFactory]:
    """Read what all replications of a scenario share, once in each process."""
    scenario = read_scenario(path)
    try:
        territory = read_territory(scenario.folder)
    except TerritoryRefused as refused:
        raise ScenarioRefused(f"{path.name}: territory: {refused}") from None
    setting = Setting(territory=territory, demand=read_demand(), world=read_world())
    desks = desks_of(territory, scenario.folder, RecentWays(roads_of(territory)))
    return scenario, setting, desks


@lru_cache(maxsize=8)
def _warm(path: Path) -> DeskFactory:
    scenario, _, desks = _ground(path)
    territory = desks.territory
    depots = (vehicle.depot for vehicle in territory.fleet)
    places = (one.position for one in territory.effecteurs)
    now = scenario.window(territory.zone).start
    warm_up(desks.travel, dict.fromkeys((*places, *depots)), now)
    return desks


def settings_of(path: Path) -> dict[str, Setting]:
    """Apply the changes of every arm: raise ScenarioRefused before anything is run."""
    scenario, setting, _ = _ground(path)
    return {arm.name: setting_of(scenario, arm, setting) for arm in scenario.arms}


def setting_of(
    scenario: Scenario, arm: Arm, setting: Setting, more: Sequence[Change] = ()
) -> Setting:
    """Apply the changes of a scenario, then of an arm, then those asked for besides."""
    told = [*(("change", one) for one in scenario.changes)]
    told += [*((f"arm {arm.name}: change", one) for one in arm.changes)]
    told += [*(("change", one) for one in more)]
    for rank, (where, change) in enumerate(told, 1):
        try:
            setting = changed(setting, change)
        except ChangeRefused as refused:
            raise ScenarioRefused(f"{scenario.name}: {where} {rank}: {refused}") from None
    return setting


def plot_of(task: Task) -> Plot:
    """Put together what a replication is run on."""
    scenario, setting, _ = _ground(task.path)
    arm = next(one for one in scenario.arms if one.name == task.arm)
    setting = setting_of(scenario, arm, setting, task.more)
    zone = setting.territory.zone
    return Plot(
        desks=replace(_warm(task.path), territory=setting.territory),
        demand=setting.demand,
        world=setting.world,
        policy=arm.policy,
        levers=setting.levers,
        window=scenario.window(zone),
        counted_from=scenario.counted_from(zone),
        seed=task.seed + SEED_STEP * task.replication,
        episodes=scenario.events(zone),
    )


def live(task: Task) -> tuple[Lived, Done]:
    """Run one replication in this process."""
    plot = plot_of(task)
    began = time.process_time()
    lived = Life(plot).run()
    spent = time.process_time() - began
    count = len(lived.decision_s)
    return lived, Done(
        name=task.name,
        cases=len(lived.rows),
        decisions=count,
        decision_ms=1000 * sum(lived.decision_s) / count if count else 0.0,
        run_s=spent,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        refused_plans=lived.refused_plans,
    )
