"""What leaves the gateway in a test run, looked through as it passes: answers, the log, metrics and spans (R31)."""

import logging
import re
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from gateway.telemetry import JsonLines
from tests.canaries import sighting

OF_A_CHILD = re.compile(
    r"\b0?7700 ?900|Hidden Lane|Carer Close|@(reach|carers|mail|letters|post|home)\.example|\b\d{12}\b|Ashworth|LS2 ?9JT",
    re.IGNORECASE,
)
"""Values that the tests' directories are full of, in sight or not: a log holds none of them."""


class Watch(logging.Handler):
    """Keeps what must not have left: answers with a canary; lines, metrics and spans with one or any value of a record."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.sighted: list[str] = []
        self.answers = self.lines = 0

    def answer(self, *parts: bytes) -> None:
        """Look through the parts of an answer: its bytes and its headers."""
        self.answers += 1
        if (found := sighting(*parts)) is not None:
            self.sighted.append(f"an answer holds the canary {found!r}")

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.told("the log", f"{self.format(record)} {trace}")

    def told(self, where: str, text: str) -> None:
        """Look through what is told to operators."""
        if sighting(text.encode()) is not None or OF_A_CHILD.search(text):
            self.sighted.append(f"{where} holds `{text}`")

    def taken(self) -> list[str]:
        """Return what was sighted since this was last asked."""
        sighted, self.sighted = self.sighted, []
        return sighted


class WatchedSpans(SpanExporter):
    """Has `watch` look through each span, and hands all of them on."""

    def __init__(self, watch: Watch, exporter: SpanExporter) -> None:
        self.watch, self.exporter = watch, exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            self.watch.told("a span", span.to_json())
        return self.exporter.export(spans)

    def shutdown(self) -> None:
        self.exporter.shutdown()


WATCH = Watch()
"""The one that watches over the whole run: `tests/conftest.py` asks it after each test."""
