"""The courier of whoever receives by HTTP POST: one address and one secret for each recipient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import msgspec

from adapters.couriers.letters import SIGNATURE, letter_of, signature_of
from adapters.couriers.sms import ToThePerson, sms_of
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, ask
from regulation.kernel.time import Clock
from regulation.messages import DeliveryFailed, OutgoingMessage

DEADLINE_S = 10.0
LARGEST_ANSWER = 100_000
"""Bytes of the recipient's answer that are read; what it says is not used."""

ASK_LATER = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
HAS_IT_ALREADY = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a recipient takes its messages; None: it shares no secret with us."""

    url: str
    secret: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCourier:
    """Posts messages, each to its recipient's address, else to the one of all the others."""

    client: httpx.AsyncClient
    clock: Clock
    by_recipient: Mapping[str, Address]
    others: Address | None = None
    write: Callable[[OutgoingMessage], bytes] = letter_of

    async def deliver(self, message: OutgoingMessage) -> None:
        """Return once the recipient has it; raise DeliveryFailed when it hasn't."""
        address = self.by_recipient.get(message.recipient, self.others)
        if address is None:
            raise DeliveryFailed("aucune adresse n'est réglée pour ce destinataire", permanent=True)
        letter = self.write(message)
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.message_id}
        if address.secret is not None:
            headers[SIGNATURE] = signature_of(letter, address.secret, self.clock.now())
        question = Question(url=address.url, method="POST", content=letter, headers=headers)
        try:
            reply = await ask(
                self.client, question, deadline_s=DEADLINE_S, most_bytes=LARGEST_ANSWER
            )
        except FeedFailure as failure:
            raise DeliveryFailed(str(failure), permanent=not failure.retryable) from None
        _require_taken(reply.status)


def _require_taken(status: int) -> None:
    taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    if taken or status == HAS_IT_ALREADY:
        return
    later = status in ASK_LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    raise DeliveryFailed(f"HTTP {status}", permanent=not later)


def sms_letter_of(message: OutgoingMessage) -> bytes:
    """Write what a gateway of SMS takes: a number, a text, and our id so that it sends it once."""
    notice = message.body
    assert isinstance(notice, ToThePerson), "only the person is sent an SMS"
    document = {
        "message_id": message.message_id,
        "to": message.recipient,
        "text": sms_of(notice),
    }
    return msgspec.json.encode(document)
