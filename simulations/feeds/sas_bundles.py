"""Free slots written as the guide asks: searchset, one Schedule per place, prefixed numbers.

Written from the guide, apart from the adapter that reads it, so that neither hides the other's
mistakes (IG SAS 1.2.0, INT_R01).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulation.kernel.ids import Identifier, IdKind
from simulations.agendas import AgendaSlot, Practice

Json = dict[str, Any]
PARIS = ZoneInfo("Europe/Paris")
IDNPS, IDNST = "urn:oid:1.2.250.1.71.4.2.1", "urn:oid:1.2.250.1.71.4.2.2"
EDITOR = "https://agenda.example"
NUMBER_TYPES = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
PLACE_TYPES = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
APPOINTMENT_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0276"
SLOT_TYPE = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
SPECIALTY = (
    "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
)
ACTIVITY = "https://mos.esante.gouv.fr/NOS/TRE_R338-ModaliteAccueil/FHIR/TRE-R338-ModaliteAccueil"
DEDICATED = "16"
"""Consultation in premises dedicated to disabled people (TRE_R338): how a slot says for whom it is
kept, for want of a code in the profiles."""
PROFILE = "http://sas.fr/fhir/StructureDefinition/"
PREFIXES: Mapping[IdKind, str] = {IdKind.FINESS: "1", IdKind.SIRET: "3", IdKind.RPPS: "8"}
_NATIONAL_PHONE_DIGITS = 10


def searchset(
    entries: Sequence[Json],
    matches: int,
    query_url: str,
    now: datetime,
    profile: str = f"{PROFILE}BundleAgregateur",
) -> Json:
    """Wrap the entries; a search without a match has a total of 0 and no entry at all."""
    bundle: Json = {
        "resourceType": "Bundle",
        "meta": {"profile": [profile], "lastUpdated": instant(now)},
        "type": "searchset",
        "total": matches,
        "link": [{"relation": "self", "url": query_url}],
    }
    if entries:
        bundle["entry"] = list(entries)
    return bundle


def instant(moment: datetime) -> str:
    """Write an instant as the guide wants it: milliseconds and the offset of Paris."""
    return moment.astimezone(PARIS).isoformat(timespec="milliseconds")


def outcome(severity: str, code: str, text: str) -> Json:
    """Write an OperationOutcome."""
    issue = {"severity": severity, "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def entry(base_url: str, resource: Json, mode: str) -> Json:
    """Put a resource into an entry, as a match or as something included with it."""
    return {
        "fullUrl": f"{base_url}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }


def slot_resource(slot: AgendaSlot) -> Json:
    """Write one free slot."""
    resource: Json = {
        "resourceType": "Slot",
        "id": slot.slot_id,
        "meta": {
            "profile": [f"{PROFILE}FrSlotAgregateur"],
            "security": [coding(SLOT_TYPE, code) for code in sorted(slot.visibility)],
        },
        "serviceType": [{"coding": [coding(ACT_CODE, code)]} for code in sorted(slot.modes)],
        "appointmentType": {"coding": [coding(APPOINTMENT_TYPE, slot.booking)]},
        "schedule": {"reference": f"Schedule/{agenda_id(slot.practitioner, slot.place_id)}"},
        "status": "free",
        "start": instant(slot.start),
        "end": instant(slot.end),
    }
    if slot.reason:
        resource["serviceType"].append({"text": slot.reason})
    if slot.reserved:
        resource["serviceType"].append({"coding": [coding(ACTIVITY, DEDICATED)]})
    if slot.specialties:
        codes = sorted(slot.specialties)
        resource["specialty"] = [{"coding": [coding(SPECIALTY, code)]} for code in codes]
    if slot.booking_url:
        resource["comment"] = slot.booking_url
    return resource


def schedule_resource(practice: Practice) -> Json:
    """Write the agenda of one practitioner at one place."""
    key = agenda_id(practice.practitioner, practice.place_id)
    return {
        "resourceType": "Schedule",
        "id": key,
        "meta": {"profile": [f"{PROFILE}FrScheduleAgregateur"]},
        "actor": [
            {"reference": f"Practitioner/{practice.practitioner.value}"},
            {"reference": f"PractitionerRole/{key}"},
        ],
    }


def practitioner_resource(practice: Practice) -> Json:
    """Write a practitioner."""
    resource: Json = {
        "resourceType": "Practitioner",
        "id": practice.practitioner.value,
        "meta": {"profile": [f"{PROFILE}FrPractitionerAgregateur"]},
        "identifier": [_number("IDNPS", IDNPS, practice.practitioner)],
        "name": [{"family": practice.family_name, "given": [practice.given_name]}],
    }
    return _with_phone(resource, practice.phone)


def role_resource(practice: Practice) -> Json:
    """Write a practitioner's place of practice, with the place it contains."""
    resource: Json = {
        "resourceType": "PractitionerRole",
        "id": agenda_id(practice.practitioner, practice.place_id),
        "meta": {"profile": [f"{PROFILE}FrPractitionerRoleExerciceAgregateur"]},
        "contained": [_location(practice)],
        "practitioner": {"reference": f"Practitioner/{practice.practitioner.value}"},
        "organization": {"identifier": _number("IDNST", IDNST, practice.organisation)},
        "location": [{"reference": "#place"}],
    }
    return _with_phone(resource, practice.phone)


def agenda_id(practitioner: Identifier, place: Identifier) -> str:
    """Name the agenda of a practitioner at a place, in the characters FHIR allows."""
    return f"{practitioner.value}-{place.value}"


def international(phone: str) -> str:
    """Write a French number as +33 and nine digits; others as they are."""
    digits = "".join(char for char in phone if char.isdigit() or char == "+")
    if len(digits) == _NATIONAL_PHONE_DIGITS and digits.startswith("0"):
        return f"+33{digits[1:]}"
    return digits


def period_of(bounds: Iterable[str]) -> tuple[datetime, datetime]:
    """Read the two bounds `ge…` and `le…`; ValueError when they are not one of each.

    An instant without an offset is in the legal time of Paris, as the guide's examples are.
    """
    found: dict[str, datetime] = {}
    for bound in bounds:
        moment = datetime.fromisoformat(bound[2:].strip().replace(" ", "+"))
        if bound[:2] not in {"ge", "le"} or bound[:2] in found:
            raise ValueError(f"start: {bound!r} is not one ge and one le")
        found[bound[:2]] = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
    if len(found) != 2:  # noqa: PLR2004  one ge and one le
        raise ValueError("start: both ge and le are required")
    return found["ge"], found["le"] + timedelta(milliseconds=1)


def _location(practice: Practice) -> Json:
    return {
        "resourceType": "Location",
        "id": "place",
        "meta": {"profile": [f"{PROFILE}FrLocationAgregateur"]},
        "identifier": [
            {
                "type": {"coding": [coding(PLACE_TYPES, "INTRN")]},
                "system": EDITOR,
                "value": practice.place_id.value,
            }
        ],
        "name": practice.place_name,
        "address": {
            "line": [practice.address_line],
            "city": practice.city,
            "postalCode": practice.postal_code,
        },
    }


def _number(code: str, system: str, number: Identifier) -> Json:
    return {
        "type": {"coding": [coding(NUMBER_TYPES, code)]},
        "system": system,
        "value": PREFIXES[number.kind] + number.value,
    }


def coding(system: str, code: str) -> Json:
    """Write a code of a system."""
    return {"system": system, "code": str(code)}


def _with_phone(resource: Json, phone: str | None) -> Json:
    if phone:
        resource["telecom"] = [{"system": "phone", "value": international(phone)}]
    return resource
