"""From bytes to messages: the envelope first, then each message on its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from adapters.hubsante.errors import Fault, HubErrorCode, Unacceptable
from adapters.hubsante.forms import decoder
from adapters.hubsante.usecases import ELSEWHERE, USE_CASES, Body, UseCase
from adapters.hubsante.wire.envelope import HEADER_FIELDS, Envelope, Header, HeaderStatus, Kind
from adapters.kit.defective import UNREADABLE, from_form_error
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE

T = TypeVar("T")
Parts = Mapping[str, msgspec.Raw]

_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENVELOPE = decoder(Envelope)
_HEADER = decoder(Header)
_IN_AN_ENVELOPE = frozenset({"distributionID", "senderID", "content", "descriptor"})
_WITHOUT_HEADER = frozenset({"error", "technicalNoreq"})
"""Use cases whose messages carry no RC-DE header: errors, and the empty test."""

SCHEME = "hubex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: its use case, what it says, and its bytes as received.

    `header` is None outside an envelope, and for errors.
    """

    index: int
    use_case: UseCase
    header: Header | None
    body: Body
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one delivery holds; `envelope` is None for a bare message, or when it is at fault."""

    envelope: Envelope | None
    messages: tuple[Message, ...]
    faults: tuple[Fault, ...]


def read_delivery(raw: bytes, judgement: Judgement) -> Delivery:
    """Read an envelope, or a bare `{useCase: …}`; what cannot be trusted is among the faults."""
    try:
        parts = _decoded(_PARTS, raw, HubErrorCode.UNRECOGNIZED_MESSAGE_FORMAT)
        if _IN_AN_ENVELOPE.isdisjoint(parts):
            return _delivery(None, [raw])
        envelope = _read_envelope(raw, judgement)
    except Unacceptable as refused:
        return Delivery(envelope=None, messages=(), faults=(_fault(refused, None, raw),))
    contents = (one.json_content.embedded_json_content.message for one in envelope.content)
    return _delivery(envelope, [bytes(content) for content in contents])


def find_distribution_id(raw: bytes) -> str | None:
    """Return the number of a delivery whose envelope is at fault, to answer for it; or None."""
    try:
        number = _PARTS.decode(raw).get("distributionID")
        return None if number is None else msgspec.json.decode(number, type=str)
    except UNREADABLE:
        return None


def _delivery(envelope: Envelope | None, raws: list[bytes]) -> Delivery:
    messages: list[Message] = []
    faults: list[Fault] = []
    for index, raw in enumerate(raws):
        try:
            messages.append(_read_message(index, raw, envelope))
        except Unacceptable as refused:
            faults.append(_fault(refused, index, raw))
    return Delivery(envelope=envelope, messages=tuple(messages), faults=tuple(faults))


def _read_envelope(raw: bytes, judgement: Judgement) -> Envelope:
    envelope = _decoded(_ENVELOPE, raw, HubErrorCode.INVALID_MESSAGE)
    sender, mark, number = envelope.distribution_id.partition("_")
    if sender != envelope.sender_id or not (mark and number):
        reason = "ne commence pas par le senderID, puis _"
        raise Unacceptable(HubErrorCode.SENDER_INCONSISTENCY, "distributionID", reason)
    scheme = envelope.descriptor.explicit_address.explicit_address_scheme
    if scheme.lower() != SCHEME:
        field = "descriptor.explicitAddress.explicitAddressScheme"
        raise Unacceptable(HubErrorCode.INVALID_MESSAGE, field, f"n'est pas {SCHEME}")
    _judge_dates(envelope, judgement)
    return envelope


def _judge_dates(envelope: Envelope, judgement: Judgement) -> None:
    sent, expires = envelope.date_time_sent.at, envelope.date_time_expires.at
    if expires <= sent:
        reason = "n'est pas après dateTimeSent"
        raise Unacceptable(HubErrorCode.INVALID_MESSAGE, "dateTimeExpires", reason)
    if judgement.now is None:
        return
    if expires < judgement.now:
        reason = "est dépassé : le message a expiré"
        raise Unacceptable(HubErrorCode.EXPIRED_MESSAGE_BEFORE_ROUTING, "dateTimeExpires", reason)
    if sent - judgement.now > CLOCK_SKEW_TOLERANCE:
        reason = "est dans le futur : l'horloge de l'expéditeur est fausse"
        raise Unacceptable(HubErrorCode.INVALID_MESSAGE, "dateTimeSent", reason)


def _read_message(index: int, raw: bytes, envelope: Envelope | None) -> Message:
    parts = _decoded(_PARTS, raw, HubErrorCode.INVALID_MESSAGE)
    use_case = _use_case(parts)
    header = _header(parts, use_case, envelope)
    body = _decoded(
        use_case.decoder, parts[use_case.key], HubErrorCode.INVALID_MESSAGE, use_case.key
    )
    return Message(index=index, use_case=use_case, header=header, body=body, raw=raw)


def _use_case(parts: Parts) -> UseCase:
    keys = parts.keys() - HEADER_FIELDS
    known = sorted(keys & USE_CASES.keys())
    if len(known) == 1 and len(keys) == 1:
        return USE_CASES[known[0]]
    if len(known) > 1:
        reason = f"dit plusieurs choses à la fois : {', '.join(known)}"
        raise Unacceptable(HubErrorCode.INVALID_MESSAGE, "message", reason)
    if elsewhere := sorted(keys & ELSEWHERE):
        reason = "est un cas d'usage d'autres, qui n'est pas lu ici"
        raise Unacceptable(HubErrorCode.SCHEMA_NOT_FOUND, elsewhere[0], reason)
    if known:
        unknown = min(keys - USE_CASES.keys())
        raise Unacceptable(
            HubErrorCode.INVALID_MESSAGE, unknown, "n'est pas une partie d'un message"
        )
    reason = f"ne contient aucun des cas d'usage {', '.join(USE_CASES)}"
    raise Unacceptable(HubErrorCode.SCHEMA_NOT_FOUND, "message", reason)


def _header(parts: Parts, use_case: UseCase, envelope: Envelope | None) -> Header | None:
    written = {name: part for name, part in parts.items() if name in HEADER_FIELDS}
    if not written and (envelope is None or use_case.key in _WITHOUT_HEADER):
        return None
    raw = msgspec.json.encode(written)
    header = _decoded(_HEADER, raw, HubErrorCode.INVALID_MESSAGE)
    if envelope is not None:
        for field, reason in _contradictions(header, envelope):
            raise Unacceptable(HubErrorCode.INVALID_MESSAGE, field, reason)
    return header


def _contradictions(header: Header, envelope: Envelope) -> Iterator[tuple[str, str]]:
    """Where the header does not repeat its envelope; a status of systems repeats none."""
    if header.message_id != envelope.distribution_id:
        yield "messageId", "n'est pas le distributionID de son enveloppe"
    if header.kind is not Kind(envelope.distribution_kind):
        yield "kind", "n'est pas le distributionKind de son enveloppe"
    if header.status not in {HeaderStatus.SYSTEM, envelope.distribution_status.value}:
        yield "status", "n'est pas le distributionStatus de son enveloppe"


def _decoded(
    known: msgspec.json.Decoder[T], raw: bytes | msgspec.Raw, code: HubErrorCode, under: str = ""
) -> T:
    try:
        return known.decode(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
    field = fault.field
    if under:
        field = under if field == "document" else f"{under}.{field}"
    raise Unacceptable(code, field, fault.reason)


def _fault(refused: Unacceptable, index: int | None, raw: bytes) -> Fault:
    defect = Defect(index=index, field=refused.field, reason=refused.reason, raw=raw)
    return Fault(code=refused.code, defect=defect)
