"""The contract of pairing, without medicine: what regulation asks of transport and gets back.

Durations are whole seconds, distances metres, money integer euro cents, instants aware.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from regulation.kernel.modes import (
    Encounter,
    LegKind,
    Mode,
    Payer,
    PharmacyNeed,
    Tier,
)
from regulation.kernel.objective import Objective
from regulation.kernel.places import Position
from regulation.kernel.riders import RiderNeeds
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice, LegRates


@dataclass(frozen=True, slots=True, kw_only=True)
class CareStop:
    """One way to be seen: a place, a start and the planned end.

    `place_id` groups the stops of one effecteur; `slot_key` the stops that use up the same slot
    (None: a place that receives whoever comes). `penalties` are named soft quantities known
    before any journey (minutes late, unknown accessibility), in the units of the objective.
    """

    stop_id: str
    place_id: str
    slot_key: str | None = None
    encounter: Encounter
    position: Position
    start: datetime
    end: datetime
    doors_open: datetime
    penalties: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.doors_open <= self.start < self.end:
            raise ValueError(f"care stop {self.stop_id}: {self.doors_open} {self.start} {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacyStop:
    """A pharmacy the way home may pass by, with the windows in which it is open: in order, none
    touching the next, as those of an effecteur are."""

    stop_id: str
    position: Position
    open_windows: tuple[TimeWindow, ...]
    service_s: int
    penalties: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLeg:
    """One leg with its times, its vehicle and its price.

    `position_lost`: nobody knows where the vehicle is; it was counted on from its depot.
    """

    kind: LegKind
    mode: Mode
    vehicle_id: str | None
    origin: Position
    destination: Position
    pickup_at: datetime
    dropoff_at: datetime
    distance_m: int
    on_board_s: int
    price: LegPrice
    shared: bool = False
    will_call: bool = False
    position_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJourney:
    """A care stop with the way there, the pharmacy and the way home.

    `terms` are the quantities of the objective by name; `tiers` their weighted sums by tier.
    """

    request_id: str
    stop: CareStop
    pharmacy: PharmacyStop | None
    legs: tuple[PlannedLeg, ...]
    home_at: datetime | None
    terms: Mapping[str, int]
    tiers: Mapping[Tier, int]

    @property
    def patient_cents(self) -> int:
        """What the person pays to go there and back."""
        return sum(leg.price.patient_cents for leg in self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparing:
    """How to look for a journey that costs the person less.

    It is weighed by `objective`, and kept when it spares so many cents on each journey in hand.
    Neither counted nor looked for are those that one of the terms `unsure` speaks against, and
    those of which nobody knows who pays.
    """

    objective: Objective
    gain_cents: int
    unsure: frozenset[str] = frozenset()

    def is_sure(self, journey: PlannedJourney) -> bool:
        """Tell whether it counts."""
        payers = {leg.price.payer for leg in journey.legs}
        return not (self.unsure & journey.terms.keys()) and Payer.UNKNOWN not in payers

    def least_cents(self, journeys: Iterable[PlannedJourney]) -> int:
        """Return what the cheapest of those that count costs the person; 0: none does."""
        return min((one.patient_cents for one in journeys if self.is_sure(one)), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRequest:
    """One person to bring to care and home again.

    `pharmacy_stake` is the quantity of the term `missed_pharmacy` when the way home passes by
    none. `unlisted`: the least quantities of whatever could be offered besides `stops`, which is
    listed when asked for (None: nothing). `in_hand`: journeys found among stops that were listed
    before and are not again; they are ranked with what is found (of a request alone). `sparing`:
    they stay as they are, followed by one among `stops` that costs less, if there is one.
    """

    request_id: str
    origin: Position
    home: Position
    ready_at: datetime
    needs: RiderNeeds
    stops: tuple[CareStop, ...]
    pharmacies: tuple[PharmacyStop, ...]
    pharmacy_need: PharmacyNeed
    pharmacy_stake: int = 0
    rates: LegRates
    unlisted: Mapping[str, int] | None = None
    in_hand: tuple[PlannedJourney, ...] = ()
    sparing: Sparing | None = None
