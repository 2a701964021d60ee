"""What may happen to decided journeys: facts with absolute instants, so that the same one told
twice changes nothing the second time. `journey_id` is the id of the case, `ride` is OUTWARD or
RETURN."""

from dataclasses import dataclass
from datetime import datetime

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
from regulation.kernel.riders import RiderNeeds
from regulation.kernel.rides import RideStatus
from regulation.kernel.time import require_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened, or was learned, at `at`."""

    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, "event.at")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReceived(Fact):
    """Somebody to bring to care and home again, for whom nothing is decided yet."""

    request: JourneyRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyCancelled(Fact):
    """The person no longer wants the rest of the journey."""

    journey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAbsent(Fact):
    """The vehicle came and nobody was there (no-show)."""

    journey_id: str
    ride: LegKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CareMoved(Fact):
    """The doctor is now expected to begin, or to end, at other instants (late doctor)."""

    journey_id: str
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, "event.at")
        if self.ends_at <= self.starts_at:
            raise ValueError(f"care cannot end at {self.ends_at}, it starts at {self.starts_at}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CareEnded(Fact):
    """The doctor has closed, at `at`: the person is ready for the way home (will-call)."""

    journey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWithdrawn(Fact):
    """The effecteur took the slot back; `slot_key` is that of the care stops that use it."""

    slot_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleBroken(Fact):
    """The vehicle drives no further; `position`: where it stands, None: where it was last seen."""

    vehicle_id: str
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDelayed(Fact):
    """The vehicle cannot leave where it is before `until`."""

    vehicle_id: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RideRefused(Fact):
    """The transporter will not do the ride with this vehicle (RS-RR REFUSEE)."""

    journey_id: str
    ride: LegKind
    vehicle_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RideReported(Fact):
    """The vehicle told how far a ride has got (RS-SR); an older status than known is ignored."""

    journey_id: str
    ride: LegKind
    vehicle_id: str
    status: RideStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCollected(Fact):
    """The person, called back or calling, says that nobody came for this ride."""

    journey_id: str
    ride: LegKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientWorse(Fact):
    """The person gets worse: handed over to the AMU, whatever had been planned."""

    journey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAdmitted(Fact):
    """The doctor sends the person on to `ward` (an emergency department, a hospital).

    `needs`: what carrying them takes now; None: as before.
    """

    journey_id: str
    ward: CareStop
    needs: RiderNeeds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisesClosed(Fact):
    """A place of care or a pharmacy (its `place_id` or `stop_id`) was found closed."""

    place_id: str


JourneyEvent = (
    CallReceived | JourneyCancelled | PatientAbsent | NotCollected | PatientWorse | PatientAdmitted
    | CareMoved | CareEnded | SlotWithdrawn | PremisesClosed
    | VehicleBroken | VehicleDelayed | RideRefused | RideReported
)  # fmt: skip
"""Whatever `JourneyPlanner.replan` may be told."""
