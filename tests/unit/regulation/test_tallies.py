"""Statistics of a territory: told of groups large enough, counted once each, of nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.kernel.ids import Identifier
from regulation.mobility import VehicleClass
from regulation.tallies import (
    SMALLEST_GROUP,
    AskedMission,
    MissionFate,
    OrientedCase,
    Spread,
    company_shares,
    gini,
    place_shares,
    tally,
    tally_by,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MMG, SURGERY = (Identifier.parse(f"LOCAL:{name}") for name in ("mmg", "cabinet"))
CASE = OrientedCase(
    profile=VehicleClass.TAP,
    commune="31600 Muret",
    asked_at=NOON,
    care_at=NOON + HOUR,
    road_m=3_000,
    chosen=MMG,
    proposed=frozenset({MMG, SURGERY}),
    missions=(),
)


def mission(fate: MissionFate, company: str = "A") -> AskedMission:
    return AskedMission(company=company, fate=fate)


def test_of_fewer_cases_than_the_smallest_group_nothing_is_told():
    few = tally([CASE] * (SMALLEST_GROUP - 1))
    assert (few.cases, few.delay_s, few.road_m, few.missions) == (None, None, None, None)
    assert few.refusal_share is None
    assert tally([CASE] * SMALLEST_GROUP).cases == SMALLEST_GROUP


def test_delay_and_distance_are_the_middle_and_the_ninth_decile_by_nearest_rank():
    told = tally(
        [replace(CASE, care_at=NOON + n * HOUR, road_m=1_000 * n) for n in range(10, 0, -1)]
    )
    assert told.delay_s == Spread(median=5 * 3600, p90=9 * 3600)
    assert told.road_m == Spread(median=5_000, p90=9_000)


def test_who_is_not_seen_or_does_not_go_counts_in_neither():
    stays = replace(CASE, care_at=None, road_m=None)
    told = tally([CASE] * 3 + [stays] * 3)
    assert (told.cases, told.delay_s, told.road_m) == (6, None, None)


def test_what_is_still_awaited_is_no_refusal_and_silence_is_no_acceptance():
    fates = [MissionFate.REFUSED, MissionFate.SILENT, *[MissionFate.ACCEPTED] * 3]
    cases = [replace(CASE, missions=(mission(one),)) for one in fates]
    cases += [replace(CASE, missions=(mission(MissionFate.AWAITED),))] * 5
    assert tally(cases).refusal_share == pytest.approx(0.2)
    assert tally(cases[1:]).refusal_share is None


def test_cases_are_told_by_profile_and_commune():
    cases = [CASE] * 5 + [replace(CASE, profile=None)] * 6 + [replace(CASE, commune="X")] * 2
    by_both = tally_by(cases, lambda one: (one.profile, one.commune))
    assert by_both[VehicleClass.TAP, "31600 Muret"].cases == 5
    assert by_both[None, "31600 Muret"].cases == 6
    assert by_both[VehicleClass.TAP, "X"].cases is None


def test_a_place_that_is_proposed_and_never_chosen_is_told_with_the_others():
    shares = [(one.effecteur_id, one.proposed, one.chosen) for one in place_shares([CASE] * 3)]
    assert shares == [(MMG, 3, 3), (SURGERY, 3, 0)]


def test_a_company_nobody_asks_is_told_with_the_others():
    cases = [replace(CASE, missions=(mission(MissionFate.REFUSED, "B"),))]
    shares = company_shares(cases, ["A"])
    assert [(one.company, one.asked) for one in shares] == [("B", 1), ("A", 0)]


def test_the_index_is_none_of_nothing_and_nought_when_all_have_as_much():
    assert gini([]) is None
    assert gini([0, 0]) is None
    assert gini([4, 4, 4]) == 0
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=8).filter(any), st.randoms())
def test_the_index_is_that_of_the_shares_whoever_has_them(counts, random):
    shuffled = list(counts)
    random.shuffle(shuffled)
    found = gini(counts)
    assert found is not None
    assert found == gini(shuffled)
    assert found == pytest.approx(gini([3 * one for one in counts]))
    assert 0 <= found < 1
