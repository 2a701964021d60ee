"""The demonstration territory: real facts untouched, the rest synthetic, counted as published."""

import importlib.util
import json
import re
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.territory.tables import TerritoryRefused
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import IdKind
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from simulations.territories.generate import generate
from tests.unit.simulations.demonstration import FOLDER, SHARED, haute_garonne, needs_shared

PARIS = ZoneInfo("Europe/Paris")
GENERATED = ("effecteurs.csv", "practitioners.csv", "duty.csv", "accessibility.csv", "fleet.csv")
WHITSUN = date(2026, 5, 25)


class OneHoliday:
    def is_public_holiday(self, day):
        return day == WHITSUN


def of_kind(kind):
    return [one for one in haute_garonne().effecteurs if one.kind is kind]


def open_at(instant, kind):
    effecteurs = haute_garonne().effecteurs_at(instant, OneHoliday())
    return [one for one in effecteurs if one.kind is kind and one.is_open_at(instant)]


def on_shift_at(instant):
    window = TimeWindow(instant, instant + timedelta(minutes=1))
    return haute_garonne().fleet_on(window, OneHoliday())


@pytest.mark.parametrize(
    ("kind", "published"),
    [
        (EffecteurKind.MSP, 59),
        (EffecteurKind.CDS, 53),
        (EffecteurKind.CPTS, 14),
        (EffecteurKind.MMG, 14),
        (EffecteurKind.ED, 10),
        (EffecteurKind.LABORATOIRE, 76),
    ],
)
def test_there_are_as_many_places_as_published(kind, published):
    assert len(of_kind(kind)) == published


def test_the_communes_and_their_people_are_all_there():
    communes = {commune.name: commune for commune in haute_garonne().communes}
    assert len(communes) == 586
    assert sum(commune.population for commune in communes.values()) == 1_471_468
    assert communes["Toulouse"].population == 514_819
    assert communes["Toulouse"].area_km2 == pytest.approx(118, abs=1)


def test_general_practitioners_are_as_dense_as_published():
    doctors = {one.rpps for one in haute_garonne().practitioners if one.specialties == {"SM54"}} - {
        rpps for place in of_kind(EffecteurKind.TELE) for rpps in place.practitioners
    }
    doctors -= {rpps for place in of_kind(EffecteurKind.SOS) for rpps in place.practitioners}
    people = sum(commune.population for commune in haute_garonne().communes)
    assert len(doctors) / people * 100_000 == pytest.approx(106.9, abs=0.05)


def test_emergency_departments_are_real_and_nothing_is_made_up_about_them():
    passages = haute_garonne().annual_passages
    assert {one.name: passages[one.effecteur_id] for one in of_kind(EffecteurKind.ED)} == {
        "CH COMMINGES PYRENEES SITE ST PLANCARD": 19_682,
        "HOPITAUX MERE & ENFANTS CHU TOULOUSE": 61_565,
        "CL CAPIO LA CROIX DU SUD QUINT FONSEGR": 25_247,
        "CL DE L'UNION SAINT JEAN": 31_700,
        "CL AMBROISE PARE TOULOUSE": 11_881,
        "CL DES CEDRES CORNEBARRIEU": 26_075,
        "HOPITAL JOSEPH DUCUING TOULOUSE": 15_177,
        "CL D'OCCITANIE MURET": 30_394,
        "HOPITAL PURPAN CHU TOULOUSE": 87_970,
        "HOPITAL DE RANGUEIL CHU TOULOUSE": 45_678,
    }
    assert all(one.accessibility is None for one in of_kind(EffecteurKind.ED))
    assert not any(one.synthetic for one in of_kind(EffecteurKind.ED))


def test_whatever_is_not_an_emergency_department_says_it_is_synthetic():
    made_up = [one for one in haute_garonne().effecteurs if one.kind is not EffecteurKind.ED]
    assert all(one.synthetic and "synthétique" in one.name for one in made_up)
    assert all("Synthétique" in one.family_name for one in haute_garonne().practitioners)
    assert all("synthétique" in one.provider for one in haute_garonne().fleet)


def test_every_identifier_has_a_right_key_and_belongs_to_one_thing():
    territory = haute_garonne()
    places = [one.effecteur_id for one in territory.effecteurs]
    people = {one.rpps for one in territory.practitioners}
    assert all(one.has_valid_check_digit() for one in (*places, *people))
    assert len(places) == len(set(places))
    assert {one.kind for one in people} == {IdKind.RPPS}


def test_made_up_numbers_are_in_ranges_nobody_is_given():
    ranges = {IdKind.FINESS: "99", IdKind.SIRET: "999", IdKind.RPPS: "1999"}
    made_up = [one.effecteur_id for one in haute_garonne().effecteurs if one.synthetic]
    made_up += [one.rpps for one in haute_garonne().practitioners]
    assert all(one.value.startswith(ranges[one.kind]) for one in made_up)
    phones = [one.phone for one in haute_garonne().effecteurs if one.synthetic]
    assert all(re.fullmatch(r"\+3353649\d{4}", phone or "") for phone in phones)


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    generate(FOLDER, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in GENERATED} == {
        name: (FOLDER / name).read_bytes() for name in GENERATED
    }


def test_another_seed_writes_as_many_other_things(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    settings = (copy / "territory.toml").read_text(encoding="utf-8")
    other = settings.replace("seed = { value = 31,", "seed = { value = 32,")
    assert other != settings
    (copy / "territory.toml").write_text(other, encoding="utf-8")
    generate(copy, tmp_path)
    drawn, before = (
        (folder / "effecteurs.csv").read_text(encoding="utf-8") for folder in (tmp_path, FOLDER)
    )
    assert drawn != before
    kinds = [Counter(line.split(",")[1] for line in text.splitlines()) for text in (drawn, before)]
    assert kinds[0][EffecteurKind.MSP] == kinds[1][EffecteurKind.MSP]


def test_a_folder_whose_facts_are_wrong_generates_nothing(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    (copy / "communes.csv").write_text("code\n31555\n", encoding="utf-8")
    with pytest.raises(TerritoryRefused, match="name: la colonne manque"):
        generate(copy, tmp_path)
    assert not (tmp_path / "effecteurs.csv").exists()


def test_a_parameter_that_is_missing_is_named(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    text = (copy / "territory.toml").read_text(encoding="utf-8")
    (copy / "territory.toml").write_text(text.replace("msp_count", "msp_number"), encoding="utf-8")
    with pytest.raises(LookupError, match="no parameter msp_count"):
        generate(copy, tmp_path)


def test_accessibility_is_known_in_part_or_not_at_all_as_often_as_assumed():
    parameters = haute_garonne().parameters
    places = [
        one
        for one in haute_garonne().effecteurs
        if one.kind not in {EffecteurKind.ED, EffecteurKind.CPTS, EffecteurKind.TELE}
    ]
    unknown = [one for one in places if one.accessibility is None]
    answers = [len(one.accessibility.value.fields) for one in places if one.accessibility]
    partial = [count for count in answers if count < 18]
    share_unknown = parameters["access_unknown_share"].number
    share_partial = parameters["access_partial_share"].number
    assert len(unknown) / len(places) == pytest.approx(share_unknown, abs=0.04)
    assert len(partial) / len(places) == pytest.approx(share_partial, abs=0.04)


def test_an_assisted_booth_is_as_accessible_as_its_host():
    territory = haute_garonne()
    booths = [one for one in of_kind(EffecteurKind.TELE) if "assistée" in one.name]
    assert len(booths) == 30
    by_name = {one.name: one for one in territory.effecteurs}
    hosts = [by_name[one.name.removeprefix("Téléconsultation assistée, ")] for one in booths]
    assert [one.accessibility for one in booths] == [one.accessibility for one in hosts]
    assert [one.position for one in booths] == [one.position for one in hosts]


def test_every_place_and_depot_is_in_the_territory():
    territory = haute_garonne()
    assert all(territory.contains(one.position) for one in territory.effecteurs)
    assert all(territory.contains(one.depot) for one in territory.fleet)


def test_nobody_is_sent_to_a_cpts():
    assert all(one.care == frozenset() for one in of_kind(EffecteurKind.CPTS))


def test_every_need_finds_places_that_answer_it():
    answered = {code for one in haute_garonne().effecteurs for code in one.care}
    assert answered == set(CareCode)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 3, 10, 19, 59, tzinfo=PARIS), 0),
        (datetime(2026, 3, 10, 20, tzinfo=PARIS), 14),
        (datetime(2026, 3, 14, 12, tzinfo=PARIS), 14),
        (datetime(2026, 3, 15, 2, tzinfo=PARIS), 0),
        (datetime(2026, 3, 29, 8, tzinfo=PARIS), 14),
        (datetime(2026, 5, 25, 8, tzinfo=PARIS), 14),
        (datetime(2026, 5, 26, 8, tzinfo=PARIS), 0),
    ],
    ids=["before", "evening", "Saturday", "deep night", "clock change", "Whit Monday", "Tuesday"],
)
def test_the_mmg_are_open_in_their_hours(instant, expected):
    assert len(open_at(instant, EffecteurKind.MMG)) == expected


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 11, 23, tzinfo=PARIS),
        datetime(2026, 3, 16, 4, tzinfo=PARIS),
        datetime(2026, 3, 28, 23, tzinfo=PARIS),
        datetime(2026, 3, 29, 3, 30, tzinfo=PARIS),
        datetime(2026, 5, 25, 15, tzinfo=PARIS),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS),
    ],
    ids=["night", "Monday before dawn", "Saturday", "clock change", "Whit Monday", "hour twice"],
)
def test_a_few_pharmacies_are_on_duty_whenever_the_others_are_closed(instant):
    assert 14 <= len(open_at(instant, EffecteurKind.PHARMACIE)) <= 30


def test_no_pharmacy_is_on_duty_all_the_time():
    nights = [datetime(2026, 3, 4, 23, tzinfo=PARIS) + timedelta(weeks=week) for week in range(8)]
    on_duty = [
        {one.effecteur_id for one in open_at(night, EffecteurKind.PHARMACIE)} for night in nights
    ]
    assert not frozenset.intersection(*map(frozenset, on_duty))


def test_the_fleet_has_every_mode_and_more_than_two_hundred_vehicles():
    modes = Counter(one.mode for one in haute_garonne().fleet)
    assert set(modes) == FLEET_MODES
    assert modes.total() > 200


def test_saturday_evening_is_scarce_and_a_weekday_morning_is_not():
    weekday = on_shift_at(datetime(2026, 3, 10, 10, tzinfo=PARIS))
    saturday = on_shift_at(datetime(2026, 3, 14, 20, 5, tzinfo=PARIS))
    assert len(weekday) > 200
    assert len(saturday) == 25
    assert {Mode.TAXI, Mode.AMBULANCE, Mode.TAXI_TPMR} <= {one.mode for one in saturday}


def test_only_social_vehicles_ask_for_notice_and_ambulances_have_oxygen_and_two_crew():
    fleet = haute_garonne().fleet
    assert {one.mode for one in fleet if one.notice} == {Mode.SOCIAL}
    ambulances = [one for one in fleet if one.mode is Mode.AMBULANCE]
    assert all(one.crew == 2 and "OXYGEN" in one.equipment for one in ambulances)
    assert any("BARIATRIC" in one.equipment for one in ambulances)


@needs_shared
def test_the_kept_script_derives_the_committed_facts(tmp_path):
    path = Path(__file__).parents[3] / "scripts" / "derive_territory.py"
    spec = importlib.util.spec_from_file_location("derive_territory", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(SHARED, tmp_path)
    for name in ("communes.csv", "facts/emergency_departments.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


@needs_shared
def test_the_reach_of_the_communes_covers_the_department():
    contour = json.loads((SHARED / "departement_31_contour_ign2018.geojson").read_text())
    points = [point for ring in contour["geometry"]["coordinates"] for point in ring]
    border = [Position(lat=lat, lon=lon) for lon, lat in points]
    covered = sum(haute_garonne().contains(position) for position in border)
    assert covered / len(border) > 0.98


def test_every_commune_is_found_by_its_postal_address():
    territory = haute_garonne()
    lost = [
        commune.name
        for commune in territory.communes
        for code in commune.postal_codes
        if (found := territory.find_address(f"3 rue de Toulouse, {code} {commune.name}")) is None
        or found.commune != commune.code
    ]
    assert lost == []


def test_every_address_of_the_territory_is_placed_in_its_commune():
    territory = haute_garonne()
    misplaced = [
        one.address
        for one in territory.effecteurs
        if (found := territory.find_address(one.address)) is None or found.commune != one.commune
    ]
    assert misplaced == []
