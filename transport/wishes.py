"""What each of several requests may be given instead of what it has, weighed, slot by slot."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from regulation.kernel.journeys import CareStop, JourneyRequest, PlannedJourney
from regulation.kernel.modes import OWN_MODES
from regulation.kernel.objective import Key, Objective
from transport.fleet import PromisedRide
from transport.live_fleet import Epoch
from transport.sieve import least_key
from transport.solver.sharing_out import Offer, Shares
from transport.ways import Scales

UNSERVED: Key = (20_000, 0, 0, 0)
"""Key of a request left unserved: two weeks of lateness, in minutes."""

Weighed = Sequence[tuple[CareStop, Key]]
WeighOne = Callable[[JourneyRequest, Sequence[PromisedRide], int], Weighed]
"""Weighs the journeys of one request to care stops of so many places, on top of rides."""

Held = Mapping[str, PlannedJourney | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is known of each request: the keys of its journeys, by care stop.

    A key is found on top of what the others had then: it orders what is tried, and decides
    nothing.
    """

    requests: Mapping[str, JourneyRequest]
    weigh_one: WeighOne
    objective: Objective
    now: datetime
    known: dict[str, dict[str, tuple[CareStop, Key]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def shared_out(self, held: Held, deterministic: float) -> Mapping[str, CareStop]:
        """Share the slots out anew: the care stops of those who change."""
        options = {name: list(self._options(name, one)) for name, one in held.items()}
        shares = Shares([[offer for offer, _ in mine] for mine in options.values()])
        given = shares.least(deterministic) or [0] * len(options)
        stops = {
            name: mine[which][1] for (name, mine), which in zip(options.items(), given, strict=True)
        }
        return {name: stop for name, stop in stops.items() if stop is not None}

    def ask(self, name: str, held: Held, rides: Sequence[PromisedRide]) -> None:
        """Weigh what the slots that others have would be worth to somebody."""
        self._ask(name, held, rides, self._key(held[name]))

    def ask_instead(self, name: str, held: Held, rides: Sequence[PromisedRide]) -> None:
        """Weigh what else there is for somebody whose slot another could use."""
        mine, known = _slot(held[name]), self.known[name]
        if mine is None or not self._is_wanted(mine, name):
            return
        taken = slots_of(held)
        left = [stop for stop in self.requests[name].stops if stop.slot_key not in taken]
        if not any(stop.stop_id in known for stop in left):
            self._weigh(name, held, left, rides, places=1)
        keys = (known[stop.stop_id][1] for stop in left if stop.stop_id in known)
        self._ask(name, held, rides, min(keys, default=UNSERVED))

    def _ask(self, name: str, held: Held, rides: Sequence[PromisedRide], bar: Key) -> None:
        """Weigh the slots that others have and that could be worth more than the bar."""
        scales, epoch, slots = Scales(self.objective), Epoch(self.now), slots_of(held)
        wanted = [
            stop
            for stop in self.requests[name].stops
            if stop.slot_key in slots - {_slot(held[name])}
            and stop.stop_id not in self.asked[name]
            and least_key(stop, scales, epoch) < bar
        ]
        self.asked[name] |= {stop.stop_id for stop in wanted}
        places = len({stop.place_id for stop in wanted})
        self._weigh(name, held, wanted, rides, places=places)

    def _is_wanted(self, slot: str, besides: str) -> bool:
        """Tell whether another knows what the slot would be worth to them."""
        return any(
            stop.slot_key == slot
            for name, known in self.known.items()
            if name != besides
            for stop, _ in known.values()
        )

    def _weigh(
        self,
        name: str,
        held: Held,
        stops: Sequence[CareStop],
        rides: Sequence[PromisedRide],
        places: int,
    ) -> None:
        """Weigh the journeys to some stops; by their own means, of those who go so now."""
        if not stops:
            return
        request, now = self.requests[name], held[name]
        needs, own = request.needs, request.needs.modes & OWN_MODES
        if own and now is not None and all(leg.vehicle_id is None for leg in now.legs):
            needs = replace(needs, modes=own)
        asked = replace(request, needs=needs, stops=tuple(stops), in_hand=())
        for stop, key in self.weigh_one(asked, rides, places):
            self.known[name][stop.stop_id] = stop, key

    def _options(
        self, name: str, held: PlannedJourney | None
    ) -> Iterator[tuple[Offer, CareStop | None]]:
        """What somebody has, then what else they may be given."""
        mine = _slot(held)
        yield Offer(self._key(held), mine), None
        for stop, key in self.known[name].values():
            if stop.slot_key is None or stop.slot_key != mine:
                yield Offer(key, stop.slot_key), stop

    def _key(self, journey: PlannedJourney | None) -> Key:
        return key_of(self.objective, journey)


def key_of(objective: Objective, journey: PlannedJourney | None) -> Key:
    """Key of a journey, or of being left unserved."""
    return UNSERVED if journey is None else objective.rank_key(journey.tiers)


def _slot(journey: PlannedJourney | None) -> str | None:
    return journey.stop.slot_key if journey is not None else None


def slots_of(held: Held) -> set[str | None]:
    """The slots that are given away."""
    return {_slot(one) for one in held.values()} - {None}
