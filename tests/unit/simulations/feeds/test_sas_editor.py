"""The mock editor answers as the test kit of the guide requires; ids are those of its rows."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from adapters.kit.clock import FixedClock
from simulations.feeds.sas_editor import SasEditor
from tests.unit.simulations.feeds.agendas import (
    CABINET,
    DOCTOR_A,
    DOCTOR_B,
    NOW,
    GivenAgendas,
    slot,
    two_doctors,
)

BY_PRACTITIONER = "schedule.actor:Practitioner.identifier"
BOTH = "urn:oid:1.2.250.1.71.4.2.1|819990000002,urn:oid:1.2.250.1.71.4.2.1|819990000010"
QUERY = {
    "_include": "Slot:schedule",
    "_include:iterate": "Schedule:actor",
    "start": ["ge2026-11-22T19:40:00+01:00", "le2026-11-24T23:59:59+01:00"],
    BY_PRACTITIONER: BOTH,
    "status": "free",
}


def asked(agendas: GivenAgendas | None = None, **changes) -> httpx.Response:
    """Answer to the query with these changes; None leaves a parameter out."""
    editor = SasEditor(agendas or two_doctors(), FixedClock(NOW))
    query = {name: value for name, value in {**QUERY, **changes}.items() if value is not None}

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(editor.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://editor") as client:
            return await client.get("/Slot", params=query)

    return asyncio.run(get())


def resources(kind: str, answer: httpx.Response | None = None) -> list[dict[str, Any]]:
    bundle = (answer or asked()).json()
    found = [entry["resource"] for entry in bundle.get("entry", ())]
    return [resource for resource in found if resource["resourceType"] == kind]


@pytest.mark.requirement("fhir-r4@Bundle.total")
@pytest.mark.requirement("agg-psindiv@4")
@pytest.mark.requirement("agg-psindiv@13")
@pytest.mark.requirement("agg-psindiv@14")
def test_a_search_gives_a_searchset_that_counts_its_matches():
    answer = asked()
    bundle = answer.json()
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert (bundle["resourceType"], bundle["type"], bundle["total"]) == ("Bundle", "searchset", 6)
    assert bundle["meta"]["profile"] == ["http://sas.fr/fhir/StructureDefinition/BundleAgregateur"]
    assert bundle["link"][0]["relation"] == "self"


@pytest.mark.requirement("agg-psindiv@5")
@pytest.mark.requirement("agg-psindiv@6")
@pytest.mark.requirement("agg-psindiv@7")
@pytest.mark.requirement("agg-psindiv@26")
def test_only_slots_of_the_period_are_given():
    start = ["ge2026-11-23T08:41:00+01:00", "le2026-11-23T09:40:00+01:00"]
    starts = {one["start"] for one in resources("Slot", asked(start=start))}
    assert starts == {"2026-11-23T09:40:00.000+01:00"}


@pytest.mark.requirement("agg-psindiv@8")
def test_nothing_free_is_an_empty_bundle():
    bundle = asked(GivenAgendas([], [])).json()
    assert bundle["total"] == 0
    assert "entry" not in bundle


@pytest.mark.requirement("agg-psindiv@9")
@pytest.mark.requirement("agg-psindiv@10")
@pytest.mark.requirement("agg-psindiv@11")
@pytest.mark.requirement("agg-psindiv@12")
@pytest.mark.requirement("agg-psindiv@27")
def test_slots_are_free_dated_and_belong_to_an_agenda():
    for one in resources("Slot"):
        assert one["status"] == "free"
        assert one["start"] < one["end"]
        assert re.fullmatch(r"Schedule/\S+", one["schedule"]["reference"])
        assert one["meta"]["profile"] == ["http://sas.fr/fhir/StructureDefinition/FrSlotAgregateur"]


@pytest.mark.requirement("agg-psindiv@15")
@pytest.mark.requirement("agg-psindiv@16")
@pytest.mark.requirement("agg-psindiv@17")
@pytest.mark.requirement("agg-psindiv@18")
@pytest.mark.requirement("agg-psindiv@29")
@pytest.mark.requirement("agg-psindiv@32")
@pytest.mark.requirement("agg-psindiv@33")
def test_practitioners_are_numbered_by_their_prefixed_rpps():
    found = resources("Practitioner")
    values = [one["identifier"][0]["value"] for one in found]
    assert sorted(values) == [f"8{DOCTOR_A.value}", f"8{DOCTOR_B.value}"]
    assert {one["identifier"][0]["system"] for one in found} == {"urn:oid:1.2.250.1.71.4.2.1"}
    assert all(one["name"][0]["family"] for one in found)


@pytest.mark.requirement("agg-psindiv@19")
@pytest.mark.requirement("agg-psindiv@20")
@pytest.mark.requirement("agg-psindiv@21")
@pytest.mark.requirement("agg-psindiv@31")
def test_roles_name_their_structure_and_their_practitioner():
    roles = resources("PractitionerRole")
    numbers = {one["organization"]["identifier"]["value"] for one in roles}
    assert numbers == {"1990000010", "399000000000010"}
    assert {one["practitioner"]["reference"] for one in roles} == {
        f"Practitioner/{DOCTOR_A.value}",
        f"Practitioner/{DOCTOR_B.value}",
    }


@pytest.mark.requirement("agg-psindiv@22")
@pytest.mark.requirement("agg-psindiv@37")
@pytest.mark.requirement("agg-psindiv@38")
@pytest.mark.requirement("agg-psindiv@39")
@pytest.mark.requirement("agg-psindiv@40")
def test_roles_contain_their_place_with_its_address():
    for role in resources("PractitionerRole"):
        (place,) = role["contained"]
        assert place["resourceType"] == "Location"
        assert role["location"] == [{"reference": f"#{place['id']}"}]
        address = {"line": ["1 rue des Essais"], "city": "Toulouse", "postalCode": "31000"}
        assert place["address"] == address


@pytest.mark.requirement("agg-psindiv@23")
@pytest.mark.requirement("agg-psindiv@24")
@pytest.mark.requirement("agg-psindiv@25")
@pytest.mark.requirement("agg-psindiv@41")
@pytest.mark.requirement("agg-psindiv@46")
@pytest.mark.requirement("agg-psindiv@48")
@pytest.mark.requirement("agg-psindiv@49")
def test_slots_say_for_whom_where_how_and_what_for():
    for one in resources("Slot"):
        assert [coding["code"] for coding in one["meta"]["security"]] == ["SNP"]
        assert one["serviceType"][0]["coding"][0]["code"] == "AMB"
        assert one["serviceType"][1] == {"text": "Soins non programmés"}
        assert one["specialty"][0]["coding"][0]["code"] == "SM54"
        assert one["appointmentType"]["coding"][0]["code"] == "ROUTINE"
        assert one["comment"].startswith("https://")


@pytest.mark.requirement("agg-psindiv@28")
@pytest.mark.requirement("agg-psindiv@30")
def test_what_is_included_is_what_was_asked_for():
    plain = asked(_include=None, **{"_include:iterate": None})
    assert {entry["search"]["mode"] for entry in plain.json()["entry"]} == {"match"}
    agendas = asked(**{"_include:iterate": None})
    assert len(resources("Schedule", agendas)) == 3
    assert resources("Practitioner", agendas) == []


@pytest.mark.requirement("ig-sas@telecom")
@pytest.mark.requirement("agg-psindiv@34")
@pytest.mark.requirement("agg-psindiv@35")
@pytest.mark.requirement("agg-psindiv@36")
def test_a_phone_is_international_and_left_out_when_there_is_none():
    phones = {one["id"]: one.get("telecom") for one in resources("Practitioner")}
    assert phones == {
        DOCTOR_A.value: [{"system": "phone", "value": "+33561000000"}],
        DOCTOR_B.value: None,
    }


@pytest.mark.requirement("fhir-r4@bdl-7")
@pytest.mark.requirement("agg-psindiv@42")
@pytest.mark.requirement("agg-psindiv@43")
@pytest.mark.requirement("agg-psindiv@44")
def test_each_place_of_each_practitioner_has_one_agenda_and_every_reference_leads_somewhere():
    urls = [entry["fullUrl"] for entry in asked().json()["entry"]]
    assert len(urls) == len(set(urls))
    schedules = {f"Schedule/{one['id']}": one for one in resources("Schedule")}
    assert {one["schedule"]["reference"] for one in resources("Slot")} == set(schedules)
    actors = {actor["reference"] for one in schedules.values() for actor in one["actor"]}
    included = {
        f"{k}/{r['id']}" for k in ("Practitioner", "PractitionerRole") for r in resources(k)
    }
    assert (len(schedules), actors) == (3, included)


@pytest.mark.requirement("agg-psindiv@45")
def test_instants_have_milliseconds_and_the_offset_of_the_season():
    july = slot(DOCTOR_A, CABINET, hours_ahead=24 * 240)
    agendas = GivenAgendas([july], two_doctors().practices)
    start = ["ge2027-07-01T00:00:00+02:00", "le2027-07-31T00:00:00+02:00"]
    (summer,) = resources("Slot", asked(agendas, start=start))
    assert re.fullmatch(r"2027-07-\d\dT\d\d:40:00\.000\+02:00", summer["start"])
    assert all(one["start"].endswith(".000+01:00") for one in resources("Slot"))


@pytest.mark.requirement("agg-psindiv@47")
def test_what_is_no_longer_free_is_not_told():
    past = slot(DOCTOR_A, CABINET, hours_ahead=-1)
    agendas = GivenAgendas([past], two_doctors().practices)
    start = ["ge2026-11-22T00:00:00+01:00", "le2026-11-24T00:00:00+01:00"]
    assert asked(agendas, start=start).json()["total"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"start": ["ge2026-11-22T19:40:00", "le2026-11-24T23:59:59"]},
        {BY_PRACTITIONER: BOTH.replace(",", ", ")},
        {"_count": "1000"},
    ],
)
def test_what_the_guide_s_own_examples_write_is_understood(changes):
    assert asked(**changes).json()["total"] == 6


@pytest.mark.requirement("ig-sas@erreurs")
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"start": None}, "start"),
        ({"start": ["ge2026-11-22T19:40:00+01:00"]}, "start"),
        ({"start": ["ge2026-11-22T19:40:00+01:00"] * 2}, "start"),
        ({"start": ["gemonday", "letuesday"]}, "monday"),
        ({"start": ["ge2026-11-24T00:00:00+01:00", "le2026-11-22T00:00:00+01:00"]}, "window"),
        ({"status": "busy"}, "status"),
        ({"status": None}, "status"),
        ({BY_PRACTITIONER: None}, BY_PRACTITIONER),
        ({BY_PRACTITIONER: "819990000002"}, BY_PRACTITIONER),
        ({BY_PRACTITIONER: "urn:oid:1.2.250.1.71.4.2.1|8123"}, "8123|123"),
        ({BY_PRACTITIONER: ",".join([BOTH.partition(",")[0]] * 26)}, "26 of them"),
        ({"_sort": "start"}, "_sort"),
    ],
)
def test_a_search_that_is_wrong_is_refused_and_told_why(changes, named):
    answer = asked(**changes)
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert re.search(named, answer.json()["issue"][0]["diagnostics"])


def test_the_answer_is_dated_by_the_editor_s_own_clock():
    assert asked().headers["date"] == "Sun, 22 Nov 2026 18:40:00 GMT"


def test_a_thousand_slots_weigh_less_than_two_megabytes():
    many = [slot(DOCTOR_A, CABINET, hours_ahead=1 + n / 100) for n in range(1000)]
    answer = asked(GivenAgendas(many, two_doctors().practices))
    assert answer.json()["total"] == 1000
    assert len(answer.content) < 2_000_000
