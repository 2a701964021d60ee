"""The conclusions in words, with their intervals, whichever way they fall."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulations.measures.comparing import Compared
from simulations.measures.intervals import Interval
from simulations.measures.table import BY_NAME

TOLD = (
    "unmet_need",
    "in_time",
    "seen_h",
    "pharmacy",
    "am_eur",
    "patient_eur",
    "ed_visits",
)
SUBJECT, EQUITY_MEASURE, EQUITY_GROUP = "aiguilleur", "unmet_need", "level"
OTHERS = {"today": "aujourd'hui", "sequential": "étape par étape"}


DIFFERENT, BETTER, WORSE = "différence nette", "mieux", "moins bien"
NOTHING = "—"
CLEAR = frozenset({DIFFERENT, BETTER, WORSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one measure says of Aiguilleur against another way of working, in words."""

    title: str
    unit: str
    mine: str
    theirs: str
    gap: str
    verdict: str

    @property
    def is_clear(self) -> bool:
        """Tell whether a difference is told."""
        return self.verdict in CLEAR

    def sentence(self, other: str) -> str:
        """Say it in one sentence."""
        title = f"{self.title[:1].lower()}{self.title[1:]}"
        if self.gap == NOTHING:
            return f"Aiguilleur contre {other}, {title} : {self.verdict}."
        return (
            f"Aiguilleur contre {other}, {title} : {self.mine} au lieu de {self.theirs} "
            f"{self.unit}, soit {self.gap} ; {self.verdict}."
        )


def findings(told: Compared) -> Mapping[str, tuple[Finding, ...]]:
    """Return what is found against each other way of working, by the words for it."""
    if SUBJECT not in told.arms:
        return {}
    return {
        words: (*(_finding(told, other, name) for name in TOLD), _equity(told, other))
        for other, words in OTHERS.items()
        if other in told.arms
    }


def headline(told: Compared) -> Iterator[str]:
    """Yield one sentence by comparison and measure."""
    if SUBJECT not in told.arms:
        yield "Aucune façon de travailler nommée « aiguilleur » : voir les tables."
    for words, found in findings(told).items():
        yield from (one.sentence(words) for one in found)


def _finding(told: Compared, other: str, name: str) -> Finding:
    measure = BY_NAME[name]
    gap = told.differences[SUBJECT, other, name]
    mine, theirs = told.means[SUBJECT, name], told.means[other, name]
    return Finding(
        title=measure.title,
        unit=measure.unit,
        mine=number(mine.mean),
        theirs=number(theirs.mean),
        gap=signed(gap, "points" if measure.unit == "%" else measure.unit),
        verdict=_verdict(gap, measure.better),
    )


def _equity(told: Compared, other: str) -> Finding:
    gap = told.gap_changes[EQUITY_GROUP, SUBJECT, other, EQUITY_MEASURE]
    mine, theirs = (told.gaps[EQUITY_GROUP, arm, EQUITY_MEASURE].mean for arm in (SUBJECT, other))
    return Finding(
        title="Écart de renoncement entre les mieux et les moins bien servis selon la mobilité",
        unit="points",
        mine=number(mine),
        theirs=number(theirs),
        gap=signed(gap, "points"),
        verdict=_verdict(gap, "low"),
    )


def _verdict(gap: Interval, better: str) -> str:
    if math.isnan(gap.mean):
        return "trop peu de monde pour comparer des groupes"
    if gap.half is None:
        return "une seule réplication : rien ne peut être conclu"
    if gap.is_nothing:
        return "identique"
    if not gap.is_clear_of_zero:
        return "indiscernable du hasard"
    if not better:
        return DIFFERENT
    return BETTER if (gap.mean < 0) == (better == "low") else WORSE


def signed(gap: Interval, unit: str, digits: int = 1) -> str:
    """Write a difference with its sign and its interval."""
    if math.isnan(gap.mean):
        return NOTHING
    told = f"{gap.mean:+.{digits}f}".replace(".", ",").replace("-", "−")
    half = "" if gap.half is None else f"\u00a0±\u00a0{gap.half:.{digits}f}".replace(".", ",")
    return f"{told}{half} {unit}".strip()


def number(value: float, digits: int = 1) -> str:
    """Write a number as French does."""
    return NOTHING if value != value else f"{value:.{digits}f}".replace(".", ",")  # noqa: PLR0124  not a number
