"""Books slots to see whether they are there and sold once, and gives back whatever was taken."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from adapters.audit.asking import TOO_OFTEN, Asker, Stopped, question
from adapters.audit.ending import INTERRUPTED, to_its_end
from adapters.audit.exchanges import Exchange, Placed, Purpose
from adapters.audit.trees import texts

SYSTEM = "urn:aiguilleur:audit"
TYPES_OF_PART = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SUBJECT = {"coding": [{"system": TYPES_OF_PART, "code": "SBJ"}]}
"""FHIR wants a type or an actor of whoever takes part (app-1): an audit has no patient to name."""
AGAIN = "-2"
"""Ends the identifier of the second booking of one slot."""
CANCELLING_TRIES = 3
PAUSE_S = 2.0
"""Before a cancelling is tried again: so long, then twice that."""
BOOKED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
CANCELLED = BOOKED | {HTTPStatus.NO_CONTENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One booking of one slot, without a patient; `suffix` tells a second one apart."""

    placed: Placed
    at: datetime
    suffix: str = ""

    @property
    def number(self) -> str:
        """The business identifier under which it is booked, and cancelled."""
        return f"audit-{self.placed.id}{self.suffix}"

    def booking(self) -> Exchange:
        """Make the question that books."""
        purpose = Purpose.BOOKING_AGAIN if self.suffix else Purpose.BOOKING
        return self._asked(purpose, "POST", "/Appointment", "booked")

    def cancelling(self) -> Exchange:
        """Make the question that cancels."""
        url = f"/Appointment?identifier={SYSTEM}%7C{self.number}"
        return self._asked(Purpose.CANCELLING, "PUT", url, "cancelled")

    def _asked(self, purpose: Purpose, method: str, url: str, status: str) -> Exchange:
        slot = self.placed
        appointment = {
            "resourceType": "Appointment",
            "identifier": [{"system": SYSTEM, "value": self.number}],
            "status": status,
            "slot": [{"reference": slot.reference}],
            "start": slot.resource.get("start"),
            "end": slot.resource.get("end"),
            "participant": [{"type": [SUBJECT], "status": "accepted"}],
        }
        sent = json.dumps(appointment).encode()
        return replace(question(purpose, url, self.at), method=method, sent=sent)


Tried = tuple[Attempt, Exchange | None]
"""An attempt and what it was answered; None: interrupted before the answer."""


async def book(asker: Asker, count: int, found: Sequence[Exchange], at: datetime) -> None:
    """Book `count` slots, each a second time, then cancel: what was free is free again.

    Raise Stopped when the server is asked too often, or whoever audits interrupts, once everything
    taken is given back, and when something can't be given back: nothing more is booked then.
    """
    slots = [placed for one in found for placed in one.resources if _is_booked(placed)]
    for placed in _spread(slots, count):
        tried: list[Tried] = []
        reasons = []
        try:
            await _book_twice(asker, placed, at, tried)
        except asyncio.CancelledError:
            reasons.append(INTERRUPTED)
        finally:
            kept = await to_its_end(_give_back(asker, tried))
        if kept:
            reasons.append(f"à annuler à la main, l'annulation est refusée : {', '.join(kept)}")
        reasons += [TOO_OFTEN] * any(one and one.is_throttled for _, one in tried)
        if reasons:
            raise Stopped(" ; ".join(reasons))


async def _book_twice(asker: Asker, placed: Placed, at: datetime, tried: list[Tried]) -> None:
    """Book a slot, and once more if it was; each attempt is noted before it is made."""
    for suffix in ("", AGAIN):
        attempt = Attempt(placed=placed, at=at, suffix=suffix)
        tried.append((attempt, None))
        answer = await asker.try_once(attempt.booking())
        tried[-1] = (attempt, answer)
        if answer.status not in BOOKED:
            return


async def _give_back(asker: Asker, tried: Sequence[Tried]) -> list[str]:
    """Cancel what was booked, or may have been, the last first; name what is still booked."""
    return [one.number for one, answer in reversed(tried) if not await _undo(asker, one, answer)]


def _is_booked(placed: Placed) -> bool:
    codes = texts(placed.resource, "appointmentType.coding.code")
    return placed.kind == "Slot" and "WALKIN" not in codes


def _spread(slots: Sequence[Placed], count: int) -> Iterator[Placed]:
    """Yield so many slots, spread evenly over those there are."""
    wanted = min(count, len(slots))
    for rank in range(wanted):
        yield slots[(2 * rank + 1) * len(slots) // (2 * wanted)]


async def _undo(asker: Asker, attempt: Attempt, answer: Exchange | None) -> bool:
    """Tell whether nothing is left of an attempt; interrupted, unanswered or in error (5xx), it
    may have been booked."""
    status = None if answer is None else answer.status
    if status is not None and status not in BOOKED and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    gone = CANCELLED if status in BOOKED else CANCELLED | {HTTPStatus.NOT_FOUND}
    for rank in range(CANCELLING_TRIES):
        await asker.sleep(rank * PAUSE_S)
        cancelled = await asker.try_once(attempt.cancelling())
        if cancelled.status in gone:
            return True
    return False
