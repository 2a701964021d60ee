"""A mock regulation software: takes appointments from the Hub, and misbehaves on demand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from regulation.kernel.time import PARIS

Json = dict[str, Any]
REQUIRED = ("appointmentId", "method", "created", "start", "status", "regulator")
INVALID, CONFLICT = (300, "INVALID_MESSAGE"), (409, "CONFLICT")


class LrmFault(StrEnum):
    """What this software does wrong, by name."""

    SILENT = "silent"
    ZULU = "zulu"
    WRONG_SENDER = "wrong_sender"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"
    TWICE_CREATED = "twice_created"
    TAKES_ANYTHING = "takes_anything"
    REFUSES_UNKNOWN = "refuses_unknown"
    ODD_STEP = "odd_step"
    ODD_ERROR = "odd_error"
    ACK_AS_REPORT = "ack_as_report"
    TWO_USE_CASES = "two_use_cases"


class MockLrm:
    """Answers what it receives; what it knows of appointments is in memory."""

    def __init__(self, client_id: str, faults: Sequence[LrmFault] = ()) -> None:
        self._client_id = client_id
        self._faults = frozenset(faults)
        self._known: set[str] = set()
        self._said = 0

    def answer(self, envelope: Mapping[str, Any], now: datetime) -> list[Json]:
        """Return the messages by which it answers one."""
        if LrmFault.SILENT in self._faults:
            return []
        message = envelope["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
        refusal = self._refusal(message["appointment"])
        number, sender = envelope["distributionID"], envelope["senderID"]
        if refusal is not None:
            code, name = refusal
            named = "ERREUR" if LrmFault.ODD_ERROR in self._faults else name
            error = {
                "errorCode": {"statusCode": code, "statusString": named},
                "errorCause": "refusé",
                "referencedDistributionID": number,
            }
            return self._sent(sender, "Error", {"error": error}, now)
        step = "VU" if LrmFault.ODD_STEP in self._faults else "INTEGRE"
        said = {"reference": {"distributionID": number, "step": step}}
        if LrmFault.TWO_USE_CASES in self._faults:
            said["note"] = {"text": "bien reçu"}
        return self._sent(sender, "Ack", said, now)

    def _refusal(self, appointment: Mapping[str, Any]) -> tuple[int, str] | None:
        known = appointment.get("appointmentId") in self._known
        takes_anything = LrmFault.TAKES_ANYTHING in self._faults
        whole = all(appointment.get(name) for name in REQUIRED)
        dated = not str(appointment.get("created", "")).endswith("Z")
        if not (whole and dated) and not takes_anything:
            return INVALID
        if appointment.get("method") == "CreateAppointment":
            if known and LrmFault.TWICE_CREATED not in self._faults:
                return CONFLICT
        elif not known and LrmFault.REFUSES_UNKNOWN in self._faults:
            return INVALID
        self._known.add(str(appointment.get("appointmentId")))
        return None

    def _sent(self, to: str, kind: str, body: Json, now: datetime) -> list[Json]:
        self._said += 1
        number = f"{self._client_id}_{self._said}"
        if LrmFault.WRONG_SENDER in self._faults:
            number = f"fr.health.autre_{self._said}"
        life = timedelta(hours=-1 if LrmFault.EXPIRED in self._faults else 1)
        inner = "Report" if LrmFault.ACK_AS_REPORT in self._faults and kind == "Ack" else kind
        header = {
            "messageId": number,
            "sender": {"name": self._client_id, "URI": f"hubex:{self._client_id}"},
            "sentAt": self._stamp(now),
            "kind": inner,
            "status": "Exercise",
            "recipient": [{"name": to, "URI": f"hubex:{to}"}],
        }
        envelope: Json = {
            "distributionID": number,
            "senderID": self._client_id,
            "dateTimeSent": self._stamp(now),
            "dateTimeExpires": self._stamp(now + life),
            "distributionStatus": "Exercise",
            "distributionKind": kind,
            "descriptor": {
                "language": "fr-FR",
                "explicitAddress": {
                    "explicitAddressScheme": "hubex",
                    "explicitAddressValue": to,
                },
            },
            "content": [
                {
                    "jsonContent": {
                        "embeddedJsonContent": {
                            "message": body if kind == "Error" else header | body
                        }
                    }
                }
            ],
        }
        return [envelope, envelope] if LrmFault.DUPLICATE in self._faults else [envelope]

    def _stamp(self, moment: datetime) -> str:
        if LrmFault.ZULU in self._faults:
            return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return moment.astimezone(PARIS).isoformat(timespec="seconds")
