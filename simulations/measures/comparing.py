"""Arms compared on common random numbers: paired differences, and gaps between groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulations.measures.intervals import Interval, interval
from simulations.measures.table import EQUITY, GROUPS, MEASURES, by_group, by_replication

LEAST_PEOPLE = 5
"""Groups with fewer people in a replication are not the best or the worst served of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Every measure by arm, and its difference with another arm, replication by replication."""

    arms: tuple[str, ...]
    replications: int
    means: Mapping[tuple[str, str], Interval]
    differences: Mapping[tuple[str, str, str], Interval]
    groups: Mapping[tuple[str, str, str, str], Interval]
    gaps: Mapping[tuple[str, str, str], Interval]
    gap_changes: Mapping[tuple[str, str, str, str], Interval]


def compare(frame: pd.DataFrame, arms: Sequence[str]) -> Compared:
    """Compare arms; keys are (arm, measure), (arm, other, measure), (column, group, arm, measure),
    (column, arm, measure) and (column, arm, other, measure)."""
    told = by_replication(frame).set_index("replication")
    wide = {arm: told[told.arm == arm] for arm in arms}
    names = [one.name for one in MEASURES]
    groups: dict[tuple[str, str, str, str], Interval] = {}
    gaps: dict[tuple[str, str, str], pd.Series] = {}
    for column in GROUPS:
        parts = by_group(frame, column)
        groups |= _by_group(parts, column)
        gaps |= gaps_of(parts, column, arms)
    return Compared(
        arms=tuple(arms),
        replications=int(frame.replication.nunique()),
        means={(arm, name): interval(list(wide[arm][name])) for arm in arms for name in names},
        differences={
            (arm, other, name): interval(list((wide[arm][name] - wide[other][name]).dropna()))
            for arm in arms
            for other in arms
            if arm != other
            for name in names
        },
        groups=groups,
        gaps={key: interval(list(values)) for key, values in gaps.items()},
        gap_changes={
            (column, arm, other, name): interval(
                list((gaps[column, arm, name] - gaps[column, other, name]).dropna())
            )
            for column in GROUPS
            for arm in arms
            for other in arms
            if arm != other
            for name in EQUITY
        },
    )


def _by_group(parts: pd.DataFrame, column: str) -> dict[tuple[str, str, str, str], Interval]:
    return {
        (column, str(group), str(arm), name): interval(list(told[name]))
        for (arm, group), told in parts.groupby(["arm", "group"], sort=True)
        for name in EQUITY
    }


def gaps_of(
    parts: pd.DataFrame, column: str, arms: Sequence[str]
) -> dict[tuple[str, str, str], pd.Series]:
    """The gap between the best and the worst served group, in each replication where there are
    two to compare."""
    many = parts[parts.people >= LEAST_PEOPLE]
    found = {}
    for arm in arms:
        mine = many[many.arm == arm].groupby("replication")
        for name in EQUITY:
            found[column, arm, name] = (mine[name].max() - mine[name].min())[mine.size() > 1]
    return found
