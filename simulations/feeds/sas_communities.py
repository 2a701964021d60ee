"""What the searches of a CPTS and of SOS Médecins write otherwise (INT_R04, SOS; IG SAS 1.2.0)."""

from collections.abc import Sequence
from typing import Any

from adapters.kit.hours import DAY_MIN, WEEKDAYS, WeeklyHours
from regulation.kernel.ids import Identifier
from simulations.agendas import AgendaSlot, Community, Practice
from simulations.feeds.sas_bundles import (
    EDITOR,
    IDNST,
    PLACE_TYPES,
    PREFIXES,
    SLOT_TYPE,
    coding,
    international,
    slot_resource,
)

Json = dict[str, Any]
PROFILE = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/"
CATEGORY = (
    "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/"
    "TRE-R66-CategorieEtablissement"
)
SERVICE_TYPE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"
CPTS = "604"
SEEN_BY_SOS = ("PUBLIC", "SNP")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week as FHIR names them, Monday first."""


def community_slot(slot: AgendaSlot, community: Community | None) -> Json:
    """Write a slot of the CPTS search; with its community when it is shared with one."""
    resource = slot_resource(slot)
    resource["meta"]["profile"] = [f"{PROFILE}sas-cpts-slot-aggregator"]
    if community is not None:
        resource["meta"]["security"].append(coding(SLOT_TYPE, "CPTS"))
        service = {"reference": f"HealthcareService/{service_id(community)}"}
        extension = [{"url": SERVICE_TYPE, "valueReference": service}]
        shared = {"extension": extension, "coding": [coding(CATEGORY, CPTS)]}
        resource["serviceType"].append(shared)
    return resource


def service_id(community: Community) -> str:
    """Name the service under which a community offers slots."""
    return f"cpts-{community.structure.value}"


def community_resources(community: Community) -> list[Json]:
    """Write a community: its service and itself."""
    service = {
        "resourceType": "HealthcareService",
        "id": service_id(community),
        "meta": {"profile": [f"{PROFILE}sas-cpts-healthcareservice-aggregator"]},
        "providedBy": {"reference": f"Organization/{community.structure.value}"},
    }
    return [service, _organization("cpts", community.structure, community.name)]


def sos_slot(slot: AgendaSlot) -> Json:
    """Write a slot of a consultation place."""
    resource = slot_resource(slot)
    resource["meta"] = {
        "profile": [f"{PROFILE}sas-sos-slot-aggregator"],
        "security": [coding(SLOT_TYPE, code) for code in SEEN_BY_SOS],
    }
    resource["schedule"] = {"reference": f"Schedule/{slot.place_id.value}"}
    return resource


def sos_resources(places: Sequence[Practice]) -> list[Json]:
    """Write the agenda, the place and the association of each consultation place."""
    by_place = {place.place_id: place for place in places}
    resources = []
    for place in by_place.values():
        resources.append(_schedule(place))
        resources.append(_location(place))
    associations = {place.organisation: place for place in by_place.values()}
    for number, place in associations.items():
        resources.append(_organization("sos", number, place.place_name))
    return resources


def _schedule(place: Practice) -> Json:
    return {
        "resourceType": "Schedule",
        "id": place.place_id.value,
        "meta": {"profile": [f"{PROFILE}sas-sos-schedule-aggregator"]},
        "actor": [{"reference": f"Location/{place.place_id.value}"}],
    }


def _location(place: Practice) -> Json:
    number = {
        "type": {"coding": [coding(PLACE_TYPES, "INTRN")]},
        "system": EDITOR,
        "value": place.place_id.value,
    }
    resource: Json = {
        "resourceType": "Location",
        "id": place.place_id.value,
        "meta": {"profile": [f"{PROFILE}sas-sos-location-aggregator"]},
        "identifier": [number],
        "name": place.place_name,
        "address": {
            "line": [place.address_line],
            "city": place.city,
            "postalCode": place.postal_code,
        },
        "managingOrganization": {"reference": f"Organization/{place.organisation.value}"},
    }
    if place.hours is not None:
        resource["hoursOfOperation"] = hours_of_operation(place.hours)
    if place.phone:
        resource["telecom"] = [{"system": "phone", "value": international(place.phone)}]
    return resource


def hours_of_operation(hours: WeeklyHours) -> list[Json]:
    """Write weekly hours as FHIR does: no hour is past 23:59:59, a night is cut at midnight."""
    days: dict[tuple[int, int], list[str]] = {}
    for rank, day in enumerate(DAYS):
        for start, end in hours.spans.get(WEEKDAYS[rank], ()):
            days.setdefault((start, min(end, DAY_MIN)), []).append(day)
            if end > DAY_MIN:
                following = DAYS[(rank + 1) % len(DAYS)]
                days.setdefault((0, end - DAY_MIN), []).append(following)
    return [
        {"daysOfWeek": named, "allDay": True}
        if span == (0, DAY_MIN)
        else {"daysOfWeek": named, "openingTime": _time(span[0]), "closingTime": _time(span[1])}
        for span, named in days.items()
    ]


def _time(minute: int) -> str:
    return "23:59:59" if minute >= DAY_MIN else f"{minute // 60:02}:{minute % 60:02}:00"


def _organization(flow: str, structure: Identifier, name: str) -> Json:
    number = {
        "type": {"coding": [coding(PLACE_TYPES, "IDNST")]},
        "system": IDNST,
        "value": PREFIXES[structure.kind] + structure.value,
    }
    return {
        "resourceType": "Organization",
        "id": structure.value,
        "meta": {"profile": [f"{PROFILE}sas-{flow}-organization-aggregator"]},
        "identifier": [number],
        "name": name,
    }
