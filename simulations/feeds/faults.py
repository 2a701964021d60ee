"""Faults an editor's software really shows, by name, to be injected into a mock feed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

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


class FaultBoard:
    """The faults shown at the moment; change them while the server runs."""

    def __init__(self, *faults: Fault) -> None:
        self._shown = frozenset(faults)

    @property
    def shown(self) -> frozenset[Fault]:
        """Faults shown now."""
        return self._shown

    def show(self, *faults: Fault) -> None:
        """Show these from the next request on, and no other."""
        self._shown = frozenset(faults)


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


SLOT_FAULTS: Mapping[Fault, Callable[[Json], None]] = {
    Fault.EMPTY_ELEMENTS: _empty_elements,
    Fault.PAST: _past,
    Fault.WRONG_ZONE: _wrong_zone,
    Fault.NO_ZONE: _no_zone,
    Fault.BUSY: _busy,
    Fault.NO_URL: _no_url,
}


def spoil(entries: list[Json], shown: Iterable[Fault]) -> list[Json]:
    """Spoil every other slot, or every other agenda, so that the rest must be kept."""
    for fault in shown:
        if fault in SLOT_FAULTS:
            for slot in _resources(entries, "Slot")[::2]:
                SLOT_FAULTS[fault](slot)
        elif fault is Fault.DUPLICATE:
            slots = [entry for entry in entries if entry["resource"]["resourceType"] == "Slot"]
            entries = entries + slots[::2]
        elif fault is Fault.WRONG_PREFIX:
            for practitioner in _resources(entries, "Practitioner")[::2]:
                number = practitioner["identifier"][0]
                number["value"] = "9" + number["value"][1:]
        elif fault is Fault.MERGED_PLACES:
            _merge_places(entries)
    return entries


def _merge_places(entries: list[Json]) -> None:
    """Every other agenda takes over the place of its neighbour as well."""
    schedules = _resources(entries, "Schedule")
    for first, second in zip(schedules[::2], schedules[1::2], strict=False):
        first["actor"] = [*first["actor"], second["actor"][-1]]


def _resources(entries: Iterable[Json], kind: str) -> list[Json]:
    found = [entry["resource"] for entry in entries]
    return [resource for resource in found if resource["resourceType"] == kind]
