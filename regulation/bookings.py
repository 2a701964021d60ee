"""Slots taken by our decisions, which a feed may go on showing as free for a while."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow, require_aware
from regulation.offers import Agenda, Availability, Booking, Slot
from regulation.proposals import EffecteurFacts, OrientationProposal, ProposedSlot
from regulation.snapshots import Snapshot


class SlotTaken(ValueError):  # noqa: N818  a refusal, named as one says it
    """No place is left in the slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotBooking:
    """One place of one slot, taken for a case. Coming without an appointment takes none.

    `practitioner` None: not said who receives.
    """

    slot_id: str
    source: str
    effecteur_id: Identifier
    window: TimeWindow
    case_id: str
    booked_at: datetime
    practitioner: Identifier | None = None

    def __post_init__(self) -> None:
        require_aware(self.booked_at, "booked_at")


def booking_of(
    proposal: OrientationProposal, *, case_id: str, booked_at: datetime
) -> SlotBooking | None:
    """Return what deciding on the proposal takes; None when there's nothing to book."""
    slot, facts = proposal.slot, proposal.effecteur
    if slot is None or facts is None or slot.booking is Booking.WALKIN:
        return None
    return SlotBooking(
        slot_id=slot.slot_id,
        source=slot.source,
        effecteur_id=facts.effecteur.effecteur_id,
        window=slot.window,
        case_id=case_id,
        booked_at=booked_at,
        practitioner=slot.practitioner,
    )


def without_taken(snapshot: Snapshot, taken: Mapping[str, int]) -> Snapshot:
    """Return the snapshot less the slots whose places are all taken (counts by slot id)."""
    if not taken:
        return snapshot
    agendas = {owner: _left(agenda, taken) for owner, agenda in snapshot.agendas.items()}
    extras = {owner: _left(agenda, taken) for owner, agenda in snapshot.extras.items()}
    return replace(snapshot, agendas=agendas, extras=extras).following(snapshot)


def find_offered_slot(
    proposal: OrientationProposal, snapshot: Snapshot, now: datetime
) -> Slot | None:
    """Return the slot of a proposal as the snapshot still offers it.

    None when it is gone, moved, begun, no longer of that mode, or when its effecteur has become
    unknown: what is not known is never available.
    """
    if proposal.slot is None or proposal.effecteur is None:
        return None
    owner = proposal.effecteur.effecteur.effecteur_id
    for slot in _takeable(owner, snapshot, now):
        if slot.slot_id == proposal.slot.slot_id:
            return slot if _is_same_offer(slot, proposal.slot, now) else None
    return None


def _takeable(owner: Identifier, snapshot: Snapshot, now: datetime) -> Iterator[Slot]:
    if snapshot.availability(owner, now) is Availability.FREE:
        yield from snapshot.agendas[owner].takeable_at(now)
    if owner in snapshot.extras:
        yield from snapshot.extras[owner].takeable_at(now)


def is_still_open(facts: EffecteurFacts, care: TimeWindow | None, snapshot: Snapshot) -> bool:
    """Tell whether a place that receives whoever comes is still said to, when care would begin."""
    effecteur = snapshot.effecteurs.get(facts.effecteur.effecteur_id)
    if effecteur is None:
        return False
    return care is None or effecteur.is_open_at(care.start) is True


def _is_same_offer(slot: Slot, proposed: ProposedSlot, now: datetime) -> bool:
    if proposed.mode not in slot.modes or proposed.booking is not slot.booking:
        return False
    if slot.is_range:
        return slot.window.contains(proposed.window.start)
    return slot.window.start == proposed.window.start >= now


def _left(agenda: Agenda, taken: Mapping[str, int]) -> Agenda:
    slots = agenda.slots.value
    left = tuple(slot for slot in slots if taken.get(slot.slot_id, 0) < slot.capacity)
    if len(left) == len(slots):
        return agenda
    return replace(agenda, slots=agenda.slots.map(lambda _: left))
