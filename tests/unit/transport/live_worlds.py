"""Journeys under way in the tiny worlds of pairing: decided at noon, then what happens to them."""

from dataclasses import replace
from datetime import datetime, timedelta

from regulation.kernel.events import JourneyEvent, RideReported
from regulation.kernel.journeys import JourneyRequest, PlannedJourney
from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.modes import LegKind
from regulation.kernel.planner import Budget
from regulation.kernel.rides import LiveRide, Promise, RideStatus
from tests.unit.transport.pairing_worlds import MINUTE, NOON, planner
from transport.live_promises import view_of
from transport.replan import LiveGround, Replanned, replan
from transport.ways import Scales

TOLERANCE = 10 * MINUTE
THERE, HOME = LegKind.OUTWARD, LegKind.RETURN


def at(after_min: float) -> datetime:
    """So many minutes after noon."""
    return NOON + after_min * MINUTE


def decided(planned: PlannedJourney, request: JourneyRequest, when: datetime) -> LiveJourney:
    """The journey as it is promised when it is decided on."""
    legs = [leg for leg in planned.legs if leg.vehicle_id is not None]
    there = tuple(leg for leg in legs if leg.kind is THERE)
    home = tuple(leg for leg in legs if leg.kind is not THERE)
    rides = [
        LiveRide(
            ride_id=f"{request.request_id}/{kind}",
            kind=kind,
            origin=some[0].origin,
            destination=some[-1].destination,
            needs=request.needs,
            promise=Promise(
                pickup_at=some[0].pickup_at,
                dropoff_at=some[-1].dropoff_at + timedelta(seconds=request.needs.alighting_s),
                tolerance=TOLERANCE,
            ),
            legs=some,
        )
        for kind, some in ((THERE, there), (HOME, home))
        if some
    ]
    return LiveJourney(
        journey_id=request.request_id,
        decided_at=when,
        origin=request.origin,
        needs=request.needs,
        care=planned.stop,
        rides=tuple(rides),
        pharmacy=planned.pharmacy,
    )


class LiveWorld:
    """A fleet and the journeys decided with it at noon, one after the other."""

    def __init__(self, *vehicles, requests=(), rides=()) -> None:
        self.planner = planner(*vehicles, rides=rides)
        self.requests: dict[str, JourneyRequest] = {}
        self.live = LiveState()
        for request in requests:
            self.decide(request)

    def decide(self, request: JourneyRequest, when: datetime = NOON) -> LiveJourney:
        """Pair somebody on top of what is promised, and promise the best journey."""
        fleet = view_of(self.planner.fleet, self.live, when)
        result = replace(self.planner, fleet=fleet).pair((request,), when, Budget())
        journey = decided(result.journeys[request.request_id][0], request, when)
        self.requests[request.request_id] = request
        self.put(journey)
        return journey

    def put(self, journey: LiveJourney) -> None:
        """Have the journey be so."""
        journeys = {**self.live.journeys, journey.journey_id: journey}
        self.live = replace(self.live, journeys=journeys)

    def after(self, *events: JourneyEvent, when: datetime | None = None) -> Replanned:
        """Replan at the instant of the last event, and go on from there."""
        ground = LiveGround(
            fleet=self.planner.fleet,
            travel=self.planner.travel,
            scales=Scales(self.planner.objective),
            settings=self.planner.settings,
        )
        now = when or max(event.at for event in events)
        done = replan(ground, self.live, events, self.requests, now)
        self.live = done.live
        return done

    def ride(self, journey_id: str, kind: LegKind) -> LiveRide:
        """The ride of a journey as it stands; there must be one."""
        rides = [one for one in self.live.journeys[journey_id].rides if one.kind is kind]
        return rides[-1]

    def vehicle(self, journey_id: str, kind: LegKind) -> str:
        """The vehicle that has the ride."""
        vehicle_id = self.ride(journey_id, kind).vehicle_id
        assert vehicle_id is not None
        return vehicle_id

    def report(
        self, journey_id: str, kind: LegKind, status: RideStatus, after_min: float
    ) -> JourneyEvent:
        """What the vehicle that has the ride tells of it."""
        return RideReported(
            at=at(after_min),
            journey_id=journey_id,
            ride=kind,
            vehicle_id=self.vehicle(journey_id, kind),
            status=status,
        )


def kinds(done: Replanned, journey_id: str | None = None) -> list[str]:
    """What changed, in order, for one or for all."""
    return [str(c.kind) for c in done.changes if journey_id in {None, c.journey_id}]


def alerts(done: Replanned) -> list[tuple[str, str]]:
    """Who must be seen to, and for what."""
    return [(one.journey_id, str(one.kind)) for one in done.alerts]
