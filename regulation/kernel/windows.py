"""Sets of windows: joined, taken away from one another, and what they leave uncovered."""

from collections.abc import Iterable
from itertools import pairwise
from operator import attrgetter

from regulation.kernel.time import TimeWindow


def merge(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Join the windows that touch or overlap, in order of time."""
    told = tuple(windows)
    # Nearly all come in order and apart, for each effecteur at each reading: nothing to build.
    if all(one.end < other.start for one, other in pairwise(told)):
        return told
    merged: list[TimeWindow] = []
    for window in sorted(told, key=attrgetter("start")):
        if merged and window.start <= merged[-1].end:
            end = max(merged[-1].end, window.end)
            merged[-1] = TimeWindow(merged[-1].start, end)
        else:
            merged.append(window)
    return tuple(merged)


def subtract(
    windows: Iterable[TimeWindow], closures: Iterable[TimeWindow]
) -> tuple[TimeWindow, ...]:
    """Take the closures away from the windows."""
    left = list(windows)
    for closure in closures:
        left = [part for window in left for part in _without(window, closure)]
    return tuple(left)


def uncovered(around: TimeWindow, windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Return the parts of `around` that no window covers, in order of time."""
    return subtract((around,), windows)


def _without(window: TimeWindow, closure: TimeWindow) -> list[TimeWindow]:
    if not window.overlaps(closure):
        return [window]
    parts = []
    if window.start < closure.start:
        parts.append(TimeWindow(window.start, closure.start))
    if closure.end < window.end:
        parts.append(TimeWindow(closure.end, window.end))
    return parts
