"""Confidence intervals over replications (Student), of a mean or of a paired difference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.stats import t as student

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its interval; `half` None: fewer than two replications, nothing is known."""

    mean: float
    half: float | None

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing differs in any replication."""
        return self.mean == 0 and self.half == 0

    @property
    def is_clear_of_zero(self) -> bool:
        """Tell whether the whole interval is on one side of zero."""
        return self.half is not None and abs(self.mean) > self.half


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of replications and its interval; those without a value are left out."""
    known = [one for one in values if not math.isnan(one)]
    if not known:
        return Interval(mean=math.nan, half=None)
    return Interval(mean=fmean(known), half=half_width(known))


def half_width(values: Sequence[float]) -> float | None:
    """Return half the width of the interval of a mean."""
    known = [one for one in values if not math.isnan(one)]
    if len(known) < 2:  # noqa: PLR2004  one value has no spread
        return None
    quantile = float(student.ppf(0.5 + CONFIDENCE / 2, len(known) - 1))
    return quantile * stdev(known) / math.sqrt(len(known))
