"""What was measured on published instances: kept as a CSV, summed up, drawn."""

import csv
import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from statistics import mean
from typing import Self

import transport
from transport.plan import Plan, check, distance
from transport.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What one line is the result of; `seconds` are those given to the search."""

    family: str
    instance: str
    solver: str
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result: the distance driven, who is left out, what `check` finds broken.

    `slowest_ms`: 99th percentile of the decisions of a dynamic day. `load`: of the machine.
    """

    key: Key
    cost: float
    unserved: int
    broken: int
    slowest_ms: float | None
    load: float

    @classmethod
    def judged(
        cls, key: Key, plan: Plan, problem: Problem, slowest_ms: float | None = None
    ) -> Self:
        """Judge a plan anew, whoever made it."""
        return cls(
            key=key,
            cost=distance(plan, problem),
            unserved=sum(option is None for option in plan.options),
            broken=len(check(plan, problem)),
            slowest_ms=slowest_ms,
            load=round(os.getloadavg()[0], 2),
        )

    @property
    def is_feasible(self) -> bool:
        """Tell whether everybody is served and nothing is broken."""
        return self.broken == 0 and self.unserved == 0

    def told(self) -> str:
        """One line for whoever watches."""
        key = self.key
        late = "" if self.slowest_ms is None else f", p99 {self.slowest_ms:.1f} ms"
        fault = "" if self.is_feasible else f", {self.unserved} unserved, {self.broken} broken"
        name = f"{key.instance} {key.solver} {key.seconds:g} s seed {key.seed}"
        return f"{name}: {self.cost:.2f}{fault}{late}"


def sources_of_the_solver() -> str:
    """Digest of the sources of the solver and of its judge: a result is that of one version."""
    folder = Path(next(iter(transport.__path__)))
    sources = sorted([folder / "problem.py", folder / "plan.py", *folder.glob("solver/**/*.py")])
    return hashlib.sha256(b"".join(one.read_bytes() for one in sources)).hexdigest()[:12]


EXTRA = ("cost", "gap", "feasible", "unserved", "broken", "slowest_ms", "load", "sources")
COLUMNS = (*(one.name for one in fields(Key)), *EXTRA)


@dataclass(slots=True)
class Results:
    """The lines of one CSV, as far as they are of these sources; each is written at once."""

    path: Path
    sources: str
    rows: dict[Key, Row] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what a run before has left, if anything."""
        results = cls(path, sources_of_the_solver())
        if path.exists():
            with path.open(encoding="utf-8", newline="") as lines:
                rows = [_row(one) for one in csv.DictReader(lines) if results.are_mine(one)]
            results.rows = {row.key: row for row in rows}
        return results

    def are_mine(self, line: Mapping[str, str]) -> bool:
        """Tell whether a line is of these sources."""
        return line["sources"] == self.sources

    def __contains__(self, key: Key) -> bool:
        return key in self.rows

    def add(self, row: Row) -> None:
        """Keep a result, on disk too."""
        self.rows[row.key] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, COLUMNS)
            if is_new:
                writer.writeheader()
            writer.writerow(self._line(row))

    def know_best(self, path: Path) -> None:
        """Read the best known values and write every line again, with its gap."""
        with path.open(encoding="utf-8", newline="") as lines:
            self.best = {one["instance"]: float(one["best_known"]) for one in csv.DictReader(lines)}
        if self.rows:
            with self.path.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.DictWriter(lines, COLUMNS)
                writer.writeheader()
                writer.writerows(self._line(row) for row in self.rows.values())

    def gap(self, row: Row) -> float | None:
        """Per cent above the best known value; None where none is known."""
        best = self.best.get(row.key.instance)
        return None if best is None else 100 * (row.cost / best - 1)

    def _line(self, row: Row) -> dict[str, object]:
        gap = self.gap(row)
        return {
            **asdict(row.key),
            "cost": f"{row.cost:.4f}",
            "gap": "" if gap is None else f"{gap:.4f}",
            "feasible": row.is_feasible,
            "unserved": row.unserved,
            "broken": row.broken,
            "slowest_ms": "" if row.slowest_ms is None else f"{row.slowest_ms:.2f}",
            "load": f"{row.load:.2f}",
            "sources": self.sources,
        }


def _row(line: Mapping[str, str]) -> Row:
    return Row(
        key=Key(
            family=line["family"],
            instance=line["instance"],
            solver=line["solver"],
            seed=int(line["seed"]),
            seconds=float(line["seconds"]),
        ),
        cost=float(line["cost"]),
        unserved=int(line["unserved"]),
        broken=int(line["broken"]),
        slowest_ms=float(line["slowest_ms"]) if line["slowest_ms"] else None,
        load=float(line["load"]),
    )


def _groups(rows: Iterable[Row]) -> Iterator[tuple[str, str, float, list[Row]]]:
    groups: dict[tuple[str, str, float], list[Row]] = {}
    for row in rows:
        key = row.key
        groups.setdefault((key.family, key.solver, key.seconds), []).append(row)
    for (family, solver, seconds), group in sorted(groups.items()):
        yield family, solver, seconds, group


def print_summary(results: Results) -> None:
    """Print for each set, solver and time: gaps to the best known, faults; then the race."""
    print("\nset      solver                  time    runs feasible  mean gap  worst gap")
    for family, solver, seconds, group in _groups(results.rows.values()):
        gaps = [gap for row in group if (gap := results.gap(row)) is not None]
        told = f"{mean(gaps):8.3f} % {max(gaps):8.3f} %" if gaps else "       –          –"
        whole = sum(row.is_feasible for row in group)
        late = [row.slowest_ms for row in group if row.slowest_ms is not None]
        decisions = f"   decision p99 at most {max(late):.1f} ms" if late else ""
        print(f"{family:8} {solver:22} {seconds:5g} s {len(group):6} {whole:8} {told}{decisions}")
    _print_race(results)


def _print_race(results: Results) -> None:
    """Each peer against ours on the same instances in the same time, seed 0."""
    ours = {
        (row.key.instance, row.key.seconds): row.cost
        for row in results.rows.values()
        if row.key.solver == "aiguilleur" and row.key.seed == 0 and row.key.family != "dynamic"
    }
    races: dict[tuple[str, str, float], list[float]] = {}
    for row in results.rows.values():
        mine = ours.get((row.key.instance, row.key.seconds), math.nan)
        if row.key.solver != "aiguilleur" and row.unserved == 0 and mine > 0:
            race = (row.key.family, row.key.solver, row.key.seconds)
            races.setdefault(race, []).append(row.cost / mine)
    for (family, solver, seconds), ratios in sorted(races.items()):
        print(
            f"{family}: {solver} drives {mean(ratios):.3f} times as far as ours in {seconds:g} s "
            f"({min(ratios):.3f} to {max(ratios):.3f}, {len(ratios)} instances)"
        )


def draw(results: Results, path: Path) -> None:
    """Draw the gaps by instance, one panel for each set that has best known values."""
    families = {
        row.key.family: None for row in results.rows.values() if results.gap(row) is not None
    }
    if not families:
        return
    import matplotlib  # noqa: PLC0415  drawing is only done here
    from matplotlib.figure import Figure  # noqa: PLC0415

    matplotlib.use("Agg")
    figure = Figure(figsize=(11, 3.4 * len(families)), layout="constrained")
    for number, family in enumerate(families):
        axes = figure.add_subplot(len(families), 1, number + 1)
        for _, solver, seconds, group in _groups(
            row for row in results.rows.values() if row.key.family == family
        ):
            points = [(row.key.instance, results.gap(row)) for row in group if row.is_feasible]
            known = sorted((name, gap) for name, gap in points if gap is not None)
            if known:
                names, gaps = zip(*known, strict=True)
                axes.plot(names, gaps, "o", markersize=4, label=f"{solver}, {seconds:g} s")
        axes.set_title(family)
        axes.set_ylabel("gap to the best known, %")
        axes.set_yscale("symlog", linthresh=1.0)
        axes.tick_params(axis="x", rotation=60)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(fontsize=7)
    figure.savefig(path, dpi=110)
    print(f"figure: {path}; lines: {results.path}")
