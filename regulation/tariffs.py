"""What a ride costs by the conventions: taxi, VSL, ambulance, on the figures of `tarifs.toml`.

What isn't known (a date, a department, a case no convention foresees) is refused with the reason.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from regulation.fares import (
    METRES_PER_KM,
    SUNDAY,
    EmptyLeg,
    Fare,
    FareLine,
    Hours,
    Period,
    Sharing,
    Terms,
    french,
)
from regulation.kernel.time import PARIS, Calendar, require_aware
from regulation.rules import RuleBook
from regulation.rules.model import Value

OVERSEAS = "97"


class RideMode(StrEnum):
    """Rides that have a tariff."""

    TAXI = "TAXI"
    VSL = "VSL"
    AMBULANCE = "AMBULANCE"


class NoTariffError(LookupError):
    """No tariff is known: `field` of the ride is why, `reason` says it in French."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} : {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One ride as billed. `department` is that of the licence; `urban_centre` the big city of
    either end (None: neither); `patients` ride together, this one `alone_km` of the way alone;
    `minutes` None: not known; `empty_leg`: the taxi drives back empty from a hospital stay."""

    mode: RideMode
    km: Decimal
    at: datetime
    department: str
    urban_centre: str | None = None
    tpmr: bool = False
    patients: int = 1
    minutes: int | None = None
    empty_leg: bool = False
    alone_km: Decimal = Decimal(0)
    approach_km: Decimal = Decimal(0)
    tolls_cents: int = 0

    def __post_init__(self) -> None:
        require_aware(self.at, "at")
        for name in ("km", "alone_km", "approach_km"):
            distance: Decimal = getattr(self, name)
            if not (distance.is_finite() and distance >= 0):
                raise ValueError(f"{name}: {distance} is not a distance")
        if self.patients < 1:
            raise ValueError(f"patients: {self.patients} is less than one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The tariff of a mode in a department on a day. `centres`: big cities by folded name;
    `majority`: percentage of the ride a period must exceed (None: the pickup decides)."""

    mode: RideMode
    plain: Terms
    increases: Mapping[Period, int]
    sharing: Sharing
    urban: int
    centres: Mapping[str, str]
    tpmr: int | None
    empty_leg: EmptyLeg | None = None
    majority: int | None = None
    tolls: bool = False
    pays_approach: bool = False
    note: str = ""

    def terms(
        self, period: Period, *, urban_centre: str | None, tpmr: bool, patients: int
    ) -> Terms:
        """Terms of one ride; raise NoTariffError for what the tariff doesn't foresee."""
        if tpmr and self.tpmr is None:
            raise NoTariffError("tpmr", f"pas de tarif TPMR pour {self.mode}")
        if patients > 1 and not self.sharing.by_riders:
            raise NoTariffError("patients", f"un seul patient par trajet en {self.mode}")
        return replace(
            self.plain,
            urban=self._urban(urban_centre),
            increase=self.increases[period],
            reduction=self.sharing.percent(patients, 0),
            tpmr=self.tpmr if tpmr else None,
            riders=patients,
        )

    def with_details(self, terms: Terms, ride: Ride) -> Terms:
        """Add to the terms what only a bill tells; raise NoTariffError likewise."""
        if ride.empty_leg and self.empty_leg is None:
            raise NoTariffError("empty_leg", f"pas de retour à vide payé en {self.mode}")
        if ride.tolls_cents and not self.tolls:
            raise NoTariffError("tolls_eur_cents", f"péages : aucune règle connue en {self.mode}")
        return replace(
            terms,
            empty_leg=self.empty_leg if ride.empty_leg else None,
            reduction=self.sharing.percent(ride.patients, METRES_PER_KM * ride.alone_km),
            tolls=ride.tolls_cents,
        )

    def _urban(self, centre: str | None) -> int:
        if centre is None or not self.centres:
            return 0
        if _folded(centre) not in self.centres:
            known = ", ".join(self.centres.values())
            raise NoTariffError("urban_centre", f"{centre} n'a pas de forfait ; connus : {known}")
        return self.urban


def price_ride(ride: Ride, rulebook: RuleBook, calendar: Calendar) -> Fare:
    """Price a ride for each patient aboard; raise NoTariffError saying what isn't known."""
    tariff = read_tariff(ride.mode, ride.department, rulebook, ride.at)
    hours = read_hours(rulebook, ride.at)
    if ride.minutes is None or tariff.majority is None:
        period = hours.period_at(ride.at, calendar)
    else:
        period = hours.period_of(ride.at, ride.minutes, tariff.majority, calendar)
    terms = tariff.with_details(
        tariff.terms(
            period, urban_centre=ride.urban_centre, tpmr=ride.tpmr, patients=ride.patients
        ),
        ride,
    )
    return Fare(
        lines=(*terms.lines(ride.km), *_approach(ride, tariff)),
        total_cents=terms.total_cents(ride.km * METRES_PER_KM),
        notes=(tariff.note,) if tariff.note else (),
    )


def _approach(ride: Ride, tariff: Tariff) -> tuple[FareLine, ...]:
    """The way to the patient is told, and paid by nobody; raise NoTariffError where it is paid."""
    if not ride.approach_km:
        return ()
    if tariff.pays_approach:
        raise NoTariffError("approach_km", "payée ici, mais personne n'a publié à quel prix")
    label = f"Approche de {french(ride.approach_km)} km : non remboursée"
    return (FareLine(label=label, cents=Decimal(0)),)


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
    return Tariff(
        mode=mode,
        plain=plain,
        increases={
            Period.DAY: 0,
            Period.NIGHT: int(rulebook.number(f"{name}.increase.night", at)),
            Period.REST_DAY: int(rulebook.number(f"{name}.increase.rest_day", at)),
        },
        sharing=_sharing(name, rulebook, at),
        urban=_whole(f"{name}.urban", rulebook, at) or 0,
        centres={_folded(one): one for one in _list(rulebook, f"{name}.urban_centres", at)},
        tpmr=_whole(f"{name}.tpmr", rulebook, at),
        empty_leg=_empty_leg(name, rulebook, at),
        majority=_whole(f"{name}.majority", rulebook, at),
        tolls=_value(f"{name}.tolls", rulebook, at) is True,
        pays_approach=_value(f"{name}.approach", rulebook, at) is True,
        note=str(_value(f"{name}.note", rulebook, at) or ""),
    )


class PharmacyDuty(StrEnum):
    """Whether a pharmacy open at an instant is on duty, and so paid for each prescription."""

    NONE = "NONE"
    NIGHT = "NIGHT"
    REST_DAY = "REST_DAY"


def pharmacy_duty(at: datetime, rulebook: RuleBook, calendar: Calendar) -> PharmacyDuty:
    """Tell the duty of the instant; a Saturday afternoon is an ordinary day for pharmacies."""
    local = at.astimezone(PARIS)
    if read_hours(rulebook, at).period_at(at, calendar) is Period.NIGHT:
        return PharmacyDuty.NIGHT
    is_rest_day = local.isoweekday() == SUNDAY or calendar.is_public_holiday(local.date())
    return PharmacyDuty.REST_DAY if is_rest_day else PharmacyDuty.NONE


def pharmacy_fee_cents(at: datetime, rulebook: RuleBook, calendar: Calendar) -> int:
    """Fee of a prescription served on duty at this instant, in cents; 0 on an ordinary day."""
    duty = pharmacy_duty(at, rulebook, calendar)
    if duty is PharmacyDuty.NONE:
        return 0
    return int(rulebook.number(f"pharmacy_fee.{duty.lower()}", at))


def _sharing(name: str, rulebook: RuleBook, at: datetime) -> Sharing:
    return Sharing(
        by_riders=tuple(map(int, _list(rulebook, f"{name}.sharing", at))),
        alone=_whole(f"{name}.sharing.alone", rulebook, at),
        alone_from_m=METRES_PER_KM * (_whole(f"{name}.sharing.alone_from", rulebook, at) or 0),
    )


def _empty_leg(name: str, rulebook: RuleBook, at: datetime) -> EmptyLeg | None:
    near, far, far_from = (
        _whole(f"{name}.empty_leg.{one}", rulebook, at) for one in ("near", "far", "far_from")
    )
    if near is None or far is None or far_from is None:
        return None
    return EmptyLeg(near=near, far=far, far_from_m=METRES_PER_KM * far_from)


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


def _value(name: str, rulebook: RuleBook, at: datetime) -> Value | None:
    found = rulebook.find_parameter(name, at)
    return None if found is None else found.value


def _whole(name: str, rulebook: RuleBook, at: datetime) -> int | None:
    found = _value(name, rulebook, at)
    return None if found is None else int(str(found))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip())
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()
