"""Traces: one span for each request with one for each of its parts; names, a hash and an outcome."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from gateway.cli import main
from gateway.tracing import to_collector
from resolvers.store.engine import database_url, make_engine
from tests.client import gateway_on
from tests.databases import Template
from tests.gateway.test_telemetry import ACCESS, SPAN, TRACE, WHO, class_of, lines
from tests.serving import environment
from tests.test_docs import page, section, table

KIDS = "query Kids { caseload { edges { node { givenNames } } } }"
PARENT = f"00-{TRACE}-{SPAN}-01"


async def spans_of(template: Template, folder: Path, *asked: tuple[Any, dict[str, str]]) -> Sequence[ReadableSpan]:
    """Return the spans that have left once the teacher has asked and the gateway has ended."""
    exporter, world = InMemorySpanExporter(), class_of(2)
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        async with gateway_on(url, folder, spans=exporter) as gateway:
            for body, headers in asked:
                await gateway.post("teacher", body, accept="application/graphql-response+json", **headers)
    return exporter.get_finished_spans()


def named(spans: Sequence[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


async def test_a_request_is_a_span_with_its_parts(sqlite: Template, tmp_path: Path) -> None:
    """It is named by the operation's kind, holds its name, hash and outcome, and its parts lie within its time."""
    spans = await spans_of(sqlite, tmp_path, ({"query": KIDS, "extensions": ACCESS}, {}))
    assert sorted(span.name for span in spans) == ["execute", "journal", "query"]
    (whole,) = named(spans, "query")
    told = dict(whole.attributes or {})
    assert len(str(told.pop("gateway.document"))) == 64
    assert told == {
        "graphql.operation.name": "Kids", "graphql.operation.type": "query", "gateway.outcome": "OK",
    }  # fmt: skip
    assert (whole.kind.name, whole.status.status_code, whole.parent) == ("SERVER", StatusCode.UNSET, None)
    for part in (*named(spans, "execute"), *named(spans, "journal")):
        assert part.parent is not None
        assert part.parent.span_id == whole.context.span_id
        assert not part.attributes
        assert (whole.start_time or 0) <= (part.start_time or 0) <= (part.end_time or 0) <= (whole.end_time or 0)


async def test_a_span_is_of_the_clients_trace(
    sqlite: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only a well-formed `traceparent` is one; `tracestate` is passed on, baggage is not, and the log names the trace."""
    told = {"traceparent": PARENT, "tracestate": "rojo=00f067aa0ba902b7", "baggage": "child=Anna"}
    with caplog.at_level(logging.INFO, "gateway"):
        spans = await spans_of(
            sqlite, tmp_path, ({"query": WHO}, told), ({"query": WHO}, {"traceparent": f"{PARENT}-x"})
        )
    first, second = named(spans, "query")
    assert first.parent is not None
    assert (format(first.context.trace_id, "032x"), format(first.parent.span_id, "016x")) == (TRACE, SPAN)
    assert (first.context.trace_state.to_header(), "Anna" in first.to_json()) == ("rojo=00f067aa0ba902b7", False)
    assert (second.parent, second.context.trace_id != first.context.trace_id) == (None, True)
    traces = [format(span.context.trace_id, "032x") for span in (first, second)]
    assert [line["trace"] for line in lines(caplog)] == traces


async def test_a_client_that_does_not_record_has_no_span(sqlite: Template, tmp_path: Path) -> None:
    """A trace that is not sampled is not recorded here either."""
    assert not await spans_of(sqlite, tmp_path, ({"query": WHO}, {"traceparent": f"00-{TRACE}-{SPAN}-00"}))


async def test_a_refusal_is_no_fault_of_ours(sqlite: Template, tmp_path: Path) -> None:
    """A refused request has its code as outcome, no name before it is valid, and no status of a fault."""
    spans = await spans_of(sqlite, tmp_path, ({"query": "query Anna { nonsense }", "operationName": "Anna"}, {}))
    (span,) = spans
    assert (span.name, dict(span.attributes or {})) == ("request", {"gateway.outcome": "GRAPHQL_VALIDATION_FAILED"})
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.UNSET, None, ())


async def test_r31_a_fault_is_told_by_its_code_alone(tmp_path: Path) -> None:
    """A span of a fault has the status of one; no description, event or attribute holds the fault or what was asked."""
    exporter = InMemorySpanExporter()
    async with gateway_on("sqlite:////nowhere/to/be/found.db", tmp_path, spans=exporter) as gateway:
        await gateway.post("teacher", {"query": KIDS, "extensions": ACCESS})
    (span,) = named(exporter.get_finished_spans(), "query")
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert dict(span.attributes or {})["gateway.outcome"] == "UNAVAILABLE"
    assert not [text for text in ("found.db", "unable", "Error", "teacher") if text in span.to_json()]


async def test_a_process_is_told_by_its_version_alone(sqlite: Template, tmp_path: Path) -> None:
    """What is said of the process names service and version, with a random id, and no machine."""
    (span, *_) = await spans_of(sqlite, tmp_path, ({"query": WHO}, {}))
    told = {name for name in span.resource.attributes if not name.startswith("telemetry.sdk.")}
    assert told == {"service.name", "service.version", "service.instance.id"}


async def test_every_attribute_is_told(sqlite: Template, tmp_path: Path) -> None:
    """docs/telemetry.md has a row for each attribute of a span, and for none that there is not."""
    spans = await spans_of(sqlite, tmp_path, ({"query": KIDS, "extensions": ACCESS}, {}))
    rows = table(section(page("docs/telemetry.md"), "## Traces"), "attribute")
    assert {row[0].strip("`") for row in rows} == {name for span in spans for name in span.attributes or {}}


def test_a_collector_is_spoken_to_by_http() -> None:
    """An exporter to an endpoint can be made; nothing is sent before there is a span."""
    to_collector("http://127.0.0.1:4318/v1/traces").shutdown()


OFF = """
import asyncio, json, sys
from gateway.app import create_app
from gateway.cli import main
from gateway.settings import Settings

create_app(Settings(database_url="sqlite:///nowhere.db"), [], bytes(32))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} & {"opentelemetry", "requests"})))
"""


def test_traces_that_are_off_cost_nothing() -> None:
    """Without an endpoint nothing of OpenTelemetry is even imported."""
    done = subprocess.run([sys.executable, "-c", OFF], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("http://127.0.0.1:4318/v1/traces", "install `contactpoint-gateway[otel]`"),
        ("localhost:4318", "`GATEWAY_TRACES_ENDPOINT` cannot be used"),
    ],
)
def test_traces_that_cannot_be_made_end_the_start(
    tmp_path: Path, endpoint: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra, or with an endpoint that is none, `serve` and `demo` end with a sentence."""
    for name, value in environment(tmp_path, GATEWAY_TRACES_ENDPOINT=endpoint).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "gateway.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)  # as where it is not installed
    for command in ("serve", "demo"):
        monkeypatch.setattr(sys, "argv", ["gateway", command, "--port", "0"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        assert told in capsys.readouterr().err
