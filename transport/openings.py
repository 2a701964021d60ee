"""Open windows of pharmacies: one that closes for lunch is two places to pass by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from regulation.kernel.journeys import PharmacyStop
from regulation.kernel.time import TimeWindow


@dataclass(frozen=True, slots=True)
class Opening:
    """A pharmacy in one of the windows in which it is open without a break."""

    pharmacy: PharmacyStop
    window: TimeWindow

    @property
    def name(self) -> str:
        """The pharmacy, and when it opens: day, hour and minute."""
        start = self.window.start  # named thousands of times: a format of dates takes longer
        return f"{self.pharmacy.stop_id}@{start.day:02}{start.hour:02}{start.minute:02}"


def openings(pharmacies: Iterable[PharmacyStop], within: TimeWindow) -> Iterator[Opening]:
    """Yield the windows near `within` in which each pharmacy has time to serve somebody."""
    since, until = within.start, within.end
    for pharmacy in pharmacies:  # hundreds, with windows for days: no call for each of them
        windows = pharmacy.open_windows
        near = [window for window in windows if window.start < until and since < window.end]
        if not near:
            continue
        service = timedelta(seconds=pharmacy.service_s)
        for window in _joined(near) if len(near) > 1 and _touch(near) else near:
            if window.end - window.start >= service:
                yield Opening(pharmacy, window)


def _touch(windows: Sequence[TimeWindow]) -> bool:
    return any(later.start <= window.end for window, later in pairwise(windows))


def first_opening(pharmacy: PharmacyStop, ready: datetime) -> Opening | None:
    """Return the first window in which somebody ready by then has time to be served, if any."""
    service = timedelta(seconds=pharmacy.service_s)
    for window in _joined(pharmacy.open_windows):
        if window.end - service >= max(ready, window.start):
            return Opening(pharmacy, window)
    return None


def _joined(windows: Iterable[TimeWindow]) -> Iterator[TimeWindow]:
    """Join windows that touch: a pharmacy on duty after its hours does not close in between."""
    last: TimeWindow | None = None
    for window in sorted(windows, key=lambda window: window.start):
        if last is not None and window.start <= last.end:
            last = TimeWindow(last.start, max(last.end, window.end))
            continue
        if last is not None:
            yield last
        last = window
    if last is not None:
        yield last
