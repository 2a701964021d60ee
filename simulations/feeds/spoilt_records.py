"""What each fault does to one record of an answer: a slot, a place, a structure, a person."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulations.feeds.faults import Fault

Json = dict[str, Any]
"""A FHIR resource or entry about to be written."""

DAWN: Final[list[Json]] = [
    {
        "daysOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "openingTime": "05:00:00",
        "closingTime": "05:30:00",
    }
]
"""Hours at which nobody consults."""
NOWHERE: Final = {"line": ["1 rue Qui N'Existe Pas"], "city": "Nulle-Part", "postalCode": "00000"}
CPTS: Final = "604"


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


def _zulu(slot: Json) -> None:
    """UTC written `Z`, without milliseconds, as many libraries do by default."""
    for field in ("start", "end"):
        moment = datetime.fromisoformat(slot[field]).astimezone(UTC)
        slot[field] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _schema_drift(slot: Json) -> None:
    """Service types and the kind of booking as FHIR R5 writes them."""
    slot["serviceType"] = [{"concept": one} for one in slot["serviceType"]]
    slot["appointmentType"] = [slot["appointmentType"]]


def _busy(slot: Json) -> None:
    slot["status"] = "busy"


def _dangling(slot: Json) -> None:
    slot["schedule"] = {"reference": "Schedule/ailleurs"}


def _unknown_audience(slot: Json) -> None:
    slot["meta"]["security"] = [{**one, "code": "VIP"} for one in slot["meta"]["security"]]


def _no_community(slot: Json) -> None:
    for service in filter(_is_of_community, slot["serviceType"]):
        del service["extension"]


def _is_of_community(service: Json) -> bool:
    return any(one.get("code") == CPTS for one in service.get("coding", ()))


def _without(name: str) -> Callable[[Json], None]:
    """Make the change that leaves an element out."""

    def change(record: Json) -> None:
        record.pop(name, None)

    return change


def wrong_prefix(holder: Json) -> None:
    """Number the holder as no kind of number is."""
    number = holder["identifier"][0]
    number["value"] = "9" + number["value"][1:]


def _structure_number(record: Json) -> Json:
    """Return the number of a structure: an organisation's own, or that of a place of practice."""
    if record["resourceType"] == "Organization":
        number: Json = record["identifier"][0]
    else:
        number = record["organization"]["identifier"]
    return number


def _bad_key(record: Json) -> None:
    number = _structure_number(record)
    number["value"] = number["value"][:-1] + str((int(number["value"][-1]) + 1) % 10)


def _bare_structure(record: Json) -> None:
    number = _structure_number(record)
    number["value"] = number["value"][1:]
    for name in ("type", "system"):
        number.pop(name, None)


def _no_holder(place: Json) -> None:
    for name in ("practitioner", "managingOrganization"):
        place.pop(name, None)


def _no_address(place: Json) -> None:
    _location(place)["address"] = {"country": "FR"}


def _unknown_address(place: Json) -> None:
    _location(place)["address"] = dict(NOWHERE)


def hours_at_dawn(place: Json) -> None:
    """Declare hours at which nobody consults."""
    _location(place)["hoursOfOperation"] = DAWN


def _location(place: Json) -> Json:
    """Return the place itself, or the one that a place of practice contains."""
    contained = place.get("contained")
    found: Json = contained[0] if contained else place
    return found


def _bad_phone(holder: Json) -> None:
    for contact in holder["telecom"]:
        contact["value"] = "0" + contact["value"].removeprefix("+33")


SLOT: Final = ("Slot",)
PLACES: Final = ("PractitionerRole", "Location")
STRUCTURES: Final = ("PractitionerRole", "Organization")
RECORD_FAULTS: Mapping[Fault, tuple[Sequence[str], Callable[[Json], None]]] = {
    Fault.EMPTY_ELEMENTS: (SLOT, _empty_elements),
    Fault.PAST: (SLOT, _past),
    Fault.WRONG_ZONE: (SLOT, _wrong_zone),
    Fault.NO_ZONE: (SLOT, _no_zone),
    Fault.ZULU: (SLOT, _zulu),
    Fault.NO_END: (SLOT, _without("end")),
    Fault.NO_AGENDA: (SLOT, _without("schedule")),
    Fault.DANGLING: (SLOT, _dangling),
    Fault.UNKNOWN_AUDIENCE: (SLOT, _unknown_audience),
    Fault.BUSY: (SLOT, _busy),
    Fault.NO_URL: (SLOT, _without("comment")),
    Fault.SCHEMA_DRIFT: (SLOT, _schema_drift),
    Fault.NO_COMMUNITY: (SLOT, _no_community),
    Fault.BAD_KEY: (STRUCTURES, _bad_key),
    Fault.BARE_STRUCTURE: (STRUCTURES, _bare_structure),
    Fault.NO_HOLDER: (PLACES, _no_holder),
    Fault.NO_PLACE: (("PractitionerRole",), _without("contained")),
    Fault.NO_ADDRESS: (PLACES, _no_address),
    Fault.UNKNOWN_ADDRESS: (PLACES, _unknown_address),
    Fault.BAD_PHONE: (
        ("Practitioner", "PractitionerRole", "Location", "Organization"),
        _bad_phone,
    ),
}
"""By fault: the kinds of record it touches, and what it does to each."""
SLOT_FAULTS: Final = frozenset(
    fault for fault, (kinds, _) in RECORD_FAULTS.items() if kinds == SLOT
)
APPLIES: Mapping[Fault, Callable[[Json], bool]] = {
    Fault.NO_COMMUNITY: lambda slot: any(map(_is_of_community, slot["serviceType"])),
    Fault.BAD_PHONE: lambda holder: "telecom" in holder,
}
"""Which records of its kinds a fault can touch, when not all."""
