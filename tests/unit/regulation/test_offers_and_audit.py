"""What is known of an offer at an instant, what our bookings take, what an access leaves."""

import pytest

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.bookings import find_offered_slot, without_taken
from regulation.kernel.time import TimeWindow
from regulation.offers import Availability, Booking, SlotMode
from regulation.proposals import OrientationProposal, ProposalKind
from tests.unit.regulation.worlds import (
    HOUR,
    MINUTE,
    NOON,
    a_slot,
    a_snapshot,
    an_agenda,
    an_ed,
    an_effecteur,
    free,
)

MMG = an_effecteur()
ADVICE = OrientationProposal(rank=1, kind=ProposalKind.ADVICE, objective={}, explanation=())


@pytest.mark.parametrize(
    ("agenda", "expected"),
    [
        (None, Availability.UNKNOWN),
        (an_agenda(MMG), Availability.NONE),
        (an_agenda(MMG, a_slot(MMG, -60)), Availability.NONE),
        (an_agenda(MMG, a_slot(MMG, 60)), Availability.FREE),
        (an_agenda(MMG, a_slot(MMG, 60), seen_ago=30 * MINUTE), Availability.FREE),
        (an_agenda(MMG, a_slot(MMG, 60), seen_ago=31 * MINUTE), Availability.UNKNOWN),
        (an_agenda(MMG, seen_ago=31 * MINUTE), Availability.UNKNOWN),
    ],
    ids=["never received", "empty", "past", "free", "stale", "lost", "lost and empty"],
)
def test_availability_has_three_states_and_none_is_not_unknown(agenda, expected):
    assert a_snapshot((MMG, agenda)).availability(MMG.effecteur_id, NOON) is expected


@pytest.mark.parametrize("after_min", [30, 60, 70, 90])
def test_what_can_still_be_taken_has_not_begun_or_is_walked_into_before_its_end(after_min):
    booked = a_slot(MMG, 60)
    walked = a_slot(MMG, 61, booking=Booking.WALKIN, modes=frozenset({SlotMode.VR}))
    later = a_slot(MMG, 80, modes=frozenset({SlotMode.HH}))
    agenda, now = an_agenda(MMG, booked, walked, later), NOON + after_min * MINUTE
    left = [slot for slot in (booked, walked, later) if slot.is_takeable_at(now)]
    assert agenda.takeable_at(now) == tuple(left)
    assert agenda.modes_at(now) == {mode for slot in left for mode in slot.modes}


@pytest.mark.parametrize(
    ("windows", "is_open"),
    [
        ((), None),
        ((TimeWindow(NOON, NOON + HOUR),), True),
        ((TimeWindow(NOON - HOUR, NOON),), False),
        ((TimeWindow(NOON - HOUR, NOON), TimeWindow(NOON, NOON + HOUR)), True),
    ],
)
def test_a_place_of_unknown_hours_is_neither_open_nor_closed(windows, is_open):
    assert an_ed(open_windows=windows).is_open_at(NOON) is is_open


def test_without_any_booking_the_picture_is_the_same_one():
    snapshot = a_snapshot(free(MMG, 60))
    assert without_taken(snapshot, {}) is snapshot


def test_bookings_elsewhere_leave_an_agenda_as_it_is():
    snapshot = a_snapshot(free(MMG, 60))
    left = without_taken(snapshot, {"autre": 1})
    assert left.agendas[MMG.effecteur_id] is snapshot.agendas[MMG.effecteur_id]


def test_a_proposal_without_a_slot_has_none_to_find():
    assert find_offered_slot(ADVICE, a_snapshot(free(MMG, 60)), NOON) is None


def test_a_line_of_the_audit_has_an_instant_with_its_offset():
    with pytest.raises(ValueError, match="audit entry"):
        AuditEntry(
            at=NOON.replace(tzinfo=None),
            who="dr",
            action=AuditAction.READ,
            case_id="appel",
            outcome=AuditOutcome.DONE,
        )
