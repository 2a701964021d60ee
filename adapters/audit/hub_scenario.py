"""What is sent to a regulation software to see how it answers: appointments, good and bad.

Written from the guide (SAS, INT_L02; Hub Santé), apart from the adapter that sends real ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.audit.exchanges import Purpose
from regulation.kernel.time import PARIS

LIVES = timedelta(hours=1)
STAMP = "%Y-%m-%dT%H:%M:%S"


def stamp(moment: datetime) -> str:
    """Write an instant as the Hub wants it: no milliseconds, an offset, never `Z`."""
    return moment.astimezone(PARIS).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message to send, and why. `number` is unique within the audit."""

    purpose: Purpose
    number: str
    envelope: Mapping[str, object]

    def body(self) -> bytes:
        """Write the message."""
        return json.dumps(self.envelope, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubParties:
    """Who asks and who is asked, by their ids at the Hub; `mark` tells this audit from others."""

    us: str
    lrm: str
    mark: str


def scenario(parties: HubParties, now: datetime) -> tuple[Step, ...]:
    """Return the messages, in order: everything is of an exercise and about nobody."""
    known, unknown = f"{parties.mark}-rdv-1", f"{parties.mark}-rdv-2"
    created = _appointment(known, "CreateAppointment", now)
    moved = created | {"method": "UpdateAppointment", "start": stamp(now + timedelta(hours=3))}
    incomplete = {name: value for name, value in created.items() if name != "start"}
    utc = f"{now.astimezone(PARIS):{STAMP}}Z"
    told = (
        (Purpose.CREATE, created),
        (Purpose.CREATE_AGAIN, created),
        (Purpose.UPDATE, moved),
        (Purpose.UPDATE_UNKNOWN, _appointment(unknown, "UpdateAppointment", now)),
        (Purpose.INCOMPLETE, incomplete | {"appointmentId": f"{parties.mark}-rdv-3"}),
        (Purpose.ZULU, created | {"appointmentId": f"{parties.mark}-rdv-4", "created": utc}),
    )
    return tuple(
        Step(
            purpose=purpose,
            number=f"{parties.us}_{parties.mark}-{rank}",
            envelope=_envelope(parties, f"{parties.us}_{parties.mark}-{rank}", body, now),
        )
        for rank, (purpose, body) in enumerate(told, start=1)
    )


def _appointment(number: str, method: str, now: datetime) -> dict[str, object]:
    return {
        "appointmentId": number,
        "method": method,
        "created": stamp(now),
        "start": stamp(now + timedelta(hours=2)),
        "end": stamp(now + timedelta(hours=2, minutes=20)),
        "status": "booked",
        "orientationCategory": "PS",
        "practitioner": {
            "rppsId": "819990000010",
            "lastName": "SYNTHETIQUE",
            "firstName": "Alex",
        },
        "regulator": {
            "regulatorName": "ESSAI",
            "regulatorFirstname": "Alex",
            "regulatorEmail": "essai@audit.example",
        },
    }


def _envelope(
    parties: HubParties, number: str, appointment: Mapping[str, object], now: datetime
) -> dict[str, object]:
    sent = stamp(now)
    message = {
        "messageId": number,
        "sender": {"name": parties.us, "URI": f"hubex:{parties.us}"},
        "sentAt": sent,
        "kind": "Report",
        "status": "Exercise",
        "recipient": [{"name": parties.lrm, "URI": f"hubex:{parties.lrm}"}],
        "appointment": appointment,
    }
    return {
        "distributionID": number,
        "senderID": parties.us,
        "dateTimeSent": sent,
        "dateTimeExpires": stamp(now + LIVES),
        "distributionStatus": "Exercise",
        "distributionKind": "Report",
        "descriptor": {
            "language": "fr-FR",
            "explicitAddress": {
                "explicitAddressScheme": "hubex",
                "explicitAddressValue": parties.lrm,
            },
        },
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": message}}}],
    }
