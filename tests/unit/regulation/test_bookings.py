"""Slots as they are offered, taken, gone or unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from regulation.bookings import booking_of, find_offered_slot, is_still_open, without_taken
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness, Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Availability, Booking, Slot, SlotMode
from regulation.proposals import EffecteurFacts, OrientationProposal, ProposalKind, ProposedSlot
from regulation.snapshots import Snapshot

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MMG_ID = Identifier.parse("LOCAL:mmg")
MMG = Effecteur(
    effecteur_id=MMG_ID,
    kind=EffecteurKind.MMG,
    name="MMG",
    position=Position(lat=43.6, lon=1.44),
    commune=CommuneCode("31555"),
    care=frozenset({CareCode.GP}),
    open_windows=(TimeWindow(NOON, NOON + 8 * HOUR),),
)
SLOT = Slot(
    slot_id="slot-1",
    effecteur_id=MMG_ID,
    practitioner=None,
    window=TimeWindow(NOON + HOUR, NOON + HOUR + 20 * MINUTE),
    modes=frozenset({SlotMode.AMB}),
    booking=Booking.ROUTINE,
    visibility=frozenset(),
)
LATER = replace(SLOT, slot_id="slot-2", window=TimeWindow(NOON + 2 * HOUR, NOON + 3 * HOUR))


def snapshot_of(*slots: Slot, seen_at: datetime = NOON) -> Snapshot:
    agenda = Agenda(
        effecteur_id=MMG_ID,
        slots=Observed(slots, seen_at, "sas-ps", 10 * MINUTE),
        asked=TimeWindow(NOON, NOON + 48 * HOUR),
    )
    return Snapshot(
        snapshot_id="snap",
        taken_at=NOON,
        effecteurs={MMG_ID: MMG},
        agendas={MMG_ID: agenda},
    )


def proposal_of(slot: Slot) -> OrientationProposal:
    return OrientationProposal(
        rank=1,
        kind=ProposalKind.CONSULTATION,
        effecteur=EffecteurFacts(
            effecteur=MMG,
            availability=Availability.FREE,
            freshness=Freshness.FRESH,
            observed_at=NOON,
            accessibility={},
        ),
        slot=ProposedSlot(
            slot_id=slot.slot_id,
            window=slot.window,
            mode=SlotMode.AMB,
            booking=slot.booking,
            source="sas-ps",
            observed_at=NOON,
        ),
        care=slot.window,
        objective={},
        explanation=(),
    )


def test_a_slot_still_offered_is_found():
    assert find_offered_slot(proposal_of(SLOT), snapshot_of(SLOT, LATER), NOON) == SLOT


@pytest.mark.parametrize(
    "now_offered",
    [
        (),
        (LATER,),
        (replace(SLOT, window=LATER.window), LATER),
        (replace(SLOT, modes=frozenset({SlotMode.VR})),),
        (replace(SLOT, booking=Booking.WALKIN),),
    ],
    ids=["no slot", "gone", "moved", "another mode", "no longer by appointment"],
)
def test_a_slot_that_changed_is_not_found(now_offered: tuple[Slot, ...]):
    assert find_offered_slot(proposal_of(SLOT), snapshot_of(*now_offered), NOON) is None


def test_a_slot_that_has_begun_is_not_found():
    start = SLOT.window.start
    seen = snapshot_of(SLOT, seen_at=start)
    assert find_offered_slot(proposal_of(SLOT), seen, start) == SLOT
    assert find_offered_slot(proposal_of(SLOT), seen, start + MINUTE) is None


def test_an_effecteur_without_an_agenda_offers_nothing_known():
    silent = replace(snapshot_of(SLOT), agendas={})
    assert find_offered_slot(proposal_of(SLOT), silent, NOON) is None


def test_a_slot_of_a_lost_source_is_not_found():
    lost = NOON + 31 * MINUTE
    stale = NOON + 29 * MINUTE
    assert find_offered_slot(proposal_of(SLOT), snapshot_of(SLOT), stale) == SLOT
    assert find_offered_slot(proposal_of(SLOT), snapshot_of(SLOT), lost) is None


def test_a_walkin_range_serves_as_long_as_it_covers_the_start():
    walkin = replace(SLOT, booking=Booking.WALKIN, window=TimeWindow(NOON, NOON + 4 * HOUR))
    proposed = proposal_of(walkin)
    assert find_offered_slot(proposed, snapshot_of(walkin), NOON) == walkin
    shorter = replace(walkin, window=TimeWindow(NOON + HOUR, NOON + 4 * HOUR))
    assert find_offered_slot(proposed, snapshot_of(shorter), NOON) is None


def test_coming_without_an_appointment_books_nothing():
    walkin = replace(SLOT, booking=Booking.WALKIN)
    assert booking_of(proposal_of(walkin), case_id="case-1", booked_at=NOON) is None
    no_slot = replace(proposal_of(SLOT), slot=None)
    assert booking_of(no_slot, case_id="case-1", booked_at=NOON) is None


def test_an_appointment_books_its_slot():
    booking = booking_of(proposal_of(SLOT), case_id="case-1", booked_at=NOON)
    assert booking is not None
    assert (booking.slot_id, booking.case_id, booking.effecteur_id) == ("slot-1", "case-1", MMG_ID)
    assert booking.window == SLOT.window


def test_taken_slots_leave_the_snapshot_and_the_others_stay():
    left = without_taken(snapshot_of(SLOT, LATER), {"slot-1": 1, "elsewhere": 1})
    assert left.agendas[MMG_ID].slots.value == (LATER,)
    assert left.snapshot_id == "snap"


def test_a_slot_of_two_places_stays_until_both_are_taken():
    double = replace(SLOT, capacity=2)
    assert without_taken(snapshot_of(double), {"slot-1": 1}).agendas[MMG_ID].slots.value
    assert not without_taken(snapshot_of(double), {"slot-1": 2}).agendas[MMG_ID].slots.value


def test_a_place_with_open_doors_must_still_be_known_and_open():
    facts = proposal_of(SLOT).effecteur
    assert facts is not None
    assert is_still_open(facts, SLOT.window, snapshot_of())
    late = TimeWindow(NOON + 9 * HOUR, NOON + 10 * HOUR)
    assert not is_still_open(facts, late, snapshot_of())
    assert not is_still_open(facts, SLOT.window, replace(snapshot_of(), effecteurs={}))
    hours_unknown = {MMG_ID: replace(MMG, open_windows=())}
    assert not is_still_open(facts, SLOT.window, replace(snapshot_of(), effecteurs=hours_unknown))
