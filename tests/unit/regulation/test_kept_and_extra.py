"""Slots kept for disabled patients, and patients taken on top of an agenda."""

from dataclasses import replace

import pytest

from regulation.bookings import booking_of, find_offered_slot, without_taken
from regulation.declarations import Declaration, Openness, extra_slot_id, extras_of
from regulation.effecteurs import EffecteurKind
from regulation.mobility import UNKNOWN
from regulation.offers import Availability, Booking, SlotMode
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import a_desk
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
)

MMG = an_effecteur("mmg", phone="+33500000001")
SURGERY = an_effecteur("cabinet", kind=EffecteurKind.CABINET)
KEPT = "Créneau que le lieu garde pour des patients handicapés."


def declaring(owner, patients, hours=2):
    return Declaration(
        effecteur_id=owner.effecteur_id,
        status=Openness.OPEN,
        waiting_minutes=None,
        waiting=None,
        observed_at=NOON - 10 * MINUTE,
        valid_until=NOON + hours * HOUR,
        extra_patients=patients,
    )


def with_extra(snapshot, *told):
    declared = {one.effecteur_id: one for one in told}
    return replace(snapshot, declarations=declared, extras=extras_of(declared))


def orient(snapshot, answers=None):
    return propose_orientations(a_case(answers), snapshot, a_desk(), NOON)


@pytest.mark.parametrize(
    "answers",
    [
        no_need(impairments=frozenset({"hearing"})),
        no_need(uses_wheelchair=True),
        no_need(stays_in_wheelchair=True, uses_wheelchair=True),
    ],
)
def test_a_slot_kept_for_disabled_patients_is_theirs_and_said_to_be_kept(answers):
    snapshot = a_snapshot(free(MMG, 60, reserved=True, modes=frozenset({SlotMode.VR})))
    best = orient(snapshot, answers).proposals[0]
    assert best.slot.slot_id == "mmg-60"
    assert KEPT in best.explanation


@pytest.mark.parametrize("told", [frozenset(), UNKNOWN, None])
def test_who_is_not_known_to_be_disabled_gets_no_kept_slot_and_is_told_why(told):
    found = orient(a_snapshot(free(MMG, 60, reserved=True)), no_need(impairments=told))
    assert [one.rule_id for one in found.excluded] == ["ELIG-CRENEAU-RESERVE"]
    assert found.proposals[0].slot is None


def test_the_other_slots_of_the_place_stay_for_everybody():
    agenda = an_agenda(MMG, a_slot(MMG, 30, reserved=True), a_slot(MMG, 90))
    found = orient(a_snapshot((MMG, agenda)))
    assert {one.slot.slot_id for one in found.proposals if one.slot} == {"mmg-90"}
    assert KEPT not in found.proposals[0].explanation


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+33500000001", "appeler au 05 00 00 00 01 avant"),
        ("+41446681800", "appeler au +41 44 668 18 00 avant"),
        ("+262262901234", "appeler au 0262 90 12 34 avant"),
        (None, "appeler le lieu avant"),
    ],
)
def test_a_place_to_be_called_is_told_with_its_number_as_it_is_dialled(
    number: str | None, told: str
):
    place = replace(MMG, phone=number)
    best = orient(with_extra(a_snapshot((place, None)), declaring(place, 2))).proposals[0]
    assert any(told in text for text in best.warnings)


def test_a_place_without_agenda_that_takes_extra_patients_is_proposed_to_be_called():
    best = orient(with_extra(a_snapshot((MMG, None)), declaring(MMG, 2))).proposals[0]
    assert best.slot.booking is Booking.PHONE
    assert best.slot.source == "manual"
    assert NOON <= best.care.start < NOON + 2 * HOUR
    assert best.objective["beyond_agenda"] == 1
    assert (
        "En sus de l'agenda (2 patients déclarés jusqu'à 15:00, selon le lieu) : "
        "appeler au 05 00 00 00 01 avant d'envoyer le patient."
    ) in best.warnings


def test_a_slot_soon_goes_before_a_patient_on_top_of_an_agenda():
    snapshot = with_extra(a_snapshot(free(MMG, 60), (SURGERY, None)), declaring(SURGERY, 1))
    first, *others = [one.slot.booking for one in orient(snapshot).proposals if one.slot]
    assert first is Booking.ROUTINE
    assert Booking.PHONE in others


def test_a_declaration_makes_no_lost_slot_believed():
    agenda = an_agenda(MMG, a_slot(MMG, 30), seen_ago=24 * HOUR)
    snapshot = with_extra(a_snapshot((MMG, agenda)), declaring(MMG, 1))
    assert snapshot.availability(MMG.effecteur_id, NOON) is Availability.UNKNOWN
    found = orient(snapshot).proposals
    assert {one.slot.booking for one in found if one.slot} == {Booking.PHONE}


def test_once_the_word_has_expired_nobody_is_sent():
    snapshot = with_extra(a_snapshot((MMG, None)), declaring(MMG, 1, hours=1))
    later = NOON + 61 * MINUTE
    found = propose_orientations(a_case(), snapshot, a_desk(), later)
    assert [one.rule_id for one in found.excluded] == ["ELIG-DISPO-INCONNUE"]


def test_each_patient_sent_takes_one_of_the_places_declared():
    told = declaring(MMG, 2)
    snapshot = with_extra(a_snapshot((MMG, None)), told)
    chosen = orient(snapshot).proposals[0]
    booking = booking_of(chosen, case_id="appel", booked_at=NOON)
    assert booking is not None
    assert booking.slot_id == extra_slot_id(told)
    once, twice = (without_taken(snapshot, {booking.slot_id: count}) for count in (1, 2))
    assert find_offered_slot(chosen, once, NOON) == snapshot.extras[MMG.effecteur_id].slots.value[0]
    assert find_offered_slot(chosen, twice, NOON) is None
    assert orient(twice).proposals[0].slot is None


def test_who_receives_without_agenda_has_nothing_on_top_of_it():
    ed = an_ed()
    found = orient(with_extra(a_snapshot((ed, None)), declaring(ed, 3)))
    assert all(one.slot is None for one in found.proposals)


def test_who_declares_no_extra_patient_offers_nothing():
    assert extras_of({MMG.effecteur_id: declaring(MMG, 0)}) == {}
