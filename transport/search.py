"""Best-first search of one request: care stops by their bounds, each explored with its vehicles.

A stop is left out only when a lower bound of every journey to it is no better than what is already
in hand; so what remains holds an optimum. When the budget ends first, the bound of what is left
is told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.objective import Key
from regulation.kernel.places import Position
from regulation.kernel.planner import Budget
from regulation.kernel.watching import Watch, unwatched
from transport.chunk import ChunkBuilder
from transport.coarse import coarse_burdens
from transport.explore import Found
from transport.fleet import FleetView
from transport.floors import Floors
from transport.frontier import Frontier, in_hand, is_settled
from transport.ground import Ground
from transport.known import Known
from transport.live_fleet import SECOND, Carriers, Duty, Epoch
from transport.memo import TravelMemo
from transport.pharmacies import Pharmacies
from transport.scout import Scout
from transport.settings import PairingSettings
from transport.sieve import worth_a_look
from transport.stop_table import Profiles, geometry, stop_table
from transport.ways import Scales

HALF_HOUR = timedelta(minutes=30)
"""Traffic changes no faster: every profile of the horizon is met at this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the search kept of one request, and the bound of what it left out.

    `beyond` None: nothing left out could be better than the journeys in hand. `is_cut`: the wall
    clock ended the search. `is_settled`: no stop that isn't listed could be among them.
    """

    ground: Ground | None
    builder: ChunkBuilder | None
    found: tuple[Found, ...]
    beyond: Key | None
    looked: int
    alternatives: int = 1
    is_cut: bool = False
    is_settled: bool = True

    @property
    def best(self) -> Key | None:
        """Key of the best journey, found or in hand; None: there is none."""
        known = (*self._in_hand.values(), *(one.best for one in self.found))
        return min(known, default=None)

    @property
    def _in_hand(self) -> dict[str, Key]:
        ground = self.ground
        return in_hand(ground.request, ground.scales.objective) if ground else {}

    def contenders(self) -> list[Found]:
        """The best stop of each of the best places: no other is chosen.

        A place whose journey in hand is no worse takes part, without being found anew.
        """
        if self.ground is None:
            return []
        best: dict[str, tuple[Key, Found | None]] = {
            place: (key, None) for place, key in self._in_hand.items()
        }
        for one in self.found:
            place = self.ground.stop(one.stop).place_id
            if place not in best or one.best < best[place][0]:
                best[place] = one.best, one
        ranked = sorted(best.values(), key=lambda known: known[0])[: self.alternatives]
        return [found for _, found in ranked if found is not None]


def never() -> bool:
    """No wall clock guards the search."""
    return False


def unhurried() -> float:
    """Nobody looks up."""
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """What a request is searched on; `is_over` guards the wall clock. `look_up` is called every few
    milliseconds: whoever no longer waits for the answer raises from it. `known` is what is known of
    this request from searches before.
    """

    fleet: FleetView
    travel: TravelMemo
    scales: Scales
    settings: PairingSettings
    now: datetime
    is_over: Callable[[], bool] = never
    look_up: Callable[[], object] = unhurried
    watch: Watch = unwatched
    known: Known = field(default_factory=Known)


def search(request: JourneyRequest, terrain: Terrain, budget: Budget) -> Outcome:
    """Explore care stops until nothing left can matter, or the budget ends."""
    laid = lay_out(request, terrain, budget)
    if laid is None:
        settled = is_settled(request, terrain.scales.objective, budget.alternatives)
        return Outcome(
            ground=None, builder=None, found=(), beyond=None, looked=0, is_settled=settled
        )
    ground, builder = laid
    terrain.look_up()
    pharmacies = Pharmacies(ground, terrain.travel)
    terrain.look_up()
    frontier = Frontier(ground, coarse_burdens(ground, pharmacies), budget.alternatives)
    scout = Scout(
        ground=ground,
        builder=builder,
        pharmacies=pharmacies,
        floors=Floors(ground, pharmacies),
        frontier=frontier,
        look_up=terrain.look_up,
    )
    limit = max(1, int(terrain.settings.max_stops * budget.deterministic))
    is_cut = scout.run(limit, terrain.is_over)
    return Outcome(
        ground=ground,
        builder=builder,
        found=tuple(frontier.found.values()),
        beyond=frontier.beyond(),
        looked=scout.explored,
        alternatives=budget.alternatives,
        is_cut=is_cut,
        is_settled=frontier.is_settled,
    )


def lay_out(
    request: JourneyRequest, terrain: Terrain, budget: Budget
) -> tuple[Ground, ChunkBuilder] | None:
    """Lay a request out on its terrain, ready to be explored; None: no care stop could matter."""
    stops = worth_a_look(request, terrain.scales, Epoch(terrain.now), budget.alternatives)
    request = replace(request, ready_at=max(request.ready_at, terrain.now), stops=tuple(stops))
    if not request.stops:
        return None
    with terrain.watch("travel times"):
        ground = _ground(request, terrain)
    builder = ChunkBuilder(
        request=request,
        epoch=ground.epoch,
        travel=terrain.travel,
        profiles=ground.profiles,
        ways=ground.ways,
        settings=terrain.settings,
    )
    return ground, builder


def _ground(request: JourneyRequest, terrain: Terrain) -> Ground:
    epoch, known = Epoch(terrain.now), terrain.known
    profiles = known.profiles = known.profiles or Profiles(terrain.travel, terrain.now)
    for instant in dict.fromkeys(at for stop in request.stops for at in (stop.start, stop.end)):
        profiles.number(instant)
    last = max(stop.end for stop in request.stops)
    until = last + 4 * request.needs.max_aboard_s * SECOND
    duties = tuple(_carriers(request, terrain).until(until))
    for instant in _driven_at(duties, terrain.now, last):
        profiles.number(instant)
    places = tuple(_places(request, duties))
    ways = known.ways = geometry(terrain.travel, request, places, profiles, known.ways)
    table = stop_table(request, ways, profiles, terrain.scales, epoch)
    return Ground(
        request=request,
        epoch=epoch,
        profiles=profiles,
        ways=ways,
        table=table,
        duties=duties,
        scales=terrain.scales,
        settings=terrain.settings,
        known=known,
    )


def _carriers(request: JourneyRequest, terrain: Terrain) -> Carriers:
    known, fleet = terrain.known, terrain.fleet
    if known.carriers is None or not known.carriers.is_of(fleet, request.needs):
        margin = terrain.settings.lost_margin_s * SECOND
        known.carriers = Carriers(fleet, request.needs, terrain.now, margin)
    return known.carriers


def _driven_at(duties: Sequence[Duty], now: datetime, last: datetime) -> Iterator[datetime]:
    """Yield instants of every traffic a vehicle may drive in, besides those of the care stops."""
    if not duties:
        return
    rides = [ride for duty in duties for ride in duty.rides]
    until = max([last, *(ride.dropoff_at for ride in rides)])
    since = min([now, *(ride.pickup_at for ride in rides)])  # a late ride began before now
    for half_hours in range(round((until - since) / HALF_HOUR) + 2):
        yield since + half_hours * HALF_HOUR
    # A shift may begin in a traffic that no care stop meets.
    yield from dict.fromkeys(duty.ready_at for duty in duties)


def _places(request: JourneyRequest, duties: Sequence[Duty]) -> Iterator[Position]:
    for stop in request.stops:
        yield stop.position
    for pharmacy in request.pharmacies:
        yield pharmacy.position
    for duty in duties:
        yield from duty.places
