"""What transporters tell of rides and vehicles, whichever way it comes: exchange, webhook, feed.

Each report is a fact with the instant it was true at; told twice, or late, it changes nothing.
Codes are those of the Hub Santé, so that a bridge is only a serializer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.kernel.modes import Mode
from regulation.kernel.places import Position
from regulation.kernel.time import require_aware


class Answer(StrEnum):
    """What a transporter answers to a request (`reponseDemande`)."""

    ACCEPTED = "ACCEPTEE"
    PARTLY = "PARTIELLE"
    REFUSED = "REFUSEE"
    DEFERRED = "DIFFEREE"


class Refusal(StrEnum):
    """Why a transporter refuses (rejection reasons of TCRP report 210, for booked transport)."""

    NOT_IN_SERVICE_AREA = "NOT_IN_SERVICE_AREA"
    INVALID_SERVICE_HOURS = "INVALID_SERVICE_HOURS"
    INVALID_PICKUP_ADDRESS = "INVALID_PICKUP_ADDRESS"
    INVALID_DROPOFF_ADDRESS = "INVALID_DROPOFF_ADDRESS"
    NO_VEHICLES_AVAILABLE = "NO_VEHICLES_AVAILABLE"
    UNABLE_TO_SERVICE_TRIP = "UNABLE_TO_SERVICE_TRIP"
    BAD_WEATHER = "BAD_WEATHER"
    WRONG_SERVICE_LEVEL = "WRONG_SERVICE_LEVEL"
    OTHER = "OTHER"


class MissionStatus(StrEnum):
    """How far a vehicle has got with its mission, in order (`statutVecteur`)."""

    DECIDED = "DECISION"
    ASKED = "DECLENCHE"
    SETTING_OUT = "DEPART"
    CANCELLED = "ANNULE"
    AT_THE_DOOR = "ARRIVEE"
    BOARDING = "PEC"
    REPORTED = "BILAN"
    TOLD_WHERE = "ORIENTAT"
    UNDER_WAY = "TRANSP"
    AT_FIRST_STOP = "ETAPE1"
    LEAVING_FIRST_STOP = "TRANSP2"
    AT_SECOND_STOP = "ETAPE2"
    LEAVING_SECOND_STOP = "TRANSP3"
    ARRIVED = "DESTIN"
    HANDED_OVER = "FINPEC"
    LEAVING = "RETOUR"
    GOING_BACK = "RET-BASE"
    AT_BASE = "REN-BASE"

    @property
    def rank(self) -> int:
        """Place in the order of a mission."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(MissionStatus)}

PHARMACY_STOP = MissionStatus.AT_FIRST_STOP
"""The exchange has no stop at a pharmacy: the first stop of a way home is one, by convention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """`source` names the feed, `at` is when it was true."""

    at: datetime
    source: str

    def __post_init__(self) -> None:
        require_aware(self.at, "report.at")


@dataclass(frozen=True, slots=True, kw_only=True)
class RideAnswered(_Report):
    """A request was accepted, refused or put off.

    `request_id` is the number of what was asked, where it was asked. `within` is the longest one
    waits for the vehicle (None: not said, or at an agreed hour); `vehicle_id`, `price_eur_cents`,
    `valid_until` and `reason` are None when not said.
    """

    request_id: str
    answer: Answer
    case_ref: str | None = None
    within: timedelta | None = None
    vehicle_id: str | None = None
    price_eur_cents: int | None = None
    valid_until: datetime | None = None
    reason: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleEngaged(_Report):
    """A vehicle was put on a case; `mode` None when it is none that carries our riders."""

    vehicle_id: str
    vehicle_type: str
    mode: Mode | None
    case_ref: str | None = None
    request_id: str | None = None
    mission_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionReported(_Report):
    """A vehicle has got further; `is_free` says whether it may be asked again, None: not said.

    `real_km` is what the certified meter counted so far with the rider aboard, None: not said.
    """

    vehicle_id: str
    status: MissionStatus
    case_ref: str | None = None
    request_id: str | None = None
    is_free: bool | None = None
    real_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleSeen(_Report):
    """Where a vehicle was; `is_free` None: not known, and never taken for free."""

    vehicle_id: str
    position: Position
    is_free: bool | None = None
    heading_deg: float | None = None
    speed_kmh: float | None = None


Report = RideAnswered | VehicleEngaged | MissionReported | VehicleSeen
"""Whatever a transporter may tell."""
