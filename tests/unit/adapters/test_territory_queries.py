"""What a territory answers: who is open, which vehicles drive, where an address is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.territory.addresses import AddressPrecision
from adapters.territory.folder import read_territory
from adapters.territory.territory import REACH_M
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from tests.unit.adapters.territory_folders import (
    CABINET,
    COMMUNES,
    DUTY,
    MMG,
    NO_HOLIDAY,
    PHARMACY,
    HolidaysOn,
    in_paris,
    write_folder,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def territory(tmp_path):
    return read_territory(write_folder(tmp_path))


def windows_of(territory, place, now, calendar=NO_HOLIDAY):
    found = {one.effecteur_id: one for one in territory.effecteurs_at(now, calendar)}
    return found[Identifier.parse(place)].open_windows


def test_windows_cover_a_day_before_and_three_after(territory):
    now = in_paris(2026, 3, 9, 10)
    found = windows_of(territory, CABINET, now)
    assert [one.start for one in found] == [in_paris(2026, 3, day, 9) for day in (9, 10, 11, 12)]


def test_a_place_that_tells_no_hours_is_open_nobody_knows_when(tmp_path):
    folder = write_folder(tmp_path, duty__csv=DUTY.splitlines()[0] + "\n")
    (_, mmg, _) = read_territory(folder).effecteurs_at(in_paris(2026, 3, 9, 21), NO_HOLIDAY)
    assert mmg.is_open_at(in_paris(2026, 3, 9, 21)) is None


def test_an_mmg_is_open_only_on_duty(territory):
    now = in_paris(2026, 3, 9, 19)
    (_, mmg, _) = territory.effecteurs_at(now, NO_HOLIDAY)
    assert mmg.is_open_at(now) is False
    assert mmg.is_open_at(in_paris(2026, 3, 9, 20)) is True
    assert mmg.is_open_at(in_paris(2026, 3, 10, 0)) is False


def test_on_a_public_holiday_the_mmg_is_on_duty_by_day_and_the_cabinet_closed(territory):
    easter_monday = HolidaysOn(date(2026, 4, 6))
    now = in_paris(2026, 4, 6, 10)
    cabinet, mmg, _ = territory.effecteurs_at(now, easter_monday)
    assert mmg.is_open_at(now) is True
    assert cabinet.is_open_at(now) is False


def is_on_night_duty(territory, instant):
    return any(one.contains(instant) for one in windows_of(territory, PHARMACY, instant))


def test_a_duty_every_second_week_leaves_the_other_week_free(territory):
    assert is_on_night_duty(territory, in_paris(2026, 3, 9, 22))
    assert is_on_night_duty(territory, in_paris(2026, 3, 14, 22))
    assert not is_on_night_duty(territory, in_paris(2026, 3, 16, 22))
    assert is_on_night_duty(territory, in_paris(2026, 3, 23, 22))


def test_the_last_night_of_a_duty_week_lasts_until_monday_morning(territory):
    assert is_on_night_duty(territory, in_paris(2026, 3, 15, 23))
    assert is_on_night_duty(territory, in_paris(2026, 3, 16, 7, 59))
    assert not is_on_night_duty(territory, in_paris(2026, 3, 16, 8))


def test_a_duty_night_is_shorter_when_clocks_go_forward(tmp_path):
    every_week = DUTY.replace(",2,0,,,open", ",1,0,,,open")
    territory = read_territory(write_folder(tmp_path, duty__csv=every_week))
    now = in_paris(2026, 3, 28, 22)
    (night,) = [one for one in windows_of(territory, PHARMACY, now) if one.contains(now)]
    assert (night.start, night.end) == (in_paris(2026, 3, 28, 20), in_paris(2026, 3, 29, 8))
    assert night.length == 11 * HOUR


def test_a_dated_closure_takes_its_span_out_of_the_hours(territory):
    found = windows_of(territory, CABINET, in_paris(2026, 3, 4, 8))
    today = [one for one in found if one.start.date() == date(2026, 3, 4)]
    assert [(one.start, one.end) for one in today] == [
        (in_paris(2026, 3, 4, 9), in_paris(2026, 3, 4, 10)),
        (in_paris(2026, 3, 4, 11), in_paris(2026, 3, 4, 12)),
    ]


def test_a_dated_duty_adds_to_the_hours(tmp_path):
    extra = DUTY + f"{PHARMACY},,,,2026-03-08,10:00-12:00,open\n"
    territory = read_territory(write_folder(tmp_path, duty__csv=extra))
    sunday = in_paris(2026, 3, 8, 11)
    assert any(one.contains(sunday) for one in windows_of(territory, PHARMACY, sunday))


def test_windows_that_touch_are_one(tmp_path):
    late = DUTY.replace("Mo-Su 20:00-32:00", "Mo-Su 19:30-32:00").replace(",2,0,", ",1,0,")
    territory = read_territory(write_folder(tmp_path, duty__csv=late))
    now = in_paris(2026, 3, 10, 21)
    (whole,) = [one for one in windows_of(territory, PHARMACY, now) if one.contains(now)]
    assert (whole.start, whole.end) == (in_paris(2026, 3, 10, 9), in_paris(2026, 3, 11, 8))


def test_the_windows_of_one_place_are_those_of_the_whole(territory):
    around = TimeWindow(in_paris(2026, 3, 9), in_paris(2026, 3, 12))
    every = territory.open_windows(around, NO_HOLIDAY)
    place = Identifier.parse(MMG)
    assert territory.windows_of(place, around, NO_HOLIDAY) == every[place]


def test_a_vehicle_is_in_the_fleet_of_a_window_its_shift_reaches_into(territory):
    morning = in_paris(2026, 3, 10, 6)
    (taxi,) = territory.fleet_on(TimeWindow(morning, morning + HOUR), NO_HOLIDAY)
    assert [(one.start, one.end) for one in taxi.shifts] == [
        (in_paris(2026, 3, 9, 19), in_paris(2026, 3, 10, 7))
    ]
    noon = in_paris(2026, 3, 10, 12)
    assert territory.fleet_on(TimeWindow(noon, noon + HOUR), NO_HOLIDAY) == ()


def test_a_vehicle_does_not_drive_on_the_public_holidays_its_hours_exclude(territory):
    evening = in_paris(2026, 5, 14, 20)
    within = TimeWindow(evening, evening + HOUR)
    assert territory.fleet_on(within, NO_HOLIDAY)
    assert territory.fleet_on(within, HolidaysOn(date(2026, 5, 14))) == ()


def test_a_commune_is_located_by_its_code_or_refused_by_name(territory):
    assert territory.locate("31395") == Position(lat=43.46, lon=1.33)
    with pytest.raises(LookupError, match="31555"):
        territory.locate("31555")


def test_a_position_belongs_to_the_territory_when_a_commune_is_near(territory):
    muret = territory.locate("31395")
    degrees = REACH_M / 111_195
    assert territory.contains(Position(lat=muret.lat - degrees * 0.99, lon=muret.lon))
    assert not territory.contains(Position(lat=muret.lat - degrees * 1.01, lon=muret.lon))
    assert not territory.contains(Position(lat=48.85, lon=2.35))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("12 rue du Lac, 31600 Muret", "Muret"),
        ("12 rue de Muret, 31120 Portet-sur-Garonne", "Portet-sur-Garonne"),
        ("12 RUE DU LAC 31121 PORTET SUR GARONNE", "Portet-sur-Garonne"),
        ("31600", "Muret"),
        ("Muret 31600", "Muret"),
        ("Muret", "Muret"),
        ("12 rue du Lac, Portet-sur-Garonne", "Portet-sur-Garonne"),
        ("5 avenue Bernard IV, 31605 Muret Cedex", "Muret"),
        ("5 avenue Bernard IV, 31605 MURET CEDEX 9", "Muret"),
    ],
)
def test_an_address_is_placed_at_its_commune(territory, address, found):
    placed = territory.find_address(address)
    assert placed is not None
    assert (placed.name, placed.precision) == (found, AddressPrecision.COMMUNE)
    assert placed.position == territory.locate(placed.commune)


@pytest.mark.parametrize(
    "address",
    [
        "12 rue de la Paix, 75002 Paris",
        "31600 Portet-sur-Garonne",
        "31605 Toulouse Cedex",
        "12 rue de Muret",
        "12 rue du Lac",
        "Mu",
        "",
    ],
    ids=["elsewhere", "contradiction", "unknown", "street", "no town", "part of a name", "nothing"],
)
def test_an_address_that_leaves_a_doubt_is_unknown(territory, address):
    assert territory.find_address(address) is None


def test_a_postcode_of_two_communes_needs_the_name(tmp_path):
    shared = COMMUNES.replace("31120 31121", "31600")
    territory = read_territory(write_folder(tmp_path, communes__csv=shared))
    assert territory.find_address("12 rue du Lac, 31600") is None
    assert territory.find_address("12 rue du Lac, 31600 Muret") is not None


def test_saint_and_its_short_form_are_one_name(tmp_path):
    saints = COMMUNES.replace("Muret", "Sainte-Foy-d'Aigrefeuille")
    territory = read_territory(write_folder(tmp_path, communes__csv=saints))
    assert territory.find_address("31600 STE FOY D AIGREFEUILLE") is not None


def test_windows_are_true_instants(territory):
    found = windows_of(territory, CABINET, in_paris(2026, 3, 9, 10))
    assert found[0].start == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert found[0].start.utcoffset() == timedelta(0)
