"""A mock regulation software: takes appointments from the Hub, and misbehaves on demand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from regulation.kernel.time import PARIS
from simulations.feeds.boards import Board

Json = dict[str, Any]
REQUIRED = ("appointmentId", "method", "created", "start", "status", "regulator")
BACK = timedelta(minutes=2)
"""How far back every other message is dated, out of order."""
SEARCH = "https://sas.example/sas/recherche"
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
    WRONG_ROUTING_KEY = "wrong_routing_key"
    OUT_OF_ORDER = "out_of_order"
    SCHEMA_DRIFT = "schema_drift"
    BARE_CASE = "bare_case"
    ODD_CASE_NUMBER = "odd_case_number"
    BARE_LINK = "bare_link"
    TALKATIVE_LINK = "talkative_link"


TOLD: Mapping[LrmFault, str] = {
    LrmFault.SILENT: "reçoit et ne répond jamais",
    LrmFault.ZULU: "écrit les instants en « Z »",
    LrmFault.WRONG_SENDER: "numérote ses messages au nom d'un autre",
    LrmFault.EXPIRED: "envoie des messages déjà expirés",
    LrmFault.DUPLICATE: "envoie chaque message deux fois",
    LrmFault.TWICE_CREATED: "crée deux fois le même rendez-vous",
    LrmFault.TAKES_ANYTHING: "prend un message incomplet ou mal daté",
    LrmFault.REFUSES_UNKNOWN: "refuse la mise à jour d'un rendez-vous qu'il ne connaît pas",
    LrmFault.ODD_STEP: "accuse d'une étape inconnue (`VU`)",
    LrmFault.ODD_ERROR: "nomme mal le code de ses erreurs",
    LrmFault.ACK_AS_REPORT: "annonce un accusé comme un compte rendu",
    LrmFault.TWO_USE_CASES: "met deux cas d'usage dans un message",
    LrmFault.WRONG_ROUTING_KEY: "publie sous la clé de routage d'un autre",
    LrmFault.OUT_OF_ORDER: "date un message sur deux d'avant le précédent",
    LrmFault.SCHEMA_DRIFT: "renomme `step` en `etape` dans ses accusés",
    LrmFault.BARE_CASE: "transmet un dossier (RS-EDA) sans lieu",
    LrmFault.ODD_CASE_NUMBER: "numérote ses dossiers à sa façon",
    LrmFault.BARE_LINK: "ouvre le SAS sans dire quoi y chercher",
    LrmFault.TALKATIVE_LINK: "met le nom du patient dans le lien d'ouverture",
}
"""What the software does, in French, for the page of the faults."""


class MockLrm:
    """Answers what it receives; what it knows of appointments is in memory."""

    def __init__(
        self,
        client_id: str,
        faults: Sequence[LrmFault] = (),
        board: Board[LrmFault] | None = None,
    ) -> None:
        self._client_id = client_id
        self.board = board or Board(*faults)
        self._known: set[str] = set()
        self._said = 0

    @property
    def routing_key(self) -> str:
        """The key under which it publishes: its own id, unless that is the fault shown."""
        astray = LrmFault.WRONG_ROUTING_KEY in self._faults
        return "fr.health.autre" if astray else self._client_id

    @property
    def _faults(self) -> frozenset[LrmFault]:
        return self.board.shown

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
        named = "etape" if LrmFault.SCHEMA_DRIFT in self._faults else "step"
        said: Json = {"reference": {"distributionID": number, named: step}}
        if LrmFault.TWO_USE_CASES in self._faults:
            said["note"] = {"text": "bien reçu"}
        return self._sent(sender, "Ack", said, now)

    def case(self, to: str, now: datetime) -> list[Json]:
        """Return the messages by which it tells of a case of its own (RS-EDA), of nobody."""
        if LrmFault.SILENT in self._faults:
            return []
        odd = LrmFault.ODD_CASE_NUMBER in self._faults
        told: Json = {
            "caseId": "12" if odd else f"{self._client_id}.DRFR153102601800159",
            "creation": self._stamp(now),
            "qualification": {"origin": "116117"},
            "location": {"city": {"inseeCode": "31555"}},
            "owner": self._client_id,
        }
        if LrmFault.BARE_CASE in self._faults:
            del told["location"]
        return self._sent(to, "Report", {"createCaseHealth": told}, now)

    def link(self) -> str:
        """Return the address by which it opens the SAS (INT_L01)."""
        if LrmFault.BARE_LINK in self._faults:
            return f"{SEARCH}?inseecode=31555&city=Toulouse"
        named = "&patient=Synthétique" if LrmFault.TALKATIVE_LINK in self._faults else ""
        return f"{SEARCH}?speciality=SM54&inseecode=31555&city=Toulouse{named}"

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
        if LrmFault.OUT_OF_ORDER in self._faults and self._said % 2 == 0:
            now -= BACK
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
