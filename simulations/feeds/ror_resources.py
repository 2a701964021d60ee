"""Offers written as the ROR writes them: an offer, its place, its establishment, who receives.

Written from the guide, apart from the adapter that reads it (exchange model 3.0).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from adapters.kit.hours import DAY_MIN, WEEKDAYS, Span, WeeklyHours
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from simulations.registers import Entry

Json = dict[str, Any]
ROR = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/"
NOS = "https://mos.esante.gouv.fr/NOS/"
CATEGORIES = {
    EffecteurKind.CDS: "124",
    EffecteurKind.MSP: "603",
    EffecteurKind.CPTS: "604",
    EffecteurKind.ED: "355",
}
OPEN_HOURS, DUTY_HOURS = "07", "03"
OPEN_TO_ALL = "1"


def resources(
    entry: Entry, number: str, changed_at: datetime, access: str, *, reliable: bool
) -> Iterator[Json]:
    """Write the offer first, then what it rests on; `access` is the code of what is declared."""
    yield _service(entry, number, changed_at)
    yield _location(entry, number, changed_at, reliable=reliable)
    yield _organization(entry, number, changed_at, access)
    for at, rpps in enumerate(entry.effecteur.practitioners):
        yield _practitioner(rpps)
        yield _role(number, at, rpps)


def bundle(entries: Iterable[Json], total: int, links: Json, now: datetime, base: str) -> Json:
    """Wrap a page."""
    found: Json = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": now.isoformat(timespec="milliseconds")},
        "type": "searchset",
        "total": total,
        "link": [{"relation": name, "url": url} for name, url in links.items()],
    }
    written = [_entry(base, one) for one in entries]
    if written:
        found["entry"] = written
    return found


def _entry(base: str, resource: Json) -> Json:
    mode = "match" if resource["resourceType"] == "HealthcareService" else "include"
    return {
        "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }


def _service(entry: Entry, number: str, changed_at: datetime) -> Json:
    effecteur = entry.effecteur
    hospital = effecteur.kind is EffecteurKind.ED
    resource: Json = {
        "resourceType": "HealthcareService",
        "id": f"offre-{number}",
        "meta": _meta(changed_at),
        "extension": [
            {"url": f"{ROR}ror-healthcareservice-sensitive-unit", "valueBoolean": False},
            _age_range(effecteur.min_age),
        ],
        "identifier": [{"value": f"76/{number}"}],
        "providedBy": {"reference": f"Organization/eg-{number}"},
        "type": [_concept("TRE_R227-ChampActivite", "01" if hospital else "05")],
        "location": [{"reference": f"Location/lieu-{number}"}],
        "name": effecteur.name,
    }
    if CareCode.GP in effecteur.care:
        resource["specialty"] = [_concept("TRE_R211-ActiviteOperationnelle", "437")]
    if effecteur.phone:
        resource["extension"].append(_contact(effecteur.phone))
    rows = list(_rows(entry))
    if rows:
        resource["availableTime"] = rows
    return resource


def _rows(entry: Entry) -> Iterator[Json]:
    if entry.hours is not None:
        yield from _weekly(entry.hours, OPEN_HOURS)
    for duty in entry.duties:
        if duty.hours is not None and duty.every_weeks == 1:
            yield from _weekly(duty.hours, DUTY_HOURS)


def _weekly(hours: WeeklyHours, kind: str) -> Iterator[Json]:
    for weekday, name in enumerate(WEEKDAYS, start=1):
        for span in hours.spans.get(name, ()):
            yield _row(kind, weekday, span)


def _row(kind: str, weekday: int, span: Span) -> Json:
    weekday_url = f"{ROR}ror-available-time-number-days-of-week"
    row: Json = {
        "extension": [
            {
                "url": f"{ROR}ror-available-time-type-of-time",
                "valueCodeableConcept": _concept("TRE_R252-TypeHoraire", kind),
            },
            {"url": weekday_url, "valueInteger": weekday},
        ]
    }
    if span == (0, DAY_MIN):
        return row | {"allDay": True}
    start, end = (f"{minute // 60 % 24:02}:{minute % 60:02}:00" for minute in span)
    return row | {"availableStartTime": start, "availableEndTime": end}


def _location(entry: Entry, number: str, changed_at: datetime, *, reliable: bool) -> Json:
    effecteur = entry.effecteur
    return {
        "resourceType": "Location",
        "id": f"lieu-{number}",
        "meta": _meta(changed_at),
        "extension": [
            {
                "url": f"{ROR}ror-commune-cog",
                "valueCodeableConcept": _concept("TRE_R13-CommuneOM", effecteur.commune),
            }
        ],
        "identifier": [{"value": f"76/9{number}"}],
        "status": "active",
        "name": effecteur.name,
        "type": [_concept("TRE_R343-FonctionLieu", "002")],
        "address": _address(entry),
        "position": {
            "extension": [
                {"url": f"{ROR}ror-coordinate-reliability", "valueBoolean": reliable},
            ],
            "latitude": effecteur.position.lat,
            "longitude": effecteur.position.lon,
        },
    }


def _organization(entry: Entry, number: str, changed_at: datetime, access: str) -> Json:
    effecteur = entry.effecteur
    category = CATEGORIES.get(effecteur.kind)
    return {
        "resourceType": "Organization",
        "id": f"eg-{number}",
        "meta": _meta(changed_at),
        "extension": [
            {
                "url": f"{ROR}ror-organization-accessibility-location",
                "valueCodeableConcept": _concept("TRE_R202-AccessibiliteLieu", access),
            }
        ],
        "identifier": list(_numbers(effecteur.effecteur_id, entry.siret)),
        "type": [_concept("TRE_R66-CategorieEtablissement", category)] if category else [],
        "name": effecteur.name,
        "address": [_address(entry)],
    }


def _numbers(place: Identifier, siret: Identifier | None) -> Iterator[Json]:
    prefix = {IdKind.FINESS: "1", IdKind.SIRET: "3"}[place.kind]
    yield {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": prefix + place.value}
    if place.kind is IdKind.FINESS:
        yield {"system": "https://finess.esante.gouv.fr", "value": place.value}
    if siret is not None:
        yield {"system": "https://sirene.fr", "value": siret.value}


def _practitioner(rpps: Identifier) -> Json:
    return {
        "resourceType": "Practitioner",
        "id": f"ps-{rpps.value}",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": rpps.value}],
    }


def _role(number: str, at: int, rpps: Identifier) -> Json:
    return {
        "resourceType": "PractitionerRole",
        "id": f"exercice-{number}-{at}",
        "practitioner": {"reference": f"Practitioner/ps-{rpps.value}"},
        "healthcareService": [{"reference": f"HealthcareService/offre-{number}"}],
    }


def _contact(phone: str) -> Json:
    return {
        "url": f"{ROR}ror-healthcareservice-contact",
        "extension": [
            {
                "url": f"{ROR}ror-healthcareservice-contact-telecom",
                "extension": [
                    {"url": "telecomAddress", "valueString": phone},
                    {
                        "url": f"{ROR}ror-telecom-confidentiality-level",
                        "valueCodeableConcept": _concept("TRE_R283-NiveauConfidentialite", "1"),
                    },
                ],
            }
        ],
    }


def _age_range(low: float) -> Json:
    limits = {"low": {"value": low}, "high": {"value": 120}}
    return {
        "url": f"{ROR}ror-healthcareservice-patient-type",
        "extension": [{"url": "ageRange", "valueRange": limits}],
    }


def _address(entry: Entry) -> Json:
    return {"line": [entry.line], "city": entry.town, "postalCode": entry.postal_code}


def _meta(changed_at: datetime) -> Json:
    return {"lastUpdated": changed_at.isoformat(timespec="milliseconds")}


def _concept(table: str, code: str) -> Json:
    return {"coding": [{"system": f"{NOS}{table}/FHIR/{table.replace('_', '-', 1)}", "code": code}]}
