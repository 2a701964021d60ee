"""Notes, events and messages: aware instants, one idea a note, failures that say what failed."""

from datetime import datetime

import pytest

from regulation.disclosure import Cause, Withdrawal
from regulation.events import Event, EventKind
from regulation.messages import (
    Channel,
    Delivery,
    DeliveryFailed,
    DeliveryState,
    OutgoingMessage,
)
from regulation.notes import LONGEST, Note
from tests.unit.regulation.worlds import NOON

NAIVE = NOON.replace(tzinfo=None)


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST + 1)])
def test_a_note_of_nothing_or_of_too_much_is_refused_without_repeating_it(text):
    with pytest.raises(ValueError, match=f"1 to {LONGEST} characters"):
        Note(at=NOON, who="LOCAL:osnp-1", text=text)


def test_a_note_says_one_thing_of_a_case_or_of_the_desk():
    assert Note(at=NOON, who="LOCAL:osnp-1", text="Rappeler à 14 h").case_id is None


def message(at: datetime, until: datetime) -> OutgoingMessage:
    return OutgoingMessage(
        message_id="1",
        case_id="appel",
        channel=Channel.EFFECTEUR,
        recipient="LOCAL:mmg",
        about="appel:1",
        body=Withdrawal(what_id="appel:1", cause=Cause.CANCELLED),
        created_at=at,
        until=until,
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Note(at=NAIVE, who="LOCAL:osnp-1", text="Rappeler"), "note.at"),
        (lambda: Event(at=NAIVE, kind=EventKind.CASE_OPENED, case_id=None), "event"),
        (lambda: message(NAIVE, NOON), "message.created_at"),
        (lambda: message(NOON, NAIVE), "message.until"),
    ],
)
def test_an_instant_without_an_offset_is_refused_by_name(make, field):
    with pytest.raises(ValueError, match=field):
        make()


def test_a_failed_delivery_says_what_failed_and_whether_to_ask_again():
    failed = DeliveryFailed("HTTP 503")
    assert (str(failed), failed.reason, failed.permanent) == ("HTTP 503", "HTTP 503", False)
    assert DeliveryFailed("numéro inconnu", permanent=True).permanent


@pytest.mark.parametrize(
    ("state", "attempts", "may_be"),
    [
        (DeliveryState.WAITING, 0, False),
        (DeliveryState.WAITING, 1, True),
        (DeliveryState.DEAD, 0, False),
        (DeliveryState.DEAD, 8, True),
        (DeliveryState.WITHDRAWN, 0, False),
        (DeliveryState.SENT, 0, True),
    ],
)
def test_whoever_was_sent_a_message_once_may_know_of_it(state, attempts, may_be):
    sent = Delivery(message=message(NOON, NOON), state=state, attempts=attempts, due_at=NOON)
    assert sent.may_be_known is may_be
