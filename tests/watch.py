"""What leaves the gateway during a test run, looked through as it passes: answers, and lines of the log (R31)."""

import logging
import re

from gateway.telemetry import JsonLines
from tests.canaries import sighting

OF_A_CHILD = re.compile(
    r"\b0?7700 ?900|Hidden Lane|Carer Close|@(reach|carers|mail|letters|post|home)\.example|\b\d{12}\b|Ashworth|LS2 ?9JT",
    re.IGNORECASE,
)
"""Values that the tests' directories are full of, in sight or not: a log holds none of them."""


class Watch(logging.Handler):
    """Keeps what must not have left: answers with a canary, lines with a canary or with any value of a record."""

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
        line = f"{self.format(record)} {trace}"
        if sighting(line.encode()) is not None or OF_A_CHILD.search(line):
            self.sighted.append(f"the log holds `{line}`")

    def taken(self) -> list[str]:
        """Return what was sighted since this was last asked."""
        sighted, self.sighted = self.sighted, []
        return sighted


WATCH = Watch()
"""The one that watches over the whole run: `tests/conftest.py` asks it after each test."""
