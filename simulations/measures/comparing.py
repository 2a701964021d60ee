"""Arms compared on common random numbers: paired differences, and gaps between groups.

The best less the worst of many small groups is mostly noise, and all the more so in the arm where
more goes wrong. So groups are pooled over the replications before their gap is taken; how sure it
is comes from what it becomes without each replication in turn (jackknife), paired between arms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulations.measures.intervals import Interval, half_width, interval
from simulations.measures.table import EQUITY, GROUPS, MEASURES, by_group, by_replication

LEAST_PEOPLE = 30
"""Groups with fewer people, over all the replications, are not the best or the worst served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A gap between groups over all the replications, and over all but each of them in turn."""

    whole: float
    without: tuple[float, ...]

    def less(self, other: "Gap") -> "Gap":
        """Return by how much it is wider than another, replication by replication."""
        pairs = zip(self.without, other.without, strict=True)
        return Gap(whole=self.whole - other.whole, without=tuple(one - two for one, two in pairs))

    @property
    def interval(self) -> Interval:
        """Return it with the interval of the jackknife."""
        many = len(self.without)
        pseudo = [many * self.whole - (many - 1) * one for one in self.without]
        return Interval(mean=self.whole, half=half_width(pseudo))


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
    gaps: dict[tuple[str, str, str], Gap] = {}
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
        gaps={key: one.interval for key, one in gaps.items()},
        gap_changes={
            (column, arm, other, name): gaps[column, arm, name]
            .less(gaps[column, other, name])
            .interval
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
) -> dict[tuple[str, str, str], Gap]:
    """The gap between the best and the worst served of the groups that are large in every arm."""
    lines = pd.MultiIndex.from_product([arms, sorted(parts.replication.unique())])
    people = _laid_out(parts, "people", lines)
    many = (people.groupby(level=0).sum() >= LEAST_PEOPLE).all()
    found = {}
    for name in EQUITY:
        totals = _laid_out(parts.assign(total=parts[name] * parts.people), "total", lines)
        for arm in arms:
            mine = totals.loc[arm].loc[:, many], people.loc[arm].loc[:, many]
            found[column, arm, name] = gap_of(mine[0].to_numpy(float), mine[1].to_numpy(float))
    return found


def _laid_out(parts: pd.DataFrame, values: str, lines: pd.MultiIndex) -> pd.DataFrame:
    """A line by arm and replication, a column by group; nothing where there is nobody."""
    told = parts.set_index(["arm", "replication", "group"])[values].unstack("group", fill_value=0)
    return told.reindex(lines, fill_value=0)


def gap_of(totals: NDArray[np.float64], people: NDArray[np.float64]) -> Gap:
    """Return the gap between groups from what each adds up to, a line by replication and a column
    by group; not a number when fewer than two groups are compared."""
    every, among = totals.sum(axis=0), people.sum(axis=0)
    return Gap(
        whole=_range(every, among),
        without=tuple(
            _range(every - total, among - some) for total, some in zip(totals, people, strict=True)
        ),
    )


def _range(totals: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    known = people > 0
    if known.sum() < 2:  # noqa: PLR2004  one group has no gap
        return float("nan")
    return float(np.ptp(totals[known] / people[known]))
