"""What who searches by hand looks at: pages in the order of the SAS, and what is near."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.cases import Patient
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import CommuneCode, Position, crow_distance_m
from regulation.kernel.time import TimeWindow
from regulation.mobility import MobilityAnswers
from regulation.offers import Booking, Slot, SlotMode, Visibility
from regulation.snapshots import Snapshot
from simulations.nearness import Nearness
from simulations.policies.pages import Directory, Pages, by_distance
from simulations.policies.shown import ShownSlots
from simulations.policies.today import SearchOrder, Sought
from tests.unit.adapters.territory_folders import PARIS
from tests.unit.regulation.worlds import a_case

NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)
HERE = Position(lat=43.6, lon=1.44)
PLACES = st.tuples(st.integers(42_000, 51_000), st.integers(-4_000, 8_000))
"""Latitude and longitude, in thousandths of a degree."""


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PLACES, min_size=2, max_size=5))
def test_many_distances_at_once_are_those_of_one_at_a_time(told):
    position, *places = (Position(lat=lat / 1000, lon=lon / 1000) for lat, lon in told)
    told = Nearness(tuple(places)).metres(position)
    assert told == pytest.approx([crow_distance_m(one, position) for one in places], abs=0.01)


def place(number, north_m=0.0, kind=EffecteurKind.CABINET, hours=()):
    return Effecteur(
        effecteur_id=Identifier(IdKind.FINESS, f"{number:09}"),
        kind=kind,
        name=f"Lieu {number}",
        position=Position(lat=HERE.lat + north_m / 111_195, lon=HERE.lon),
        commune=CommuneCode("31555"),
        care=frozenset({CareCode.GP}),
        open_windows=hours,
    )


def slot(of, hours_on, mode=SlotMode.AMB):
    start = NOW + timedelta(hours=hours_on)
    return Slot(
        slot_id=f"{of.effecteur_id}-{hours_on}",
        effecteur_id=of.effecteur_id,
        practitioner=None,
        window=TimeWindow(start, start + timedelta(minutes=15)),
        modes=frozenset({mode}),
        booking=Booking.ROUTINE,
        visibility=frozenset({Visibility.SNP}),
    )


def test_the_order_is_that_of_the_sas():
    own, late, far, outside = place(1, 9_000), place(2), place(3, 20_000), place(4)
    near, further, visits, remote = place(5, 8_000), place(6, 12_000), place(7), place(8)
    takes_part = {str(one.effecteur_id) for one in (own, late, near, further, visits, remote)}
    order = SearchOrder(
        radius_m=10_000, enlarged_m=15_000, places_tried=3, participants=frozenset(takes_part)
    )
    rank = Sought(order=order, own_doctor=str(own.effecteur_id), deadline=NOW + timedelta(hours=48))
    firsts = {
        visits: slot(visits, 1, SlotMode.HH), remote: slot(remote, 1, SlotMode.VR),
        late: slot(late, 60), far: slot(far, 1), outside: slot(outside, 1),
        further: slot(further, 1), near: slot(near, 5), own: slot(own, 30),
    }  # fmt: skip
    known = {one.effecteur_id: one for one in firsts}
    shown = ShownSlots({one.effecteur_id: (first,) for one, first in firsts.items()})
    pages = Pages(directory=Directory(known, NOW, shown), rank=rank, size=1)
    case = replace(a_case(), patient=Patient(age=40, position=HERE))
    everything = Snapshot(snapshot_id="tout", taken_at=NOW, effecteurs=known, agendas={})
    told = [page.snapshot for page in pages.of(case, everything, NOW)]
    assert [one for page in told for one in page.effecteurs.values()] == [
        own,
        near,
        further,
        outside,
        visits,
        remote,
        far,
        late,
    ]


def pharmacy(number, north_m, first_h, last_h):
    window = TimeWindow(NOW + timedelta(hours=first_h), NOW + timedelta(hours=last_h))
    return place(number, north_m, EffecteurKind.PHARMACIE, (window,))


def test_pharmacies_around_are_those_open_at_the_hour():
    by_day, by_night = pharmacy(1, 100, 0, 9), pharmacy(2, 5_000, 9, 20)
    directory = Directory({one.effecteur_id: one for one in (by_day, by_night)}, NOW, ShownSlots())
    around = directory.pharmacies_near(HERE)
    known = directory.pharmacies
    told = {hour: [known[one] for one in around.open(hour)] for hour in (3, 12, 8, 40)}
    assert told == {3: [by_day], 12: [by_night], 8: [by_day, by_night], 40: []}


def test_a_page_holds_the_nearest_that_show_a_slot_and_the_departments():
    case = replace(a_case(), patient=Patient(age=40, position=HERE))
    full, near, far = place(1, 10), place(2, 1_000), place(3, 2_000)
    department = place(4, 30_000, EffecteurKind.ED)
    every = {one.effecteur_id: one for one in (full, near, far, department)}
    slots = {
        full.effecteur_id: (slot(full, -1),),
        near.effecteur_id: (slot(near, 2),),
        far.effecteur_id: (slot(far, 1),),
    }
    directory = Directory(every, NOW, ShownSlots(slots))
    pages = Pages(directory=directory, rank=by_distance, size=1)
    everything = Snapshot(snapshot_id="tout", taken_at=NOW, effecteurs=every, agendas={})
    told = [set(page.snapshot.effecteurs) for page in pages.of(case, everything, NOW)]
    assert told == [
        {near.effecteur_id, department.effecteur_id},
        {far.effecteur_id, department.effecteur_id},
    ]


def test_pages_of_which_nobody_is_in_time_are_turned_but_for_the_last():
    case = replace(a_case(), patient=Patient(age=40, position=HERE))
    every = [place(number, 1_000 * number) for number in range(1, 6)]
    hours = {1: 30, 2: 40, 3: 5, 4: 50, 5: 60}
    known = {one.effecteur_id: one for one in every}
    shown = {
        one.effecteur_id: (slot(one, hours[number]),) for number, one in enumerate(every, start=1)
    }
    everything = Snapshot(snapshot_id="tout", taken_at=NOW, effecteurs=known, agendas={})

    def sizes(hours_on):
        deadline = None if hours_on is None else NOW + timedelta(hours=hours_on)
        directory = Directory(known, NOW, ShownSlots(shown))
        pages = Pages(directory=directory, rank=by_distance, size=1, widens=True, deadline=deadline)
        return [
            (len(one.snapshot.effecteurs), one.is_last) for one in pages.of(case, everything, NOW)
        ]

    whole = (5, True)
    assert sizes(None) == [(1, False), (2, False), (4, False), whole]
    assert sizes(5) == [(4, False), whole]
    assert sizes(4) == [whole]


@pytest.mark.parametrize(("uses_wheelchair", "first"), [(True, 1), (False, 2), (None, 2)])
def test_a_place_is_ranked_by_the_first_slot_that_is_meant_for_the_person(uses_wheelchair, first):
    keeps_some, open_to_all, keeps_all = place(1), place(2), place(3)
    every = {one.effecteur_id: one for one in (keeps_some, open_to_all, keeps_all)}
    kept = [replace(slot(one, 1), reserved=True) for one in (keeps_some, keeps_all)]
    shown = ShownSlots(
        {
            keeps_some.effecteur_id: (kept[0], slot(keeps_some, 9)),
            open_to_all.effecteur_id: (slot(open_to_all, 2),),
            keeps_all.effecteur_id: (kept[1],),
        }
    )
    case = replace(
        a_case(),
        patient=Patient(age=40, position=HERE),
        mobility=MobilityAnswers(uses_wheelchair=uses_wheelchair),
    )

    def by_time(firsts, _):
        return (firsts.begins,)

    pages = Pages(directory=Directory(every, NOW, shown), rank=by_time, size=3)
    everything = Snapshot(snapshot_id="tout", taken_at=NOW, effecteurs=every, agendas={})
    (page,) = pages.of(case, everything, NOW)
    told = list(page.snapshot.effecteurs.values())
    assert told[0] == place(first)
    assert (keeps_all in told) == (uses_wheelchair is True)


def test_pharmacies_after_care_follow_the_slots_that_are_shown():
    care, by_day, by_night = place(9), pharmacy(1, 100, 0, 9), pharmacy(2, 5_000, 9, 20)
    known = {one.effecteur_id: one for one in (care, by_day, by_night)}
    shown = ShownSlots({care.effecteur_id: (slot(care, 3),)})
    directory = Directory(known, NOW, shown)

    def around():
        return [directory.pharmacies[one] for one in directory.after_care(care).pharmacies]

    assert around() == around() == [by_day]
    shown.put(care.effecteur_id, (slot(care, 12),))
    assert around() == [by_night]
