"""Departments made by the tool that makes any, lived side by side, and what all of them would take.

`python -m benchmarks.departments [--departments 48,32,09,81,82] [--hours H] [--workers W]` founds
each from the published tables (`--tables`), lives some hours of it under Aiguilleur, a process by
department, and carries the processor time of a case over to the cases of a week of the 101: those
that are simulated by inhabitant and year, whatever the hours lived.
"""

import argparse
import csv
import resource
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.simulation import SCENARIOS, cost_of
from simulations.demand.parameters import read_demand
from simulations.territories.founding import Founding

TABLES = Path(__file__).parents[2] / "shared" / "data" / "territory"
COMMUNES, EMERGENCIES = "communes_france_2026.csv", "sae2023_urgences_france.csv"
FIVE = "48,32,09,81,82"
DAYS, HOUR_S = 7, 3600
SCENARIO = """\
base = "{base}"
name = "departement"
title = "Un département"
territory = "{folder}"
arms = ["aiguilleur"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One department to found and live."""

    department: str
    tables: Path
    under: Path
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What a department took; `made_s` to found it and get its roads ready."""

    department: str
    inhabitants: int
    cases: int
    decisions: int
    made_s: float
    lived_s: float
    decision_ms: float
    peak_mb: float


def inhabitants_of(table: Path) -> dict[str, int]:
    """Count the inhabitants of each department of a table of communes."""
    found: dict[str, int] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["departement"]
            found[name] = found.get(name, 0) + int(row["population"] or 0)
    return found


def live(asked: Asked) -> Lived:
    """Found a department and live some hours of it, in this process."""
    began = time.process_time()
    folder = asked.under / asked.department
    founding = Founding(
        folder=folder,
        name=f"Département {asked.department}",
        department=asked.department,
        communes=asked.tables / COMMUNES,
        emergencies=asked.tables / EMERGENCIES,
    )
    founding.carry_out()
    scenario = asked.under / f"{asked.department}.toml"
    base = SCENARIOS / "haute_garonne_jour.toml"
    scenario.write_text(SCENARIO.format(base=base, folder=folder), encoding="utf-8")
    cost_of(scenario, "aiguilleur", 0.25)
    made_s = time.process_time() - began
    cost = cost_of(scenario, "aiguilleur", asked.hours)
    return Lived(
        department=asked.department,
        inhabitants=inhabitants_of(asked.tables / COMMUNES)[asked.department],
        cases=cost.cases,
        decisions=cost.decisions,
        made_s=made_s,
        lived_s=cost.lived_s,
        decision_ms=cost.decision_ms,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def daily_rate() -> float:
    """Return the cases an inhabitant opens a day, as they are simulated."""
    return read_demand().number("calls", "files_per_inhabitant_and_day")


def week_of_country_h(spent_s: float, cases: int, everybody: int, daily: float) -> float:
    """Carry the seconds some cases took over to the hours of a week of cases of everybody."""
    return spent_s / max(1, cases) * daily * everybody * DAYS / HOUR_S


def measure(asked: list[Asked], workers: int, everybody: int) -> None:
    """Live them in parallel, print each, then what the whole country would take."""
    began = time.monotonic()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        lived = []
        for one in pool.map(live, asked):
            lived.append(one)
            print(
                f"department {one.department}: {one.inhabitants} inhabitants, made in "
                f"{one.made_s:.0f} s, {one.cases} cases and {one.decisions} decisions in "
                f"{one.lived_s:.1f} s of processor ({one.decision_ms:.0f} ms a decision), "
                f"at most {one.peak_mb:.0f} MB",
                flush=True,
            )
    spent_s = sum(one.lived_s for one in lived)
    cases = sum(one.cases for one in lived)
    country_h = week_of_country_h(spent_s, cases, everybody, daily_rate())
    made_h = sum(one.made_s for one in lived) / len(lived) * 101 / 3600
    print(
        f"departments: {len(lived)} in {time.monotonic() - began:.0f} s on {workers} processes; "
        f"one replication of a week of the 101 ({everybody} inhabitants) about {country_h:.1f} "
        f"hours of one core by their cases, made once in {made_h:.1f} hours"
    )


def main(arguments: Iterable[str] = ()) -> None:
    """Live the departments asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.departments")
    parser.add_argument("--departments", default=FIVE)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tables", type=Path, default=TABLES)
    asked = parser.parse_args(list(arguments))
    everybody = sum(inhabitants_of(asked.tables / COMMUNES).values())
    with TemporaryDirectory() as under:
        each = [
            Asked(department=one, tables=asked.tables, under=Path(under), hours=asked.hours)
            for one in asked.departments.split(",")
        ]
        measure(each, asked.workers, everybody)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
