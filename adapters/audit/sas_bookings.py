"""Books slots to see whether they are there and sold once, and gives back whatever was taken."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from adapters.audit.asking import TOO_OFTEN, Asker, Stopped, question
from adapters.audit.exchanges import Exchange, Placed, Purpose
from adapters.audit.trees import texts

SYSTEM = "urn:aiguilleur:audit"
AGAIN = "-2"
"""Ends the identifier of the second booking of one slot."""
CANCELLING_TRIES = 2
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
            "participant": [{"status": "accepted"}],
        }
        sent = json.dumps(appointment).encode()
        return replace(question(purpose, url, self.at), method=method, sent=sent)


async def book(asker: Asker, count: int, found: Sequence[Exchange], at: datetime) -> None:
    """Book `count` slots, each a second time, then cancel: what was free is free again.

    Raise Stopped when the server is asked too often, once everything taken is given back, and
    when something can't be given back: nothing more is booked then.
    """
    slots = [placed for one in found for placed in one.resources if _is_booked(placed)]
    for placed in _spread(slots, count):
        first, second = Attempt(placed=placed, at=at), Attempt(placed=placed, at=at, suffix=AGAIN)
        answers = [(first, await asker.try_once(first.booking()))]
        if answers[0][1].status in BOOKED:
            answers.append((second, await asker.try_once(second.booking())))
        kept = [
            one.number for one, answer in reversed(answers) if not await _undo(asker, one, answer)
        ]
        if kept:
            raise Stopped(f"à annuler à la main, l'annulation est refusée : {', '.join(kept)}")
        if any(answer.is_throttled for _, answer in answers):
            raise Stopped(TOO_OFTEN)


def _is_booked(placed: Placed) -> bool:
    codes = texts(placed.resource, "appointmentType.coding.code")
    return placed.kind == "Slot" and "WALKIN" not in codes


def _spread(slots: Sequence[Placed], count: int) -> Iterator[Placed]:
    """Yield so many slots, spread evenly over those there are."""
    wanted = min(count, len(slots))
    for rank in range(wanted):
        yield slots[(2 * rank + 1) * len(slots) // (2 * wanted)]


async def _undo(asker: Asker, attempt: Attempt, answer: Exchange) -> bool:
    """Tell whether nothing is left of an attempt; without an answer, it may have been booked."""
    if answer.status is not None and answer.status not in BOOKED:
        return True
    gone = CANCELLED if answer.status in BOOKED else CANCELLED | {HTTPStatus.NOT_FOUND}
    for _ in range(CANCELLING_TRIES):
        cancelled = await asker.try_once(attempt.cancelling())
        if cancelled.status in gone:
            return True
    return False
