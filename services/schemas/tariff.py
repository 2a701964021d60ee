"""The leg to price as it comes in, and its price as it goes out."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from adapters.kit.departments import Department
from adapters.kit.refused_values import NUMBER
from regulation.fares import Fare
from regulation.tariffs import Ride, RideMode
from services.errors import BadInput
from services.schemas.instants import Instant

MAX_KM, MAX_PATIENTS, MAX_MINUTES, MAX_TOLLS_CENTS = 2000, 8, 1440, 100_000


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(NUMBER)  # noqa: TRY004  pydantic reads ValueError
    return value


Kilometres = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=MAX_KM, max_digits=15)]


class RideIn(BaseModel):
    """One leg, as billed; what only a bill tells may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: RideMode
    km: Kilometres
    at: Instant
    department: str
    urban_centre: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    tpmr: Annotated[bool, Field(strict=True)] = False
    patients: Annotated[int, Field(strict=True, ge=1, le=MAX_PATIENTS)] = 1
    duration_min: Annotated[int, Field(strict=True, ge=1, le=MAX_MINUTES)] | None = None
    empty_leg: Annotated[bool, Field(strict=True)] = False
    alone_km: Kilometres = Decimal(0)
    approach_km: Kilometres = Decimal(0)
    tolls_eur_cents: Annotated[int, Field(strict=True, ge=0, le=MAX_TOLLS_CENTS)] = 0

    def to_ride(self) -> Ride:
        """Make the ride; raise BadInput on a department that doesn't exist."""
        try:
            Department(self.department)
        except ValueError:
            reason = f"{self.department!r} n'est pas le code d'un département"
            raise BadInput("department", reason) from None
        if self.alone_km > self.km:
            raise BadInput("alone_km", "plus long que tout le trajet (km)")
        return Ride(
            mode=self.mode,
            km=self.km,
            at=self.at,
            department=self.department,
            urban_centre=self.urban_centre,
            tpmr=self.tpmr,
            patients=self.patients,
            minutes=self.duration_min,
            empty_leg=self.empty_leg,
            alone_km=self.alone_km,
            approach_km=self.approach_km,
            tolls_cents=self.tolls_eur_cents,
        )


def fare_out(fare: Fare) -> dict[str, object]:
    """Write a fare: the lines to the fraction of a cent, only the total is rounded."""
    lines = [{"label": line.label, "eur_cents": _exact(line.cents)} for line in fare.lines]
    return {"lines": lines, "total_eur_cents": fare.total_cents}


def _exact(cents: Decimal) -> int | float:
    return int(cents) if cents == cents.to_integral_value() else float(cents)
