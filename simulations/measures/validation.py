"""Published figures beside what the simulated world gave, each with its gap."""

from dataclasses import dataclass, replace

import pandas as pd

from simulations.measures.published import FIGURES, Told
from simulations.scenarios.changes import Setting

FAR = 0.25
"""A gap past which what rests on a figure is read with reserve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A published figure and the simulated one; `put_in`: it was given to the simulation."""

    name: str
    published: float
    simulated: float
    unit: str
    source: str
    put_in: bool

    @property
    def gap(self) -> float:
        """Simulated over published, less one."""
        return self.simulated / self.published - 1 if self.published else float("nan")

    @property
    def is_far(self) -> bool:
        """Tell whether a figure that was not given to the simulation is far from what is
        published."""
        return not self.put_in and abs(self.gap) > FAR


def validation(
    frame: pd.DataFrame, arm: str, setting: Setting, *, whole_days: bool = True
) -> tuple[Check, ...]:
    """Set what one way of working gave beside what is published of it (domain dossier, §5); a
    figure of one department is left out elsewhere, those of a day or a year are not told of some
    hours."""
    told = replace(told_of(frame[frame.arm == arm], setting), whole_days=whole_days)
    return tuple(
        Check(
            name=one.name,
            published=one.value,
            simulated=float(one.of(told)),
            unit=one.unit,
            source=one.source,
            put_in=one.put_in,
        )
        for one in FIGURES
        if one.department in {None, setting.territory.department}
    )


def told_of(rows: pd.DataFrame, setting: Setting) -> Told:
    """Tell what the rows of one way of working are to be read with."""
    zone = setting.territory.zone.key
    wall = pd.to_datetime(rows.called_at, utc=True).dt.tz_convert(zone)
    return Told(
        rows=rows,
        wall=wall,
        days=max(1, wall.dt.date.nunique()),
        runs=max(1, rows.replication.nunique()),
        territory=setting.territory,
    )
