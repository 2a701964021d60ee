"""The decision as it comes in and as it goes out."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from regulation.cases import CaseState
from regulation.decisions import Decision, Role
from services.deciding import Outcome
from services.schemas.answers import Outgoing, ProposalOut
from services.schemas.case import TREATED_AS_PERSONAL
from services.schemas.orientation import Json, instant_out, proposal_out

ACTOR_ID = r"^[A-Za-z0-9][A-Za-z0-9:._@/-]{0,99}$"
IDEMPOTENCY_KEY = r"^[!-~]{1,200}$"
NO_CONTROL = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"


class ActorIn(BaseModel):
    """Who decides; the id is that of a professional (`RPPS:…`) or of the platform."""

    model_config = TREATED_AS_PERSONAL

    id: Annotated[str, Field(pattern=ACTOR_ID)]
    role: Role


class DecisionIn(BaseModel):
    """What is decided. The key may come in the header `Idempotency-Key` instead.

    `orientation_id` (header `Orientation-Id` of the proposals): the answer the decision was made
    on; when another has been made since, the decision is refused.
    """

    model_config = TREATED_AS_PERSONAL

    rank: Annotated[int, Field(ge=1, le=100)]
    motive: Annotated[str, Field(max_length=1000, pattern=NO_CONTROL)] = ""
    actor: ActorIn
    idempotency_key: Annotated[str, Field(pattern=IDEMPOTENCY_KEY)] | None = None
    orientation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")] | None = None


class ActorOut(Outgoing):
    """Who decided."""

    id: str
    role: Role


class DecisionOut(Outgoing):
    """A decision that was taken, and on which answer; `decision_id` is what `replay` takes."""

    decision_id: str
    orientation_id: str
    rank: int
    at: AwareDatetime
    actor: ActorOut
    motive: str
    idempotency_key: str


class BookingOut(Outgoing):
    """The slot held for the case."""

    slot_id: str
    source: str
    effecteur_id: str
    start: AwareDatetime
    end: AwareDatetime


class RideOut(Outgoing):
    """A ride promised with a vehicle."""

    ride_id: str
    vehicle_id: str
    pickup_at: AwareDatetime
    dropoff_at: AwareDatetime


class OutcomeOut(Outgoing):
    """A decision with the state it led to and what is held for it."""

    case_id: str
    state: CaseState
    decision: DecisionOut
    proposal: ProposalOut
    booking: BookingOut | None
    promised_rides: list[RideOut]


def outcome_out(outcome: Outcome) -> Json:
    """Write the outcome of a decision."""
    booking = outcome.booking
    held = booking and {
        "slot_id": booking.slot_id,
        "source": booking.source,
        "effecteur_id": str(booking.effecteur_id),
        "start": instant_out(booking.window.start),
        "end": instant_out(booking.window.end),
    }
    return {
        "case_id": outcome.decision.case_id,
        "state": str(outcome.state),
        "decision": decision_out(outcome.decision),
        "proposal": proposal_out(outcome.chosen),
        "booking": held,
        "promised_rides": [
            {
                "ride_id": ride.ride_id,
                "vehicle_id": ride.vehicle_id,
                "pickup_at": instant_out(ride.pickup_at),
                "dropoff_at": instant_out(ride.dropoff_at),
            }
            for ride in outcome.rides
        ],
    }


def decision_out(decision: Decision) -> Json:
    """Write a decision."""
    return {
        "decision_id": decision.decision_id,
        "orientation_id": decision.orientation_id,
        "rank": decision.rank,
        "at": instant_out(decision.at),
        "actor": {"id": decision.actor.actor_id, "role": str(decision.actor.role)},
        "motive": decision.motive,
        "idempotency_key": decision.idempotency_key,
    }
