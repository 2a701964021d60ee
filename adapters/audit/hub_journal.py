"""A journal of what went over the Hub, and over the browser: what was sent, and what came back.

One JSON object a line: `{"at", "from", "message"}` for a message, its envelope whole (`"key"`, the
routing key it was published under, if known), and `{"at", "link"}` for an address by which the
regulation software opened the SAS.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.hub_scenario import HubParties, Step
from adapters.audit.trees import Json, first_text, leaves, texts

OK = 200
REFERENCES = (
    "content.jsonContent.embeddedJsonContent.message.reference.distributionID",
    "content.jsonContent.embeddedJsonContent.message.error.referencedDistributionID",
)
MESSAGE = "content.jsonContent.embeddedJsonContent.message"


class JournalRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A line of the journal is not one; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of the regulation software; `key`: its routing key, None when not known."""

    at: datetime
    message: Json
    key: str | None = None


def evidence_of_steps(
    steps: Sequence[tuple[Step, datetime]],
    heard: Sequence[Heard],
    links: Sequence[Exchange] = (),
    *,
    is_file: bool = False,
) -> Evidence:
    """Put each answer with what it answers; what answers nothing was said unasked."""
    asked = {step.number for step, _ in steps}
    exchanges = [_answered(step, at, heard) for step, at in steps]
    exchanges += [_unasked(one) for one in heard if not asked & set(references(one.message))]
    return Evidence(exchanges=(*exchanges, *links), is_file=is_file)


def _answered(step: Step, at: datetime, heard: Sequence[Heard]) -> Exchange:
    answers = [one for one in heard if step.number in references(one.message)]
    told = _told(answers)
    return Exchange(
        purpose=step.purpose,
        method="AMQP",
        url=step.number,
        at=at,
        sent=step.body(),
        status=OK if answers else None,
        body=json.dumps(told, ensure_ascii=False).encode(),
        elapsed_s=(answers[0].at - at).total_seconds() if answers else 0.0,
        failure=None if answers else "aucune réponse",
    )


def _told(heard: Sequence[Heard]) -> Json:
    keys = [one.key for one in heard if one.key is not None]
    return {"answers": [one.message for one in heard]} | ({"keys": keys} if keys else {})


def _unasked(one: Heard) -> Exchange:
    told = _told([one])
    return Exchange(
        purpose=Purpose.UNASKED,
        method="AMQP",
        url=first_text(one.message, "distributionID"),
        at=one.at,
        status=OK,
        body=json.dumps(told, ensure_ascii=False).encode(),
    )


def references(envelope: Json) -> list[str]:
    """Return the numbers of the messages that an acknowledgement or an error is about."""
    return [number for path in REFERENCES for number in texts(envelope, path)]


def answers_of(exchange: Exchange) -> Iterator[Json]:
    """Yield the messages of the regulation software in an exchange."""
    for leaf in leaves(exchange.document, "answers"):
        if isinstance(leaf.value, Mapping):
            yield leaf.value


def evidence_of_journal(text: str, parties: HubParties) -> Evidence:
    """Read a journal; raise JournalRefused naming the line that isn't one.

    Which step a message of ours was is told by what it holds.
    """
    steps: list[tuple[Step, datetime]] = []
    heard: list[Heard] = []
    links: list[Exchange] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        record, at = _record(line, number)
        if isinstance(record.get("link"), str):
            links.append(_link(str(record["link"]), at))
        elif record.get("from") == parties.us:
            steps.append((_step(record["message"], steps), at))
        else:
            key = record.get("key")
            heard.append(
                Heard(at=at, message=record["message"], key=None if key is None else str(key))
            )
    return evidence_of_steps(steps, heard, links, is_file=True)


def _record(line: str, number: int) -> tuple[dict[str, Any], datetime]:
    try:
        record = json.loads(line)
        at = datetime.fromisoformat(record["at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise JournalRefused(
            f"ligne {number} : n'est pas un objet JSON avec son instant `at`"
        ) from None
    if at.tzinfo is None:
        raise JournalRefused(f"ligne {number} : `at` est sans décalage")
    if "link" not in record and not isinstance(record.get("message"), dict):
        raise JournalRefused(f"ligne {number} : ni `link` ni `message`")
    return record, at


def _link(address: str, at: datetime) -> Exchange:
    return Exchange(purpose=Purpose.LINK, method="GET", url=address, at=at, status=OK)


def _step(envelope: Json, before: Sequence[tuple[Step, datetime]]) -> Step:
    appointment = next((one.value for one in leaves(envelope, f"{MESSAGE}.appointment")), {})
    number = first_text(envelope, "distributionID")
    return Step(purpose=_purpose(appointment, before), number=number, envelope=dict(envelope))


def _purpose(appointment: object, before: Sequence[tuple[Step, datetime]]) -> Purpose:
    known = {
        first_text(one.value, "appointmentId")
        for step, _ in before
        for one in leaves(step.envelope, f"{MESSAGE}.appointment")
    }
    again = first_text(appointment, "appointmentId") in known
    if not first_text(appointment, "start"):
        return Purpose.INCOMPLETE
    if first_text(appointment, "created").endswith("Z"):
        return Purpose.ZULU
    if first_text(appointment, "method") == "UpdateAppointment":
        return Purpose.UPDATE if again else Purpose.UPDATE_UNKNOWN
    return Purpose.CREATE_AGAIN if again else Purpose.CREATE
