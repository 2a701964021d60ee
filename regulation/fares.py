"""The arithmetic of a fare: what one ride is priced on, exact to the cent, and when it costs more.

The base (forfait, kilometres, short-trip add-on, big-city forfait) is increased at night and on
rest days, then reduced when shared; the TPMR supplement and the tolls escape both. The sum is
rounded once, half up.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np

from regulation.kernel.time import PARIS, Calendar
from regulation.kernel.travel import Cents

SATURDAY, SUNDAY = 6, 7  # ISO weekdays
METRES_PER_KM = 1000
SCALE = METRES_PER_KM * 100 * 100 * 100
"""Parts of a cent in which a price is exact: metres, then three percentages."""


class Period(StrEnum):
    """What the hour does to the price; night wins over rest day, they never add up."""

    DAY = "DAY"
    NIGHT = "NIGHT"
    REST_DAY = "REST_DAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class FareLine:
    """One line of the price, in exact cents: only the total is rounded."""

    label: str
    cents: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """The price for each of the patients aboard, the lines it is made of, what to know of it."""

    lines: tuple[FareLine, ...]
    total_cents: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyLeg:
    """What an empty way back adds to the kilometres, in percent, below and from so many metres."""

    near: int
    far: int
    far_from_m: int

    def percent(self, metres: int | Decimal) -> int:
        """What it adds for a ride of this length."""
        return self.far if metres >= self.far_from_m else self.near


UNKNOWN_TPMR = FareLine(label="Supplément TPMR : montant non publié", cents=Decimal(0))
"""A supplement that exists and nobody published is shown, not passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one ride is priced on, in cents and percent; `short_trip` from the shortest on.

    `tolls` are those of the vehicle, for `riders` patients. `tpmr` None: no wheelchair vehicle.
    `_parts`: in the parts of `SCALE`, what the ride costs flat, per cent of an add-on and per metre
    in percent, then a whole cent of all riders.
    """

    forfait: int
    included_m: int
    km_cents: int
    short_trip: tuple[tuple[int, int], ...] = ()
    urban: int = 0
    empty_leg: EmptyLeg | None = None
    increase: int = 0
    reduction: int = 0
    tpmr: int | None = None
    tolls: int = 0
    riders: int = 1
    _parts: tuple[int, int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        whole, scaled = SCALE * self.riders, (100 + self.increase) * (100 - self.reduction)
        per_cent, per_way = scaled * self.riders * METRES_PER_KM * 100, scaled * self.riders
        flat = per_cent * (self.forfait + self.urban) + whole * (self.tpmr or 0)
        flat += SCALE * self.tolls + whole // 2
        object.__setattr__(self, "_parts", (flat, per_cent, self.km_cents * per_way, whole))

    def total_cents(self, metres: int | Decimal) -> int:
        """Price for each patient, rounded half up; an int of metres keeps it all in integers."""
        beyond = max(metres - self.included_m, 0)
        return int(self._rounded(self.add_on(metres), beyond * (100 + self._empty(metres))))

    def totals(self, metres: Cents) -> Cents:
        """The same prices of many lengths at once."""
        add_ons: Cents | int = 0
        if self.short_trip:
            add_ons = np.zeros_like(metres)
            for up_to_m, cents in reversed(self.short_trip):
                add_ons[metres <= up_to_m] = cents
        empty = self.empty_leg
        back = np.where(metres >= empty.far_from_m, empty.far, empty.near) if empty else 0
        beyond = np.maximum(metres - self.included_m, 0)
        return np.asarray(self._rounded(add_ons, beyond * (100 + back)), dtype=np.int64)

    def least_totals(self, metres: Cents) -> Cents:
        """The least prices of lengths, or of any longer ones: an add-on that ends, or another
        percentage of empty kilometres, may make a longer way cheaper."""
        if not (self.short_trip or self.empty_leg):
            return self.totals(metres)
        changes, least_beyond = _falls(self)
        return np.minimum(
            self.totals(metres), least_beyond[np.searchsorted(changes, metres, "right")]
        )

    def _rounded(self, add_on: Any, way: Any) -> Any:  # noqa: ANN401  a number, or an array of many
        """Cents for each patient; `way` is the metres charged, with the empty ones, in percent."""
        flat, per_cent, per_way, whole = self._parts
        return (flat + per_cent * add_on + per_way * way) // whole

    def add_on(self, metres: int | Decimal) -> int:
        """Short-trip add-on of the bracket of kilometres begun; none beyond the last."""
        for up_to_m, cents in self.short_trip:
            if metres <= up_to_m:
                return cents
        return 0

    def _empty(self, metres: int | Decimal) -> int:
        return self.empty_leg.percent(metres) if self.empty_leg else 0

    def lines(self, km: Decimal) -> tuple[FareLine, ...]:
        """The same price, line by line, exact."""
        metres = km * METRES_PER_KM
        beyond = max(km - Decimal(self.included_m) / METRES_PER_KM, Decimal(0))
        empty = self._empty(metres)
        base = [
            (f"Forfait, {self.included_m // METRES_PER_KM} km compris", Decimal(self.forfait)),
            (f"{french(beyond)} km à {_euros(self.km_cents)} €", beyond * self.km_cents),
            (f"Retour à vide, {empty} % des kilomètres", beyond * self.km_cents * empty / 100),
            ("Supplément petit trajet", Decimal(self.add_on(metres))),
            ("Forfait grande ville", Decimal(self.urban)),
        ]
        full = sum((cents for _, cents in base), Decimal(0))
        extra = full * self.increase / 100
        shared = -(full + extra) * self.reduction / 100
        rows = [
            *base,
            (f"Majoration nuit ou jour de repos, {self.increase} %", extra),
            (f"Abattement de partage, {self.reduction} %", shared),
            ("Supplément TPMR", Decimal(self.tpmr or 0)),
            ("Péages, part de ce patient", Decimal(self.tolls) / self.riders),
        ]
        told = tuple(FareLine(label=label, cents=cents) for label, cents in rows if cents)
        return (*told, UNKNOWN_TPMR) if self.tpmr == 0 else told


@lru_cache(maxsize=256)
def _falls(terms: Terms) -> tuple[Cents, Cents]:
    """Lengths at which a price may fall, and the least price at those from each of them on."""
    changes = [up_to_m + 1 for up_to_m, _ in terms.short_trip]
    changes = sorted(changes + ([terms.empty_leg.far_from_m] if terms.empty_leg else []))
    prices = [*map(terms.total_cents, changes), np.iinfo(np.int64).max]
    least = np.minimum.accumulate(np.array(prices[::-1], dtype=np.int64))[::-1]
    return np.array(changes, dtype=np.int64), least


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Reductions in percent: for two patients, three, and so on; `alone` for who rode at least
    `alone_from_m` without the others (None: no such rule)."""

    by_riders: tuple[int, ...] = ()
    alone: int | None = None
    alone_from_m: int = 0

    def percent(self, patients: int, alone_m: int | Decimal) -> int:
        """Reduction of one of the patients."""
        if patients == 1:
            return 0
        if self.alone is not None and alone_m >= self.alone_from_m:
            return self.alone
        return self.by_riders[min(patients - 2, len(self.by_riders) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Whole hours of Europe/Paris at which the periods change."""

    night_from: int
    night_until: int
    saturday_from: int

    def period_at(self, at: datetime, calendar: Calendar) -> Period:
        """Period of a pickup instant."""
        local = at.astimezone(PARIS)
        if local.hour >= self.night_from or local.hour < self.night_until:
            return Period.NIGHT
        day = local.isoweekday()
        half_day = day == SATURDAY and local.hour >= self.saturday_from
        if half_day or day == SUNDAY or calendar.is_public_holiday(local.date()):
            return Period.REST_DAY
        return Period.DAY

    def period_of(self, at: datetime, minutes: int, majority: int, calendar: Calendar) -> Period:
        """Period of a ride of so many minutes: the one that holds more than this percentage."""
        instants = [at + timedelta(minutes=one) for one in range(max(minutes, 1))]
        found = [self.period_at(instant, calendar) for instant in instants]
        night = found.count(Period.NIGHT)
        if 100 * night > majority * len(found):
            return Period.NIGHT
        resting = night + found.count(Period.REST_DAY)
        return Period.REST_DAY if 100 * resting > majority * len(found) else Period.DAY


def french(amount: Decimal) -> str:
    """Write a number as it is read in French."""
    return f"{amount.normalize():f}".replace(".", ",")


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
