"""Open windows of pharmacies: one that closes for lunch is two places to pass by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from regulation.kernel.journeys import PharmacyStop
from regulation.kernel.time import TimeWindow
from transport.arrays import Ints, ints

DAY_S = 86_400


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
        service = timedelta(seconds=pharmacy.service_s)
        for window in pharmacy.open_windows:
            if window.start >= until:
                break
            if since < window.end and window.end - window.start >= service:
                yield Opening(pharmacy, window)


def first_opening(pharmacy: PharmacyStop, ready: datetime) -> Opening | None:
    """Return the first window in which somebody ready by then has time to be served, if any."""
    service = timedelta(seconds=pharmacy.service_s)
    for window in pharmacy.open_windows:
        if window.end - service >= max(ready, window.start):
            return Opening(pharmacy, window)
    return None


@dataclass(frozen=True, slots=True)
class OpeningTable:
    """Openings of the pharmacies of one request, a row each, as far ahead as `until`.

    `whose` numbers the pharmacies; `opens` and `closes` are in whole seconds within the opening,
    since the start of the epoch, as `until` is.
    """

    each: Sequence[Opening]
    whose: Ints
    opens: Ints
    closes: Ints
    until: int

    @classmethod
    def of(cls, pharmacies: Sequence[PharmacyStop], start: datetime, until: int) -> "OpeningTable":
        """List the openings between two instants: the start of the epoch, and so much later."""
        within = TimeWindow(start, start + timedelta(seconds=until))
        each = tuple(openings(pharmacies, within))
        numbers = {id(one): number for number, one in enumerate(pharmacies)}
        opens = [one.window.start - start for one in each]
        closes = [one.window.end - start for one in each]
        return cls(
            each=each,
            whose=ints([numbers[id(one.pharmacy)] for one in each]),
            opens=ints([one.days * DAY_S + one.seconds + bool(one.microseconds) for one in opens]),
            closes=ints([one.days * DAY_S + one.seconds for one in closes]),
            until=until,
        )

    def before(self, until: int) -> "OpeningTable":
        """Keep those that begin before an instant no later than its own."""
        if until == self.until:
            return self
        rows = np.flatnonzero(self.opens < until)
        each = [self.each[row] for row in rows.tolist()]
        return OpeningTable(each, self.whose[rows], self.opens[rows], self.closes[rows], until)
