"""How late a doctor runs, how long people are seen, how long an emergency department keeps them."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist
from zoneinfo import ZoneInfo

from simulations.draws import Draws
from simulations.figures import Figures

NORMAL = NormalDist()
HALF_DAYS = (8, 14, 20)
"""Hours at which a practice begins anew, on time (assumption)."""

LEAST_MINUTES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulting:
    """Draws of care, each by the place and the person it is about."""

    figures: Figures
    draws: Draws
    zone: ZoneInfo

    def length(self, case_id: str) -> timedelta:
        """How long somebody unknown to the doctor is seen."""
        factor = self.figures.number("care", "new_patient")
        return self._log_normal(factor, "length", case_id)

    def delay(self, practitioner: str, start: datetime, slot: timedelta) -> timedelta:
        """How late the doctor begins: consultations before this one that ran over (Lindley)."""
        wall = start.astimezone(self.zone)
        began = max((one for one in HALF_DAYS if one <= wall.hour), default=0)
        minutes = 60 * (wall.hour - began) + wall.minute
        late, full = 0.0, self.figures.number("care", "full")
        for rank in range(int(minutes / max(slot / timedelta(minutes=1), 1))):
            name = (practitioner, wall.date().isoformat(), began, rank)
            took = timedelta(0)
            if self.draws.chance(full, "taken slot", *name):
                took = self._log_normal(1.0, "earlier length", *name)
            late = max(0.0, late + (took - slot) / timedelta(minutes=1))
        return timedelta(seconds=round(60 * late))

    def ed_wait(self, case_id: str) -> timedelta:
        """How long before somebody is seen in an emergency department."""
        return self._ed("ed_wait_minutes", case_id)

    def ed_stay(self, case_id: str) -> timedelta:
        """How long somebody who goes home stays in an emergency department, the wait included."""
        return max(self._ed("ed_stay_minutes", case_id), self.ed_wait(case_id))

    def _ed(self, figure: str, case_id: str) -> timedelta:
        spread = self.figures.number("care", "ed_spread")
        z = NORMAL.inv_cdf(self.draws.unit(figure, case_id))
        minutes = self.figures.number("care", figure) * math.exp(spread * z)
        return timedelta(seconds=round(60 * minutes))

    def _log_normal(self, factor: float, *name: object) -> timedelta:
        """A log-normal length of the mean and the deviation of consultations."""
        mean, sd = (self.figures.number("care", one) for one in ("minutes", "minutes_sd"))
        variance = math.log(1 + (sd / mean) ** 2) if mean else 0.0
        z = NORMAL.inv_cdf(self.draws.unit(*name))
        minutes = mean * factor * math.exp(math.sqrt(variance) * z - variance / 2)
        return timedelta(seconds=round(60 * max(LEAST_MINUTES, minutes)))
