"""A proposal more, that costs the patient less than each of those ranked."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.kernel.modes import Mode, Payer
from regulation.kernel.travel import LegPrice
from regulation.offers import SlotMode
from regulation.proposals import ProposalKind
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import Counted, a_desk, a_vehicle, fleet_planner
from tests.unit.regulation.worlds import (
    NOON,
    a_case,
    a_snapshot,
    an_effecteur,
    free,
    no_need,
)
from tests.unit.transport.pairing_worlds import flat_fare, place
from tests.worlds import by_leg

NEAR = an_effecteur("mmg", position=place(3, 0))
NO_CAR = no_need(own_vehicle_available=False, public_transport_possible=False)


def orient(*offers, desk=None):
    return propose_orientations(a_case(NO_CAR), a_snapshot(*offers), desk or a_desk(), NOON)


DEAR = [an_effecteur(f"loin-{east}", position=place(9, east)) for east in range(3)]


def test_who_pays_dearly_for_each_proposal_is_offered_a_cheaper_one_in_time_besides():
    *ranked, spared = orient(*[free(one, 60) for one in DEAR], free(NEAR, 30 * 60)).proposals
    assert [one.spares_cents for one in ranked] == [0, 0, 0]
    assert (spared.rank, spared.slot.slot_id) == (4, "mmg-1800")
    paid = [sum(leg.price.patient_cents for leg in one.legs) for one in (*ranked, spared)]
    assert spared.spares_cents == min(paid[:3]) - paid[3] > 300
    (told,) = (text for text in spared.explanation if "La moins chère pour le patient" in text)
    assert "32,00 € à sa charge, contre 56,00 € au moins pour les autres trajets" in told
    assert not any("La moins chère" in text for one in ranked for text in one.explanation)


def test_a_doctor_seen_from_afar_is_no_reason_not_to_look_for_a_cheaper_way_to_one():
    afar = free(an_effecteur("de-loin"), 1, modes=frozenset({SlotMode.VR}))
    answer = orient(afar, *[free(one, 60) for one in DEAR[:2]], free(NEAR, 30 * 60))
    kinds = [one.kind for one in answer.proposals]
    assert sorted(kinds[:3]) == [*[ProposalKind.CONSULTATION] * 2, ProposalKind.TELECONSULTATION]
    assert [one.spares_cents for one in answer.proposals] == [0, 0, 0, 2400]


def test_nothing_cheaper_is_proposed_past_the_deadline():
    answer = orient(*[free(one, 60) for one in DEAR], free(NEAR, 49 * 60))
    assert [one.spares_cents for one in answer.proposals] == [0, 0, 0]


@by_leg
def paid_by_nobody(mode, distance_m, depart_at, riders, between):
    return LegPrice(total_cents=5000, patient_cents=0, am_cents=5000, payer=Payer.CPAM)


def test_nothing_cheaper_is_looked_for_where_no_proposal_costs_much():
    for rates, asked in ((paid_by_nobody, 1), (flat_fare, 2)):
        planner = Counted(fleet_planner(a_vehicle("taxi", Mode.TAXI)))
        desk = a_desk(planner, pricing=lambda *_, rates=rates: rates)
        desk = replace(desk, parameters=replace(desk.parameters, horizons=()))
        orient(*[free(one, 60) for one in DEAR], desk=desk)
        assert planner.calls == asked


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
