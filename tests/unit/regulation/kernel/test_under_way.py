"""Journeys under way: where the person is, which ride is current, what may not be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from regulation.kernel.events import CareMoved, JourneyCancelled
from regulation.kernel.journeys import CareStop, PlannedLeg
from regulation.kernel.live import CareStage, LiveJourney
from regulation.kernel.modes import Encounter, LegKind, Mode, Payer
from regulation.kernel.places import Position
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.rides import LiveRide, RideStatus
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice
from regulation.kernel.windows import merge, subtract, uncovered

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOME, SURGERY = Position(lat=43.6, lon=1.44), Position(lat=43.7, lon=1.4)
NEEDS = RiderNeeds(load=Load(seats=1), modes=frozenset({Mode.TAXI}))
FREE = LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.PATIENT)
CARE = CareStop(
    stop_id="rdv",
    place_id="mmg",
    encounter=Encounter.PATIENT_TRAVELS,
    position=SURGERY,
    start=NOON,
    end=NOON + HOUR,
    doors_open=NOON,
)
LEG = PlannedLeg(
    kind=LegKind.OUTWARD,
    mode=Mode.TAXI,
    vehicle_id="taxi",
    origin=HOME,
    destination=SURGERY,
    pickup_at=NOON - HOUR,
    dropoff_at=NOON,
    distance_m=1,
    on_board_s=1,
    price=FREE,
)


def ride(kind: LegKind = LegKind.OUTWARD, status: RideStatus = RideStatus.PLANNED) -> LiveRide:
    return LiveRide(
        ride_id=f"appel/{kind}/{status}",
        kind=kind,
        origin=HOME,
        destination=SURGERY,
        needs=NEEDS,
        promise=None,
        legs=(LEG,),
        status=status,
    )


def journey(*rides: LiveRide, **changes) -> LiveJourney:
    told = LiveJourney(
        journey_id="appel", decided_at=NOON, origin=HOME, needs=NEEDS, care=CARE, rides=rides
    )
    return replace(told, **changes)


def test_the_current_ride_is_the_first_of_its_kind_that_is_not_over():
    done, coming = ride(status=RideStatus.HANDED_OVER), ride()
    assert journey(done, coming).current(LegKind.OUTWARD) == coming
    assert journey(done).current(LegKind.OUTWARD) is None
    assert journey(coming).current(LegKind.RETURN) is None


@pytest.mark.parametrize(
    ("encounter", "stage", "where"),
    [
        (Encounter.PATIENT_TRAVELS, CareStage.AWAITED, HOME),
        (Encounter.PATIENT_TRAVELS, CareStage.AT_THE_PLACE, SURGERY),
        (Encounter.PATIENT_TRAVELS, CareStage.OVER, SURGERY),
        (Encounter.TEAM_TRAVELS, CareStage.OVER, HOME),
    ],
)
def test_somebody_is_at_the_place_of_care_once_there_and_not_before(encounter, stage, where):
    care = replace(CARE, encounter=encounter)
    assert journey(care=care, stage=stage).whereabouts == where


def test_one_is_aboard_from_boarding_to_arrival():
    aboard = [one for one in RideStatus if one.is_aboard]
    assert (aboard[0], aboard[-1]) == (RideStatus.BOARDING, RideStatus.LEAVING_THE_PHARMACY)
    assert [one for one in RideStatus if one.is_over] == [
        RideStatus.ARRIVED,
        RideStatus.HANDED_OVER,
    ]


def test_a_ride_without_a_leg_has_no_vehicle_yet():
    assert ride().vehicle_id == "taxi"
    assert replace(ride(), legs=()).vehicle_id is None


def test_care_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="care cannot end"):
        CareMoved(at=NOON, journey_id="appel", starts_at=NOON, ends_at=NOON)


@pytest.mark.parametrize(
    "make",
    [
        lambda at: JourneyCancelled(at=at, journey_id="appel"),
        lambda at: CareMoved(at=at, journey_id="appel", starts_at=NOON, ends_at=NOON + HOUR),
    ],
)
def test_what_happened_without_an_offset_is_refused(make):
    assert make(NOON).at == NOON
    with pytest.raises(ValueError, match=r"event\.at"):
        make(NOON.replace(tzinfo=None))


def window(start: int, end: int) -> TimeWindow:
    return TimeWindow(NOON + start * HOUR, NOON + end * HOUR)


@pytest.mark.parametrize(
    ("windows", "joined"),
    [
        ([], []),
        ([(0, 1), (2, 3)], [(0, 1), (2, 3)]),
        ([(2, 3), (0, 2)], [(0, 3)]),
        ([(0, 5), (1, 2)], [(0, 5)]),
    ],
)
def test_windows_that_touch_or_overlap_are_joined(windows, joined):
    merged = merge(window(*one) for one in windows)
    assert merged == tuple(window(*one) for one in joined)


def test_windows_in_order_and_apart_are_not_built_again():
    told = (window(0, 1), window(2, 3))
    assert merge(told) is told


@pytest.mark.parametrize(
    ("closure", "left"),
    [
        ((5, 6), [(0, 4)]),
        ((1, 2), [(0, 1), (2, 4)]),
        ((-1, 2), [(2, 4)]),
        ((2, 5), [(0, 2)]),
        ((-1, 5), []),
    ],
)
def test_a_closure_is_taken_away_from_what_is_open(closure, left):
    found = subtract([window(0, 4)], [window(*closure)])
    assert found == tuple(window(*one) for one in left)


def test_what_no_window_covers_is_told_in_order():
    found = uncovered(window(0, 4), [window(3, 4), window(1, 2)])
    assert found == (window(0, 1), window(2, 3))
