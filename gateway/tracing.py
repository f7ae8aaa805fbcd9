"""Traces: each request as spans in OpenTelemetry's terms: names, a hash and an outcome, and no value or fault's text.

Imported only where traces are asked for: its packages are an extra, `[otel]`.
"""

import asyncio
from importlib.metadata import version
from time import perf_counter, time_ns

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)

from gateway.errors import Code
from gateway.visit import Parent, Visit

PATIENCE = 5
"""Seconds that a batch of spans may take to leave; the process waits for the last one when it stops."""

OURS = {Code.INTERNAL, Code.UNAVAILABLE}
"""Outcomes that are faults of the gateway, and not of who asked."""


def to_collector(endpoint: str) -> SpanExporter:
    """Return an exporter to `endpoint`, by OTLP over HTTP."""
    return OTLPSpanExporter(endpoint, timeout=PATIENCE)


class Tracing:
    """Hears of visits, and makes of each a span with one for each of its parts, once it is over.

    Spans leave in batches, from a thread of their own; where they come faster than they leave, some are dropped.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._about = {"service.name": "contactpoint-gateway", "service.version": version("contactpoint-gateway")}
        self._provider = TracerProvider(resource=Resource.create(self._about), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("gateway")

    def began(self, visit: Visit) -> None:
        """Wait for the end, which tells all."""

    def ended(self, visit: Visit) -> None:
        now = time_ns() - int(perf_counter() * 1e9)

        def at(moment: float) -> int:
            return now + int(moment * 1e9)

        span = self._tracer.start_span(
            visit.kind or "request",
            _context(visit.parent),
            SpanKind.SERVER,
            _attributes(visit),
            start_time=at(visit.began),
        )
        visit.trace = format(span.get_span_context().trace_id, "032x")
        within = set_span_in_context(span, Context())
        for name, began, ended in visit.parts:
            self._tracer.start_span(name, within, start_time=at(began)).end(at(ended))
        if visit.outcome in OURS:
            span.set_status(Status(StatusCode.ERROR))
        span.end(at(visit.ended))

    async def close(self) -> None:
        """Return once all spans have left, or cannot."""
        await asyncio.to_thread(self._provider.shutdown)


def _attributes(visit: Visit) -> dict[str, str]:
    told = {
        "graphql.operation.name": visit.operation,
        "graphql.operation.type": visit.kind,
        "gateway.document": visit.document,
        "gateway.outcome": visit.outcome,
    }
    return {name: value for name, value in told.items() if value is not None}


def _context(parent: Parent | None) -> Context:
    """Return the context of a request's span: what is around it in this process is none of its business."""
    if parent is None:
        return Context()
    state = TraceState.from_header([parent.state]) if parent.state else None
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    remote = SpanContext(
        int(parent.trace, 16), int(parent.span, 16), is_remote=True, trace_flags=flags, trace_state=state
    )
    return set_span_in_context(NonRecordingSpan(remote), Context())
