"""Traces, from a request to the solver, for whoever collects them by OpenTelemetry. Names and
durations; never an address asked for, a value, nor what a fault says. Loaded by who traces alone.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.metrics import METHODS

SERVICE = "aiguilleur"
CONTEXT = frozenset({"traceparent", "tracestate"})
"""What is read of a request, so that its trace goes on here (W3C Trace Context)."""


class Tracing:
    """Makes spans and gives them to a processor, until it is closed."""

    def __init__(self, processor: SpanProcessor) -> None:
        resource = Resource.create({"service.name": SERVICE})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(SERVICE)

    def watch(self, part: str) -> AbstractContextManager[object]:
        """Give the span of a part of an answer, within the one under way."""
        return self._tracer.start_as_current_span(
            part, record_exception=False, set_status_on_exception=False
        )

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Span]:
        """Begin the span of a request, in the trace of whoever asks if it says so."""
        told = {name: value for name, value in Headers(scope=scope).items() if name in CONTEXT}
        with self._tracer.start_as_current_span(
            method_of(scope),
            context=extract(told),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span

    def around(self, app: ASGIApp) -> ASGIApp:
        """Give each request of an application its span."""
        return Traced(app, self)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class Traced:
    """The middleware that gives each request its span, named by the template of its route."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._tracing.request(scope) as span:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, noting)
            template = getattr(scope.get("route"), "path", "(no route)")
            span.update_name(f"{method_of(scope)} {template}")
            span.set_attribute("http.route", template)


def method_of(scope: Scope) -> str:
    """The method of a request, if it is one there is: anything else may hold a value."""
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def tracing_to(url: str) -> Tracing:
    """Trace to a collector, by OTLP over HTTP."""
    return Tracing(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
