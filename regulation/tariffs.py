"""What a ride costs by the conventions: taxi, VSL, ambulance, line by line, to the cent.

Every figure is a dated parameter of `rules/tarifs.toml`. The base (forfait, kilometres, short-trip
add-on, big-city forfait) is increased at night and on rest days, then reduced when shared; the
TPMR supplement escapes both. The sum is rounded once, half up.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from regulation.kernel.time import PARIS, Calendar, require_aware
from regulation.rules import Parameter, RuleBook

SATURDAY, SUNDAY = 6, 7  # ISO weekdays
OVERSEAS = "97"
METRES_PER_KM = 1000
SCALE = METRES_PER_KM * 100 * 100
"""Parts of a cent in which a price is exact: metres, then two percentages."""


class RideMode(StrEnum):
    """Rides that have a tariff."""

    TAXI = "TAXI"
    VSL = "VSL"
    AMBULANCE = "AMBULANCE"


class Period(StrEnum):
    """What the hour does to the price; night wins over rest day, they never add up."""

    DAY = "DAY"
    NIGHT = "NIGHT"
    REST_DAY = "REST_DAY"


class NoTariffError(LookupError):
    """No tariff is known: `field` of the ride is why, `reason` says it in French."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} : {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One ride as billed. `department` is that of the licence; `urban_centre` the big city of
    either end (None: neither); `patients` ride together."""

    mode: RideMode
    km: Decimal
    at: datetime
    department: str
    urban_centre: str | None = None
    tpmr: bool = False
    patients: int = 1

    def __post_init__(self) -> None:
        require_aware(self.at, "at")
        if not (self.km.is_finite() and self.km >= 0):
            raise ValueError(f"km: {self.km} is not a distance")
        if self.patients < 1:
            raise ValueError(f"patients: {self.patients} is less than one")


@dataclass(frozen=True, slots=True, kw_only=True)
class FareLine:
    """One line of the price, in exact cents: only the total is rounded."""

    label: str
    cents: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """The price for each of the patients aboard, and the lines it is made of."""

    lines: tuple[FareLine, ...]
    total_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one ride is priced on, in cents and percent; `short_trip` from the shortest on."""

    forfait: int
    included_m: int
    km_cents: int
    short_trip: tuple[tuple[int, int], ...] = ()
    urban: int = 0
    increase: int = 0
    reduction: int = 0
    tpmr: int = 0

    def total_cents(self, metres: int | Decimal) -> int:
        """Price for each patient, rounded half up; an int of metres keeps it all in integers."""
        beyond = max(metres - self.included_m, 0)
        flat = self.forfait + self.urban + self.add_on(metres)
        base = METRES_PER_KM * flat + self.km_cents * beyond
        exact = base * (100 + self.increase) * (100 - self.reduction) + SCALE * self.tpmr
        return int((exact + SCALE // 2) // SCALE)

    def add_on(self, metres: int | Decimal) -> int:
        """Short-trip add-on of the bracket of kilometres begun; none beyond the last."""
        for up_to_m, cents in self.short_trip:
            if metres <= up_to_m:
                return cents
        return 0

    def lines(self, km: Decimal) -> tuple[FareLine, ...]:
        """The same price, line by line, exact."""
        beyond = max(km - Decimal(self.included_m) / METRES_PER_KM, Decimal(0))
        base = [
            (f"Forfait, {self.included_m // METRES_PER_KM} km compris", Decimal(self.forfait)),
            (f"{_french(beyond)} km à {_euros(self.km_cents)} €", beyond * self.km_cents),
            ("Supplément petit trajet", Decimal(self.add_on(km * METRES_PER_KM))),
            ("Forfait grande ville", Decimal(self.urban)),
        ]
        full = sum((cents for _, cents in base), Decimal(0))
        extra = full * self.increase / 100
        shared = -(full + extra) * self.reduction / 100
        rows = [
            *base,
            (f"Majoration nuit ou jour de repos, {self.increase} %", extra),
            (f"Abattement de partage, {self.reduction} %", shared),
            ("Supplément TPMR", Decimal(self.tpmr)),
        ]
        return tuple(FareLine(label=label, cents=cents) for label, cents in rows if cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The tariff of a mode in a department on a day. `centres`: big cities by folded name."""

    mode: RideMode
    plain: Terms
    increases: Mapping[Period, int]
    sharing: tuple[int, ...]
    urban: int
    centres: Mapping[str, str]
    tpmr: int | None

    def terms(
        self, period: Period, *, urban_centre: str | None, tpmr: bool, patients: int
    ) -> Terms:
        """Terms of one ride; raise NoTariffError for what the tariff doesn't foresee."""
        if tpmr and self.tpmr is None:
            raise NoTariffError("tpmr", f"pas de tarif TPMR pour {self.mode}")
        if patients > 1 and not self.sharing:
            raise NoTariffError("patients", f"un seul patient par trajet en {self.mode}")
        return replace(
            self.plain,
            urban=self._urban(urban_centre),
            increase=self.increases[period],
            reduction=self.sharing[min(patients - 2, len(self.sharing) - 1)] if patients > 1 else 0,
            tpmr=self.tpmr or 0 if tpmr else 0,
        )

    def _urban(self, centre: str | None) -> int:
        if centre is None or not self.centres:
            return 0
        if _folded(centre) not in self.centres:
            known = ", ".join(self.centres.values())
            raise NoTariffError("urban_centre", f"{centre} n'a pas de forfait ; connus : {known}")
        return self.urban


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


def price_ride(ride: Ride, rulebook: RuleBook, calendar: Calendar) -> Fare:
    """Price a ride for each patient aboard; raise NoTariffError saying what isn't known."""
    tariff = read_tariff(ride.mode, ride.department, rulebook, ride.at)
    terms = tariff.terms(
        read_hours(rulebook, ride.at).period_at(ride.at, calendar),
        urban_centre=ride.urban_centre,
        tpmr=ride.tpmr,
        patients=ride.patients,
    )
    metres = ride.km * METRES_PER_KM
    return Fare(lines=terms.lines(ride.km), total_cents=terms.total_cents(metres))


def read_hours(rulebook: RuleBook, at: datetime) -> Hours:
    """Read the hours in force."""
    return Hours(
        night_from=int(rulebook.number("period.night_from", at)),
        night_until=int(rulebook.number("period.night_until", at)),
        saturday_from=int(rulebook.number("period.saturday_from", at)),
    )


def read_tariff(mode: RideMode, department: str, rulebook: RuleBook, at: datetime) -> Tariff:
    """Read the tariff in force; raise NoTariffError when the day or the department has none."""
    name = mode.lower()
    if department.startswith(OVERSEAS):
        raise NoTariffError("department", f"aucun tarif connu outre-mer ({department})")
    if rulebook.find_parameter(f"{name}.forfait", at) is None:
        raise NoTariffError("at", f"aucun tarif {mode} connu au {at.astimezone(PARIS):%d/%m/%Y}")
    short = _list(rulebook, f"{name}.short_trip", at)
    plain = Terms(
        forfait=int(rulebook.number(f"{name}.forfait", at)),
        included_m=METRES_PER_KM * int(rulebook.number(f"{name}.included", at)),
        km_cents=_km_cents(mode, department, rulebook, at),
        short_trip=tuple(
            (METRES_PER_KM * int(up_to), int(cents))
            for up_to, cents in zip(short[::2], short[1::2], strict=True)
        ),
    )
    tpmr = rulebook.find_parameter(f"{name}.tpmr", at)
    urban = rulebook.find_parameter(f"{name}.urban", at)
    return Tariff(
        mode=mode,
        plain=plain,
        increases={
            Period.DAY: 0,
            Period.NIGHT: int(rulebook.number(f"{name}.increase.night", at)),
            Period.REST_DAY: int(rulebook.number(f"{name}.increase.rest_day", at)),
        },
        sharing=tuple(map(int, _list(rulebook, f"{name}.sharing", at))),
        urban=_whole(urban) or 0,
        centres={_folded(one): one for one in _list(rulebook, f"{name}.urban_centres", at)},
        tpmr=_whole(tpmr),
    )


def _km_cents(mode: RideMode, department: str, rulebook: RuleBook, at: datetime) -> int:
    """Rate of the department, or the one of the whole country."""
    name = f"{mode.lower()}.km"
    scope = "" if rulebook.find_parameter(name, at) else department
    if rulebook.find_parameter(name, at, scope) is None:
        scopes = {one.scope for one in rulebook.parameters if one.name == name}
        raise NoTariffError(
            "department",
            f"aucun tarif {mode} connu pour le département {department} au"
            f" {at.astimezone(PARIS):%d/%m/%Y} ; connus : {', '.join(sorted(scopes))}",
        )
    return int(rulebook.number(name, at, scope))


def _list(rulebook: RuleBook, name: str, at: datetime) -> tuple[str, ...]:
    found = rulebook.find_parameter(name, at)
    values = found.value if found else ()
    return tuple(map(str, values)) if isinstance(values, tuple) else (str(values),)


def _whole(parameter: Parameter | None) -> int | None:
    return None if parameter is None else int(str(parameter.value))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip())
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def _french(amount: Decimal) -> str:
    return f"{amount.normalize():f}".replace(".", ",")


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
