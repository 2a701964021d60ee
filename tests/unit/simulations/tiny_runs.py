"""Scenarios on the tiny territory: two towns, a cabinet, an MMG, a pharmacy, perhaps a taxi."""

import pandas as pd

from simulations.runner.running import Run
from simulations.runner.tables import read_rows
from simulations.scenarios.reading import read_scenario
from tests.unit.adapters.territory_folders import FLEET, write_folder

NO_VEHICLE = FLEET.splitlines(keepends=True)[:1]
DAY = """\
name = "essai"
title = "Une journée d'essai"
territory = "{folder}"
start = 2026-11-24
days = 1
warm_up_hours = 0
arms = [{arms}]
{more}
[[change]]
set = "demand.calls.files_per_inhabitant_and_day"
value = {rate}
"""


THREE = ("today", "sequential", "aiguilleur")


def set_in_world(**values):
    """Write changes of figures of the world, each named TABLE__FIGURE."""
    return "".join(
        f'[[change]]\nset = "world.{name.replace("__", ".")}"\nvalue = {value}\n'
        for name, value in values.items()
    )


def write_scenario(path, *, rate=0.001, more="", arms=THREE, **replaced):
    """Write a scenario and its territory; return its path."""
    folder = path / "pays"
    folder.mkdir(exist_ok=True)
    write_folder(folder, **replaced)
    scenario = path / "essai.toml"
    scenario.write_text(
        DAY.format(folder=folder, rate=rate, more=more, arms=", ".join(f'"{one}"' for one in arms)),
        encoding="utf-8",
    )
    return scenario


def run_of(scenario, folder, replications=1, **asked):
    """Return the run of a scenario, in this process."""
    told = read_scenario(scenario)
    return Run(
        path=scenario,
        scenario=told,
        replications=replications,
        seed=told.seed,
        folder=folder,
        **asked,
    )


def lived(scenario, folder, replications=1, **asked) -> pd.DataFrame:
    """Run a scenario and return its rows."""
    return read_rows(run_of(scenario, folder, replications, **asked).carry_out(lambda _: None))
