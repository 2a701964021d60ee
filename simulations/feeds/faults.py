"""Faults an editor's software really shows, by name, to be injected into a mock feed."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from simulations.feeds.boards import Board

Json = dict[str, Any]
"""A FHIR resource or entry about to be written."""


class Fault(StrEnum):
    """Names as `aiguilleur feeds serve --fault` takes them."""

    SLOW = "slow"
    UNAUTHORIZED = "401"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    TRUNCATED = "truncated"
    HTML = "html"
    CLOCK_SKEW = "clock_skew"
    EMPTY_ELEMENTS = "empty_elements"
    DUPLICATE = "duplicate"
    PAST = "past"
    WRONG_ZONE = "wrong_zone"
    NO_ZONE = "no_zone"
    BUSY = "busy"
    NO_URL = "no_url"
    WRONG_PREFIX = "wrong_prefix"
    MERGED_PLACES = "merged_places"
    ZULU = "zulu"
    SCHEMA_DRIFT = "schema_drift"
    SILENT = "silent"
    STALE = "stale"
    OUT_OF_ORDER = "out_of_order"
    PHANTOM = "phantom"
    DOUBLE_SOLD = "double_sold"
    WRONG_HOURS = "wrong_hours"


TOLD: Mapping[Fault, str] = {
    Fault.SLOW: "répond au bout de huit secondes, une de trop",
    Fault.UNAUTHORIZED: "refuse notre certificat ou nos droits (HTTP 401)",
    Fault.TOO_MANY: "se dit interrogé trop souvent (HTTP 429, Retry-After d'une seconde)",
    Fault.SERVER_ERROR: "tombe en erreur (HTTP 500)",
    Fault.TRUNCATED: "coupe chaque réponse aux deux tiers",
    Fault.HTML: "rend une page de maintenance au lieu de JSON",
    Fault.CLOCK_SKEW: "a une horloge en avance de dix minutes",
    Fault.EMPTY_ELEMENTS: "envoie des éléments vides dans un créneau sur deux",
    Fault.DUPLICATE: "envoie un créneau sur deux en double",
    Fault.PAST: "date un créneau sur deux d'une semaine plus tôt",
    Fault.WRONG_ZONE: "écrit un créneau sur deux avec le décalage de l'autre saison",
    Fault.NO_ZONE: "oublie le décalage d'un créneau sur deux",
    Fault.BUSY: "rend occupé un créneau sur deux",
    Fault.NO_URL: "oublie l'adresse de prise de rendez-vous d'un créneau sur deux",
    Fault.WRONG_PREFIX: "préfixe mal un numéro national sur deux",
    Fault.MERGED_PLACES: "mêle deux lieux dans un même agenda",
    Fault.ZULU: "écrit les instants en « Z », sans millisecondes",
    Fault.SCHEMA_DRIFT: "écrit un créneau sur deux selon une autre version de FHIR (R5)",
    Fault.SILENT: "prend la connexion et ne répond jamais",
    Fault.STALE: "montre les agendas d'il y a une heure",
    Fault.OUT_OF_ORDER: "montre, une réponse sur deux, un état plus ancien de deux minutes",
    Fault.PHANTOM: "montre libres des créneaux qui n'existent pas",
    Fault.DOUBLE_SOLD: "vend deux fois le même créneau",
    Fault.WRONG_HOURS: "déclare ouverts à l'aube des lieux où il montre des créneaux le jour",
}
"""What the editor does, in French, for the page of the faults."""


class FaultBoard(Board[Fault]):
    """The faults an editor's mock, or a registry's, shows at the moment."""


DAWN: list[Json] = [
    {
        "daysOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "openingTime": "05:00:00",
        "closingTime": "05:30:00",
    }
]
"""Hours at which nobody consults."""


def _empty_elements(slot: Json) -> None:
    slot["comment"] = ""
    slot["specialty"] = []


def _past(slot: Json) -> None:
    for field in ("start", "end"):
        earlier = datetime.fromisoformat(slot[field]) - timedelta(days=7)
        slot[field] = earlier.isoformat(timespec="milliseconds")


def _wrong_zone(slot: Json) -> None:
    """The hour of the wall with the offset of the other season."""
    for field in ("start", "end"):
        wall, offset = slot[field][:-6], slot[field][-6:]
        slot[field] = wall + {"+01:00": "+02:00", "+02:00": "+01:00"}[offset]


def _no_zone(slot: Json) -> None:
    for field in ("start", "end"):
        slot[field] = slot[field][:-6]


def _busy(slot: Json) -> None:
    slot["status"] = "busy"


def _no_url(slot: Json) -> None:
    slot.pop("comment", None)


def _zulu(slot: Json) -> None:
    """UTC written `Z`, without milliseconds, as many libraries do by default."""
    for field in ("start", "end"):
        moment = datetime.fromisoformat(slot[field]).astimezone(UTC)
        slot[field] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _schema_drift(slot: Json) -> None:
    """Service types and the kind of booking as FHIR R5 writes them."""
    slot["serviceType"] = [{"concept": one} for one in slot["serviceType"]]
    slot["appointmentType"] = [slot["appointmentType"]]


SLOT_FAULTS: Mapping[Fault, Callable[[Json], None]] = {
    Fault.EMPTY_ELEMENTS: _empty_elements,
    Fault.PAST: _past,
    Fault.WRONG_ZONE: _wrong_zone,
    Fault.NO_ZONE: _no_zone,
    Fault.BUSY: _busy,
    Fault.NO_URL: _no_url,
    Fault.ZULU: _zulu,
    Fault.SCHEMA_DRIFT: _schema_drift,
}


def spoil(entries: list[Json], shown: Iterable[Fault]) -> list[Json]:
    """Spoil every other slot, or every other agenda, so that the rest must be kept."""
    for fault in shown:
        if fault in SLOT_FAULTS:
            for slot in _resources(entries, "Slot")[::2]:
                SLOT_FAULTS[fault](slot)
        elif fault in BUNDLE_FAULTS:
            BUNDLE_FAULTS[fault](entries)
    return entries


def _duplicate(entries: list[Json]) -> None:
    slots = [entry for entry in entries if entry["resource"]["resourceType"] == "Slot"]
    entries += slots[::2]


def _wrong_prefix(entries: list[Json]) -> None:
    holders = _resources(entries, "Practitioner") or _resources(entries, "Organization")
    for holder in holders[::2]:
        number = holder["identifier"][0]
        number["value"] = "9" + number["value"][1:]


def _wrong_hours(entries: list[Json]) -> None:
    for place in _resources(entries, "Location"):
        place["hoursOfOperation"] = DAWN


def phantoms(matches: Iterable[Json]) -> list[Json]:
    """Slots that no agenda holds, shown free all the same: every other one under another id."""
    shown = [deepcopy(entry) for entry in matches if entry["resource"]["resourceType"] == "Slot"]
    for entry in shown[::2]:
        slot = entry["resource"]
        slot["id"] = f"fantome-{slot['id']}"
        entry["fullUrl"] = f"{entry['fullUrl'].rpartition('/')[0]}/{slot['id']}"
    return shown[::2]


def _merge_places(entries: list[Json]) -> None:
    """Every other agenda takes over the place of its neighbour as well."""
    schedules = _resources(entries, "Schedule")
    for first, second in zip(schedules[::2], schedules[1::2], strict=False):
        first["actor"] = [*first["actor"], second["actor"][-1]]


def _resources(entries: Iterable[Json], kind: str) -> list[Json]:
    found = [entry["resource"] for entry in entries]
    return [resource for resource in found if resource["resourceType"] == kind]


BUNDLE_FAULTS: Mapping[Fault, Callable[[list[Json]], None]] = {
    Fault.DUPLICATE: _duplicate,
    Fault.WRONG_PREFIX: _wrong_prefix,
    Fault.MERGED_PLACES: _merge_places,
    Fault.WRONG_HOURS: _wrong_hours,
}
