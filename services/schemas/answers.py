"""The shape of the answer that goes out, for the API's description; `orientation_out` writes it."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from regulation.effecteurs import Accessible, EffecteurKind
from regulation.kernel.modes import LegKind, Mode, Payer, SolverStatus
from regulation.kernel.observed import Freshness
from regulation.offers import Availability, Booking, SlotMode
from regulation.proposals import ProposalKind


class Outgoing(BaseModel):
    """What goes out: nothing more than is described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PointOut(Outgoing):
    """A position in WGS 84 degrees."""

    lat: float
    lon: float


class EffecteurOut(Outgoing):
    """The effecteur as known when it was proposed."""

    id: str
    kind: EffecteurKind
    name: str
    position: PointOut
    availability: Availability
    freshness: Freshness
    observed_at: AwareDatetime | None
    accessibility: dict[str, Accessible]


class SlotOut(Outgoing):
    """The slot to book, with its source and its age."""

    id: str
    start: AwareDatetime
    end: AwareDatetime
    mode: SlotMode
    booking: Booking
    source: str
    observed_at: AwareDatetime


class LegOut(Outgoing):
    """One leg: who drives, when, how far, for how much and who pays."""

    kind: LegKind
    mode: Mode
    vehicle_id: str | None = None
    origin: PointOut = Field(alias="from")
    destination: PointOut = Field(alias="to")
    pickup_at: AwareDatetime
    dropoff_at: AwareDatetime
    distance_m: int
    on_board_s: int
    price_eur_cents: int
    patient_eur_cents: int
    am_eur_cents: int
    payer: Payer
    shared: bool
    will_call: bool


class ProposalOut(Outgoing):
    """One ranked proposal; or, after those, one that costs the patient `spares_eur_cents` less than
    any of them that no doctor must still confirm."""

    rank: int
    kind: ProposalKind
    effecteur: EffecteurOut | None = None
    slot: SlotOut | None
    legs: list[LegOut]
    home_at: AwareDatetime | None = None
    spares_eur_cents: int | None = None
    objective: dict[str, int]
    explanation: list[str]
    warnings: list[str]


class SolverOut(Outgoing):
    """What is proven of the ranking."""

    status: SolverStatus
    wall_ms: float
    bound: float | None = None


class ExcludedOut(Outgoing):
    """An effecteur that answers the need and isn't proposed, with the rule that says why."""

    effecteur_id: str
    rule_id: str
    reason: str


class OrientationOut(Outgoing):
    """The whole answer to a case."""

    case_id: str
    snapshot_id: str
    rules_version: str
    solver: SolverOut | None
    proposals: list[ProposalOut]
    excluded: list[ExcludedOut]
