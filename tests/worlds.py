"""One tiny territory with its runtime: straight roads, a flat fare, three places, two cars.

Toulouse, Saturday 28 November 2026, noon (UTC). A doctors' house (MMG) 3 km north gives
appointments, a surgery 2 km east too, a pharmacy 1 km south is open all day. One VSL and one
taxi. The rules and their figures are those in force.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from adapters.kit.calendar import PublicHolidays
from adapters.memory.offer import PublishedSnapshots, RoundTerritory
from adapters.rulebook.reader import load_rulebook
from regulation.cases import Case
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import FLEET_MODES, Mode, Payer
from regulation.kernel.observed import Observed
from regulation.kernel.places import CommuneCode, Position, crow_distance_m
from regulation.kernel.riders import Load
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import Cents, LegPrice, LegRates, TravelMatrix
from regulation.mobility import MobilityVerdict
from regulation.offers import Agenda, Booking, Slot, SlotMode
from regulation.parameters import objective, orientation_parameters
from regulation.rules import RuleBook
from regulation.snapshots import Snapshot, SourceHealth, SourceState
from regulation.usecases import Desk
from services.runtime import Runtime
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.memo import TravelMemo
from transport.own_means import OwnMeans
from transport.pairing import FleetPlanner
from transport.settings import PairingSettings

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HERE = Position(lat=43.6, lon=1.44)
FAR_AWAY = {"lat": 48.85, "lon": 2.35}
MMG_ID, SURGERY_ID, PHARMACY_ID = (
    Identifier.parse(f"LOCAL:{name}") for name in ("mmg", "cabinet", "pharmacie")
)


def at_km(north: float, east: float) -> Position:
    """A position so many kilometres from HERE."""
    return Position(lat=HERE.lat + north / 111.2, lon=HERE.lon + east / 80.5)


PLACES = {
    MMG_ID: Effecteur(
        effecteur_id=MMG_ID,
        kind=EffecteurKind.MMG,
        name="MMG du Nord",
        position=at_km(3, 0),
        commune=CommuneCode("31555"),
        care=frozenset({CareCode.GP, CareCode.PAEDIATRIC}),
        synthetic=True,
    ),
    SURGERY_ID: Effecteur(
        effecteur_id=SURGERY_ID,
        kind=EffecteurKind.CABINET,
        name="Cabinet de l'Est",
        position=at_km(0, 2),
        commune=CommuneCode("31555"),
        care=frozenset({CareCode.GP}),
        synthetic=True,
    ),
    PHARMACY_ID: Effecteur(
        effecteur_id=PHARMACY_ID,
        kind=EffecteurKind.PHARMACIE,
        name="Pharmacie du Sud",
        position=at_km(-1, 0),
        commune=CommuneCode("31555"),
        care=frozenset({CareCode.PHARMACY}),
        open_windows=(TimeWindow(NOON - 6 * HOUR, NOON + 12 * HOUR),),
        synthetic=True,
    ),
}


def vehicle(vehicle_id: str, mode: Mode) -> Vehicle:
    """A car of three seats on duty from noon to midnight, two kilometres away."""
    return Vehicle(
        vehicle_id=vehicle_id,
        mode=mode,
        provider="Transports d'essai",
        capacity=Load(seats=3),
        crew=1,
        shifts=(TimeWindow(NOON - HOUR, NOON + 12 * HOUR),),
        depot=at_km(0, -2),
    )


VSL, TAXI = vehicle("VSL-1", Mode.VSL), vehicle("TAXI-1", Mode.TAXI)


def slot(
    slot_id: str, effecteur_id: Identifier, after_min: int, booking: Booking = Booking.ROUTINE
) -> Slot:
    """Twenty minutes so many minutes after noon; coming without an appointment, four hours."""
    start = NOON + after_min * MINUTE
    length = 20 * MINUTE if booking is Booking.ROUTINE else 4 * HOUR
    return Slot(
        slot_id=slot_id,
        effecteur_id=effecteur_id,
        practitioner=None,
        window=TimeWindow(start, start + length),
        modes=frozenset({SlotMode.AMB}),
        booking=booking,
        visibility=frozenset(),
    )


MMG_AT_14, MMG_AT_15 = slot("mmg-14", MMG_ID, 120), slot("mmg-15", MMG_ID, 180)
SURGERY_AT_16 = slot("cabinet-16", SURGERY_ID, 240)


def offer(*slots: Slot, seen_at: datetime = NOON) -> Snapshot:
    """The picture in which these slots are free, and no other; seen just then by sas-ps."""
    owners = sorted({one.effecteur_id for one in slots})
    return Snapshot(
        snapshot_id=f"offre-{seen_at:%H%M}-{len(slots)}",
        taken_at=seen_at,
        effecteurs=PLACES,
        agendas={owner: _agenda(owner, slots, seen_at) for owner in owners},
        sources=(SourceHealth(name="sas-ps", state=SourceState.OK, last_success=seen_at),),
    )


def _agenda(owner: Identifier, slots: Sequence[Slot], seen_at: datetime) -> Agenda:
    mine = tuple(one for one in slots if one.effecteur_id == owner)
    seen = Observed(mine, seen_at, "sas-ps", 10 * MINUTE)
    asked = TimeWindow(seen_at, seen_at + 48 * HOUR)
    return Agenda(effecteur_id=owner, slots=seen, asked=asked)


class StraightRoads:
    """Ten metres a second as the crow flies, the same at every hour."""

    label = "lignes droites (essai)"

    def profile(self, at: datetime) -> str:
        return "toujours"

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        lengths = [[crow_distance_m(a, b) for b in destinations] for a in origins]
        metres = np.rint(np.array(lengths).reshape(len(origins), len(destinations)))
        return TravelMatrix(
            durations_s=np.ceil(metres / 10).astype(np.int32), distances_m=metres.astype(np.int32)
        )


@dataclass(frozen=True, slots=True)
class Charged:
    """The rate of a leg by a function of its length, which may fall at some."""

    price: Callable[[int], LegPrice]
    falls_at: tuple[int, ...] = ()

    def of(self, distance_m: int) -> LegPrice:
        return self.price(distance_m)

    def cents(self, distances_m: Cents) -> tuple[Cents, Cents]:
        prices = [self.price(metres) for metres in distances_m.tolist()]
        paid = np.array([price.patient_cents for price in prices], dtype=np.int64)
        return paid, np.array([price.total_cents for price in prices], dtype=np.int64)

    def least(self, distances_m: Cents) -> tuple[Cents, Cents]:
        paid, totals = self.cents(distances_m)
        others = totals - paid
        for change in self.falls_at:
            price, before = self.price(change), distances_m < change
            rest = price.total_cents - price.patient_cents
            paid = np.where(before, np.minimum(paid, price.patient_cents), paid)
            others = np.where(before, np.minimum(others, rest), others)
        return paid, others


@dataclass(frozen=True)
class by_leg:  # noqa: N801  a decorator
    """Makes rates of a function that prices one leg: each place a zone, each hour a period.

    `falls_at`: the lengths in metres at which a fare may be less than that of a shorter way.
    `is_flat`: the same between all places at all hours.
    """

    fare: Callable[[Mode, int, datetime, int, tuple[Position, Position]], LegPrice]
    falls_at: tuple[int, ...] = ()
    is_flat: bool = False

    def __call__(
        self, mode: Mode, depart_at: datetime, riders: int, between: tuple[Position, Position]
    ) -> Charged:
        return Charged(
            lambda metres: self.fare(mode, metres, depart_at, riders, between), self.falls_at
        )

    def zone(self, position: Position) -> Position | None:
        return None if self.is_flat else position

    def period(self, at: datetime) -> datetime | None:
        return None if self.is_flat else at


def _flat_fare(
    mode: Mode,
    distance_m: int,
    depart_at: datetime,
    riders: int,
    between: tuple[Position, Position],
) -> LegPrice:
    """Ten euros and two a kilometre in a vehicle of the fleet, all paid by the CPAM."""
    if mode not in FLEET_MODES:
        return LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.PATIENT)
    total = (1000 + distance_m // 5) // riders
    return LegPrice(total_cents=total, patient_cents=0, am_cents=total, payer=Payer.CPAM)


flat_fare = by_leg(_flat_fare, is_flat=True)


def flat_pricing(case: Case, verdict: MobilityVerdict, at: datetime) -> LegRates:
    """The same fare for everybody."""
    return flat_fare


PAIRING = PairingSettings(
    own=OwnMeans(
        walk_speed_m_s=1.2,
        walk_max_m=1000,
        transit_factor=2.0,
        transit_access_s=600,
        transit_first=time(6),
        transit_last=time(23),
        zone=ZoneInfo("Europe/Paris"),
    ),
    max_wait_home_s=3600,
    arrive_before_s=300,
    pharmacies=3,
)


@dataclass(slots=True)
class MovableClock:
    """A clock that a test sets."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


HOLIDAYS = PublicHolidays()


@dataclass(slots=True, kw_only=True)
class TinyWorld:
    """The world a test plays in: it sets the clock, publishes another offer, takes cars away."""

    rulebook: RuleBook
    vehicles: tuple[Vehicle, ...] = (VSL, TAXI)
    clock: MovableClock = field(default_factory=MovableClock)
    offer: PublishedSnapshots = field(
        default_factory=lambda: PublishedSnapshots(offer(MMG_AT_14, MMG_AT_15, SURGERY_AT_16))
    )
    travel: TravelMemo = field(default_factory=lambda: TravelMemo(StraightRoads()))

    def desk(
        self,
        now: datetime,
        promised: Sequence[PromisedRide],
        vehicles: Sequence[Vehicle] | None = None,
    ) -> Desk:
        """The desk of the moment."""
        chosen = self.vehicles if vehicles is None else tuple(vehicles)
        planner = FleetPlanner(
            fleet=FleetView(vehicles=chosen, rides=tuple(promised)),
            travel=self.travel,
            objective=objective(self.rulebook, now),
            settings=PAIRING,
            stopwatch=lambda: 0.0,
        )
        return Desk(
            rulebook=self.rulebook,
            planner=planner,
            parameters=orientation_parameters(self.rulebook, now),
            pricing=flat_pricing,
            calendar=HOLIDAYS,
        )

    def runtime(self, database_url: str = "") -> Runtime:
        """The runtime of this world."""
        return Runtime(
            clock=self.clock,
            gazetteer=RoundTerritory(
                name="Essai",
                centre=HERE,
                radius_m=20_000,
                communes={"31555": HERE},
                addresses={"31000 Toulouse": HERE},
            ),
            snapshots=self.offer,
            sources=self.offer,
            desk=self.desk,
            fleet=lambda _at: self.vehicles,
            database_url=database_url,
            travel=StraightRoads(),
            desk_under=lambda rulebook: replace(self, rulebook=rulebook).desk,
        )


def tiny_world() -> TinyWorld:
    """A world with the rules in force."""
    return TinyWorld(rulebook=load_rulebook())


def call(case_id: str = "appel-1", **changes: object) -> dict[str, Any]:
    """A call as JSON: an adult with a walking stick and a companion, without a car."""
    document: dict[str, Any] = {
        "id": case_id,
        "caller": {"at": "2026-11-28T12:58:00+01:00"},
        "patient": {"age": 47, "position": {"insee": "31555"}},
        "need": {"code": "GP", "care_level": "R3"},
        "mobility": {
            "autonomy": "with_companion",
            "companion_available": True,
            "walking_aid": True,
            "uses_wheelchair": False,
            "stays_in_wheelchair": False,
            "lying_or_semi_sitting": False,
            "stretcher_or_carrying": False,
            "qualified_supervision": False,
            "oxygen": False,
            "asepsis": False,
            "smur_team_needed": False,
            "strict_hygiene": False,
            "disinfection_risk": False,
            "side_effect_risk": False,
            "bariatric": False,
            "own_vehicle_available": False,
            "public_transport_possible": False,
            "impairments": ["motor"],
            "motive": ["none"],
            "home": {"floor": 0, "can_use_stairs": True},
            "hospitalised_now": False,
        },
        "pharmacy_stop": "none",
    }
    return document | changes
