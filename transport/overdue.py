"""What the clock alone brings: a rider nobody collected, care that runs over, a pharmacy shut."""

from dataclasses import replace
from datetime import datetime, timedelta

from regulation.kernel.live import CareStage, LiveJourney
from regulation.kernel.modes import Encounter, LegKind
from regulation.kernel.replanning import AlertKind, ChangeKind, Reason
from regulation.kernel.rides import LiveRide, RideStatus
from transport.notebook import Notebook
from transport.openings import first_opening
from transport.settings import PairingSettings

SECOND = timedelta(seconds=1)
COMMITTED = frozenset({RideStatus.SETTING_OUT, RideStatus.AT_THE_DOOR})
"""The vehicle drives to the pickup, or waits there: it is not called off to be asked again."""

AT_ONCE = timedelta(minutes=1)
"""Who is met so soon after care has ended doesn't wait."""


def look_at_the_clock(book: Notebook, settings: PairingSettings) -> None:
    """Note what is overdue, and seek anew the rides that what has moved makes void."""
    for journey in list(book.all_going()):
        _uncollected(book, journey)
        _running_over(book, book.journeys[journey.journey_id], settings)
        _out_of_step(book, book.journeys[journey.journey_id])
        _pharmacy_shut(book, book.journeys[journey.journey_id], settings)
    for journey in list(book.all_going()):
        for ride in journey.rides:
            if not (ride.legs or ride.status.is_over):
                book.sought.setdefault(ride.ride_id, Reason.NO_VEHICLE)


def _uncollected(book: Notebook, journey: LiveJourney) -> None:
    """Call back whoever should have been collected, tolerance included, and isn't known to be."""
    for ride in journey.rides:
        if ride.vehicle_id is None or ride.promise is None or _is_told_begun(ride):
            continue
        if ride.kind is LegKind.RETURN and journey.stage is not CareStage.OVER:
            continue
        if book.now > ride.promise.pickup_at + ride.promise.tolerance:
            kind, reason = AlertKind.CALL_BACK, Reason.NOT_COLLECTED
            book.alert(journey.journey_id, kind, reason, ride)


def _is_told_begun(ride: LiveRide) -> bool:
    return ride.status.is_aboard or ride.status.is_over


def _running_over(book: Notebook, journey: LiveJourney, settings: PairingSettings) -> None:
    """Care whose end nobody told at its planned instant is taken to last a little longer."""
    if book.now < journey.care.end or not _is_in_care(book, journey):
        return
    end = book.now + settings.live.overrun_s * SECOND
    book.told(journey.journey_id, ChangeKind.CARE_RETIMED, Reason.CARE_RUNS_OVER)
    book.put(replace(journey, care=replace(journey.care, end=end)))
    book.moved.setdefault(journey.journey_id, Reason.CARE_RUNS_OVER)
    if book.now > journey.care.start + settings.live.no_news_s * SECOND:
        book.alert(journey.journey_id, AlertKind.CALL_BACK, Reason.CARE_RUNS_OVER)


def _is_in_care(book: Notebook, journey: LiveJourney) -> bool:
    """Tell whether they are there, and nothing says that care is over: on plan, if need be."""
    if journey.stage is CareStage.OVER or journey.is_admitted:
        return False
    there, home = journey.current(LegKind.OUTWARD), journey.current(LegKind.RETURN)
    came = there is None or book.stands(there).status.is_over
    left = home is not None and book.has_begun(home)
    return journey.care.encounter is Encounter.PATIENT_TRAVELS and came and not left


def _out_of_step(book: Notebook, journey: LiveJourney) -> None:
    """Seek anew the ride that care, as it has moved, no longer leaves where it was."""
    reason = book.moved.get(journey.journey_id)
    if reason is None:
        return
    there, home = journey.current(LegKind.OUTWARD), journey.current(LegKind.RETURN)
    if there is not None and _may_be_moved(book, there) and _arrival(there) > journey.care.start:
        book.seek(journey.journey_id, there, reason)
    if home is not None and _may_be_moved(book, home):
        wait = home.legs[0].pickup_at - journey.care.end
        if wait < 0 * SECOND or (reason is Reason.CARE_ENDED and wait > AT_ONCE):
            book.seek(journey.journey_id, home, reason)


def _may_be_moved(book: Notebook, ride: LiveRide) -> bool:
    return bool(ride.legs) and not (book.has_begun(ride) or ride.status in COMMITTED)


def _arrival(ride: LiveRide) -> datetime:
    return ride.legs[-1].dropoff_at + ride.needs.alighting_s * SECOND


def _pharmacy_shut(book: Notebook, journey: LiveJourney, settings: PairingSettings) -> None:
    """Let go of a pharmacy that won't be open, on duty or not, when one gets there."""
    home, pharmacy = journey.current(LegKind.RETURN), journey.pharmacy
    if home is None or pharmacy is None:
        return
    stands = book.stands(home).status
    if stands.is_over or stands.rank >= RideStatus.AT_THE_PHARMACY.rank:
        return
    ready = max(book.now, home.legs[0].dropoff_at if stands.is_aboard else journey.care.end)
    opening = first_opening(pharmacy, ready)
    latest = ready + settings.max_wait_home_s * SECOND
    soon = opening is not None and opening.window.start <= latest
    if soon and pharmacy.stop_id not in book.closed:
        return
    book.put(replace(journey, pharmacy=None))
    if stands.is_aboard:
        book.redirected.add(home.ride_id)
    else:
        book.seek(journey.journey_id, home, Reason.PHARMACY_CLOSED)
