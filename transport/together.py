"""Several requests decided at once: first come first served, then who gives way to whom.

Each is paired on top of those before: all together are never worse off than one by one. What the
slots given away would be worth to the others is then weighed, and the slots are shared out anew;
those who change are paired again. Whoever may ride in a vehicle that drives for another looks for
a ride again; at last, those who lost most by what others ride in take it, and these are paired
again. A plan is always one that was found request by request on top of the others, each checked
like any other, and is kept when all together gain; what somebody was told at first is not told
anew when another joins them for the same ride, which then costs them less.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from regulation.kernel.journeys import CareStop, JourneyRequest, PlannedJourney, PlannedLeg
from regulation.kernel.modes import SolverStatus
from regulation.kernel.objective import Key, Objective
from regulation.kernel.pairings import PairingResult
from transport.fleet import PromisedRide
from transport.frontier import is_settled
from transport.promises import rides_of_legs
from transport.wishes import Held, Wishes, key_of, slots_of

PairOne = Callable[[JourneyRequest, Sequence[PromisedRide]], PairingResult]
"""Pairs one request on top of rides that others of the batch were given."""


@dataclass(slots=True, kw_only=True)
class Together:
    """The requests of one instant; `held` is what each was given, None when nothing was found."""

    pair_one: PairOne
    wishes: Wishes
    requests: Mapping[str, JourneyRequest]
    objective: Objective
    tolerance: timedelta
    deterministic: float
    is_over: Callable[[], bool]
    held: dict[str, PlannedJourney | None] = field(default_factory=dict)
    _promised: dict[str, tuple[PlannedJourney, tuple[PromisedRide, ...]]] = field(
        default_factory=dict
    )
    _spent: list[Mapping[str, float]] = field(default_factory=list)

    def decide(self, tries: int) -> PairingResult:
        """Give everybody a journey; try so many changes of rides at most."""
        for name in self.requests:
            self.held[name] = self._pair(name, self.held)
        self._share_out()
        while tries and not self.is_over():
            before = dict(self.held)
            tries = self._exchange(self._look_again(tries))
            if self.held == before:
                break
            if slots_of(self.held) != slots_of(before):
                self._share_out()
        return self._result()

    def total(self, held: Held) -> Key:
        """Sum of the keys: lateness, felt burden, cost, burden."""
        keys = [(0, 0, 0, 0), *(key_of(self.objective, one) for one in held.values())]
        late, felt, cost, burden = (sum(tier) for tier in zip(*keys, strict=True))
        return late, felt, cost, burden

    def _share_out(self) -> None:
        """Share the slots out anew, as long as all together gain."""
        while not self.is_over():
            for ask in (self.wishes.ask, self.wishes.ask_instead):
                for name in self.requests:
                    if self.is_over():
                        return
                    ask(name, self.held, self._rides(self.held, name))
            stops = self.wishes.shared_out(self.held, self.deterministic)
            if not stops or not self._redo(list(stops), stops):
                return

    def _look_again(self, tries: int) -> int:
        """Let so many of those who may ride in a vehicle that drives for another look for a ride
        again, those in a vehicle first; return how many tries are left."""
        riders = sorted(
            (name for name in self.requests if self._may_join(name)),
            key=lambda name: not _driven(self.held[name]),
        )
        for name in riders[:tries]:
            if self.is_over():
                return 0
            self._look_once(name)
        return tries - len(riders[:tries])

    def _look_once(self, name: str) -> None:
        """Pair somebody anew on top of all the others; whoever would then ride without them is
        paired anew, too."""
        held = self.held[name]
        found = self._pair(name, self.held, has=held)
        if key_of(self.objective, found) >= key_of(self.objective, held):
            return
        others = {other: one for other, one in self.held.items() if other != name}
        beside = self._sharing(others, _driven(held))
        if all(_is_beside(leg, _driven(found), timedelta(0)) for _, leg in beside):
            self.held[name] = found
        else:
            self._redo([name])

    def _exchange(self, tries: int) -> int:
        """Let those who lost most take the vehicles they wanted, as long as all together gain;
        return how many tries are left."""
        wanted = dict(self._wanted()) if tries else {}
        done: set[tuple[str, str]] = set()
        while tries and not self.is_over():
            pair = next((two for two in self._exchanges(wanted) if two not in done), None)
            if pair is None:
                break
            done.add(pair)
            tries -= 1
            self._redo(pair)
        return tries

    def _redo(self, names: Sequence[str], stops: Mapping[str, CareStop] | None = None) -> bool:
        """Pair these anew one after the other, to these stops, and after them whoever rides with
        one of them; keep it when all together gain."""
        anew = self._company(names)
        tried = {name: one for name, one in self.held.items() if name not in anew}
        for name in anew:
            stop = stops.get(name) if stops else None
            found = self._pair(name, tried, stop=stop)
            tried[name] = found or (self._pair(name, tried) if stop else None)
        if self.total(tried) >= self.total(self.held):
            return False
        self.held = {name: tried[name] for name in self.requests}
        return True

    def _company(self, names: Sequence[str]) -> list[str]:
        """These, then whoever would have to be told that they ride without one of them."""
        company = list(names)
        for name in company:  # it grows meanwhile
            others = {other: one for other, one in self.held.items() if other not in company}
            beside = self._sharing(others, _driven(self.held[name]))
            company += dict.fromkeys(other for other, _ in beside)
        return company

    def _sharing(
        self, others: Held, legs: Sequence[PlannedLeg]
    ) -> Iterator[tuple[str, PlannedLeg]]:
        """The legs of others that are shared, maybe with one of these: either may slip."""
        for name, held in others.items():
            for leg in _driven(held):
                if leg.shared and _is_beside(leg, legs, self.tolerance):
                    yield name, leg

    def _may_join(self, name: str) -> bool:
        """Tell whether a vehicle drives for another that somebody might ride in."""
        modes = self.requests[name].needs.modes
        others = (one for other, one in self.held.items() if one and other != name)
        return any(leg.mode in modes for one in others for leg in _driven(one))

    def _wanted(self) -> Iterator[tuple[str, PlannedJourney]]:
        """What those who may ride with others would have if nobody else rode."""
        for name in self.requests:
            if self.is_over():
                return
            if self._may_join(name):
                wanted = self._pair(name, self.held, rides=())
                if wanted is not None and self._loss(name, wanted) > (0, 0, 0, 0):
                    yield name, wanted

    def _exchanges(self, wanted: Held) -> Iterator[tuple[str, str]]:
        """Who lost, with whoever rides in what they wanted; most lost first."""
        losses = {
            name: loss
            for name, one in wanted.items()
            if (loss := self._loss(name, one)) > (0,) * len(loss)
        }
        for name in sorted(losses, key=lambda one: losses[one], reverse=True):
            mine = {leg.vehicle_id for leg in _driven(wanted[name])}
            for other, held in self.held.items():
                if other != name and any(leg.vehicle_id in mine for leg in _driven(held)):
                    yield name, other

    def _loss(self, name: str, wanted: PlannedJourney | None) -> tuple[int, ...]:
        keys = (key_of(self.objective, one) for one in (self.held[name], wanted))
        return tuple(one - other for one, other in zip(*keys, strict=True))

    def _pair(
        self,
        name: str,
        others: Held,
        *,
        stop: CareStop | None = None,
        has: PlannedJourney | None = None,
        rides: Sequence[PromisedRide] | None = None,
    ) -> PlannedJourney | None:
        """Pair one request on top of what the others hold, or of these rides only; to one stop if
        it is given, for something better than what they have if that is."""
        taken = {one.stop.slot_key for other, one in others.items() if one and other != name}
        request = self.requests[name]
        stops = request.stops if stop is None else (stop,)
        left = tuple(one for one in stops if one.slot_key is None or one.slot_key not in taken)
        asked = replace(request, stops=left, in_hand=() if has is None else (has,))
        told = self.pair_one(asked, self._rides(others, name) if rides is None else rides)
        self._spent.append(told.shares)
        return next(iter(told.journeys[name]), None)

    def _rides(self, held: Held, besides: str) -> list[PromisedRide]:
        """The rides of all but one."""
        return [
            ride
            for name, journey in held.items()
            if journey is not None and name != besides
            for ride in self._rides_of(name, journey)
        ]

    def _rides_of(self, name: str, journey: PlannedJourney) -> tuple[PromisedRide, ...]:
        """The rides to promise for what somebody holds; those of the last are remembered."""
        known, rides = self._promised.get(name, (None, ()))
        if known is not journey:
            rides = rides_of_legs(
                journey.legs,
                self.requests[name].needs,
                tolerance=self.tolerance,
                prefix=name,
                care_begins=journey.stop.start,
            )
            self._promised[name] = journey, rides
        return rides

    def _result(self) -> PairingResult:
        names = sorted({name for spent in self._spent for name in spent})
        found = {name: (one,) if one else () for name, one in self.held.items()}
        return PairingResult(
            journeys=found,
            status=SolverStatus.TRUNCATED if self.is_over() else SolverStatus.FEASIBLE,
            wall_ms=0.0,  # told by who holds the stopwatch
            bound=None,
            shares={name: sum(one.get(name, 0.0) for one in self._spent) for name in names},
            unsettled=frozenset(
                name
                for name, request in self.requests.items()
                if not is_settled(replace(request, in_hand=found[name]), self.objective, 1)
            ),
        )


def _driven(journey: PlannedJourney | None) -> list[PlannedLeg]:
    """The legs that a vehicle of the fleet drives."""
    legs = journey.legs if journey is not None else ()
    return [leg for leg in legs if leg.vehicle_id is not None]


def _is_beside(leg: PlannedLeg, others: Sequence[PlannedLeg], slip: timedelta) -> bool:
    """Tell whether one is aboard with one of the others if either slips by so much."""
    return any(
        leg.vehicle_id == other.vehicle_id
        and leg.pickup_at < other.dropoff_at + slip
        and other.pickup_at < leg.dropoff_at + slip
        for other in others
    )
