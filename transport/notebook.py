"""A live state being brought up to date, with what is told on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.live import Ending, Halted, LiveJourney, LiveState, Trouble, Undecided
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
from regulation.kernel.replanning import Alert, AlertKind, Change, ChangeKind, Reason
from regulation.kernel.rides import LiveRide, RideStatus
from transport.standing import as_it_stands

LastSeen = Callable[[str], Position | None]
"""Where a vehicle was last seen, None: never."""


@dataclass(slots=True, kw_only=True)
class Notebook:
    """Changes a copy of the live state. `sought` are the rides to place anew, `moved` the journeys
    whose care begins or ends at other instants, each with why; `redirected` the rides home under
    way whose pharmacy is closed, `left_at` how far a ride had got that is placed anew.
    """

    now: datetime
    last_seen: LastSeen
    journeys: dict[str, LiveJourney]
    undecided: dict[str, Undecided]
    troubles: dict[str, Trouble]
    halted: dict[str, Halted]
    withdrawn: set[str]
    closed: set[str]
    owners: dict[str, str]
    sought: dict[str, Reason] = field(default_factory=dict)
    moved: dict[str, Reason] = field(default_factory=dict)
    redirected: set[str] = field(default_factory=set)
    left_at: dict[str, RideStatus] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    @classmethod
    def of(cls, live: LiveState, now: datetime, last_seen: LastSeen) -> "Notebook":
        """Open a notebook on a state, which stays as it is."""
        return cls(
            now=now,
            last_seen=last_seen,
            journeys=dict(live.journeys),
            undecided=dict(live.undecided),
            troubles=dict(live.troubles),
            halted=dict(live.halted),
            withdrawn=set(live.withdrawn),
            closed=set(live.closed),
            owners={
                ride.ride_id: journey.journey_id
                for journey in live.journeys.values()
                for ride in journey.rides
            },
        )

    @property
    def live(self) -> LiveState:
        """The state as it now stands."""
        return LiveState(
            journeys=self.journeys,
            undecided=self.undecided,
            troubles=self.troubles,
            halted=self.halted,
            withdrawn=frozenset(self.withdrawn),
            closed=frozenset(self.closed),
        )

    def going(self, journey_id: str, at: datetime) -> LiveJourney | None:
        """Return a journey that goes on and was decided before the event; None: there's none."""
        found = self.journeys.get(journey_id)
        if found is None or found.ending is not None or at < found.decided_at:
            return None
        return found

    def all_going(self) -> Iterator[LiveJourney]:
        """Yield the journeys that go on, in order of their ids."""
        for journey_id in sorted(self.journeys):
            if self.journeys[journey_id].ending is None:
                yield self.journeys[journey_id]

    def awaits_choice(self, journey_id: str, at: datetime) -> bool:
        """Tell whether somebody is undecided since before the event, and still to be seen."""
        waiting = self.undecided.get(journey_id)
        return waiting is not None and waiting.ending is None and at >= waiting.since

    def put(self, journey: LiveJourney) -> None:
        """Keep what the journey has become."""
        self.journeys[journey.journey_id] = journey
        self.owners.update((ride.ride_id, journey.journey_id) for ride in journey.rides)

    def put_ride(self, journey_id: str, ride: LiveRide) -> None:
        """Keep what one of its rides has become."""
        journey = self.journeys[journey_id]
        rides = tuple(ride if one.ride_id == ride.ride_id else one for one in journey.rides)
        self.put(replace(journey, rides=rides))

    def find(self, ride_id: str) -> tuple[LiveJourney, LiveRide]:
        """Return a ride with its journey; it must be one of them."""
        journey = self.journeys[self.owners[ride_id]]
        return journey, next(one for one in journey.rides if one.ride_id == ride_id)

    def seek(self, journey_id: str, ride: LiveRide, reason: Reason) -> None:
        """Look for a vehicle for the ride, the one it has included if it may be asked again."""
        self.left_at[ride.ride_id] = ride.status
        self.put_ride(journey_id, replace(ride, legs=(), status=RideStatus.PLANNED))
        self.sought.setdefault(ride.ride_id, reason)

    def told(
        self, journey_id: str, kind: ChangeKind, reason: Reason, ride: LiveRide | None = None
    ) -> None:
        """List a change; a ride given is the one that was."""
        self.changes.append(Change(journey_id=journey_id, kind=kind, reason=reason, before=ride))

    def alert(
        self,
        journey_id: str,
        kind: AlertKind,
        reason: Reason,
        ride: LiveRide | None = None,
        by: datetime | None = None,
    ) -> None:
        """Raise an alert, unless the same was raised for this journey and this ride."""
        name = f"{kind}:{ride.ride_id}" if ride else str(kind)
        journey = self.journeys.get(journey_id)
        if journey is not None:
            if name in journey.raised:
                return
            self.put(replace(journey, raised=journey.raised | {name}))
        self.alerts.append(
            Alert(
                journey_id=journey_id,
                kind=kind,
                reason=reason,
                ride_id=ride.ride_id if ride else None,
                vehicle_id=ride.vehicle_id if ride else None,
                by=by,
            )
        )

    def stands(self, ride: LiveRide) -> LiveRide:
        """Return the ride as it is taken to stand: on plan when nothing is told of it."""
        journey = self.journeys[self.owners[ride.ride_id]]
        return as_it_stands(ride, journey, self.troubles, self.now)

    def is_aboard(self, ride: LiveRide) -> bool:
        """Tell whether the rider is aboard, or is taken to be."""
        return self.stands(ride).status.is_aboard

    def has_begun(self, ride: LiveRide) -> bool:
        """Tell whether the rider has boarded, or is taken to have."""
        stands = self.stands(ride).status
        return stands.is_aboard or stands.is_over

    def remove_rides(
        self, journey_id: str, reason: Reason, stays: Callable[[LiveRide], bool]
    ) -> None:
        """Take the rides that are left out of the journey, but for those that stay."""
        kept = []
        for ride in self.journeys[journey_id].rides:
            if ride.status.is_over or stays(ride):
                kept.append(ride)
            else:
                self.sought.pop(ride.ride_id, None)
                self.told(journey_id, ChangeKind.RIDE_REMOVED, reason, ride)
        self.put(replace(self.journeys[journey_id], rides=tuple(kept)))

    def end(self, journey_id: str, ending: Ending, reason: Reason) -> None:
        """End the journey; nobody is looked for any more."""
        self.told(journey_id, ChangeKind.ENDED, reason)
        if journey_id in self.undecided:
            self.undecided[journey_id] = replace(self.undecided[journey_id], ending=ending)
        if journey_id in self.journeys:
            self.put(replace(self.journeys[journey_id], ending=ending))

    def reopen(self, journey_id: str, reason: Reason) -> None:
        """Choose again: a place, a slot and rides, from where the person is or will be.

        Who is already aboard is brought where they were going, and goes on from there.
        """
        journey = self.journeys[journey_id]
        origin, ready_at = journey.whereabouts, self.now
        outward = journey.current(LegKind.OUTWARD)
        if outward is not None and self.is_aboard(outward):
            alighting = timedelta(seconds=outward.needs.alighting_s)
            origin, ready_at = outward.destination, outward.legs[-1].dropoff_at + alighting
            self.alert(journey_id, AlertKind.CARE_MISSED, reason, outward, ready_at)
        not_by = frozenset[str]().union(*(one.needs.not_by for one in journey.rides))
        self.remove_rides(journey_id, reason, self.is_aboard)
        self.told(journey_id, ChangeKind.REOPENED, reason)
        self.undecided[journey_id] = Undecided(
            journey_id=journey_id,
            origin=origin,
            ready_at=max(ready_at, self.now),
            since=self.now,
            not_by=not_by,
        )
        if not any(map(self.is_aboard, self.journeys[journey_id].rides)):
            del self.journeys[journey_id]
