"""The place de marché: a community of doctors is asked to take a patient; the first to accept does.

What is asked lives as long as its deadline. Who accepts names an hour, which becomes an offer for
that case alone: the regulation decides on it as on any other, rules and transport included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow, require_aware
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from regulation.snapshots import Snapshot

MARKETPLACE = "place-de-marche"
"""Source of the offers that acceptances make."""
_SLOTS = f"LOCAL:{MARKETPLACE}/"

CARE_LENGTH = timedelta(minutes=20)
"""Assumption: how long who accepts keeps for the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Doctors who share the unscheduled care of their patients (CPTS), by their places."""

    community_id: Identifier
    name: str
    members: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Who takes the patient, since when it is known, and when the patient may come."""

    effecteur_id: Identifier
    at: datetime
    care_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, "at")
        require_aware(self.care_at, "care_at")
        if self.care_at <= self.at:
            raise ValueError("care_at is not after at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A patient whom members of a community are asked to take, until an instant.

    `closed_at`: since when nobody may accept any more, nor does what was accepted hold.
    """

    appeal_id: str
    case_id: str
    community_id: Identifier
    asked: tuple[Identifier, ...]
    asked_at: datetime
    until: datetime
    taken: Taking | None = None
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.asked_at, "asked_at")
        require_aware(self.until, "until")

    def is_open_at(self, now: datetime) -> bool:
        """Tell whether somebody may still accept."""
        return self.taken is None and self.closed_at is None and now < self.until

    def holds_at(self, now: datetime) -> bool:
        """Tell whether somebody has accepted, and still awaits the patient."""
        return self.taken is not None and self.closed_at is None and now < self.taken.care_at


class Marketplace(Protocol):
    """Keeps appeals; of all those who accept one, exactly one takes the patient."""

    def put(self, appeal: Appeal) -> None:
        """Keep an appeal; raise StaleVersion when its id is taken: somebody else asked at once."""
        ...

    def find(self, appeal_id: str) -> Appeal | None:
        """Return an appeal, None when there's none of this id."""
        ...

    def take(self, appeal_id: str, taking: Taking) -> bool:
        """Give the patient to this taker, unless another has them or it is too late; tell whether
        they have them now. However many ask at once, one alone is told so."""
        ...

    def close(self, appeal_id: str, at: datetime) -> None:
        """Say that an appeal is over, with what was accepted; over already, nothing changes."""
        ...

    def of_case(self, case_id: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first."""
        ...


def with_takers(snapshot: Snapshot, appeals: Sequence[Appeal], now: datetime) -> Snapshot:
    """Return the offer as the case sees it for which these appeals were made: with the hours that
    were accepted and are still to come."""
    extras = dict(snapshot.extras)
    for one in appeals:
        if one.taken is not None and one.holds_at(now):
            place = one.taken.effecteur_id
            extras[place] = _besides(extras.get(place), _offer(one, one.taken))
    return replace(snapshot, extras=extras).following(snapshot)


def slot_id_of(appeal_id: str) -> str:
    """Return the id of the slot that the acceptance of an appeal makes."""
    return f"{_SLOTS}{appeal_id}"


def is_accepted(slot_id: str) -> bool:
    """Tell whether somebody accepted the patient for the slot of this id."""
    return slot_id.startswith(_SLOTS)


def _offer(appeal: Appeal, taking: Taking) -> Agenda:
    window = TimeWindow(taking.care_at, taking.care_at + CARE_LENGTH)
    slot = Slot(
        slot_id=slot_id_of(appeal.appeal_id),
        effecteur_id=taking.effecteur_id,
        practitioner=None,
        window=window,
        modes=frozenset({SlotMode.AMB}),
        booking=Booking.ROUTINE,
        visibility=frozenset({Visibility.CPTS}),
    )
    seen = Observed((slot,), taking.at, MARKETPLACE, window.end - taking.at)
    return Agenda(effecteur_id=taking.effecteur_id, slots=seen, asked=window)


def _besides(own: Agenda | None, accepted: Agenda) -> Agenda:
    """Add an accepted hour to the patients a place says it takes on top of its agenda."""
    if own is None:
        return accepted
    return replace(own, slots=own.slots.map(lambda slots: (*slots, *accepted.slots.value)))
