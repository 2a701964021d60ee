"""Traces go from the request to the solver, and tell nothing of anybody."""

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.api.app import create_app
from services.store import InMemoryStore
from services.tracing import Tracing
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.worlds import TinyWorld

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(world: TinyWorld, kept: InMemorySpanExporter) -> httpx.AsyncClient:
    tracing = Tracing(SimpleSpanProcessor(kept))
    return calling(create_app(world.runtime(), store=InMemoryStore(), tracing=tracing))


def ancestors(span: ReadableSpan, spans: dict[int, ReadableSpan]) -> list[str]:
    names = []
    while span.parent is not None and span.parent.span_id in spans:
        span = spans[span.parent.span_id]
        names.append(span.name)
    return names


async def test_each_part_of_an_answer_is_a_span_within_its_request(
    traced: httpx.AsyncClient, kept: InMemorySpanExporter
):
    async with traced as client:
        await proposed(client, "Irene-1959")
    spans = kept.get_finished_spans()
    by_id = {one.context.span_id: one for one in spans if one.context}
    request = "POST /cases/{case_id}/proposals"
    within = {one.name: ancestors(one, by_id) for one in spans if request in ancestors(one, by_id)}
    parts = {"snapshot", "reading", "rules", "care stops", "solver", "itinerary", "keeping"}
    assert parts <= set(within)
    assert within["travel times"] == ["pruning", request]


async def test_a_request_goes_on_with_the_trace_of_who_asks_and_tells_how_it_ended(
    traced: httpx.AsyncClient, kept: InMemorySpanExporter
):
    async with traced as client:
        told = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        await client.get("/cases/nobody", headers=told)
    (span,) = [one for one in kept.get_finished_spans() if one.kind.name == "SERVER"]
    assert span.context is not None
    assert f"{span.context.trace_id:x}" == TRACE
    assert dict(span.attributes or {}) == {
        "http.response.status_code": 404,
        "http.route": "/cases/{case_id}",
    }


async def test_spans_tell_nothing_of_anybody(traced: httpx.AsyncClient, kept: InMemorySpanExporter):
    async with traced as client:
        await proposed(client, "Irene-1959")
        await decide(client, "Irene-1959", key="cle")
        await client.request("IRENE", "/cases/Irene-1959?q=Irene")
    assert "irene" not in "".join(one.to_json() for one in kept.get_finished_spans()).lower()
