"""The leg to price as it comes in, and its price as it goes out."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from adapters.kit.departments import Department
from regulation.tariffs import Fare, Ride, RideMode
from services.errors import BadInput

MAX_KM, MAX_PATIENTS = 2000, 8


def _written_out(value: object) -> object:
    """Refuse an instant given as a number: it says no offset."""
    if not isinstance(value, str):
        raise ValueError("an ISO 8601 instant with an offset is needed")  # noqa: TRY004  pydantic
    return value


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number is needed")  # noqa: TRY004  pydantic reads ValueError
    return value


class RideIn(BaseModel):
    """One leg, as billed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: RideMode
    km: Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=MAX_KM, max_digits=15)]
    at: Annotated[AwareDatetime, BeforeValidator(_written_out)]
    department: str
    urban_centre: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    tpmr: Annotated[bool, Field(strict=True)] = False
    patients: Annotated[int, Field(strict=True, ge=1, le=MAX_PATIENTS)] = 1

    def to_ride(self) -> Ride:
        """Make the ride; raise BadInput on a department that doesn't exist."""
        try:
            Department(self.department)
        except ValueError as error:
            raise BadInput("department", str(error)) from None
        return Ride(
            mode=self.mode,
            km=self.km,
            at=self.at,
            department=self.department,
            urban_centre=self.urban_centre,
            tpmr=self.tpmr,
            patients=self.patients,
        )


def fare_out(fare: Fare) -> dict[str, object]:
    """Write a fare: the lines to the fraction of a cent, only the total is rounded."""
    lines = [{"label": line.label, "eur_cents": _exact(line.cents)} for line in fare.lines]
    return {"lines": lines, "total_eur_cents": fare.total_cents}


def _exact(cents: Decimal) -> int | float:
    return int(cents) if cents == cents.to_integral_value() else float(cents)
