"""What replanning answers: the journeys as they now stand, what changed for whom and why, what
could not be kept and what is best instead, and what somebody must be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.kernel.live import LiveState
from regulation.kernel.pairings import PairingResult
from regulation.kernel.rides import LiveRide, Promise


class Reason(StrEnum):
    """Why something changes: the event behind it, or what follows from one."""

    CALL_RECEIVED = "CALL_RECEIVED"
    CANCELLED = "CANCELLED"
    PATIENT_ABSENT = "PATIENT_ABSENT"
    CARE_MOVED = "CARE_MOVED"
    CARE_ENDED = "CARE_ENDED"
    CARE_RUNS_OVER = "CARE_RUNS_OVER"
    SLOT_WITHDRAWN = "SLOT_WITHDRAWN"
    VEHICLE_BROKEN = "VEHICLE_BROKEN"
    VEHICLE_LATE = "VEHICLE_LATE"
    RIDE_REFUSED = "RIDE_REFUSED"
    NOT_COLLECTED = "NOT_COLLECTED"
    CONTRADICTED = "CONTRADICTED"
    PATIENT_WORSE = "PATIENT_WORSE"
    PATIENT_ADMITTED = "PATIENT_ADMITTED"
    PREMISES_CLOSED = "PREMISES_CLOSED"
    PHARMACY_CLOSED = "PHARMACY_CLOSED"
    NO_VEHICLE = "NO_VEHICLE"
    MADE_ROOM = "MADE_ROOM"
    ON_THE_ROAD = "ON_THE_ROAD"


class ChangeKind(StrEnum):
    """What changes in a journey."""

    RETIMED = "RETIMED"
    REASSIGNED = "REASSIGNED"
    RIDE_ADDED = "RIDE_ADDED"
    RIDE_REMOVED = "RIDE_REMOVED"
    VEHICLE_SOUGHT = "VEHICLE_SOUGHT"
    CARE_RETIMED = "CARE_RETIMED"
    PHARMACY_CHANGED = "PHARMACY_CHANGED"
    REOPENED = "REOPENED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed, for whom and why; `before` and `after` are the ride it touches."""

    journey_id: str
    kind: ChangeKind
    reason: Reason
    before: LiveRide | None = None
    after: LiveRide | None = None


class AlertKind(StrEnum):
    """What somebody at the desk must do something about."""

    CALL_BACK = "CALL_BACK"
    HAND_OVER = "HAND_OVER"
    NO_VEHICLE = "NO_VEHICLE"
    STRANDED = "STRANDED"
    LONG_WAIT = "LONG_WAIT"
    LATE_FOR_CARE = "LATE_FOR_CARE"
    CARE_MISSED = "CARE_MISSED"
    MEDICATION = "MEDICATION"
    STILL_ABOARD = "STILL_ABOARD"
    OVERTIME = "OVERTIME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something told once; `by`: until when it should be dealt with (None: at once)."""

    journey_id: str
    kind: AlertKind
    reason: Reason
    ride_id: str | None = None
    vehicle_id: str | None = None
    by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A promise that cannot be kept, why, by how much, and what is best instead (None: nothing).

    `late` is how far past its tolerance the worse of the two instants is; None without a ride.
    """

    journey_id: str
    ride_id: str
    promise: Promise
    reason: Reason
    instead: LiveRide | None
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanning:
    """The answer to a batch of events.

    `kept` are the promises that stay within their tolerance, by ride; `pairing` (None: nobody is
    undecided) the journeys found jointly for all those of `live.undecided`, on top of the rest.
    """

    live: LiveState
    changes: tuple[Change, ...]
    alerts: tuple[Alert, ...]
    broken: tuple[BrokenPromise, ...]
    kept: Mapping[str, Promise]
    pairing: PairingResult | None
