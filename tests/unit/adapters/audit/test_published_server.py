"""Servers and a journal made of published examples alone: their known defects are found.

Of the traps of interop.md, §1.6, these are: the structure without a type, the regulator in the
system of structures, the winter offset in September, the wrong keys, `Hubex` and
`createAppointment` for `hubex` and `CreateAppointment`, the position whose latitude lost a digit,
the FINESS without its prefix. Naive times in a query are not: an audit asks, it is not asked.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from adapters.audit import lrm
from adapters.audit.checks import Verdict
from adapters.audit.hub_journal import evidence_of_journal
from adapters.audit.hub_scenario import HubParties
from adapters.audit.profiles import CHECKS
from adapters.audit.report import Audit, Conclusion, examine
from adapters.audit.run import Manner, audit_server, evidence_of_file
from adapters.audit.sas_plan import Flow, Plan
from adapters.audit.trees import value_at
from adapters.kit.clock import FixedClock
from regulation.kernel.ids import Identifier
from tests.unit.adapters.audit.worlds import failed

Json = dict[str, Any]
INTEROP = Path(__file__).parents[4].parent / "shared/data/interop"
EXAMPLES = INTEROP / "sas-fhir/npm-package-1.1.0/example"
HUB_EXAMPLES = INTEROP / "hub-sante/examples"
CENTRE = "RS-SAS-RDV/RS-SAS-RDV_appointment_CDS.01.json"
FILES: Mapping[Flow, str] = {
    Flow.PS: "Bundle-ExampleBundlePSIndiv.json",
    Flow.CPTS: "Bundle-ExampleBundleCPTS.json",
    Flow.SOS: "Bundle-ExampleBundleAgregateurSOS.json",
}
ABOUT: Mapping[Flow, tuple[str, list[str]]] = {
    Flow.PS: ("2021-11-04T14:19:35+01:00", ["RPPS:10002673899", "RPPS:10100050075"]),
    Flow.CPTS: ("2024-06-12T16:20:00+02:00", ["RPPS:10002909371"]),
    Flow.SOS: ("2023-08-18T09:00:00+02:00", ["SIRET:34173748400020", "SIRET:92080466300010"]),
}

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="needs ../shared (published examples)"
)


def plan(flow: Flow) -> Plan:
    at, numbers = ABOUT[flow]
    known = tuple(Identifier.parse(number) for number in numbers)
    return Plan(flow=flow, numbers=known, now=datetime.fromisoformat(at))


class PublishedServer(ThreadingHTTPServer):
    """A server of one's own, on a free port: it answers a published bundle to whatever is asked."""

    def __init__(self, bundle: Json) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.body = json.dumps(bundle).encode()


class Answering(BaseHTTPRequestHandler):
    """Answers as the published examples do, with a Content-Type and nothing more."""

    server: PublishedServer

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name in the library
        """Say nothing."""


@contextmanager
def serving(bundle: Json) -> Iterator[str]:
    with PublishedServer(bundle) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(5)


def published(flow: Flow) -> Json:
    """The published bundle of a flow."""
    bundle: Json = json.loads((EXAMPLES / FILES[flow]).read_text(encoding="utf-8"))
    return bundle


def published_resource(name: str) -> Json:
    resource: Json = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return resource


def first(bundle: Json, kind: str) -> Json:
    """The first resource of a kind in a bundle, to be changed in place."""
    resources = (entry["resource"] for entry in bundle["entry"])
    found: Json = next(one for one in resources if one["resourceType"] == kind)
    return found


def served(flow: Flow, bundle: Json | None = None) -> Audit:
    """Audit, over HTTP, a server that answers the published bundle to whatever it is asked."""
    asked = plan(flow)
    with serving(bundle or published(flow)) as url:
        evidence = asyncio.run(
            audit_server(
                url,
                asked,
                Manner(per_s=1e6),
                clock=FixedClock(asked.now),
                stopwatch=time.perf_counter,
            )
        )
    return judged(flow, evidence)


def judged(flow: Flow, evidence) -> Audit:
    return examine(CHECKS[flow](None), evidence, profile=flow, target="exemples", at=plan(flow).now)


def faults_of(audit: Audit, check: str) -> list[str]:
    (outcome,) = [one for one in audit.outcomes if one.check.check_id == check]
    return [f"{one.where} {one.reason}" for one in outcome.faults]


@pytest.mark.parametrize("flow", Flow)
def test_a_server_that_answers_the_same_to_everything_is_caught(flow: Flow):
    assert {"rien-de-libre", "refus-outcome"} <= set(failed(served(flow)))


def numbers_at_fault(audit: Audit) -> set[str]:
    """The national numbers whose check digit is said to be wrong, as the server sent them."""
    (outcome,) = [one for one in audit.outcomes if one.check.check_id == "cles"]
    found = set()
    for fault in outcome.faults:
        resource, _, path = fault.where.partition(" ")
        inner = path.rpartition(") ")[2]
        found.add(str(value_at(fault.exchange.document, f"{resource}.{inner}")))
    return found


def test_the_wrong_keys_of_the_practitioners_example_are_all_found():
    assert numbers_at_fault(served(Flow.PS)) == {
        "810100050075",
        "810002673899",
        "1810004421",
        "1810004956",
    }


def test_the_right_keys_of_the_community_example_are_not_accused():
    assert numbers_at_fault(served(Flow.CPTS)) == set()


def test_the_wrong_key_of_the_practitioner_of_the_guide_s_text_is_found():
    bundle = published(Flow.PS)
    first(bundle, "Practitioner")["identifier"][0]["value"] = "810001288385"
    assert "810001288385" in numbers_at_fault(served(Flow.PS, bundle))


def test_the_winter_offset_of_the_september_appointment_is_found():
    appointment = published_resource("Appointment-1.json")
    bundle = published(Flow.PS)
    first(bundle, "Slot").update({name: appointment[name] for name in ("start", "end")})
    audit = served(Flow.PS, bundle)
    told = faults_of(audit, "saison")
    assert len(told) == 2
    assert all("+0100, celui de Paris ce jour-là est +0200" in one for one in told)
    assert len(faults_of(audit, "format-dates")) == 2  # no milliseconds either


def test_a_person_numbered_in_the_system_of_structures_is_found():
    regulator = published_resource("Practitioner-ExamplePractitionerRegul1.json")
    bundle = published(Flow.PS)
    first(bundle, "Practitioner")["identifier"] = regulator["identifier"]
    told = faults_of(served(Flow.PS, bundle), "praticien-profil")
    assert any("identifier[0].system 'urn:oid:1.2.250.1.71.4.2.2'" in one for one in told)


def test_the_unprefixed_finess_of_the_health_centre_is_found():
    sample = json.loads((HUB_EXAMPLES / CENTRE).read_text(encoding="utf-8"))
    bundle = published(Flow.PS)
    number = sample["appointment"]["organization"]["organizationId"]
    first(bundle, "PractitionerRole")["organization"]["identifier"]["value"] = number
    told = faults_of(served(Flow.PS, bundle), "structure")
    assert number == "050005917"
    assert any(f"organization.identifier.value '{number}'" in one for one in told)


def test_the_community_example_leaves_out_the_type_of_a_structure():
    told = faults_of(served(Flow.CPTS), "lieu-profil")
    assert any("organization.identifier.type.coding.code" in one for one in told)
    assert any("organization.identifier.system" in one for one in told)


def test_dates_of_the_practitioners_example_are_in_utc_which_is_no_defect():
    assert faults_of(served(Flow.PS), "format-dates") == []


@pytest.mark.parametrize("flow", Flow)
def test_a_recorded_answer_is_judged_by_its_form_alone(flow: Flow):
    evidence = evidence_of_file(EXAMPLES / FILES[flow], plan(flow))
    audit = judged(flow, evidence)
    assert not {"rien-de-libre", "filtre-periode", "reponse-7s"} & set(failed(audit))
    assert "searchset" not in failed(audit)


@pytest.mark.parametrize("flow", Flow)
def test_a_recorded_answer_never_conforms_nor_says_that_a_search_answers(flow: Flow):
    audit = judged(flow, evidence_of_file(EXAMPLES / FILES[flow], plan(flow)))
    (search,) = [one for one in audit.outcomes if one.check.check_id == "recherche"]
    assert search.verdict is Verdict.NOT_RUN
    kept = tuple(one for one in audit.outcomes if one.verdict is Verdict.PASS)
    assert replace(audit, outcomes=kept).conclusion is Conclusion.UNDETERMINED


def of_software(*messages: Json, scheme: str = "hubex") -> Audit:
    """Audit a regulation software by a journal of published messages in a published envelope."""
    envelope = json.loads((HUB_EXAMPLES / "EDXL-DE/EDXL-DE.json").read_text(encoding="utf-8"))
    envelope["descriptor"]["explicitAddress"]["explicitAddressScheme"] = scheme
    parties = HubParties(us="fr.health.samuB", lrm=envelope["senderID"], mark="audit-1")
    lines = []
    for message in messages:
        content = [{"jsonContent": {"embeddedJsonContent": {"message": message}}}]
        told = {"from": parties.lrm, "message": envelope | {"content": content}}
        lines.append(json.dumps({"at": envelope["dateTimeSent"]} | told))
    evidence = evidence_of_journal("\n".join(lines), parties)
    at = datetime.fromisoformat(envelope["dateTimeSent"])
    return examine(lrm.checks(None), evidence, profile=lrm.NAME, target="journal", at=at)


def hub_sample(name: str) -> Json:
    sample: Json = json.loads((HUB_EXAMPLES / name).read_text(encoding="utf-8"))
    return sample


def test_the_position_whose_latitude_lost_a_digit_is_found():
    told = faults_of(of_software(hub_sample("GEO-POS/CU2_Geolocation_01.json")), "positions")
    assert told == ["unasked latitude 9, longitude 1 : hors de France"]


def test_the_other_published_position_is_not_accused():
    assert faults_of(of_software(hub_sample("GEO-POS/CU2_Geolocation_02.json")), "positions") == []


def test_the_published_appointment_is_written_as_the_schema_has_it_and_the_text_s_way_is_found():
    sample = hub_sample(CENTRE)
    assert faults_of(of_software(sample), "graphies") == []
    sample["appointment"]["method"] = "createAppointment"
    assert "'createAppointment'" in faults_of(of_software(sample), "graphies")[0]


def test_the_scheme_of_the_envelope_s_table_is_found():
    told = faults_of(of_software(hub_sample(CENTRE), scheme="Hubex"), "graphies")
    assert "'Hubex' au lieu de « hubex »" in told[0]
