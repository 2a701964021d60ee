"""What the running parts share: the clock, the territory, the live offer, the desk, the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Semaphore
from typing import Protocol

from adapters.kit.departments import Department
from adapters.kit.holds import Holds
from adapters.kit.live import LiveStore
from adapters.kit.quarantine import InMemoryQuarantine, Quarantine
from adapters.memory.live import InMemoryLiveStore
from regulation.declarations import Declaration
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock, TimeWindow
from regulation.kernel.travel import TravelTimes
from regulation.kernel.watching import Watch, unwatched
from regulation.marketplace import Community
from regulation.pair_verdicts import Verdicts
from regulation.ports import Gazetteer, Snapshots
from regulation.review import Review
from regulation.rules import RuleBook
from regulation.snapshots import SourceHealth
from regulation.usecases import Desk
from services.couriers import Couriers
from services.ground import Ground
from services.hub_place import HubPlace
from transport.fleet import PromisedRide, Vehicle


class DeskMaker(Protocol):
    """Makes the desk of an instant on the rides promised so far."""

    def __call__(
        self,
        now: datetime,
        promised: Sequence[PromisedRide],
        vehicles: Sequence[Vehicle] | None = None,
    ) -> Desk:
        """Return the desk, over these vehicles (None: the territory's at `now`)."""
        ...


class Sources(Protocol):
    """Health of the feeds, what they say besides the snapshot, and what people declare."""

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source."""
        ...

    def duties(self) -> Mapping[Identifier, Sequence[TimeWindow]]:
        """Return when each place is on duty, around now; a place without duty is not there."""
        ...

    def review(self) -> Review:
        """Return what somebody should look at, as of now."""
        ...

    def declare(self, declaration: Declaration) -> None:
        """Take what an effecteur says of itself, and publish it."""
        ...

    def judge_pairs(self, verdicts: Verdicts) -> None:
        """Take what somebody decided of records that look alike, and publish."""
        ...


ANSWER_WITHIN = timedelta(minutes=5)
"""Assumption: how long a transporter has to take a mission or refuse it; then it is silent."""

FARTHEST_PHARMACY_M = 15_000
"""Assumption: by road from a duty doctor to the nearest open pharmacy, what is told to the
territory's manager beyond."""

PROMISE_TOLERANCE = timedelta(minutes=10)
"""Assumption: how far an instant promised to somebody may slip; past it, proposals are redone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything an entry point needs; made by `services.bootstrap`, or by a test.

    `couriers` None: this process sends nothing, what leaves waits for another to send it.
    `is_answered`: what leaves reaches somebody, so that silence is an answer.
    `secrets`: what each transport company signs with; `area`: where vehicles may be; `ground`
    draws the base map, once somebody asks for it; `tiles_url` is where a map server gives tiles to
    lay over it, with {z}, {x} and {y}, empty: nowhere. `link_key` signs the links given to
    effecteurs, empty: each process draws its own. `holds` None: nothing is held while it is
    decided on, the database judges alone. `hub`: who we are at the Hub, None: nobody. `quarantine`
    keeps what sources read by this process sent that could not be trusted. `desk_under` makes
    desks under other rules, to try them; None: they cannot be tried here. `search` lets one search
    at a time go on: several would share the one interpreter, each as late as the last, and hold up
    whoever writes meanwhile. `watch` is told of each part of an answer while it lasts.
    """

    clock: Clock
    gazetteer: Gazetteer
    snapshots: Snapshots
    sources: Sources
    desk: DeskMaker
    fleet: Callable[[datetime], Sequence[Vehicle]]
    database_url: str
    travel: TravelTimes
    ground: Callable[[], Ground] = Ground
    tiles_url: str = ""
    link_key: bytes = field(default=b"", repr=False)
    farthest_pharmacy_m: int = FARTHEST_PHARMACY_M
    promise_tolerance: timedelta = PROMISE_TOLERANCE
    answer_within: timedelta = ANSWER_WITHIN
    couriers: Couriers | None = None
    is_answered: bool = True
    live: LiveStore = field(default_factory=InMemoryLiveStore)
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    area: Department | None = None
    hub: HubPlace | None = None
    holds: Holds | None = None
    communities: Mapping[Identifier, Community] = field(default_factory=dict)
    quarantine: Quarantine = field(default_factory=InMemoryQuarantine)
    desk_under: Callable[[RuleBook], DeskMaker] | None = None
    search: Semaphore = field(default_factory=Semaphore)
    watch: Watch = unwatched

    def rules_at(self, now: datetime) -> RuleBook:
        """Return the rules of the desk; no vehicle is looked for."""
        return self.desk(now, (), ()).rulebook

    @property
    def travel_label(self) -> str:
        """Says whether travel times are a model's or a real network's."""
        return self.travel.label
