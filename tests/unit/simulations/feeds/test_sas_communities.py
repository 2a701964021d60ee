"""The mock editor writes the answers of a CPTS and of SOS Médecins as their profiles have them."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from adapters.kit.clock import FixedClock
from simulations.feeds.sas_editor import SasEditor
from tests.unit.simulations.feeds.agendas import (
    ANNEXE,
    CABINET,
    COMMUNITY,
    DOCTOR_A,
    DOCTOR_B,
    NOW,
    two_doctors,
)

IG = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/"
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"
PERIOD = ["ge2026-11-22T19:40:00+01:00", "le2026-11-24T23:59:59+01:00"]
DOCTORS = ",".join(f"urn:oid:1.2.250.1.71.4.2.1|8{one.value}" for one in (DOCTOR_A, DOCTOR_B))
OF_CPTS: dict[str, Any] = {
    "_include": ["Slot:schedule", "Slot:service-type-reference"],
    "_include:iterate": ["Schedule:actor", "HealthcareService:organization"],
    "start": PERIOD,
    "schedule.actor:Practitioner.identifier": DOCTORS,
    "status": "free",
}
OF_SOS: dict[str, Any] = {
    "_revinclude": "Slot:schedule",
    "_include": "Schedule:actor:Location",
    "_include:iterate": "Location:organization",
    "_has:Slot:schedule:start": PERIOD,
    "_has:Slot:schedule:status": "free",
    "actor:Location.organization.identifier": f"urn:oid:1.2.250.1.71.4.2.2|3{ANNEXE.value}",
}
Json = dict[str, Any]


def answered(path: str, query: Json) -> Json:
    """The bundle the editor answers."""
    editor = SasEditor(two_doctors(), FixedClock(NOW))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(editor.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://editor") as client:
            return await client.get(path, params=query)

    bundle: Json = asyncio.run(get()).json()
    return bundle


def of_kind(bundle: Json, kind: str) -> list[Json]:
    resources = [entry["resource"] for entry in bundle.get("entry", ())]
    return [one for one in resources if one["resourceType"] == kind]


@pytest.fixture(scope="module")
def cpts() -> Json:
    return answered("/Slot", OF_CPTS)


@pytest.fixture(scope="module")
def sos() -> Json:
    return answered("/Schedule", OF_SOS)


@pytest.mark.requirement(
    "sas-cpts-bundle-aggregator",
    "sas-cpts-slot-aggregator",
    "sas-cpts-slot-aggregator#meta.security",
    "sas-cpts-valueset-typecreneau",
)
def test_the_slots_of_the_cpts_search_say_who_may_see_them(cpts: Json):
    assert cpts["meta"]["profile"] == [f"{IG}sas-cpts-bundle-aggregator"]
    slots = of_kind(cpts, "Slot")
    assert cpts["total"] == len(slots) == 6
    assert {tuple(one["meta"]["profile"]) for one in slots} == {(f"{IG}sas-cpts-slot-aggregator",)}
    shared = {CABINET.value: ["SNP", "CPTS"], ANNEXE.value: ["SNP"]}
    for one in slots:
        place = one["schedule"]["reference"].rpartition("-")[2]
        assert [code["code"] for code in one["meta"]["security"]] == shared[place]


@pytest.mark.requirement(
    "sas-cpts-slot-aggregator#serviceType:referencecpts",
    "sas-cpts-healthcareservice-aggregator",
    "sas-cpts-organization-aggregator",
    "sas-cpts-bundle-aggregator#references",
)
def test_a_slot_of_a_cpts_leads_to_its_service_and_to_itself(cpts: Json):
    (service,) = of_kind(cpts, "HealthcareService")
    (community,) = of_kind(cpts, "Organization")
    assert service["meta"]["profile"] == [f"{IG}sas-cpts-healthcareservice-aggregator"]
    assert service["providedBy"] == {"reference": f"Organization/{community['id']}"}
    assert community["identifier"][0]["value"] == f"1{COMMUNITY.structure.value}"
    named = [one["serviceType"][-1] for one in of_kind(cpts, "Slot") if len(one["serviceType"]) > 2]
    assert len(named) == 4
    for one in named:
        assert one["coding"][0]["code"] == "604"
        (extension,) = one["extension"]
        assert extension["url"] == R5
        assert extension["valueReference"] == {"reference": f"HealthcareService/{service['id']}"}


@pytest.mark.requirement(
    "ig-sas@sos-recherche",
    "sas-sos-bundle-aggregator",
    "sas-sos-bundle-aggregator#type",
    "sas-sos-bundle-aggregator#references",
    "sas-sos-schedule-aggregator",
    "sas-sos-location-aggregator",
    "sas-sos-organization-aggregator",
    "ig-sas@sos-recherche#Schedule",
    "ig-sas@sos-recherche#organization.identifier",
)
def test_each_agenda_of_sos_is_of_one_place_of_the_association_asked_for(sos: Json):
    assert (sos["type"], sos["total"]) == ("searchset", 1)
    assert sos["meta"]["profile"] == [f"{IG}sas-sos-bundle-aggregator"]
    (agenda,) = of_kind(sos, "Schedule")
    (place,) = of_kind(sos, "Location")
    (association,) = of_kind(sos, "Organization")
    assert agenda["actor"] == [{"reference": f"Location/{place['id']}"}]
    assert place["managingOrganization"] == {"reference": f"Organization/{association['id']}"}
    assert association["identifier"][0]["value"] == f"3{ANNEXE.value}"
    address = {"line": ["1 rue des Essais"], "city": "Toulouse", "postalCode": "31000"}
    assert place["address"] == address


@pytest.mark.requirement(
    "sas-sos-slot-aggregator",
    "sas-sos-slot-aggregator#status",
    "sas-sos-slot-aggregator#meta.security",
    "sas-sos-slot-aggregator#serviceType",
    "sas-sos-slot-aggregator#appointmentType",
    "ig-sas@Slot.comment",
    "ig-sas@Slot.start",
    "ig-sas@sos-recherche#start",
)
def test_the_slots_of_sos_are_free_dated_and_open_to_all(sos: Json):
    slots = of_kind(sos, "Slot")
    assert len(slots) == 2
    for one in slots:
        assert one["status"] == "free"
        assert [code["code"] for code in one["meta"]["security"]] == ["PUBLIC", "SNP"]
        assert one["serviceType"][0]["coding"][0]["code"] == "AMB"
        assert one["appointmentType"]["coding"][0]["code"] == "ROUTINE"
        assert one["comment"].startswith("https://")
        assert re.fullmatch(r"2026-11-23T\d\d:\d\d:00\.000\+01:00", one["start"])


@pytest.mark.requirement("ig-sas@sos-recherche")
def test_nothing_free_is_an_empty_answer_of_sos_too():
    later = ["ge2027-11-22T19:40:00+01:00", "le2027-11-24T23:59:59+01:00"]
    bundle = answered("/Schedule", OF_SOS | {"_has:Slot:schedule:start": later})
    assert (bundle["total"], bundle.get("entry")) == (0, None)
