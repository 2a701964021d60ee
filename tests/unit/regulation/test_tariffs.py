"""Fares by the conventions, against the worked table and the rules of the periods."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.rulebook import load_rulebook
from regulation.fares import Hours, Period, Sharing, Terms
from regulation.tariffs import (
    NoTariffError,
    Ride,
    RideMode,
    pharmacy_fee_cents,
    price_ride,
    read_tariff,
)

BOOK = load_rulebook()
FIGURES = BOOK.parameters
TAXI, VSL, AMBULANCE = RideMode.TAXI, RideMode.VSL, RideMode.AMBULANCE


class Holidays:
    """A calendar of the days given."""

    def __init__(self, *days):
        self.days = frozenset(days)

    def is_public_holiday(self, day):
        return day in self.days


ORDINARY = Holidays()
DAY, NIGHT = "2026-03-03T10:00+01:00", "2026-03-03T22:30+01:00"


def ride(mode, km, at=DAY, department="31", **details):
    return Ride(
        mode=mode,
        km=Decimal(km),
        at=datetime.fromisoformat(at),
        department=department,
        **details,
    )


def total(*arguments, calendar=ORDINARY, **details):
    return price_ride(ride(*arguments, **details), BOOK, calendar).total_cents


WORKED = {
    "taxi": (TAXI, {}, [1300, 1740, 2510, 4160, 6360]),
    "taxi Toulouse": (TAXI, {"urban_centre": "Toulouse"}, [2800, 3240, 4010, 5660, 7860]),
    "taxi night": (TAXI, {"at": NIGHT}, [1950, 2610, 3765, 6240, 9540]),
    "taxi TPMR": (TAXI, {"tpmr": True}, [4300, 4740, 5510, 7160, 9360]),
    "shared by two": (TAXI, {"patients": 2}, [1001, 1340, 1933, 3203, 4897]),
    "VSL": (VSL, {}, [2429, 2893, 3175, 4545, 6745]),
    # 8 km by night is 43.395 exactly, so 43.40 half up where the table prints 43.39 (see below).
    "VSL night": (VSL, {"at": NIGHT}, [3644, 4340, 4763, 6818, 10118]),
    "ambulance": (AMBULANCE, {}, [6714, 7712, 9214, 12327, 17207]),
    "ambulance night": (AMBULANCE, {"at": NIGHT}, [11750, 13496, 16125, 21572, 30112]),
}
CELLS = [
    pytest.param(mode, km, details, cents, id=f"{name} {km} km")
    for name, (mode, details, column) in WORKED.items()
    for km, cents in zip((3, 8, 15, 30, 50), column, strict=True)
]


@pytest.mark.parametrize(("mode", "km", "details", "cents"), CELLS)
def test_every_value_of_the_worked_table_comes_out_to_the_cent(mode, km, details, cents):
    assert total(mode, km, **details) == cents


def test_six_kilometres_in_the_ain_cost_what_the_press_says():
    assert total(TAXI, 6, department="01") == 1526


@pytest.mark.parametrize(
    ("department", "cents"),
    [("09", 1415), ("11", 1408), ("32", 1419), ("65", 1407), ("81", 1407), ("82", 1407)],
)
def test_the_fifth_kilometre_of_a_taxi_is_at_the_rate_of_the_department(department, cents):
    assert total(TAXI, 5, department=department) == cents


@pytest.mark.parametrize(
    ("patients", "cents"), [(1, 4160), (2, 3203), (3, 2704), (4, 2621), (5, 2621)]
)
def test_sharing_reduces_the_price_of_each_patient(patients, cents):
    assert total(TAXI, 30, patients=patients) == cents


def test_the_tpmr_supplement_is_neither_increased_nor_reduced():
    assert total(TAXI, 3, at=NIGHT, tpmr=True, patients=2) == 1502 + 3000


def test_the_big_city_forfait_is_increased_and_reduced_with_the_base():
    assert total(TAXI, 3, at=NIGHT, urban_centre="Toulouse") == 4200
    assert total(TAXI, 3, urban_centre="Toulouse", patients=2) == 2156


def test_a_big_city_is_known_whatever_its_case():
    assert total(TAXI, 3, urban_centre="TOULOUSE") == 2800


def test_a_city_without_the_forfait_is_refused_rather_than_priced_without():
    with pytest.raises(NoTariffError, match="Castanet n'a pas de forfait") as refused:
        total(TAXI, 3, urban_centre="Castanet")
    assert refused.value.field == "urban_centre"


def test_the_big_city_is_nothing_to_a_vsl():
    assert total(VSL, 3, urban_centre="Castanet") == 2429


@pytest.mark.parametrize(
    ("km", "cents"),
    [("7", 2869), ("7.001", 2783), ("18", 3316), ("18.5", 3280), ("0", 2429)],
)
def test_the_short_trip_add_on_of_a_vsl_is_that_of_the_kilometre_begun(km, cents):
    assert total(VSL, km) == cents


@pytest.mark.parametrize(
    ("km", "cents"), [("5", 7202), ("5.1", 7004), ("10", 8200), ("19", 9985), ("19.1", 9667)]
)
def test_the_short_trip_add_on_of_an_ambulance_is_by_bracket(km, cents):
    assert total(AMBULANCE, km) == cents


EASTER_MONDAY = Holidays(date(2026, 4, 6))
SATURDAY_NOON, SATURDAY_MORNING = "2026-03-07T12:00+01:00", "2026-03-07T11:59+01:00"
SUNDAY, HOLIDAY = "2026-03-08T10:00+01:00", "2026-04-06T10:00+02:00"


@pytest.mark.parametrize(
    ("at", "vsl", "ambulance"),
    [
        (SATURDAY_MORNING, 2429, 6714),
        (SATURDAY_NOON, 3036, 10071),
        (SUNDAY, 3036, 10071),
        (HOLIDAY, 3036, 10071),
        ("2026-03-08T20:00+01:00", 3644, 11750),
        ("2026-03-03T07:59+01:00", 3644, 11750),
        ("2026-03-03T08:00+01:00", 2429, 6714),
        ("2026-03-03T19:59+01:00", 2429, 6714),
        ("2026-07-07T18:30+00:00", 3644, 11750),
        ("2026-04-06T21:00+02:00", 3644, 11750),
    ],
)
def test_night_wins_over_rest_day_and_neither_adds_up(at, vsl, ambulance):
    assert total(VSL, 3, at, calendar=EASTER_MONDAY) == vsl
    assert total(AMBULANCE, 3, at, calendar=EASTER_MONDAY) == ambulance


@pytest.mark.parametrize("at", [SATURDAY_NOON, SUNDAY, HOLIDAY])
def test_a_taxi_costs_half_more_on_rest_days(at):
    assert total(TAXI, 3, at, calendar=EASTER_MONDAY) == 1950


@pytest.mark.parametrize(
    ("mode", "at", "details", "field"),
    [
        (TAXI, "2025-10-31T23:59+01:00", {}, "at"),
        (VSL, "2024-12-31T12:00+01:00", {}, "at"),
        (AMBULANCE, "2024-12-31T12:00+01:00", {}, "at"),
        (TAXI, DAY, {"department": "33"}, "department"),
        (VSL, DAY, {"department": "974"}, "department"),
        (AMBULANCE, DAY, {"tpmr": True}, "tpmr"),
        (AMBULANCE, DAY, {"patients": 2}, "patients"),
        (VSL, DAY, {"empty_leg": True}, "empty_leg"),
        (AMBULANCE, DAY, {"tolls_cents": 250}, "tolls_eur_cents"),
    ],
)
def test_no_known_tariff_is_refused_naming_the_field(mode, at, details, field):
    with pytest.raises(NoTariffError) as refused:
        total(mode, 10, at, **details)
    assert refused.value.field == field
    assert refused.value.reason


def test_the_first_day_of_the_taxi_convention_is_in_paris():
    assert total(TAXI, 3, "2025-10-31T23:00+00:00") == 1950
    with pytest.raises(NoTariffError):
        total(TAXI, 3, "2025-10-31T22:59+00:00")


def test_a_department_without_a_rate_hears_which_ones_have_one():
    with pytest.raises(NoTariffError, match=r"département 33 .* connus : 01, 09, 11, 31"):
        total(TAXI, 3, department="33")


def test_the_lines_say_what_the_price_is_made_of():
    fare = price_ride(
        ride(TAXI, "8.5", NIGHT, urban_centre="Toulouse", tpmr=True, patients=2), BOOK, ORDINARY
    )
    assert [(line.label, line.cents) for line in fare.lines] == [
        ("Forfait, 4 km compris", Decimal(1300)),
        ("4,5 km à 1,10 €", Decimal(495)),
        ("Forfait grande ville", Decimal(1500)),
        ("Majoration nuit ou jour de repos, 50 %", Decimal("1647.5")),
        ("Abattement de partage, 23 %", Decimal("-1136.775")),
        ("Supplément TPMR", Decimal(3000)),
    ]
    assert fare.total_cents == 6806


def test_a_vsl_says_its_short_trip_add_on():
    lines = price_ride(ride(VSL, 3), BOOK, ORDINARY).lines
    assert [line.label for line in lines] == ["Forfait, 3 km compris", "Supplément petit trajet"]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"km": "-1"}, "km: -1"),
        ({"km": "NaN"}, "km: NaN"),
        ({"km": "1", "patients": 0}, "patients: 0"),
        ({"km": "1", "alone_km": Decimal(-2)}, "alone_km: -2"),
        ({"km": "1", "approach_km": Decimal("inf")}, "approach_km: Infinity"),
        ({"km": "1", "at": "2026-03-03T10:00"}, "at: .* no UTC offset"),
    ],
)
def test_a_ride_that_cannot_be_is_refused(details, message):
    with pytest.raises(ValueError, match=message):
        ride(TAXI, details.pop("km"), **details)


def test_the_periods_follow_the_hours_of_the_rule_book():
    hours = Hours(night_from=22, night_until=6, saturday_from=13)
    noon = datetime.fromisoformat(SATURDAY_NOON)
    assert hours.period_at(noon, ORDINARY) is Period.DAY


def test_half_a_cent_of_the_worked_table_goes_up_at_the_end_of_the_sum():
    """The table prints 43.39 for a VSL by night over 8 km: that is 43.395 in binary floats."""
    fare = price_ride(ride(VSL, 8, NIGHT), BOOK, ORDINARY)
    assert sum(line.cents for line in fare.lines) == Decimal("4339.5")
    assert fare.total_cents == 4340
    assert round((15.75 + 5 * 1.10 + 7.68) * 1.5, 2) == 43.39


@pytest.mark.parametrize(("km", "cents"), [("4", 1300), ("44", 6800), ("49.9", 7611), ("50", 8890)])
def test_an_empty_way_back_from_a_hospital_stay_adds_to_the_kilometres(km, cents):
    assert total(TAXI, km, empty_leg=True) == cents


def test_an_empty_way_back_is_a_line_of_the_price_and_is_increased_with_the_base():
    fare = price_ride(ride(TAXI, 14, NIGHT, empty_leg=True), BOOK, ORDINARY)
    assert [(line.label, line.cents) for line in fare.lines] == [
        ("Forfait, 4 km compris", Decimal(1300)),
        ("10 km à 1,10 €", Decimal(1100)),
        ("Retour à vide, 25 % des kilomètres", Decimal(275)),
        ("Majoration nuit ou jour de repos, 50 %", Decimal("1337.5")),
    ]
    assert fare.total_cents == 4013


@pytest.mark.parametrize(
    ("patients", "alone_km", "cents"), [(2, 30, 3952), (2, 29, 3203), (3, 30, 3952), (1, 30, 4160)]
)
def test_who_rode_far_alone_is_reduced_less(patients, alone_km, cents):
    assert total(TAXI, 30, patients=patients, alone_km=Decimal(alone_km)) == cents


@pytest.mark.parametrize(("patients", "cents"), [(1, 1750), (2, 1226), (3, 995)])
def test_tolls_are_paid_as_they_are_and_split_between_the_patients(patients, cents):
    assert total(TAXI, 4, patients=patients, tolls_cents=450) == cents


def test_tolls_are_neither_increased_nor_reduced():
    assert total(TAXI, 4, NIGHT, tolls_cents=450) == 1950 + 450
    lines = price_ride(ride(TAXI, 4, patients=2, tolls_cents=450), BOOK, ORDINARY).lines
    assert lines[-1].label == "Péages, part de ce patient"
    assert lines[-1].cents == 225


def test_the_way_to_the_patient_is_told_and_paid_by_nobody():
    fare = price_ride(ride(TAXI, 4, approach_km=Decimal("7.5")), BOOK, ORDINARY)
    assert fare.lines[-1].label == "Approche de 7,5 km : non remboursée"
    assert (int(fare.lines[-1].cents), fare.total_cents) == (0, 1300)


def test_an_approach_that_is_paid_at_a_price_nobody_published_is_refused():
    changed = [replace(one, value=True) if one.name == "taxi.approach" else one for one in FIGURES]
    book = replace(BOOK, parameters=tuple(changed))
    with pytest.raises(NoTariffError, match="personne n'a publié") as refused:
        price_ride(ride(TAXI, 4, approach_km=Decimal(7)), book, ORDINARY)
    assert refused.value.field == "approach_km"


EVENING = "2026-03-03T19:30+01:00"


@pytest.mark.parametrize(
    ("at", "minutes", "cents"),
    [
        (EVENING, None, 1300),
        (EVENING, 60, 1300),
        (EVENING, 61, 1950),
        ("2026-03-03T07:30+01:00", 60, 1300),
        ("2026-03-03T07:30+01:00", 59, 1950),
        ("2026-03-07T11:30+01:00", 61, 1950),
        ("2026-03-07T11:30+01:00", 60, 1300),
        ("2026-03-08T19:50+01:00", 600, 1950),
        (EVENING, 0, 1300),
    ],
)
def test_a_taxi_is_increased_when_most_of_the_ride_is_in_the_period(at, minutes, cents):
    assert total(TAXI, 4, at, minutes=minutes) == cents


def test_the_pickup_decides_for_those_without_a_majority_rule():
    assert total(VSL, 3, EVENING, minutes=120) == total(VSL, 3, EVENING)


def test_night_needs_its_own_majority_before_it_wins_over_a_rest_day():
    hours = Hours(night_from=20, night_until=8, saturday_from=12)
    sunday_evening = datetime.fromisoformat("2026-03-08T19:30+01:00")
    found = [hours.period_of(sunday_evening, minutes, 50, ORDINARY) for minutes in (40, 61)]
    assert found == [Period.REST_DAY, Period.NIGHT]


def test_a_supplement_nobody_published_is_shown_and_counted_for_nothing():
    fare = price_ride(ride(VSL, 3, tpmr=True), BOOK, ORDINARY)
    assert fare.lines[-1].label == "Supplément TPMR : montant non publié"
    assert fare.total_cents == 2429


@pytest.mark.parametrize(
    ("mode", "at", "note"),
    [
        (VSL, DAY, "Grille majorée"),
        (AMBULANCE, DAY, "Grille majorée"),
        (TAXI, DAY, None),
        (TAXI, "2027-01-04T10:00+01:00", "géolocalisation certifiée"),
    ],
)
def test_what_one_should_know_of_a_tariff_goes_with_the_price(mode, at, note):
    notes = price_ride(ride(mode, 3, at), BOOK, ORDINARY).notes
    assert (note is None and notes == ()) or note in notes[0]


@pytest.mark.parametrize(
    ("at", "cents"),
    [
        (DAY, 0),
        (NIGHT, 800),
        (SATURDAY_NOON, 0),
        (SUNDAY, 500),
        (HOLIDAY, 500),
        ("2026-03-08T20:00+01:00", 800),
    ],
)
def test_a_pharmacy_on_duty_has_its_fee(at, cents):
    instant = datetime.fromisoformat(at)
    assert pharmacy_fee_cents(instant, BOOK, EASTER_MONDAY) == cents


def test_a_reduction_goes_on_for_more_patients_than_its_list():
    sharing = Sharing(by_riders=(23, 35))
    assert [sharing.percent(patients, 0) for patients in (1, 2, 3, 9)] == [0, 23, 35, 35]


def half_up(cents):
    return int((cents * 2 + 1) // 2)


DETAILS = st.fixed_dictionaries(
    {
        "urban_centre": st.sampled_from([None, "Toulouse", "92"]),
        "tpmr": st.booleans(),
        "patients": st.integers(1, 6),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from([TAXI, VSL]),
    metres=st.integers(0, 300_000),
    period=st.sampled_from(Period),
    details=DETAILS,
)
def test_the_lines_add_up_to_the_total_and_integers_agree_with_decimals(
    mode, metres, period, details
):
    tariff = read_tariff(mode, "31", BOOK, datetime.fromisoformat(DAY))
    terms = tariff.terms(period, **details)
    lines = terms.lines(Decimal(metres) / 1000)
    assert terms.total_cents(metres) == half_up(sum(line.cents for line in lines))
    assert terms.total_cents(metres) == terms.total_cents(Decimal(metres))


@settings(max_examples=100, deadline=None)
@given(km=st.integers(0, 300), more=st.integers(0, 50), at=st.sampled_from([DAY, NIGHT, SUNDAY]))
def test_a_longer_taxi_ride_never_costs_less(km, more, at):
    assert total(TAXI, km + more, at) >= total(TAXI, km, at)


@settings(max_examples=60, deadline=None)
@given(km=st.integers(0, 300), mode=st.sampled_from(RideMode))
def test_a_night_ride_costs_more_than_the_same_by_day(km, mode):
    assert total(mode, km, NIGHT) > total(mode, km, DAY)


def test_half_a_cent_is_rounded_up():
    assert Terms(forfait=1, included_m=0, km_cents=0, increase=50).total_cents(0) == 2
