"""What each event does to the journeys under way, before anything is planned anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import singledispatch

from regulation.kernel.events import (
    CallReceived,
    CareEnded,
    CareMoved,
    JourneyCancelled,
    JourneyEvent,
    NotCollected,
    PatientAbsent,
    PatientAdmitted,
    PatientWorse,
    PremisesClosed,
    RideRefused,
    RideReported,
    SlotWithdrawn,
    VehicleBroken,
    VehicleDelayed,
)
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.live import CareStage, Ending, Halted, LiveJourney, Trouble, Undecided
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
from regulation.kernel.replanning import AlertKind, ChangeKind, Reason
from regulation.kernel.rides import LiveRide, RideStatus
from transport.notebook import Notebook
from transport.standing import stops_made

SECOND = timedelta(seconds=1)


@singledispatch
def note(event: JourneyEvent, book: Notebook) -> None:  # noqa: ARG001  for those registered below
    """Write into the notebook what the event changes; what it says twice changes nothing."""
    raise TypeError(f"{type(event).__name__} is not an event of a journey")


@note.register
def _(event: CallReceived, book: Notebook) -> None:
    request = event.request
    if request.request_id not in {*book.undecided, *book.journeys}:
        book.undecided[request.request_id] = Undecided(
            journey_id=request.request_id,
            origin=request.origin,
            ready_at=request.ready_at,
            since=event.at,
        )


@note.register
def _(event: JourneyCancelled, book: Notebook) -> None:
    journey = book.going(event.journey_id, event.at)
    if journey is not None:
        said = f"{Reason.CANCELLED}:{event.at.isoformat()}"
        aboard = next(filter(book.is_aboard, journey.rides), None)
        if said in journey.raised:
            return  # it was said while they were aboard: somebody at the desk knows
        if aboard is not None:  # nobody is put down on the way
            book.put(replace(journey, raised=journey.raised | {said}))
            book.alert(event.journey_id, AlertKind.STILL_ABOARD, Reason.CANCELLED, aboard)
            return
        book.remove_rides(event.journey_id, Reason.CANCELLED, book.is_aboard)
    if journey is not None or book.awaits_choice(event.journey_id, event.at):
        book.end(event.journey_id, Ending.CANCELLED, Reason.CANCELLED)


@note.register
def _(event: PatientAbsent, book: Notebook) -> None:
    journey = book.going(event.journey_id, event.at)
    if journey is None or not _may_be_absent(journey, event.ride):
        return
    book.remove_rides(event.journey_id, Reason.PATIENT_ABSENT, _told_aboard)
    book.alert(event.journey_id, AlertKind.CALL_BACK, Reason.PATIENT_ABSENT)
    book.end(event.journey_id, Ending.ABSENT, Reason.PATIENT_ABSENT)


def _told_aboard(ride: LiveRide) -> bool:
    return ride.status.is_aboard


def _may_be_absent(journey: LiveJourney, kind: LegKind) -> bool:
    """Tell whether nobody has seen them since: not aboard, not yet at the place of care."""
    ride = journey.current(kind)
    if any(map(_told_aboard, journey.rides)):
        return False
    if kind is LegKind.OUTWARD:
        return journey.stage is CareStage.AWAITED
    return ride is not None


@note.register
def _(event: NotCollected, book: Notebook) -> None:
    ride = _waiting(book, event.journey_id, event.ride, event.at)
    if ride is None or (ride.promise is not None and event.at < ride.promise.pickup_at):
        return  # it isn't time yet
    book.alert(event.journey_id, AlertKind.CALL_BACK, Reason.NOT_COLLECTED, ride)
    if ride.vehicle_id is None:
        book.put_ride(event.journey_id, replace(ride, told_at=event.at))
    else:
        _by_another(book, event, ride, ride.vehicle_id, Reason.NOT_COLLECTED)


@note.register
def _(event: RideRefused, book: Notebook) -> None:
    ride = _waiting(book, event.journey_id, event.ride, event.at)
    if ride is not None and event.vehicle_id not in ride.needs.not_by:
        _by_another(book, event, ride, event.vehicle_id, Reason.RIDE_REFUSED)


def _waiting(book: Notebook, journey_id: str, kind: LegKind, at: datetime) -> LiveRide | None:
    """The ride of that kind whose rider has not boarded, if nothing newer was told of it."""
    journey = book.going(journey_id, at)
    ride = journey.current(kind) if journey else None
    if ride is None or ride.status.is_aboard or _is_old(at, ride):
        return None
    return ride


def _is_old(at: datetime, ride: LiveRide) -> bool:
    """Tell whether something newer is known, or the ride has begun anew at that instant."""
    if ride.given_at is not None and at <= ride.given_at:
        return True
    if ride.told_at is None:
        return False
    return at < ride.told_at or (at == ride.told_at and ride.status is RideStatus.PLANNED)


def _by_another(
    book: Notebook,
    event: NotCollected | RideRefused,
    ride: LiveRide,
    vehicle: str,
    reason: Reason,
) -> None:
    """Keep the vehicle away from the ride; look for another when it was the one."""
    needs = replace(ride.needs, not_by=ride.needs.not_by | {vehicle})
    if ride.vehicle_id == vehicle:
        left = replace(ride, needs=needs, told_at=event.at)
        book.seek(event.journey_id, left, reason)
    else:
        book.put_ride(event.journey_id, replace(ride, needs=needs))


@note.register
def _(event: PatientWorse, book: Notebook) -> None:
    journey, waiting = book.journeys.get(event.journey_id), book.undecided.get(event.journey_id)
    goes_on = journey is not None and journey.ending is None
    if goes_on:  # however old the news is
        book.remove_rides(event.journey_id, Reason.PATIENT_WORSE, lambda _: False)
    if goes_on or (waiting is not None and waiting.ending is None):
        book.alert(event.journey_id, AlertKind.HAND_OVER, Reason.PATIENT_WORSE)
        book.end(event.journey_id, Ending.HANDED_TO_AMU, Reason.PATIENT_WORSE)


@note.register
def _(event: PatientAdmitted, book: Notebook) -> None:
    found = book.going(event.journey_id, event.at)
    if found is None or found.is_admitted:
        return
    journey = _at_the_place(book, found, event.at)
    if any(map(_told_aboard, journey.rides)):
        return  # on the way home: who gets worse there is handed over, not admitted
    book.remove_rides(event.journey_id, Reason.PATIENT_ADMITTED, _told_aboard)
    journey = book.journeys[event.journey_id]
    ride = LiveRide(
        ride_id=f"{event.journey_id}/ward",
        kind=LegKind.OUTWARD,
        origin=journey.whereabouts,
        destination=event.ward.position,
        needs=event.needs or journey.needs,
        promise=None,
        told_at=event.at,
    )
    rides = (*journey.rides, ride)
    book.put(replace(journey, care=event.ward, rides=rides, pharmacy=None, is_admitted=True))
    book.sought[ride.ride_id] = Reason.PATIENT_ADMITTED


def _at_the_place(book: Notebook, journey: LiveJourney, at: datetime) -> LiveJourney:
    """Take for granted what an event at the place of care implies: the person is there."""
    for ride in journey.rides:
        if ride.kind is LegKind.OUTWARD and not ride.status.is_over:
            book.sought.pop(ride.ride_id, None)
            book.put_ride(journey.journey_id, _arrived(ride, at))
    journey = book.journeys[journey.journey_id]
    if journey.stage is CareStage.AWAITED:
        journey = replace(journey, stage=CareStage.AT_THE_PLACE)
        book.put(journey)
    return journey


def _arrived(ride: LiveRide, at: datetime) -> LiveRide:
    """The ride of somebody who must have arrived by an instant, when planned if that is before."""
    if ride.legs:
        at = min(at, ride.legs[-1].dropoff_at + ride.needs.alighting_s * SECOND)
    return replace(ride, status=RideStatus.HANDED_OVER, told_at=at)


@note.register
def _(event: CareMoved, book: Notebook) -> None:
    journey = book.going(event.journey_id, event.at)
    if journey is None or journey.is_admitted or journey.stage is CareStage.OVER:
        return
    if journey.care_told_at is not None and event.at <= journey.care_told_at:
        return
    earlier = event.starts_at - (journey.care.start - journey.care.doors_open)
    care = replace(
        journey.care,
        start=event.starts_at,
        end=event.ends_at,
        doors_open=min(journey.care.doors_open, earlier),
    )
    if care != journey.care:
        book.told(event.journey_id, ChangeKind.CARE_RETIMED, Reason.CARE_MOVED)
    book.put(replace(journey, care=care, care_told_at=event.at))
    book.moved[event.journey_id] = Reason.CARE_MOVED


@note.register
def _(event: CareEnded, book: Notebook) -> None:
    found = book.going(event.journey_id, event.at)
    if found is None or found.is_admitted or found.stage is CareStage.OVER:
        return
    journey = _at_the_place(book, found, event.at)
    book.put(_seen_until(journey, event.at))
    book.moved[event.journey_id] = Reason.CARE_ENDED
    if journey.current(LegKind.RETURN) is None:
        book.end(event.journey_id, Ending.HOME, Reason.CARE_ENDED)


def _seen_until(journey: LiveJourney, at: datetime) -> LiveJourney:
    """The journey of somebody whose care has ended at that instant."""
    start = min(journey.care.start, at - SECOND)
    doors_open = min(journey.care.doors_open, start)
    care = replace(journey.care, start=start, end=at, doors_open=doors_open)
    return replace(journey, care=care, stage=CareStage.OVER, care_told_at=at)


@note.register
def _(event: SlotWithdrawn, book: Notebook) -> None:
    book.withdrawn.add(event.slot_key)
    for journey in _awaiting(book, event.at):
        if journey.care.slot_key == event.slot_key and journey.stage is CareStage.AWAITED:
            book.reopen(journey.journey_id, Reason.SLOT_WITHDRAWN)


@note.register
def _(event: PremisesClosed, book: Notebook) -> None:
    book.closed.add(event.place_id)
    for journey in _awaiting(book, event.at):
        if journey.care.place_id == event.place_id:
            if journey.stage is CareStage.AT_THE_PLACE:
                book.alert(journey.journey_id, AlertKind.STRANDED, Reason.PREMISES_CLOSED)
            book.reopen(journey.journey_id, Reason.PREMISES_CLOSED)


def _awaiting(book: Notebook, at: datetime) -> Iterator[LiveJourney]:
    """Yield the journeys decided before the instant whose care is still to come or under way."""
    for journey in list(book.all_going()):
        is_known = book.going(journey.journey_id, at) is not None
        if journey.journey_id in book.undecided:
            continue  # it is being chosen anew already
        if is_known and journey.stage is not CareStage.OVER and not journey.is_admitted:
            yield journey


@note.register
def _(event: VehicleBroken, book: Notebook) -> None:
    known = book.troubles.get(event.vehicle_id)
    if known is not None and known.until is None:
        return
    where = event.position or book.last_seen(event.vehicle_id)
    for journey in list(book.all_going()):
        for ride in journey.rides:
            if ride.vehicle_id != event.vehicle_id or book.stands(ride).status.is_over:
                continue
            if book.is_aboard(ride):
                _strand(book, journey.journey_id, ride, event.at, where)
            else:
                left = replace(ride, told_at=event.at)
                book.seek(journey.journey_id, left, Reason.VEHICLE_BROKEN)
    book.troubles[event.vehicle_id] = Trouble(told_at=event.at, until=None, position=where)


def _strand(
    book: Notebook, journey_id: str, ride: LiveRide, at: datetime, where: Position | None
) -> None:
    """The rider goes on from where the vehicle stands, in another one."""
    book.alert(journey_id, AlertKind.STRANDED, Reason.VEHICLE_BROKEN, ride)
    if ride.status.rank >= RideStatus.LEAVING_THE_PHARMACY.rank:
        book.put(replace(book.journeys[journey_id], pharmacy=None))
    stranded = replace(
        ride,
        origin=where or ride.origin,
        told_at=at,
        boarded_at=None,
        is_stranded=True,
    )
    book.seek(journey_id, stranded, Reason.VEHICLE_BROKEN)


@note.register
def _(event: VehicleDelayed, book: Notebook) -> None:
    known = book.troubles.get(event.vehicle_id)
    if known is None or (known.until is not None and event.at > known.told_at):
        book.troubles[event.vehicle_id] = Trouble(told_at=event.at, until=event.until)


@note.register
def _(event: RideReported, book: Notebook) -> None:
    journey = book.going(event.journey_id, event.at)
    ride = journey.current(event.ride) if journey else None
    if journey is None or ride is None or _is_old(event.at, ride):
        return
    if event.vehicle_id != ride.vehicle_id:  # a vehicle that no longer has the ride, or never had
        if event.status.rank >= RideStatus.BOARDING.rank:
            book.alert(journey.journey_id, AlertKind.CALL_BACK, Reason.CONTRADICTED, ride)
        return
    if event.status.rank > ride.status.rank:
        boarded_at = _boarded_at(ride, event)
        told = replace(ride, status=event.status, told_at=event.at, boarded_at=boarded_at)
        if boarded_at is not None and ride.boarded_at is None:
            told = replace(told, legs=_from_boarding(told, boarded_at))
        book.put_ride(event.journey_id, told)
        _halt(book, journey, told)
        _follow_up(book, event, told)


def _halt(book: Notebook, journey: LiveJourney, ride: LiveRide) -> None:
    """Remember where the vehicle has stopped, whatever becomes of the ride."""
    for stand in stops_made(journey, ride):
        known, vehicle = book.halted.get(ride.vehicle_id or ""), ride.vehicle_id
        told_at = ride.told_at or book.now
        if vehicle is not None and (known is None or told_at >= known.told_at):
            book.halted[vehicle] = Halted(
                position=stand.position, since=stand.since, told_at=told_at
            )


def _from_boarding(ride: LiveRide, boarded_at: datetime) -> tuple[PlannedLeg, ...]:
    """The legs as they are driven from when the rider boarded, sooner or later than planned."""
    shift = boarded_at - ride.needs.boarding_s * SECOND - ride.legs[0].pickup_at
    return tuple(
        replace(leg, pickup_at=leg.pickup_at + shift, dropoff_at=leg.dropoff_at + shift)
        for leg in ride.legs
    )


def _boarded_at(ride: LiveRide, event: RideReported) -> datetime | None:
    if event.status.rank < RideStatus.BOARDING.rank:
        return None
    if event.status is RideStatus.BOARDING:
        return event.at + ride.needs.boarding_s * SECOND
    return min(ride.boarded_at or event.at, event.at)


def _follow_up(book: Notebook, event: RideReported, ride: LiveRide) -> None:
    """What a ride that has got so far says of the journey."""
    journey = book.journeys[event.journey_id]
    if ride.kind is LegKind.RETURN and ride.status.rank >= RideStatus.BOARDING.rank:
        journey = _at_the_place(book, journey, event.at)
        over = journey.stage is CareStage.OVER
        book.put(journey if over else _seen_until(journey, event.at))
    if not ride.status.is_over:
        return
    if ride.kind is LegKind.RETURN:
        book.end(event.journey_id, Ending.HOME, Reason.CARE_ENDED)
    elif journey.is_admitted:
        book.end(event.journey_id, Ending.ADMITTED, Reason.PATIENT_ADMITTED)
    elif event.journey_id in book.undecided:
        del book.journeys[event.journey_id]  # brought where the next journey begins
    elif journey.stage is CareStage.AWAITED:
        book.put(replace(journey, stage=CareStage.AT_THE_PLACE))
        _seen_late(book, event.journey_id, ride)


def _seen_late(book: Notebook, journey_id: str, ride: LiveRide) -> None:
    """Who is brought late is taken to be seen as long as planned, from then on."""
    journey = book.journeys[journey_id]
    care, alighting = journey.care, ride.needs.alighting_s * SECOND
    arrived = (ride.told_at or book.now) + (
        0 * SECOND if ride.status is RideStatus.HANDED_OVER else alighting
    )
    if arrived > care.start:
        moved = replace(care, start=arrived, end=arrived + (care.end - care.start))
        book.put(replace(journey, care=moved))
        book.told(journey_id, ChangeKind.CARE_RETIMED, Reason.VEHICLE_LATE)
        book.moved[journey_id] = Reason.VEHICLE_LATE
