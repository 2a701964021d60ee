"""The description of the API: complete, with examples that are true to its schemas."""

from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from services.api import examples
from services.api.app import create_app
from services.schemas.answers import OrientationOut
from services.schemas.case import CaseIn
from services.schemas.decision import DecisionIn, OutcomeOut
from services.schemas.dossier import CaseOut, DossierOut
from services.schemas.health import HealthOut, SourceOut
from services.schemas.messages import CaseMessageOut, MessageOut, ResendIn
from services.store import InMemoryStore
from tests.worlds import tiny_world

ENDPOINTS = {
    ("/cases", "post"): {"201", "409", "413", "422", "503"},
    ("/cases/{case_id}", "get"): {"200", "404", "422", "503"},
    ("/cases/{case_id}/proposals", "post"): {"200", "404", "409", "422", "503"},
    ("/cases/{case_id}/decision", "post"): {"200", "403", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/red-flags/lift", "post"): {"200", "403", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/appeals", "post"): {"200", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/appeals", "get"): {"200", "404", "422", "503"},
    ("/cases/{case_id}/cancel", "post"): {"200", "403", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/close", "post"): {"200", "403", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/want-return", "post"): {"200", "403", "404", "409", "413", "422", "503"},
    ("/events", "get"): {"200", "422", "503"},
    ("/cases/{case_id}/events", "get"): {"200", "404", "422", "503"},
    ("/messages", "get"): {"200", "422", "503"},
    ("/messages/resend", "post"): {"200", "404", "409", "413", "422", "503"},
    ("/cases/{case_id}/messages", "get"): {"200", "404", "422", "503"},
    ("/transporteurs/{company}/evenements", "post"): {"200", "413", "422", "503"},
    ("/declarations", "post"): {"200", "413", "422", "503"},
    ("/health", "get"): {"200", "503"},
    ("/ready", "get"): {"200", "503"},
    ("/sources", "get"): {"200"},
}
AT_THE_GATE = {"401", "403", "408", "429"}
"""What anybody may be answered before the endpoint is reached."""


Operations = dict[tuple[str, str], Any]


@pytest.fixture(scope="module")
def operations() -> Operations:
    """What the description tells of each endpoint; it is made once, for it takes long."""
    paths = create_app(tiny_world().runtime(), store=InMemoryStore()).openapi()["paths"]
    return {(path, verb): told for path, verbs in paths.items() for verb, told in verbs.items()}


def test_every_endpoint_is_described_with_its_refusals(operations: Operations):
    told = {name: set(one["responses"]) for name, one in operations.items()}
    assert told == {name: statuses | AT_THE_GATE for name, statuses in ENDPOINTS.items()}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
def test_every_endpoint_has_an_example_of_its_answer(
    operations: Operations, endpoint: tuple[str, str]
):
    operation = operations[endpoint]
    well = next(one for status, one in operation["responses"].items() if status.startswith("2"))
    (content,) = well["content"].values()
    assert content["example"]
    assert content["schema"]


def test_headers_of_note_are_described(operations: Operations):
    assert "Location" in operations["/cases", "post"]["responses"]["201"]["headers"]
    answered = operations["/cases/{case_id}/proposals", "post"]["responses"]["200"]
    assert "Orientation-Id" in answered["headers"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
def test_every_refusal_is_a_problem_document(operations: Operations, endpoint: tuple[str, str]):
    for status, response in operations[endpoint]["responses"].items():
        if not status.startswith("2"):
            assert list(response["content"]) == ["application/problem+json"]
            assert "Problem" in str(response) or "Conflict" in str(response)


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/cases", examples.CASE),
        ("/cases/{case_id}/decision", examples.DECISION),
        ("/messages/resend", examples.RESEND),
    ],
)
def test_what_comes_in_has_an_example(operations: Operations, path: str, example: object):
    body = operations[path, "post"]["requestBody"]
    assert body["content"]["application/json"]["schema"]["examples"] == [example]


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (CaseIn, examples.CASE),
        (CaseOut, examples.OPENED),
        (OrientationOut, examples.ORIENTATION),
        (DecisionIn, examples.DECISION),
        (OutcomeOut, examples.OUTCOME),
        (DossierOut, examples.DOSSIER),
        (HealthOut, examples.HEALTH),
        (MessageOut, examples.MESSAGE),
        (CaseMessageOut, examples.CASE_MESSAGE),
        (ResendIn, examples.RESEND),
        (list[SourceOut], examples.SOURCES),
    ],
    ids=str,
)
def test_examples_are_true_to_their_schemas(model: type[BaseModel], example: object):
    told = TypeAdapter(model)
    assert told.dump_python(told.validate_python(example)), "an example that tells nothing"


async def test_the_description_is_served_and_asks_nothing_of_the_outside(
    client: httpx.AsyncClient,
):
    answer = await client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Aiguilleur"
    assert (await client.get("/docs")).status_code == 404


async def test_health_tells_what_decisions_rest_on(client: httpx.AsyncClient):
    answer = await client.get("/health")
    told = HealthOut.model_validate(answer.json())
    assert (told.status, told.territory, told.travel) == ("ok", "Essai", "lignes droites (essai)")
    assert told.rules_version
    assert [source.name for source in told.sources] == ["sas-ps"]
    assert (await client.get("/sources")).json() == answer.json()["sources"]
