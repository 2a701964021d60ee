"""When each means of transport runs: the shifts of a fleet, the service of public transport."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import inf

import numpy as np

from regulation.kernel.modes import Mode
from transport.arrays import Flags, Floats, Ints
from transport.live_fleet import Duty, Epoch
from transport.own_means import OwnMeans

QUARTER_S = 900
DAY = timedelta(days=1)
_SPAN = 2**32
"""More quarters of an hour than any horizon has: two of them make one number."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """Begin, end and notice of every shift of each mode, in seconds of the epoch, a row each."""

    by_mode: Mapping[Mode, Floats]

    @classmethod
    def of_fleet(cls, duties: Iterable[Duty], epoch: Epoch) -> "Shifts":
        """Gather the shifts of these vehicles, from when each of them is ready."""
        rows: dict[Mode, set[tuple[float, float, float]]] = {}
        for duty in duties:
            notice = duty.vehicle.notice.total_seconds()
            shift = (epoch.seconds(duty.ready_at), epoch.seconds(duty.shift.end), notice)
            rows.setdefault(duty.vehicle.mode, set()).add(shift)
        return cls({mode: np.array(sorted(shifts)) for mode, shifts in rows.items()})

    @classmethod
    def of_public_transport(cls, own: OwnMeans, epoch: Epoch, latest: int) -> "Shifts":
        """Gather its hours of every local day, as far as `latest`."""
        last = epoch.instant(latest).astimezone(own.zone).date()
        day, rows = epoch.start.astimezone(own.zone).date() - DAY, []
        while (day := day + DAY) <= last:
            begins, ends = own.service_on(day)
            rows.append((epoch.seconds(begins), epoch.seconds(ends), -inf))
        return cls({Mode.PUBLIC_TRANSPORT: np.array(rows)})

    def running_between(self, first: int, last: int) -> Iterator[Mode]:
        """Yield the modes that run at some moment between, asked in time; to the quarter of an
        hour."""
        one = Windows.of(np.array([first]), np.array([last]))
        return (mode for mode in self.by_mode if self.running(mode, one)[0])

    def running(self, mode: Mode, windows: "Windows") -> Flags:
        """Tell of each window whether the mode runs at some moment of it, asked in time."""
        on, off, notice = self.by_mode[mode].T[:, None, :]
        since, until = windows.begins[:, None], windows.ends[:, None]
        runs: Flags = ((on <= until) & (off >= since) & (notice <= until)).any(axis=1)
        return runs[windows.which]


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of time, to the quarter of an hour: those that differ, and which of them each is, so
    that the slots of one place ask once."""

    begins: Ints
    ends: Ints
    which: Ints

    @property
    def always(self) -> Flags:
        """What is so in every window."""
        return np.ones(len(self.which), dtype=np.bool_)

    @classmethod
    def of(cls, first: Ints, last: Ints) -> "Windows":
        """Widen windows to full quarters of an hour."""
        quarters = _SPAN * (first // QUARTER_S) + last // QUARTER_S
        alike, which = np.unique(quarters, return_inverse=True)
        return cls(QUARTER_S * (alike // _SPAN), QUARTER_S * (alike % _SPAN + 1), which)
