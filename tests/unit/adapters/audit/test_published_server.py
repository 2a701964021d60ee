"""A server made of the published examples alone: its known defects are found (interop, §1.6)."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from adapters.audit.profiles import CHECKS
from adapters.audit.report import Audit, examine
from adapters.audit.run import Manner, audit_server, evidence_of_file
from adapters.audit.sas_plan import Flow, Plan
from adapters.kit.clock import FixedClock
from regulation.kernel.ids import Identifier
from tests.unit.adapters.audit.worlds import Time, failed

EXAMPLES = (
    Path(__file__).parents[4].parent / "shared/data/interop/sas-fhir/npm-package-1.1.0/example"
)
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


def served(flow: Flow) -> Audit:
    """Audit a server that answers the published bundle to whatever it is asked."""
    example = json.loads((EXAMPLES / FILES[flow]).read_text(encoding="utf-8"))
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=example))
    asked, time = plan(flow), Time()
    evidence = asyncio.run(
        audit_server(
            "http://127.0.0.1",
            asked,
            Manner(),
            clock=FixedClock(asked.now),
            stopwatch=time,
            sleep=time.sleep,
            transport=server,
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


def test_the_key_of_a_published_practitioner_is_wrong():
    assert any("Practitioner" in told for told in faults_of(served(Flow.PS), "cles"))


def test_the_keys_of_published_structures_are_wrong():
    told = faults_of(served(Flow.PS), "cles")
    assert any("organization.identifier.value" in one for one in told)


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
