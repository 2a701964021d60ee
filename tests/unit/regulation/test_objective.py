"""Each term of the objective has its rule: a journey with it ranks after the same without."""

from dataclasses import replace

import pytest

from regulation.kernel.modes import Tier
from regulation.parameters import objective, orientation_parameters
from regulation.proposals import ProposalKind
from regulation.rules import UnknownParameterError
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import a_desk
from tests.unit.regulation.worlds import (
    HERE,
    HOUR,
    NOON,
    a_case,
    a_snapshot,
    an_ed,
    an_effecteur,
    free,
    rules,
    rules_without,
)

TERMS = {
    "OBJ-RETARD": ("late_min", Tier.LATENESS),
    "OBJ-ATTENTE-SOIN": ("delay_s", Tier.BURDEN),
    "OBJ-ATTENTE": ("waiting_s", Tier.BURDEN),
    "OBJ-A-BORD": ("aboard_s", Tier.BURDEN),
    "OBJ-ABSENCE": ("away_s", Tier.BURDEN),
    "OBJ-RESTE-A-CHARGE": ("own_pay_cents", Tier.BURDEN),
    "OBJ-PHARMACIE": ("missed_pharmacy", Tier.BURDEN),
    "OBJ-VISITE-RARE": ("scarce_visit", Tier.BURDEN),
    "OBJ-URGENCES": ("avoidable_ed", Tier.BURDEN),
    "OBJ-DISTANCE-NON-CONFIRMEE": ("remote_unconfirmed", Tier.BURDEN),
    "OBJ-ASSISTEE-NON-CONFIRMEE": ("assisted_remote_unconfirmed", Tier.BURDEN),
    "OBJ-PREFERENCE": ("not_preferred", Tier.BURDEN),
    "OBJ-EN-SUS": ("beyond_agenda", Tier.BURDEN),
    "OBJ-COUT-PUBLIC": ("public_cost_cents", Tier.COST),
    "OBJ-ACCES-INCONNU": ("unknown_access", Tier.COST),
    "OBJ-ACCES-AIDE": ("access_with_help", Tier.COST),
    "OBJ-SOURCE-ANCIENNE": ("stale_source", Tier.COST),
    "OBJ-EQUITE": ("recent_orientations", Tier.COST),
    "OBJ-KM-VEHICULE": ("fleet_m", Tier.COST),
}


def test_no_term_is_without_a_test():
    assert {one.rule_id for one in rules().rules if one.family == "objectif"} == set(TERMS)


@pytest.mark.parametrize("rule_id", TERMS)
def test_a_journey_with_the_term_ranks_after_the_same_without(rule_id):
    name, tier = TERMS[rule_id]
    weighed = objective(rules(), NOON)
    plain, with_it = weighed.tiers({}), weighed.tiers({name: 1})
    assert weighed.rank_key(plain) < weighed.rank_key(with_it)
    assert [one for one in Tier if with_it[one] != plain[one]] == [tier]


@pytest.mark.parametrize("rule_id", TERMS)
def test_without_its_rule_a_term_is_refused_rather_than_forgotten(rule_id):
    name, _ = TERMS[rule_id]
    with pytest.raises(KeyError, match=name):
        objective(rules_without(rule_id), NOON).tiers({name: 1})


def kinds_of(case, slot_after_h, where=HERE):
    """What is proposed beside an open emergency department and a practice with one slot."""
    practice = free(an_effecteur("cabinet", position=where), slot_after_h * 60)
    answer = propose_orientations(case, a_snapshot((an_ed(), None), practice), a_desk(), NOON)
    return [one.kind for one in answer.proposals]


@pytest.mark.parametrize("after_h", [1, 13, 40, 47])
def test_a_need_that_can_wait_two_days_goes_to_a_practice_within_them_before_the_ed(after_h):
    assert kinds_of(a_case(), after_h) == [ProposalKind.CONSULTATION, ProposalKind.ED]


@pytest.mark.parametrize(("deadline_h", "after_h"), [(4, 5), (4, 40), (48, 49)])
def test_a_deadline_that_only_the_ed_keeps_sends_there(deadline_h, after_h):
    assert kinds_of(a_case(deadline=deadline_h * HOUR), after_h)[0] is ProposalKind.ED


def test_a_practice_far_off_at_the_end_of_the_deadline_comes_after_the_ed():
    twenty_km = replace(HERE, lat=HERE.lat + 0.18)
    assert kinds_of(a_case(), 24, twenty_km) == [ProposalKind.CONSULTATION, ProposalKind.ED]
    assert kinds_of(a_case(), 47, twenty_km) == [ProposalKind.ED, ProposalKind.CONSULTATION]


def test_a_passage_by_the_ed_weighs_the_longest_deadline_of_a_care_level():
    weighed = objective(rules(), NOON)
    longest = max(orientation_parameters(rules(), NOON).deadlines.values())
    wait = weighed.tiers({"delay_s": int(longest.total_seconds())})
    assert weighed.tiers({"avoidable_ed": 1}) == wait


READ = [
    "objective.burden_step",
    "deadline_minutes.R2",
    "deadline_minutes.R3",
    "care_length_minutes",
    "ed_length_minutes",
    "pharmacy_minutes",
    "doors_open_before_minutes",
    "walkin_step_minutes",
    "walkin_horizon_minutes",
    "search_horizons_hours",
    "sparing.unsure_terms",
    "sparing.time_divisor",
    "sparing.nearest_places",
    "remote_confirmed_needs",
    "pharmacy_stake.likely",
    "pharmacy_stake.certain",
    "max_aboard_minutes",
    "driving_age",
    "walking_age",
    "boarding_minutes.TAP",
    "scarce_visit_classes",
    "ed_avoided_levels",
    "visit_reach_km",
    "social.takes_care_trips",
    "garde.reserved_vehicles",
]


@pytest.mark.parametrize("name", READ)
def test_a_figure_that_is_missing_is_named_rather_than_guessed(name):
    left = tuple(one for one in rules().parameters if one.name != name)
    assert len(left) < len(rules().parameters)
    book = replace(rules(), parameters=left)
    with pytest.raises(UnknownParameterError, match=name):
        (objective(book, NOON), orientation_parameters(book, NOON))
