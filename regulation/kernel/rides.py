"""One ride by a vehicle of the fleet: what was promised of it, how it is planned now, how far it
has got."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
from regulation.kernel.riders import RiderNeeds


class RideStatus(StrEnum):
    """How far a ride has got, in order; the codes are `statutVecteur` of RS-SR (Hub Santé)."""

    PLANNED = "DECISION"
    ASKED = "DECLENCHE"
    SETTING_OUT = "DEPART"
    AT_THE_DOOR = "ARRIVEE"
    BOARDING = "PEC"
    UNDER_WAY = "TRANSP"
    AT_THE_PHARMACY = "ETAPE1"
    LEAVING_THE_PHARMACY = "TRANSP2"
    ARRIVED = "DESTIN"
    HANDED_OVER = "FINPEC"

    @property
    def rank(self) -> int:
        """Place in the order of a ride."""
        return _RANKS[self]

    @property
    def is_aboard(self) -> bool:
        """Tell whether the rider is in the vehicle, or waited for at a halt."""
        return RideStatus.BOARDING.rank <= self.rank < RideStatus.ARRIVED.rank

    @property
    def is_over(self) -> bool:
        """Tell whether the rider has arrived."""
        return self.rank >= RideStatus.ARRIVED.rank


_RANKS = {status: rank for rank, status in enumerate(RideStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the person was told of a ride: neither instant may slip by more than `tolerance`.

    `pickup_at` is when the vehicle is at the door, `dropoff_at` when they are handed over.
    """

    pickup_at: datetime
    dropoff_at: datetime
    tolerance: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRide:
    """A ride, as planned now.

    `kind` is OUTWARD or RETURN; two legs when it halts at a pharmacy, none while a vehicle is
    still looked for; `promise` None: nothing is promised yet. `told_at` is when something was
    last told of it (None: nothing yet), `boarded_at` when the rider had boarded, `given_at` since
    when its vehicle has it (None: since it was decided). `is_stranded`: the rider stands on the
    road, at `origin`.
    """

    ride_id: str
    kind: LegKind
    origin: Position
    destination: Position
    needs: RiderNeeds
    promise: Promise | None
    legs: tuple[PlannedLeg, ...] = ()
    status: RideStatus = RideStatus.PLANNED
    told_at: datetime | None = None
    boarded_at: datetime | None = None
    given_at: datetime | None = None
    is_stranded: bool = False

    @property
    def vehicle_id(self) -> str | None:
        """The vehicle that does it, None while one is looked for."""
        return self.legs[0].vehicle_id if self.legs else None
