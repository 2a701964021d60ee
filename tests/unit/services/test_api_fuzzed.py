"""Whatever is sent, every endpoint answers as its description says, and never by a fault."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.api.app import create_app
from services.store import InMemoryStore
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.worlds import tiny_world

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
APP = create_app(tiny_world().runtime(), store=InMemoryStore())
DESCRIBED = schemathesis.openapi.from_asgi("/openapi.json", APP)
STREAMS = frozenset({"/events", "/cases/{case_id}/events"})
"""They never end."""

OPERATIONS = sorted(
    (path, verb)
    for path, verbs in APP.openapi()["paths"].items()
    for verb in verbs
    if path not in STREAMS
)


@pytest.mark.parametrize(("path", "verb"), OPERATIONS)
@FEW
@given(data=st.data())
def test_whatever_is_sent_is_answered_as_described(path: str, verb: str, data: st.DataObject):
    case = data.draw(DESCRIBED[path][verb].as_strategy())
    case.call_and_validate(checks=CHECKS)


HOSTILE = (
    "'; DROP TABLE cases; --",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "..%2F..%2Fetc",
    "%00",
    "🦠" * 30,
)


@pytest.mark.parametrize("said", HOSTILE)
async def test_hostile_ids_and_motives_are_refused_or_kept_as_they_are(said: str):
    async with calling(create_app(tiny_world().runtime(), store=InMemoryStore())) as client:
        assert (await client.get(f"/cases/{said}")).status_code in {404, 422}
        await proposed(client)
        taken = await decide(client, rank=2, motive=said)
        assert taken.status_code == 200
        assert taken.json()["decision"]["motive"] == said
        page = await client.get("/dossiers/appel-1")
        assert "<script>alert" not in page.text
