"""Writes the report: what was found, for whom, at what cost, on which assumptions, and how."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, Template, select_autoescape

from adapters.territory.cells import cells_of
from simulations.figures import Figures
from simulations.measures.comparing import LEAST_PEOPLE, Compared, compare
from simulations.measures.intervals import Interval
from simulations.measures.published import UNTOLD
from simulations.measures.table import BY_NAME, EQUITY, GROUPS, MEASURES, by_replication, offered
from simulations.measures.validation import FAR, validation
from simulations.report.charts import Axis, bars, commune_map, cumulative, curves
from simulations.report.headline import findings, headline, number, signed
from simulations.runner.replicating import settings_of
from simulations.runner.running import Run, timings
from simulations.runner.tables import read_rows
from simulations.scenarios.changes import Setting
from simulations.scenarios.reading import Scenario
from simulations.world.rows import Outcome

REPORT, MEASURES_FILE, SENSITIVITY = "rapport.html", "measures.csv", "sensitivity.json"
CURVE_H = 72
COSTS = {
    "am_eur": "Assurance maladie",
    "patient_eur": "Patient",
    "local_eur": "Collectivités",
    "transport_eur": "dont transport",
}
WORDS = {
    "DENSE": "dense",
    "INTERMEDIATE": "intermédiaire",
    "SPARSE": "peu dense",
    "VERY_SPARSE": "très peu dense",
    "M0": "M0 (autonome)",
    "M5+": "M5+ (couché)",
}
BASE = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the report is, and its first sentences."""

    path: Path
    headline: tuple[str, ...]


def write_report(run: Run, tables: Sequence[Path]) -> Written:
    """Write the tables of measures and the report of a run."""
    settings, arms = settings_of(run.path), [one.name for one in run.scenario.arms]
    frame = offered(read_rows(tables), {arm: one.territory for arm, one in settings.items()})
    by_replication(frame).to_csv(
        run.folder / MEASURES_FILE, index=False, lineterminator="\n", float_format="%.6f"
    )
    told = compare(frame, arms)
    sentences = tuple(headline(told))
    page = _template().render(**_content(run, frame, told, settings, sentences))
    path = run.folder / REPORT
    path.write_text(page, encoding="utf-8")
    return Written(path=path, headline=sentences)


def period(scenario: Scenario) -> str:
    """Say how long is lived, and from when, in French."""
    hours = round(24 * scenario.days)
    days, rest = divmod(hours, 24)
    whole = f"{days} jour{'s' if days > 1 else ''}"
    length = f"{hours} h" if not days or rest else whole
    since = f" à {scenario.from_hour} h" if scenario.from_hour else ""
    return f"{length} à partir du {scenario.start:%d/%m/%Y}{since}"


def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=select_autoescape()).get_template("report.html")


def _content(
    run: Run,
    frame: pd.DataFrame,
    told: Compared,
    settings: Mapping[str, Setting],
    sentences: tuple[str, ...],
) -> dict[str, object]:
    titles = {one.name: one.title for one in run.scenario.arms}
    setting = settings[told.arms[0]]
    base = BASE if BASE in told.arms else told.arms[0]
    return {
        "scenario": run.scenario,
        "run": run,
        "period": period(run.scenario),
        "replications": told.replications,
        "headline": sentences,
        "findings": findings(told),
        "arms": [titles[one] for one in told.arms],
        "base": titles[base],
        "measures": _measure_rows(told, base),
        "costs": bars(
            {
                words: {titles[arm]: _pair(told.means[arm, name]) for arm in told.arms}
                for name, words in COSTS.items()
            },
            "Dépenses par patient à orienter, en euros",
        ),
        "curve": _curve(frame, titles),
        "maps": _maps(frame, setting, titles),
        "equity": _equity(told, titles),
        "gaps": _gap_rows(told, base),
        "least_people": LEAST_PEOPLE,
        "validation": validation(
            frame, base, setting, whole_days=float(run.scenario.days).is_integer()
        ),
        "untold": UNTOLD,
        "assumptions": _assumptions(settings[told.arms[0]]),
        "sensitivity": _sensitivity(run.folder),
        "territory": setting.territory,
        "timings": _timing_rows(run.folder, titles),
        "far": FAR,
        "number": number,
        "percent": percent,
    }


def percent(gap: float) -> str:
    """Write a gap in whole per cent; one that rounds to nothing has no sign."""
    if gap != gap:  # noqa: PLR0124  not a number
        return number(gap)
    whole = round(100 * gap)
    return f"{whole:+d} %".replace("-", "−") if whole else "0 %"


def _pair(told: Interval) -> tuple[float, float | None]:
    return (0.0 if told.mean != told.mean else told.mean), told.half


def _shown(told: Interval, digits: int = 1) -> str:
    if told.half is None:
        return number(told.mean, digits)
    return f"{number(told.mean, digits)}\u00a0±\u00a0{number(told.half, digits)}"


def changed(told: Interval, digits: int = 1) -> str:
    """Write a difference; what is the same in each replication is said in a word."""
    return "identique" if told.is_nothing else signed(told, "", digits)


def _measure_rows(told: Compared, base: str) -> list[dict[str, object]]:
    return [
        {
            "title": one.title,
            "unit": one.unit,
            "cells": [
                {
                    "value": _shown(told.means[arm, one.name], one.digits),
                    "change": ""
                    if arm == base
                    else changed(told.differences[arm, base, one.name], one.digits),
                    "is_clear": arm != base
                    and told.differences[arm, base, one.name].is_clear_of_zero,
                }
                for arm in told.arms
            ],
        }
        for one in MEASURES
    ]


def _curve(frame: pd.DataFrame, titles: Mapping[str, str]) -> str:
    lines = {}
    for arm, title in titles.items():
        mine = frame[(frame.arm == arm) & (frame.care_level == "R3")]
        hours = [float(one) / 3600 for one in mine.seen_s.dropna()]
        lines[title[:34]] = cumulative(hours, CURVE_H, len(mine))
    return curves(
        lines,
        Axis(title="heures depuis l'appel", low=0, high=CURVE_H),
        Axis(title="% vus", low=0, high=100),
        "Part des patients à orienter qui sont vus, selon le temps écoulé depuis l'appel",
    )


def _maps(
    frame: pd.DataFrame, setting: Setting, titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    told = frame[(frame.care_level == "R3") & (frame.outcome != Outcome.NOT_ANSWERED)]
    cells = cells_of(setting.territory.communes)
    rates: dict[str, dict[str, tuple[int, float]]] = {}
    for arm in titles:
        mine = told[told.arm == arm]
        unmet = (mine.outcome == Outcome.RENOUNCED).groupby(mine.commune).agg(["size", "mean"])
        rates[arm] = {
            str(code): (int(row["size"]), 100 * float(row["mean"]))
            for code, row in unmet.iterrows()
        }
    return [
        (
            title,
            commune_map(cells, rates[arm], 50.0, f"Renoncements par commune : {title}"),
        )
        for arm, title in titles.items()
    ]


def _equity(told: Compared, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    drawn = []
    for column, words in GROUPS.items():
        groups = sorted({key[1] for key in told.groups if key[0] == column}, key=_natural)
        rows = {
            WORDS.get(group, group): {
                titles[arm]: _pair(
                    told.groups.get((column, group, arm, "unmet_need"), Interval(mean=0, half=None))
                )
                for arm in told.arms
            }
            for group in groups
        }
        drawn.append((words, bars(rows, f"Renoncements (%) selon : {words.lower()}", limit=100)))
    return drawn


def _natural(group: str) -> tuple[int, str]:
    """Deciles in the order of numbers, other groups in that of their names."""
    return (int(group) if group.isdigit() else 0, group)


def _gap_rows(told: Compared, base: str) -> list[dict[str, object]]:
    return [
        {
            "group": words,
            "title": BY_NAME[name].title,
            "cells": [
                {
                    "value": _shown(told.gaps[column, arm, name]),
                    "change": ""
                    if arm == base
                    else changed(told.gap_changes[column, arm, base, name]),
                }
                for arm in told.arms
            ],
        }
        for column, words in GROUPS.items()
        for name in EQUITY
    ]


def _assumptions(setting: Setting) -> list[dict[str, str]]:
    def rows(side: str, figures: Figures) -> list[dict[str, str]]:
        return [
            {
                "key": f"{side}.{table}.{name}",
                "value": _value(one.value),
                "unit": one.unit,
                "source": one.source,
                "kind": "hypothèse" if one.is_assumption else "sourcé",
            }
            for table, named in figures.tables.items()
            for name, one in named.items()
        ]

    return [*rows("demand", setting.demand), *rows("world", setting.world)]


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else str(value)


def _sensitivity(folder: Path) -> list[dict[str, object]]:
    path = folder / SENSITIVITY
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    return [{**row, "told": weight(row["weight"], row.get("half"))} for row in rows]


def weight(mean: float, half: float | None) -> str:
    """Write the weight of an assumption with its interval; say when it may well be nothing."""
    if half is None:
        return number(mean, 2)
    told = f"{number(mean, 2)} ± {number(half, 2)}"
    return told if mean > half else f"{told} ; indiscernable de zéro"


def _timing_rows(folder: Path, titles: Mapping[str, str]) -> list[dict[str, object]]:
    told = timings(folder)
    frame = pd.DataFrame(list(told))
    if frame.empty:
        return []
    frame["arm"] = frame.name.str.rsplit("-", n=1).str[0]
    return [
        {
            "arm": titles.get(str(arm), arm),
            "cases": number(float(mine.cases.mean())),
            "run_s": number(float(mine.run_s.mean())),
            "decision_ms": number(float(mine.decision_ms.mean())),
            "peak_mb": number(float(mine.peak_mb.max())),
        }
        for arm, mine in frame.groupby("arm", sort=False)
    ]
