"""What an acceptance offers to the case for which it was made, and for how long."""

from dataclasses import replace

import pytest

from regulation.marketplace import Appeal, Taking, is_accepted, slot_id_of, with_takers
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
    an_effecteur,
)

DOCTOR = an_effecteur()
APPEAL = Appeal(
    appeal_id="appel-1:cpts-1",
    case_id="appel-1",
    community_id=DOCTOR.effecteur_id,
    asked=(DOCTOR.effecteur_id,),
    asked_at=NOON,
    until=NOON + 15 * MINUTE,
)
TAKING = Taking(effecteur_id=DOCTOR.effecteur_id, at=NOON + MINUTE, care_at=NOON + HOUR)
TAKEN = replace(APPEAL, taken=TAKING)


def offered(snapshot, *appeals, now=NOON + 2 * MINUTE):
    extras = with_takers(snapshot, appeals, now).extras
    return {place: [one.slot_id for one in agenda.slots.value] for place, agenda in extras.items()}


def test_an_hour_accepted_is_offered_until_it_comes_or_the_appeal_is_closed():
    plain, slot_id = a_snapshot((DOCTOR, None)), slot_id_of(APPEAL.appeal_id)
    assert offered(plain, TAKEN) == {DOCTOR.effecteur_id: [slot_id]}
    assert offered(plain, APPEAL) == {}
    assert offered(plain, TAKEN, now=TAKING.care_at) == {}
    assert offered(plain, replace(TAKEN, closed_at=NOON + 2 * MINUTE)) == {}


def test_an_hour_accepted_stands_beside_what_the_place_takes_on_top_of_its_agenda():
    extra = an_agenda(DOCTOR, a_slot(DOCTOR, 30))
    snapshot = replace(a_snapshot((DOCTOR, None)), extras={DOCTOR.effecteur_id: extra})
    own = extra.slots.value[0]
    assert offered(snapshot, TAKEN) == {
        DOCTOR.effecteur_id: [own.slot_id, slot_id_of(APPEAL.appeal_id)]
    }
    assert not is_accepted(own.slot_id)


@pytest.mark.parametrize(
    ("appeal", "is_open"),
    [(APPEAL, True), (TAKEN, False), (replace(APPEAL, closed_at=NOON), False)],
    ids=["asked", "taken", "closed"],
)
def test_one_may_accept_until_somebody_has_it_is_closed_or_time_is_up(appeal, is_open):
    assert appeal.is_open_at(NOON) is is_open
    assert not appeal.is_open_at(APPEAL.until)


def test_nobody_takes_a_patient_for_an_hour_that_is_past():
    with pytest.raises(ValueError, match="care_at is not after at"):
        replace(TAKING, care_at=TAKING.at)


def test_the_hour_accepted_is_proposed_and_said_to_be_accepted():
    snapshot = with_takers(a_snapshot((DOCTOR, None)), (TAKEN,), NOON + 2 * MINUTE)
    best = propose_orientations(a_case(), snapshot, a_desk(), NOON + 2 * MINUTE).proposals[0]
    assert best.slot is not None
    assert best.slot.slot_id == slot_id_of(APPEAL.appeal_id)
    assert any(text.startswith("Accepté par le lieu") for text in best.explanation)
