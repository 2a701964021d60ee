"""The conclusions in words, with their intervals, whichever way they fall."""

import math
from collections.abc import Iterator

from simulations.measures.comparing import Compared
from simulations.measures.intervals import Interval
from simulations.measures.table import BY_NAME

TOLD = ("unmet_need", "in_time", "am_eur", "ed_visits")
SUBJECT, EQUITY_MEASURE, EQUITY_GROUP = "aiguilleur", "unmet_need", "level"
OTHERS = {"today": "aujourd'hui", "sequential": "étape par étape"}


def headline(told: Compared) -> Iterator[str]:
    """Yield one sentence by comparison and measure."""
    if SUBJECT not in told.arms:
        yield "Aucune façon de travailler nommée « aiguilleur » : voir les tables."
        return
    for other, words in OTHERS.items():
        if other not in told.arms:
            continue
        for name in TOLD:
            yield _sentence(told, other, words, name)
        gap = told.gap_changes[EQUITY_GROUP, SUBJECT, other, EQUITY_MEASURE]
        yield (
            f"Aiguilleur contre {words}, écart de renoncement entre les mieux et les moins bien "
            f"servis selon la mobilité : {signed(gap, 'points')} ; {_verdict(gap, 'low')}."
        )


def _sentence(told: Compared, other: str, words: str, name: str) -> str:
    measure = BY_NAME[name]
    gap = told.differences[SUBJECT, other, name]
    mine, theirs = told.means[SUBJECT, name], told.means[other, name]
    unit = "points" if measure.unit == "%" else measure.unit
    return (
        f"Aiguilleur contre {words}, {measure.title.lower()} : {number(mine.mean)} au lieu de "
        f"{number(theirs.mean)} {measure.unit}, soit {signed(gap, unit)} ; "
        f"{_verdict(gap, measure.better)}."
    )


def _verdict(gap: Interval, better: str) -> str:
    if math.isnan(gap.mean):
        return "trop peu de monde pour comparer des groupes"
    if gap.half is None:
        return "une seule réplication : rien ne peut être conclu"
    if not gap.is_clear_of_zero:
        return "différence indiscernable du hasard"
    if not better:
        return "différence nette"
    return "mieux" if (gap.mean < 0) == (better == "low") else "moins bien"


def signed(gap: Interval, unit: str, digits: int = 1) -> str:
    """Write a difference with its sign and its interval."""
    if math.isnan(gap.mean):
        return "—"
    told = f"{gap.mean:+.{digits}f}".replace(".", ",").replace("-", "−")
    half = "" if gap.half is None else f" ± {gap.half:.{digits}f}".replace(".", ",")
    return f"{told}{half} {unit}".strip()


def number(value: float, digits: int = 1) -> str:
    """Write a number as French does."""
    return "—" if value != value else f"{value:.{digits}f}".replace(".", ",")  # noqa: PLR0124  not a number
