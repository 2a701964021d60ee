"""What a transport company sends, held to docs/transporteurs.md, apart from the adapter's reader.

Judges raw JSON: each reason is in French, for the report; empty when nothing is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.audit.checks import Fault
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.trees import Json
from transport.reports import Answer, MissionStatus, Refusal

MOST_EVENTS: Final = 500
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "answer": frozenset({"mission_id", "answer"}),
    "status": frozenset({"mission_id", "vehicle_id", "status"}),
    "position": frozenset({"vehicle_id", "lat", "lon"}),
}
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "answer": frozenset({"vehicle_id", "reason", "wait_minutes", "price_eur_cents", "valid_until"}),
    "status": frozenset({"available", "real_km"}),
    "position": frozenset({"available", "heading", "speed_kmh"}),
}
CODES: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("answer", "answer"): frozenset(Answer),
    ("answer", "reason"): frozenset(Refusal),
    ("status", "status"): frozenset(MissionStatus),
}
HIGHEST: Final = {"lat": 90.0, "lon": 180.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a delivery, and where it stands in it."""

    delivery: Exchange
    where: str
    event: Json

    @property
    def kind(self) -> str:
        """Its `type`; empty when it has none."""
        return _text(self.event, "type")

    @property
    def mission_id(self) -> str:
        """The mission it is about; empty when it's about none."""
        return _text(self.event, "mission_id")

    @property
    def at(self) -> datetime | None:
        """When it was true; None when that can't be told."""
        return instant(_text(self.event, "at"))

    def text(self, name: str) -> str:
        """Return a field that is a text, else an empty one."""
        return _text(self.event, name)


def fault_in(told: Told, reason: str) -> Fault:
    """Say that an event is not as required."""
    return Fault(exchange=told.delivery, where=told.where, reason=reason)


def deliveries(evidence: Evidence) -> tuple[Exchange, ...]:
    """Return what the company sent, in the order it came."""
    return evidence.of(Purpose.DELIVERY)


def events(evidence: Evidence, *kinds: str) -> Iterator[Told]:
    """Yield the events of these types (none named: all), a delivery sent again counting once."""
    seen: set[bytes] = set()
    for delivery in deliveries(evidence):
        if delivery.body in seen:
            continue
        seen.add(delivery.body)
        for told in _of(delivery):
            if not kinds or told.kind in kinds:
                yield told


def message_id(delivery: Exchange) -> str:
    """Return the number of a delivery; empty when it has none."""
    return _text(delivery.document or {}, "message_id")


def delivery_fault(delivery: Exchange) -> str:
    """Say what is wrong with a delivery as a whole."""
    document = delivery.document
    if document is None:
        return "l'envoi n'est pas un objet JSON"
    if set(document) != {"message_id", "events"}:
        return "l'envoi porte exactement message_id et events"
    told = document["events"]
    if not isinstance(told, list) or not 1 <= len(told) <= MOST_EVENTS:
        return f"events est une liste de 1 à {MOST_EVENTS} événements"
    return "" if message_id(delivery) else "message_id est vide"


def form_fault(told: Told) -> str:
    """Say which field of an event is missing, unknown or out of bounds."""
    if told.kind not in REQUIRED:
        return f"type {told.kind!r} inconnu"
    fields = set(told.event) - {"type", "at"}
    missing = sorted(REQUIRED[told.kind] - fields)
    if missing:
        return f"{missing[0]} manque"
    strange = sorted(fields - REQUIRED[told.kind] - OPTIONAL[told.kind])
    if strange:
        return f"champ {strange[0][:40]!r} inconnu"
    for name, most in HIGHEST.items():
        value = told.event.get(name, 0)
        if not isinstance(value, int | float) or abs(value) > most:
            return f"{name} n'est pas un nombre de degrés"
    return ""


def code_fault(told: Told) -> str:
    """Say which code of an event is none."""
    for (kind, name), known in CODES.items():
        value = told.text(name)
        if told.kind == kind and value and value not in known:
            return f"{name} {value[:40]!r} inconnu"
    return ""


def instant_fault(told: Told) -> str:
    """Say which instant of an event has no offset or is none."""
    for name in ("at", "valid_until"):
        if name in told.event and instant(_text(told.event, name)) is None:
            return f"{name} n'est pas un instant avec son décalage"
    return "" if "at" in told.event else "at manque"


def instant(text: str) -> datetime | None:
    """Read an instant; None when it is none, or has no offset."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _of(delivery: Exchange) -> Iterator[Told]:
    listed = (delivery.document or {}).get("events")
    for index, event in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(event, dict):
            yield Told(delivery=delivery, where=f"events[{index}]", event=event)


def _text(tree: Json, name: str) -> str:
    value = tree.get(name)
    return value if isinstance(value, str) else ""
