"""Living agendas: pure in the seed and the instant, taken as time passes, booked for good."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.territory.folder import read_territory
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking, SlotMode, Visibility
from simulations.agendas import Agendas, SlotNotFree
from simulations.lives import Life, shipped_lives
from tests.unit.adapters.territory_folders import (
    DOCTOR,
    NO_HOLIDAY,
    PRACTITIONERS,
    HolidaysOn,
    write_folder,
)
from tests.unit.simulations.demonstration import haute_garonne

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=PARIS)
HOUR = timedelta(hours=1)
THREE_DAYS = timedelta(hours=72)


@cache
def demonstration(seed=1):
    return Agendas(haute_garonne(), NO_HOLIDAY, seed)


def fresh(seed=1):
    return Agendas(haute_garonne(), NO_HOLIDAY, seed)


def doctors_of(*kinds):
    places = [one for one in haute_garonne().effecteurs if one.kind in kinds]
    return sorted({rpps for one in places if CareCode.GP in one.care for rpps in one.practitioners})


def some_doctors(count=60):
    return doctors_of(EffecteurKind.MSP, EffecteurKind.MMG)[:count]


def coming(now, length=THREE_DAYS):
    return TimeWindow(now, now + length)


def kind_of(slot):
    return {one.effecteur_id: one.kind for one in haute_garonne().effecteurs}[slot.place_id]


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  naive bounds are what hypothesis takes


@settings(max_examples=25, deadline=None)
@given(now=INSTANTS, ahead_h=st.integers(-24, 96), hours=st.integers(1, 96))
def test_a_slot_offered_lies_in_the_window_and_is_not_past(now, ahead_h, hours):
    window = TimeWindow(now + ahead_h * HOUR, now + (ahead_h + hours) * HOUR)
    found = demonstration().free_slots(some_doctors(), window, now)
    assert all(window.contains(slot.start) and slot.start >= now for slot in found)
    assert all(slot.end > slot.start for slot in found)
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)


@settings(max_examples=10, deadline=None)
@given(now=INSTANTS)
def test_what_is_free_depends_on_the_seed_and_the_instant_alone(now):
    asked = demonstration().free_slots(some_doctors(), coming(now), now)
    assert fresh().free_slots(some_doctors(), coming(now), now) == asked
    by_halves = [
        slot
        for half in (some_doctors()[:30], some_doctors()[30:])
        for slot in demonstration().free_slots(half, coming(now), now)
    ]
    assert set(by_halves) == set(asked)


def test_another_seed_is_another_week():
    asked = some_doctors(), coming(TUESDAY), TUESDAY
    assert fresh(1).free_slots(*asked) != fresh(2).free_slots(*asked)


@settings(max_examples=20, deadline=None)
@given(now=INSTANTS, later=st.timedeltas(timedelta(0), THREE_DAYS))
def test_a_booked_slot_is_never_offered_again(now, later):
    agendas = fresh()
    window = coming(now, 2 * THREE_DAYS)
    free = agendas.free_slots(some_doctors(), window, now)
    for slot in free[:3]:
        assert agendas.book(slot.slot_id, now) == slot
        with pytest.raises(SlotNotFree, match=slot.slot_id):
            agendas.book(slot.slot_id, now)
    booked = {slot.slot_id for slot in free[:3]}
    offered = agendas.free_slots(some_doctors(), window, now + later)
    assert not booked & {slot.slot_id for slot in offered}


def test_a_released_slot_is_free_again_unless_somebody_else_would_have_taken_it():
    agendas, untouched = fresh(), demonstration()
    free = agendas.free_slots(some_doctors(), coming(TUESDAY), TUESDAY)
    for slot in free:
        agendas.book(slot.slot_id, TUESDAY)
    assert agendas.free_slots(some_doctors(), coming(TUESDAY), TUESDAY) == ()
    for slot in free:
        agendas.release(slot.slot_id)
    later = TUESDAY + 6 * HOUR
    window = TimeWindow(later, TUESDAY + THREE_DAYS)
    assert agendas.free_slots(some_doctors(), window, later) == untouched.free_slots(
        some_doctors(), window, later
    )


@pytest.mark.parametrize(
    "slot_id",
    ["", "nonsense", "19990000010-99900001100018-202603101000", "1-2-3", "x" * 99],
)
def test_a_slot_nobody_offers_cannot_be_booked(slot_id):
    with pytest.raises(SlotNotFree):
        fresh().book(slot_id, TUESDAY)


def test_a_slot_cannot_be_booked_once_it_has_started():
    agendas = fresh()
    slot = agendas.free_slots(some_doctors(), coming(TUESDAY), TUESDAY)[0]
    with pytest.raises(SlotNotFree):
        agendas.book(slot.slot_id, slot.start + timedelta(seconds=1))


def test_slots_are_taken_come_back_and_disappear_as_time_passes():
    thursday = TimeWindow(TUESDAY + 46 * HOUR, TUESDAY + 56 * HOUR)
    doctors = doctors_of(EffecteurKind.CABINET)
    seen = [
        {slot.slot_id for slot in demonstration().free_slots(doctors, thursday, now)}
        for now in (TUESDAY, TUESDAY + 20 * HOUR, TUESDAY + 40 * HOUR)
    ]
    assert len(seen[0]) > len(seen[1]) > len(seen[2]) > 0
    assert seen[0] - seen[1]
    assert seen[2] - seen[0], "a cancellation shows a slot that was taken before"


@pytest.mark.parametrize("week", range(3))
def test_an_ordinary_tuesday_has_the_general_practice_slots_the_territory_aims_at(week):
    now = TUESDAY + timedelta(weeks=week)
    everyone = doctors_of(*EffecteurKind)
    found = demonstration().free_slots(everyone, coming(now), now)
    aim = haute_garonne().parameters["free_gp_slots"].number
    assert len(found) == pytest.approx(aim, rel=0.1)


def test_each_kind_of_place_offers_its_own_kind_of_slot():
    friday = TUESDAY + timedelta(days=3, hours=11)
    found = demonstration().free_slots(doctors_of(*EffecteurKind), coming(friday), friday)
    modes = {(kind_of(slot), mode) for slot in found for mode in slot.modes}
    assert (EffecteurKind.MMG, SlotMode.AMB) in modes
    assert (EffecteurKind.SOS, SlotMode.HH) in modes
    assert (EffecteurKind.TELE, SlotMode.VR) in modes
    assert (EffecteurKind.CABINET, SlotMode.HH) in modes
    assert not {(EffecteurKind.MMG, SlotMode.HH), (EffecteurKind.MMG, SlotMode.VR)} & modes


def test_one_doctor_is_on_duty_in_an_mmg_by_quarters_of_an_hour():
    saturday = datetime(2026, 3, 14, 11, tzinfo=PARIS)
    mmg = doctors_of(EffecteurKind.MMG)
    slots = demonstration().free_slots(mmg, coming(saturday, 13 * HOUR), saturday)
    on_duty = [slot for slot in slots if kind_of(slot) is EffecteurKind.MMG]
    by_place = Counter(place for place, _ in {(s.place_id, s.practitioner) for s in on_duty})
    assert len(by_place) == 14
    assert set(by_place.values()) == {1}
    booked = [slot for slot in on_duty if slot.booking is Booking.ROUTINE]
    assert {slot.end - slot.start for slot in booked} == {timedelta(minutes=15)}
    assert {slot.visibility for slot in on_duty} == {frozenset({Visibility.SNP})}
    assert Counter(slot.booking for slot in on_duty)[Booking.WALKIN] > 0


def test_only_bookable_slots_say_where_to_book():
    found = demonstration().free_slots(doctors_of(*EffecteurKind), coming(TUESDAY), TUESDAY)
    assert {slot.booking_url is None for slot in found if slot.booking is Booking.ROUTINE} == {
        False
    }
    assert {slot.booking_url is None for slot in found if slot.booking is Booking.WALKIN} == {True}


def test_a_slot_can_be_named_in_fhir():
    found = demonstration().free_slots(some_doctors(), coming(TUESDAY), TUESDAY)
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", slot.slot_id) for slot in found)
    assert len({slot.slot_id for slot in found}) == len(found)


def test_on_a_public_holiday_offices_are_closed_and_the_mmg_is_not():
    holiday = Agendas(haute_garonne(), HolidaysOn(date(2026, 3, 10)), 1)
    day = coming(datetime(2026, 3, 10, 8, tzinfo=PARIS), 15 * HOUR)
    found = holiday.free_slots(doctors_of(EffecteurKind.MSP, EffecteurKind.MMG), day, day.start)
    assert {kind_of(slot) for slot in found} == {EffecteurKind.MMG}
    assert min(slot.start for slot in found) < day.start + 2 * HOUR


def test_slots_keep_their_wall_clock_on_the_day_clocks_change():
    sunday = datetime(2026, 3, 29, 7, tzinfo=PARIS)
    found = demonstration().free_slots(
        doctors_of(EffecteurKind.MMG), coming(sunday, 3 * HOUR), sunday
    )
    first = min(slot.start for slot in found).astimezone(PARIS)
    assert (first.hour, first.minute % 15, first.utcoffset()) == (8, 0, 2 * HOUR)


def test_a_practice_is_described_as_a_feed_needs_it(tmp_path):
    agendas = Agendas(read_territory(write_folder(tmp_path)), NO_HOLIDAY, 1)
    rpps = Identifier.parse(DOCTOR)
    cabinet, mmg = agendas.practices_of(rpps)
    assert (cabinet.family_name, cabinet.given_name) == ("Synthétique", "Camille")
    assert (cabinet.address_line, cabinet.postal_code, cabinet.city) == (
        "1 rue de l'Exemple",
        "31600",
        "Muret",
    )
    assert (cabinet.phone, mmg.phone) == ("+33536490001", None)
    assert cabinet.organisation.kind is IdKind.SIRET
    assert agendas.practices() == (cabinet, mmg)


def test_who_shares_no_agenda_has_no_practice_and_no_slot(tmp_path):
    silent = PRACTITIONERS.replace(",ROUTINE,AMB,PUBLIC,", ",,,,")
    agendas = Agendas(
        read_territory(write_folder(tmp_path, practitioners__csv=silent)), NO_HOLIDAY, 1
    )
    (mmg,) = agendas.practices()
    window = coming(TUESDAY, 10 * THREE_DAYS)
    found = agendas.free_slots([Identifier.parse(DOCTOR)], window, TUESDAY)
    assert {slot.place_id for slot in found} <= {mmg.place_id}
    assert agendas.practices_of(Identifier.parse("RPPS:19990000028")) == ()


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="no UTC offset"):
        demonstration().free_slots([], coming(TUESDAY), datetime(2026, 3, 10))  # noqa: DTZ001


def life(cancelled, withdrawn):
    return Life(
        offered=1,
        published_h=100,
        taken_mean_h=10,
        taken_least_h=0,
        cancelled=cancelled,
        withdrawn=withdrawn,
        withdrawn_within_h=72,
    )


def test_a_cancelled_slot_is_free_twice_and_a_withdrawn_one_no_more():
    quiet = life(cancelled=0, withdrawn=0)
    draws = (0.5, 0.0, 0.5, 0.5, 0.0, 0.9)
    taken = quiet.spans_of(draws)[0][1]
    assert quiet.spans_of(draws) == ((100, taken),)
    returning = life(cancelled=1, withdrawn=0)
    assert returning.spans_of(draws) == ((100, taken), (taken / 2, taken / 4))
    assert life(cancelled=1, withdrawn=1).spans_of(draws) == ((100, 72 * 0.9),)
    assert shipped_lives().office.offered < 1
