"""Declared against observed opening: slots lie within the hours that their place declares.

SOS Médecins declares them on its `Location` (hoursOfOperation); nothing in the practitioners' and
the CPTS' flows must, but FHIR lets a contained `Location`, a `PractitionerRole` (availableTime) or
a `HealthcareService` (availableTime) do so, and whoever does is held to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.audit.checks import Fault, Judgement, Measured, NotProvable
from adapters.audit.exchanges import Evidence, Exchange, Placed
from adapters.audit.searches import instant
from adapters.audit.trees import Json, first_text, leaves, texts
from regulation.kernel.time import PARIS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""FHIR's days, from Monday."""
DECLARED: Mapping[str, Sequence[str]] = {
    "Location": ("hoursOfOperation",),
    "PractitionerRole": ("availableTime", "contained.hoursOfOperation"),
    "HealthcareService": ("availableTime",),
}
"""Where each resource declares hours."""
OPENS = ("openingTime", "availableStartTime")
CLOSES = ("closingTime", "availableEndTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One span of hours on some days of the week; `opens` and `closes` are Paris wall clocks.

    Hours that close no later than they open are those of a night: they end the next day.
    """

    days: frozenset[str]
    opens: str
    closes: str
    all_day: bool

    def hold(self, wall: datetime) -> bool:
        """Tell whether they are open at that instant."""
        clock = f"{wall:%H:%M:%S}"
        today, yesterday = DAYS[wall.weekday()], DAYS[wall.weekday() - 1]
        if self.all_day:
            return today in self.days
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        return (today in self.days and clock >= self.opens) or (
            yesterday in self.days and clock < self.closes
        )


def within_hours(evidence: Evidence) -> Judgement:
    """Slots lie within the hours their place declares; places that declare none are left aside."""
    judged = [
        (slot, hours) for search in evidence.searches() for slot, hours in _slots_with_hours(search)
    ]
    if not judged:
        return NotProvable("aucun lieu ne déclare ses horaires")
    outside = [slot for slot, hours in judged if not _is_open(hours, slot)]
    told = f"{len(judged) - len(outside)} créneaux sur {len(judged)} dans les horaires déclarés"
    return Measured(told, tuple(_outside(slot) for slot in outside))


def _slots_with_hours(search: Exchange) -> Iterator[tuple[Placed, Sequence[Hours]]]:
    """Yield each slot of an answer with the hours declared by what it leads to."""
    declared = {
        placed.reference: hours
        for placed in search.resources
        if (hours := _declared(placed.kind, placed.resource))
    }
    actors = {
        placed.reference: texts(placed.resource, "actor.reference")
        for placed in search.resources
        if placed.kind == "Schedule"
    }
    for slot in (one for one in search.resources if one.kind == "Slot"):
        agenda = first_text(slot.resource, "schedule.reference")
        services = texts(slot.resource, "serviceType.extension.valueReference.reference")
        leads_to = [_local(one) for one in (*actors.get(_local(agenda), ()), *services)]
        said = [declared[one] for one in leads_to if one in declared]
        if said:
            yield slot, said[0]


def _local(reference: str) -> str:
    """Leave out the address of the server."""
    return "/".join(reference.split("/")[-2:])


def _declared(kind: str, resource: Json) -> tuple[Hours, ...]:
    """Return the hours declared; none at all when one span has no times: it may be any."""
    told = [
        _hours(leaf.value)
        for path in DECLARED.get(kind, ())
        for leaf in leaves(resource, path)
        if isinstance(leaf.value, Mapping)
    ]
    known = tuple(one for one in told if one is not None)
    return known if len(known) == len(told) else ()


def _hours(told: Json) -> Hours | None:
    """Read a span of hours: without days it is of every day, without times nobody knows."""
    opens = next((text for name in OPENS if (text := first_text(told, name))), "")
    closes = next((text for name in CLOSES if (text := first_text(told, name))), "")
    all_day = told.get("allDay") is True
    if not all_day and not (opens and closes):
        return None
    days = frozenset(texts(told, "daysOfWeek")) or frozenset(DAYS)
    return Hours(days=days, opens=opens, closes=closes, all_day=all_day)


def _is_open(hours: Sequence[Hours], slot: Placed) -> bool:
    start = instant(first_text(slot.resource, "start"))
    if start is None:
        return True  # judged elsewhere
    return any(one.hold(start.astimezone(PARIS)) for one in hours)


def _outside(slot: Placed) -> Fault:
    where = f"{slot.where} ({slot.reference}) start"
    return Fault(exchange=slot.exchange, where=where, reason="hors des horaires déclarés")
