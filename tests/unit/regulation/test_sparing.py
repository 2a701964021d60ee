"""A proposal more, that costs the patient less than each of those ranked."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.modes import Mode, Payer, SolverStatus
from regulation.kernel.planner import Budget
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice
from regulation.offers import SlotMode
from regulation.parameters import TIMES, objective, orientation_parameters
from regulation.proposals import ProposalKind
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import Counted, a_desk, a_vehicle, fleet_planner
from tests.unit.regulation.worlds import (
    HOUR,
    MINUTE,
    NOON,
    a_case,
    a_slot,
    a_snapshot,
    an_agenda,
    an_ed,
    an_effecteur,
    free,
    no_need,
    rules,
)
from tests.unit.transport.pairing_worlds import flat_fare, place
from tests.worlds import by_leg

NEAR = an_effecteur("mmg", position=place(3, 0))
NO_CAR = no_need(own_vehicle_available=False, public_transport_possible=False)


def orient(*offers, desk=None, case=None):
    case = case or a_case(NO_CAR)
    return propose_orientations(case, a_snapshot(*offers), desk or a_desk(), NOON)


DEAR = [an_effecteur(f"loin-{east}", position=place(9, east)) for east in range(3)]


def test_who_pays_dearly_for_each_proposal_is_offered_a_cheaper_one_in_time_besides():
    *ranked, spared = orient(*[free(one, 60) for one in DEAR], free(NEAR, 30 * 60)).proposals
    assert [one.spares_cents for one in ranked] == [0, 0, 0]
    assert (spared.rank, spared.slot.slot_id) == (4, "mmg-1800")
    paid = [sum(leg.price.patient_cents for leg in one.legs) for one in (*ranked, spared)]
    assert spared.spares_cents == min(paid[:3]) - paid[3] > 300
    (told,) = (text for text in spared.explanation if "Transport moins cher" in text)
    assert "32,00 € à sa charge, contre 56,00 € au moins ailleurs, là où le coût est connu" in told
    assert not any("moins cher" in text for one in ranked for text in one.explanation)


def spared(*offers, **told):
    return [one.spares_cents for one in orient(*offers, **told).proposals]


AFAR = an_effecteur("de-loin")
CABIN = an_effecteur("cabine", kind=EffecteurKind.TELE)


@pytest.mark.parametrize("unsure", [free(AFAR, 1, modes=frozenset({SlotMode.VR})), free(CABIN, 9)])
def test_what_a_doctor_must_confirm_is_no_reason_not_to_look_for_a_cheaper_way(unsure):
    offers = [unsure, *[free(one, 60) for one in DEAR[:2]], free(NEAR, 30 * 60)]
    *_, last = orient(*offers).proposals
    assert (last.kind, last.slot.slot_id) == (ProposalKind.CONSULTATION, "mmg-1800")
    assert spared(*offers) == [0, 0, 0, 2400]


def test_a_doctor_seen_from_afar_with_nothing_to_confirm_spares_all_there_is():
    def psychiatrist(one):
        return replace(one, care=frozenset({CareCode.PSYCHIATRY}))

    afar = free(psychiatrist(AFAR), 1, modes=frozenset({SlotMode.VR}))
    offers = [afar, *[free(psychiatrist(one), 60) for one in DEAR[:2]]]
    near = free(psychiatrist(NEAR), 30 * 60)
    assert spared(*offers, near, case=a_case(NO_CAR, code=CareCode.PSYCHIATRY)) == [0, 0, 0]


def test_what_must_be_confirmed_is_never_the_cheaper_proposal():
    afar = free(AFAR, 30 * 60, modes=frozenset({SlotMode.VR}))
    assert spared(*[free(one, 60) for one in DEAR], afar) == [0, 0, 0]


@pytest.mark.parametrize(("after", "added"), [(48 * 60, [2400]), (48 * 60 + 1, [])])
def test_a_cheaper_proposal_is_within_the_deadline(after, added):
    assert spared(*[free(one, 60) for one in DEAR], free(NEAR, after)) == [0, 0, 0, *added]


def test_where_all_are_late_a_later_one_is_not_proposed_for_being_cheaper():
    late, later = 49 * 60, 55 * 60
    assert spared(*[free(one, late) for one in DEAR], free(NEAR, later)) == [0, 0, 0]


def test_nothing_is_said_to_be_cheaper_while_the_share_of_the_patient_may_fall():
    untold = no_need(
        lying_or_semi_sitting=True, motive=None, own_vehicle_available=False
    )  # who lies may be carried at no cost, for a reason nobody has told yet
    offers = [*[free(one, 60) for one in DEAR], free(NEAR, 30 * 60)]
    told = replace(untold, motive=frozenset({"none"}))
    assert spared(*offers, case=a_case(untold)) == [0, 0, 0]
    assert spared(*offers, case=a_case(told)) == [0, 0, 0, 2400]


@by_leg
def paid_by_who_knows(mode, distance_m, depart_at, riders, between):
    price = flat_fare(mode, depart_at, riders, between).of(distance_m)
    return replace(price, payer=Payer.UNKNOWN)


def test_nothing_is_said_to_be_cheaper_where_nobody_knows_who_pays():
    desk = a_desk(pricing=lambda *_: paid_by_who_knows)
    offers = [*[free(one, 60) for one in DEAR], free(NEAR, 30 * 60)]
    assert spared(*offers, desk=desk) == [0, 0, 0]


def test_places_with_nothing_in_time_are_not_looked_for_in():
    desk = a_desk()
    few = replace(desk, parameters=replace(desk.parameters, sparing_places=1))
    shut = an_effecteur("complet", position=place(1, 0))
    offers = [*[free(one, 60) for one in DEAR], free(shut, -30, 49 * 60), free(NEAR, 30 * 60)]
    assert spared(*offers, desk=few) == [0, 0, 0, 2400]
    over = an_ed(position=place(1, 0), open_windows=(TimeWindow(NOON - 9 * HOUR, NOON),))
    assert spared(*offers[:3], (over, None), free(NEAR, 30 * 60), desk=few) == [0, 0, 0, 2400]


def test_a_place_said_to_be_free_lately_goes_before_one_a_little_cheaper():
    fresh = an_effecteur("vu", position=place(3.2, 0))
    stale = (NEAR, an_agenda(NEAR, a_slot(NEAR, 600), seen_ago=15 * MINUTE))
    *_, last = orient(*[free(one, 60) for one in DEAR], free(fresh, 600), stale).proposals
    assert (last.slot.slot_id, last.spares_cents > 0) == ("vu-600", True)


def test_what_was_proven_of_the_ranking_stays_and_what_is_left_of_the_time_is_spent():
    planner = Counted(fleet_planner(a_vehicle("taxi", Mode.TAXI)), takes_ms=4000, cut=2)
    desk = a_desk(planner)
    desk = replace(desk, parameters=replace(desk.parameters, horizons=()))
    answer = orient(*[free(one, 60) for one in DEAR], desk=desk)
    assert answer.solver.status is SolverStatus.OPTIMAL
    assert planner.budgets == [Budget(wall_s=5.0), Budget(wall_s=1.0)]


def test_a_book_of_before_looks_for_nothing_cheaper():
    left = tuple(one for one in rules().parameters if not one.name.startswith("sparing."))
    parameters = orientation_parameters(replace(rules(), parameters=left), NOON)
    assert parameters.sparing is None


def test_time_alone_weighs_less_when_money_is_to_be_spared():
    usual = objective(rules(), NOON)
    sparing = orientation_parameters(rules(), NOON).sparing
    assert sparing is not None
    assert set(usual.terms) > TIMES
    for name, term in sparing.objective.terms.items():
        assert term.weight == usual.terms[name].weight * (1 if name in TIMES else 100)


@by_leg
def paid_by_nobody(mode, distance_m, depart_at, riders, between):
    return LegPrice(total_cents=5000, patient_cents=0, am_cents=5000, payer=Payer.CPAM)


def test_nothing_cheaper_is_looked_for_where_no_proposal_costs_much():
    for rates, asked in ((paid_by_nobody, 1), (flat_fare, 2)):
        planner = Counted(fleet_planner(a_vehicle("taxi", Mode.TAXI)))
        desk = a_desk(planner, pricing=lambda *_, rates=rates: rates)
        desk = replace(desk, parameters=replace(desk.parameters, horizons=()))
        orient(*[free(one, 60) for one in DEAR], desk=desk)
        assert len(planner.budgets) == asked


def test_a_cheaper_proposal_is_looked_for_among_the_nearest_places_only():
    desk = a_desk()
    offers = [*[free(one, 60) for one in DEAR], free(NEAR, 30 * 60)]
    for places, spared in ((1, [0, 0, 0, 2400]), (0, [0, 0, 0])):
        few = replace(desk, parameters=replace(desk.parameters, sparing_places=places))
        answer = orient(*offers, desk=few)
        assert [one.spares_cents for one in answer.proposals] == spared


where = st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(3, 280))


@given(st.lists(where, min_size=1, max_size=6, unique_by=lambda one: one[:2]))
@settings(max_examples=40)
def test_looking_for_a_cheaper_proposal_changes_none_of_the_others(drawn):
    sparing = a_desk()
    usual = replace(sparing, parameters=replace(sparing.parameters, sparing=None))
    offers = [
        free(an_effecteur(f"lieu-{number}", position=place(north, east)), 10 * after)
        for number, (north, east, after) in enumerate(drawn)
    ]
    ranked, more = (orient(*offers, desk=desk).proposals for desk in (usual, sparing))
    assert more[: len(ranked)] == ranked
    assert len(more) <= len(ranked) + 1
    assert all(one.spares_cents >= 300 for one in more[len(ranked) :])
