"""The pricer of one person: every mode, who bears it, and fares that nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.rulebook import load_rulebook
from regulation.assessment import assess
from regulation.entitlement import Document, Funding, FundingPayer
from regulation.kernel.modes import Mode, Payer
from regulation.kernel.places import Position
from regulation.mobility import AldAnswers, MobilityAnswers
from regulation.pricing import RIDES, rates_for

BOOK = load_rulebook()
AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
NIGHT = AT + timedelta(hours=12)
TOWN, FIELDS = Position(lat=43.6, lon=1.44), Position(lat=43.2, lon=1.1)
IN_THE_FIELDS = (FIELDS, FIELDS)
FLEET = tuple(RIDES)

WALKING: dict[str, Any] = {
    "smur_team_needed": False,
    "lying_or_semi_sitting": False,
    "stretcher_or_carrying": False,
    "qualified_supervision": False,
    "oxygen": False,
    "asepsis": False,
    "stays_in_wheelchair": False,
    "uses_wheelchair": False,
    "walking_aid": False,
    "strict_hygiene": False,
    "disinfection_risk": False,
    "side_effect_risk": False,
    "autonomy": "alone",
    "impairments": frozenset(),
}
SEATED = WALKING | {"strict_hygiene": True}


class EveryDayIsWorked:
    """A calendar without holidays."""

    def is_public_holiday(self, day):
        return False


class Town:
    """Names the town, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, position):
        self.asked += 1
        return "Toulouse" if position == TOWN else None


def pricer(*motives, age=40.0, at=AT, department="31", urban=None, state=SEATED, **answers):
    known = MobilityAnswers(
        motive=frozenset(motives) if motives else None, hospitalised_now=False, **state, **answers
    )
    verdict = assess(known, BOOK, at)
    return rates_for(
        age, known, verdict.funding, BOOK, EveryDayIsWorked(), at, department, urban or Town()
    )


def split(found):
    return found.total_cents, found.patient_cents, found.am_cents, found.payer


def leg(price, mode, km=8, *, at=AT, riders=1, between=IN_THE_FIELDS):
    return split(price(mode, at, riders, between).of(round(km * 1000)))


@pytest.mark.parametrize(
    ("mode", "cents"),
    [
        (Mode.TAXI, 1740),
        (Mode.TAXI_TPMR, 4740),
        (Mode.VSL, 2893),
        (Mode.VSL_TPMR, 2893),
        (Mode.AMBULANCE, 7712),
        (Mode.OWN_CAR, 240),
        (Mode.COMPANION_CAR, 240),
        (Mode.PUBLIC_TRANSPORT, 180),
        (Mode.ON_FOOT, 0),
        (Mode.CARE_TEAM, 0),
    ],
)
def test_a_transport_that_is_not_covered_is_on_the_patient(mode, cents):
    assert leg(pricer("none"), mode) == (cents, cents, 0, Payer.PATIENT)


def test_social_transport_is_on_the_community_but_for_the_ticket():
    assert leg(pricer("none"), Mode.SOCIAL) == (2500, 180, 0, Payer.COLLECTIVITE)


def test_a_covered_ride_leaves_the_rest_and_the_franchise_to_the_patient():
    assert leg(pricer("hospitalisation"), Mode.TAXI) == (1740, 1183, 557, Payer.CPAM)


def test_an_ald_is_paid_in_full_but_for_the_franchise():
    price = pricer("ald", ald=AldAnswers(related=True, incapacity=True))
    assert leg(price, Mode.VSL) == (2893, 400, 2493, Payer.CPAM)


def test_the_best_rate_of_two_motives_holds():
    price = pricer("hospitalisation", "ald", ald=AldAnswers(related=True, incapacity=True))
    assert leg(price, Mode.VSL) == (2893, 400, 2493, Payer.CPAM)


@pytest.mark.parametrize("motive", ["chemo_radio_dialysis", "summons"])
def test_sessions_and_summons_are_paid_in_full_but_for_the_franchise(motive):
    assert leg(pricer(motive), Mode.VSL) == (2893, 400, 2493, Payer.CPAM)


@pytest.mark.parametrize(
    ("particulars", "patient"),
    [(None, 3870), (frozenset(), 3870), (frozenset({"emergency_aid"}), 3470)],
)
def test_an_ambulance_is_priced_with_the_franchise_unless_told_of_an_emergency(
    particulars, patient
):
    price = pricer("none", state=SEATED | {"oxygen": True}, particulars=particulars)
    assert leg(price, Mode.AMBULANCE)[1] == patient


def test_until_the_motive_is_known_an_ambulance_is_priced_at_the_most_left_to_pay():
    price = pricer(state=SEATED | {"oxygen": True})
    assert leg(price, Mode.AMBULANCE) == (7712, 3870, 3842, Payer.CPAM)


def test_a_work_accident_costs_the_patient_nothing():
    assert leg(pricer("work_accident"), Mode.TAXI) == (1740, 0, 1740, Payer.CPAM)


@pytest.mark.parametrize(("age", "patient"), [(17.9, 783), (18.0, 1183)])
def test_a_minor_owes_no_franchise(age, patient):
    assert leg(pricer("hospitalisation", age=age), Mode.TAXI)[1] == patient


def test_the_hospital_pays_the_whole_ride_of_its_patient():
    answers = MobilityAnswers(
        motive=frozenset({"hospitalisation"}), hospitalised_now=True, **SEATED
    )
    paid = assess(answers, BOOK, AT).funding
    price = rates_for(40.0, answers, paid, BOOK, EveryDayIsWorked(), AT, "31", Town())
    assert leg(price, Mode.TAXI) == (1740, 0, 0, Payer.ETABLISSEMENT)


@pytest.mark.parametrize("mode", FLEET)
def test_a_cover_not_known_is_counted_wholly_on_the_patient_and_says_so(mode):
    total, patient, am, payer = leg(pricer(), mode)
    assert (patient, am, payer) == (total, 0, Payer.UNKNOWN)
    assert total > 0


def test_a_covered_motive_does_not_pay_a_ride_that_may_not_be_prescribed():
    price = pricer("hospitalisation", state=WALKING)
    assert leg(price, Mode.TAXI) == (1740, 1740, 0, Payer.PATIENT)
    assert leg(pricer("hospitalisation"), Mode.AMBULANCE)[3] is Payer.PATIENT


@pytest.mark.parametrize(
    ("mode", "total"),
    [(Mode.OWN_CAR, 240), (Mode.COMPANION_CAR, 240), (Mode.PUBLIC_TRANSPORT, 180)],
)
@pytest.mark.parametrize(("motive", "percent"), [("hospitalisation", 55), ("work_accident", 100)])
def test_own_means_are_paid_for_where_they_are_what_is_prescribed(mode, total, motive, percent):
    price = pricer(motive, state=WALKING)
    borne = total * percent // 100
    assert leg(price, mode) == (total, total - borne, borne, Payer.CPAM)
    assert leg(pricer(motive), mode) == (total, total, 0, Payer.PATIENT), "a TAP is prescribed"


def test_own_means_of_a_hospital_patient_are_on_the_hospital():
    answers = MobilityAnswers(
        motive=frozenset({"hospitalisation"}), hospitalised_now=True, **WALKING
    )
    paid = assess(answers, BOOK, AT).funding
    price = rates_for(40.0, answers, paid, BOOK, EveryDayIsWorked(), AT, "31", Town())
    assert leg(price, Mode.OWN_CAR) == (240, 0, 0, Payer.ETABLISSEMENT)


@pytest.mark.parametrize("mode", [Mode.OWN_CAR, Mode.PUBLIC_TRANSPORT])
def test_nobody_knows_who_pays_own_means_before_the_motive_is_told(mode):
    walking, seated = (leg(pricer(state=state), mode) for state in (WALKING, SEATED))
    assert walking[3] is Payer.UNKNOWN
    assert walking[0] == walking[1], "it never looks free"
    assert seated[3] is Payer.PATIENT, "a TAP is what could be prescribed"


def test_a_class_still_open_leaves_the_dearer_ride_open():
    price = pricer("hospitalisation", state={"strict_hygiene": True})
    assert leg(price, Mode.TAXI)[3] is Payer.CPAM
    assert leg(price, Mode.AMBULANCE) == (7712, 7712, 0, Payer.UNKNOWN)


def test_an_ambulance_prescribed_is_paid():
    assert leg(pricer("none", state=SEATED | {"oxygen": True}), Mode.AMBULANCE) == (
        7712,
        3870,
        3842,
        Payer.CPAM,
    )


@pytest.mark.parametrize("between", [(TOWN, FIELDS), (FIELDS, TOWN), (TOWN, TOWN)])
def test_the_big_city_counts_once_at_either_end_of_a_taxi_ride(between):
    assert leg(pricer("none"), Mode.TAXI, between=between)[0] == 3240
    assert leg(pricer("none"), Mode.VSL, between=between)[0] == 2893


@pytest.mark.parametrize("motives", [("none",), ("work_accident",), ("ald",)])
@pytest.mark.parametrize("mode", list(Mode))
def test_the_least_of_a_length_is_the_least_of_all_longer_ones(mode, motives):
    rate = pricer(*motives)(mode, AT, 1, (FIELDS, FIELDS))
    metres = np.arange(0, 60_000, 37, dtype=np.int64)
    paid, totals = rate.cents(metres)
    for cents, least in zip((paid, totals - paid), rate.least(metres), strict=True):
        longer = np.minimum.accumulate(cents[::-1])[::-1]
        assert np.all(least <= longer)
        assert np.all(least >= longer - 10)  # between two of the lengths tried


def test_each_place_is_asked_for_its_city_once():
    town = Town()
    price = pricer("none", urban=town)
    legs = [leg(price, Mode.TAXI, km, between=(TOWN, FIELDS)) for km in (1, 2, 3)]
    assert (len(legs), town.asked) == (3, 1), "the other end no longer matters"


def test_the_hour_and_the_riders_change_the_price():
    price = pricer("none")
    assert leg(price, Mode.TAXI)[0] == 1740
    assert leg(price, Mode.TAXI, at=NIGHT)[0] == 2610
    assert leg(price, Mode.TAXI, riders=2)[0] == 1340
    assert leg(price, Mode.TAXI)[0] == 1740


@pytest.mark.parametrize("mode", [Mode.TAXI, Mode.OWN_CAR])
def test_the_same_hours_of_two_worked_days_are_priced_by_one_rate(mode):
    price = pricer("none")
    first, second = (price(mode, AT + timedelta(days=n), 1, IN_THE_FIELDS) for n in range(2))
    assert first is second


def test_the_price_changes_at_eight_in_the_evening_to_the_second():
    price = pricer("none")
    eight = datetime(2026, 3, 3, 19, tzinfo=UTC)
    assert leg(price, Mode.TAXI, at=eight - timedelta(seconds=1))[0] == 1740
    assert leg(price, Mode.TAXI, at=eight)[0] == 2610


@given(
    mode=st.sampled_from(list(Mode)),
    metres=st.lists(st.integers(0, 200_000), max_size=30),
    at=st.integers(0, 365 * 24 * 3600).map(lambda seconds: AT + timedelta(seconds=seconds)),
    riders=st.integers(1, 3),
    motive=st.sampled_from(("none", "ald", "hospitalisation")),
)
def test_many_lengths_are_priced_as_one_by_one_and_alike_within_an_hour_of_the_clock(
    mode, metres, at, riders, motive
):
    rates = pricer(motive)
    paid, total = rates(mode, at, riders, IN_THE_FIELDS).cents(np.array(metres, dtype=np.int64))
    full_hour = rates(mode, at.replace(minute=0, second=0, microsecond=0), riders, IN_THE_FIELDS)
    prices = [full_hour.of(length) for length in metres]
    assert paid.tolist() == [price.patient_cents for price in prices]
    assert total.tolist() == [price.total_cents for price in prices]


def test_a_department_without_a_tariff_is_estimated_and_never_free():
    price = pricer("work_accident", department="33")
    assert leg(price, Mode.TAXI) == (5632, 5632, 0, Payer.UNKNOWN)
    assert leg(price, Mode.VSL) == (2893, 0, 2893, Payer.CPAM)


def test_a_day_without_a_tariff_is_estimated():
    price = pricer("none", at=datetime(2024, 6, 4, 10, tzinfo=UTC))
    total, patient, _, payer = leg(price, Mode.VSL, at=datetime(2024, 6, 4, 10, tzinfo=UTC))
    assert (total, patient, payer) == (5020, 5020, Payer.UNKNOWN)


def test_what_a_tariff_does_not_foresee_is_estimated():
    assert leg(pricer("none"), Mode.AMBULANCE, riders=2)[3] is Payer.UNKNOWN


def test_a_city_without_the_forfait_makes_the_fare_unknown():
    price = pricer("none", urban=lambda position: "Atlantis")
    assert leg(price, Mode.TAXI)[3] is Payer.UNKNOWN


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(FLEET),
    metres=st.integers(0, 200_000),
    hours=st.integers(0, 167),
    between=st.sampled_from([IN_THE_FIELDS, (TOWN, FIELDS)]),
)
def test_an_estimate_is_never_below_a_known_fare(mode, metres, hours, between):
    at = AT + timedelta(hours=hours)
    known, nowhere = pricer("none"), pricer("none", department="974")
    estimated = nowhere(mode, at, 1, between).of(metres)
    assert estimated.payer is Payer.UNKNOWN
    assert estimated.total_cents >= known(mode, at, 1, between).of(metres).total_cents


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(Mode),
    metres=st.integers(0, 200_000),
    motive=st.sampled_from(["none", "hospitalisation", "work_accident"]),
    riders=st.integers(1, 4),
)
def test_the_shares_never_exceed_the_price_nor_fall_below_nothing(mode, metres, motive, riders):
    found = pricer(motive)(mode, AT, riders, (TOWN, FIELDS)).of(metres)
    assert found.patient_cents >= 0
    assert found.am_cents >= 0
    assert found.patient_cents + found.am_cents <= found.total_cents
    assert (found.am_cents > 0) <= (found.payer is Payer.CPAM)


def covered(*fired):
    return Funding(
        covered=True,
        payer=FundingPayer.CPAM,
        document=Document.PRESCRIPTION_TRANSPORT,
        sentence="Transport pris en charge.",
        fired=fired,
    )


def test_a_cover_without_the_rule_that_opened_it_has_no_known_rate():
    answers = MobilityAnswers(**SEATED)
    price = rates_for(40.0, answers, covered(), BOOK, EveryDayIsWorked(), AT, "31", Town())
    assert leg(price, Mode.TAXI) == (1740, 1740, 0, Payer.UNKNOWN)


def test_the_states_of_these_tests_are_settled():
    walking, seated = (assess(MobilityAnswers(**state), BOOK, AT) for state in (WALKING, SEATED))
    assert (walking.vehicle_class, seated.vehicle_class) == ("INDIVIDUEL", "TAP")


def test_a_rate_not_known_on_that_day_leaves_the_payer_unknown():
    at = datetime(2012, 6, 5, 10, tzinfo=UTC)
    price = pricer("hospitalisation", at=at)
    assert leg(price, Mode.TAXI)[3] is Payer.UNKNOWN
