"""Journeys by the fleet, from the promise to home, kept going by the replanner of the product."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.events import JourneyEvent, VehicleBroken
from regulation.kernel.journeys import JourneyRequest, PlannedJourney, PlannedLeg
from regulation.kernel.live import LiveJourney, LiveState, Trouble
from regulation.kernel.modes import FLEET_MODES, LegKind
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.rides import LiveRide, Promise
from transport.fleet import FleetView, Vehicle
from transport.itinerary import RefusedError
from transport.live_promises import view_of


@dataclass(slots=True, kw_only=True)
class UnderWay:
    """The rides promised to people; `told` waits for the next replanning."""

    tolerance: timedelta
    live: LiveState = field(default_factory=LiveState)
    told: list[JourneyEvent] = field(default_factory=list)
    refused: int = 0
    _requests: dict[str, JourneyRequest] = field(default_factory=dict)

    def begin(self, planned: PlannedJourney, request: JourneyRequest, now: datetime) -> None:
        """Promise a journey, when a vehicle of the fleet is in it."""
        rides = tuple(self._rides(planned, request))
        if not rides:
            return
        journey = LiveJourney(
            journey_id=request.request_id,
            decided_at=now,
            origin=request.origin,
            needs=request.needs,
            care=planned.stop,
            rides=rides,
            pharmacy=planned.pharmacy,
        )
        self._requests[request.request_id] = replace(request, stops=(), unlisted=None)
        self._put({**self.live.journeys, request.request_id: journey})

    def end(self, journey_id: str) -> None:
        """Forget a journey that is over."""
        self._requests.pop(journey_id, None)
        left = {name: one for name, one in self.live.journeys.items() if name != journey_id}
        undecided = {n: one for n, one in self.live.undecided.items() if n != journey_id}
        self.live = replace(self.live, journeys=left, undecided=undecided)

    def view(self, vehicles: Sequence[Vehicle], now: datetime) -> FleetView:
        """Return the fleet as a new journey may count on it."""
        return view_of(FleetView(vehicles=tuple(vehicles)), self.live, now)

    def journey(self, journey_id: str) -> LiveJourney | None:
        """Return a journey as it stands; None when it has no vehicle, or was lost."""
        return self.live.journeys.get(journey_id)

    def ride(self, journey_id: str, kind: LegKind) -> LiveRide | None:
        """Return a ride as it stands, over or not."""
        journey = self.journey(journey_id)
        rides = [one for one in journey.rides if one.kind is kind] if journey else []
        return rides[-1] if rides else None

    @property
    def vehicles(self) -> frozenset[str]:
        """Vehicles that a journey under way counts on, or did."""
        rides = (ride for one in self.live.journeys.values() for ride in one.rides)
        return frozenset(ride.vehicle_id for ride in rides if ride.vehicle_id is not None)

    def replan(self, planner: JourneyPlanner, now: datetime) -> int:
        """Carry what was told into the journeys; return how many changes it made."""
        events, self.told = self.told, []
        try:
            done = planner.replan(self.live, events, self._requests, now, Budget())
        except RefusedError:
            self.refused += 1
            return 0
        self.live = done.live
        return len(done.changes)

    def break_down(self, vehicle_id: str, planner: JourneyPlanner, now: datetime) -> frozenset[str]:
        """Have a vehicle drive no further; return the journeys nobody could take over."""
        if any(self._counts_on(one, vehicle_id) for one in self.live.journeys.values()):
            self.told.append(VehicleBroken(at=now, vehicle_id=vehicle_id))
            self.replan(planner, now)
        stands = Trouble(told_at=now, until=None)
        troubles = {vehicle_id: stands, **self.live.troubles}
        self.live = replace(self.live, troubles=troubles)
        return frozenset(self.live.undecided)

    def repair(self, vehicle_id: str) -> None:
        """Let a vehicle drive again."""
        left = {name: one for name, one in self.live.troubles.items() if name != vehicle_id}
        self.live = replace(self.live, troubles=left)

    @staticmethod
    def _counts_on(journey: LiveJourney, vehicle_id: str) -> bool:
        return any(one.vehicle_id == vehicle_id and not one.status.is_over for one in journey.rides)

    def _put(self, journeys: dict[str, LiveJourney]) -> None:
        self.live = replace(self.live, journeys=journeys)

    def _rides(self, planned: PlannedJourney, request: JourneyRequest) -> list[LiveRide]:
        driven = [leg for leg in planned.legs if leg.mode in FLEET_MODES]
        there = tuple(leg for leg in driven if leg.kind is LegKind.OUTWARD)
        home = tuple(leg for leg in driven if leg.kind in {LegKind.PHARMACY, LegKind.RETURN})
        return [
            self._ride(kind, legs, request)
            for kind, legs in ((LegKind.OUTWARD, there), (LegKind.RETURN, home))
            if legs
        ]

    def _ride(
        self, kind: LegKind, legs: tuple[PlannedLeg, ...], request: JourneyRequest
    ) -> LiveRide:
        handed_over = legs[-1].dropoff_at + timedelta(seconds=request.needs.alighting_s)
        return LiveRide(
            ride_id=f"{request.request_id}/{kind}",
            kind=kind,
            origin=legs[0].origin,
            destination=legs[-1].destination,
            needs=request.needs,
            promise=Promise(
                pickup_at=legs[0].pickup_at, dropoff_at=handed_over, tolerance=self.tolerance
            ),
            legs=legs,
        )
