"""Several requests decided at once: what each would have alone, then who gives way to whom.

Each is first paired as if it were the only one. Whoever finds their slot or their vehicle taken is
paired again among what is left; then, as long as that helps all together, whoever lost by it takes
what they wanted from the one who has it, who is paired again. A plan is always one that was found
request by request on top of the others, each checked like any other; what somebody was told at
first is not told anew when another joins them for the same ride, which then costs them less.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from regulation.kernel.journeys import JourneyRequest, PairingResult, PlannedJourney
from regulation.kernel.modes import SolverStatus
from regulation.kernel.objective import Objective
from transport.fleet import PromisedRide
from transport.promises import rides_of_legs

UNSERVED_LATE = 20_000
"""Minutes of lateness that leaving one of several requests unserved stands for: two weeks."""

Key = tuple[int, ...]
PairOne = Callable[[JourneyRequest, Sequence[PromisedRide]], PairingResult]
"""Pairs one request on top of rides that others of the batch were given."""


@dataclass(slots=True, kw_only=True)
class Together:
    """The requests of one instant; `held` is what each was given, None when nothing was found."""

    pair_one: PairOne
    requests: Mapping[str, JourneyRequest]
    objective: Objective
    tolerance: timedelta
    is_over: Callable[[], bool]
    held: dict[str, PlannedJourney | None] = field(default_factory=dict)
    alone: dict[str, PlannedJourney | None] = field(default_factory=dict)
    _told: dict[str, PairingResult] = field(default_factory=dict)
    _shares: list[Mapping[str, float]] = field(default_factory=list)

    def decide(self, tries: int) -> PairingResult:
        """Give everybody a journey; try so many exchanges at most."""
        self.alone = {name: self._pair(name, others={}) for name in self.requests}
        for name, wanted in self.alone.items():
            is_free = wanted is None or not any(self._holders(name, wanted))
            self.held[name] = wanted if is_free else self._pair(name, self.held)
        self._exchange(tries)
        return self._result()

    def total(self, held: Mapping[str, PlannedJourney | None]) -> Key:
        """Sum of the keys: lateness, felt burden, cost, burden."""
        keys = [(0, 0, 0, 0), *map(self._key, held.values())]
        return tuple(map(sum, zip(*keys, strict=True)))

    def _exchange(self, tries: int) -> None:
        """Let those who lost most take what they wanted, as long as all together gain."""
        done: set[tuple[str, str]] = set()
        while tries and not self.is_over():
            pair = next((two for two in self._exchanges() if two not in done), None)
            if pair is None:
                return
            done.add(pair)
            tries -= 1
            self._try(*pair)

    def _try(self, loser: str, holder: str) -> None:
        """Pair the loser without the holder, then the holder; keep it when all together gain."""
        rest = {name: one for name, one in self.held.items() if name not in {loser, holder}}
        first = self._pair(loser, rest)
        second = self._pair(holder, {**rest, loser: first})
        tried = {**self.held, loser: first, holder: second}
        if self.total(tried) < self.total(self.held):
            self.held = tried

    def _exchanges(self) -> Iterator[tuple[str, str]]:
        """Who lost, with whoever holds what they wanted, when nobody rides with either; most lost
        first."""
        shared = {
            leg.vehicle_id for one in self.held.values() if one for leg in one.legs if leg.shared
        }
        losses = {
            name: self._loss(name)
            for name, wanted in self.alone.items()
            if wanted is not None and self._key(self.held[name]) > self._key(wanted)
        }
        for name in sorted(losses, key=lambda one: losses[one], reverse=True):
            wanted = self.alone[name]
            assert wanted is not None, "somebody lost something"
            for holder in self._holders(name, wanted):
                # whoever rides with one of them would not be told that they then ride alone
                if not shared & (_vehicles(self.held[name]) | _vehicles(self.held[holder])):
                    yield name, holder

    def _loss(self, name: str) -> Key:
        held, wanted = self._key(self.held[name]), self._key(self.alone[name])
        return tuple(one - other for one, other in zip(held, wanted, strict=True))

    def _holders(self, name: str, wanted: PlannedJourney) -> Iterator[str]:
        """Those who hold the slot or a vehicle of a journey."""
        vehicles, slot = _vehicles(wanted), wanted.stop.slot_key
        for other, held in self.held.items():
            if other == name or held is None:
                continue
            has_slot = slot is not None and held.stop.slot_key == slot
            if has_slot or vehicles & _vehicles(held):
                yield other

    def _pair(
        self, name: str, others: Mapping[str, PlannedJourney | None]
    ) -> PlannedJourney | None:
        """Pair one request on top of what the others hold."""
        given = {other: one for other, one in others.items() if one is not None and other != name}
        taken = {one.stop.slot_key for one in given.values()} - {None}
        request = self.requests[name]
        left = tuple(stop for stop in request.stops if stop.slot_key not in taken)
        rides = [ride for other, one in given.items() for ride in self._rides(other, one)]
        told = self.pair_one(replace(request, stops=left, in_hand=()), rides)
        self._told[name] = told
        self._shares.append(told.shares)
        return next(iter(told.journeys[name]), None)

    def _rides(self, name: str, journey: PlannedJourney) -> tuple[PromisedRide, ...]:
        return rides_of_legs(
            journey.legs,
            self.requests[name].needs,
            tolerance=self.tolerance,
            prefix=name,
            care_begins=journey.stop.start,
        )

    def _key(self, journey: PlannedJourney | None) -> Key:
        if journey is None:
            return UNSERVED_LATE, 0, 0, 0
        return self.objective.rank_key(journey.tiers)

    def _result(self) -> PairingResult:
        names = sorted({name for shares in self._shares for name in shares})
        return PairingResult(
            journeys={name: (one,) if one else () for name, one in self.held.items()},
            status=SolverStatus.TRUNCATED if self.is_over() else SolverStatus.FEASIBLE,
            wall_ms=0.0,  # told by who holds the stopwatch
            bound=None,
            shares={name: sum(one.get(name, 0.0) for one in self._shares) for name in names},
            unsettled=frozenset().union(*(told.unsettled for told in self._told.values())),
        )


def _vehicles(journey: PlannedJourney | None) -> set[str]:
    legs = journey.legs if journey is not None else ()
    return {leg.vehicle_id for leg in legs if leg.vehicle_id is not None}
