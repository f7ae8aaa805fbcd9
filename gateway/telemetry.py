"""Telemetry: the process's log, as JSON lines on standard error."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import orjson

from gateway.errors import places
from gateway.visit import Visit

OURS = "gateway"
"""The logger of the gateway, above all of its own."""

log = logging.getLogger(OURS)

TOLD = "told"
"""What of a log record holds all that the line of a request says: to look each up among others takes longer."""

_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


class JsonLines(logging.Formatter):
    """Log records as JSON lines: what happened, by reference; never a value that was read (R31).

    Of a line that a library logs the template is told, not what is filled in, which may be what a client has sent.
    Faults are told by their kind and their places in the code, never by their text.
    """

    _PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": record.created, "process": record.process, "level": record.levelname}
        line |= self._ours(record) if record.name.partition(".")[0] == OURS else _foreign(record)
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"fault": record.exc_info[0].__name__, "frames": places(record.exc_info[2])}
        return orjson.dumps(line, default=str).decode()

    def _ours(self, record: logging.LogRecord) -> dict[str, Any]:
        told: Mapping[str, Any] | None = vars(record).get(TOLD)
        if told is not None:
            return {"message": record.msg, **told}
        extra = {key: value for key, value in vars(record).items() if key not in self._PLAIN}
        return {"message": record.getMessage(), **extra}


def _foreign(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is told of a library's line: its first line, and of a printed traceback kind and places."""
    first, *rest = str(record.msg).strip().splitlines() or [""]
    told: dict[str, Any] = {"message": first, "logger": record.name}
    if rest and first.startswith("Traceback"):
        frames = [f"{file}:{line}" for file, line in _FRAME.findall("\n".join(rest))]
        told |= {"fault": rest[-1].partition(":")[0], "frames": frames[-8:]}
    return told


class RequestLog:
    """Hears of visits: a line for each, at level INFO."""

    def began(self, visit: Visit) -> None:
        """Wait for the end, which tells all."""

    def ended(self, visit: Visit) -> None:
        if log.isEnabledFor(logging.INFO):
            log.info("request", extra={TOLD: visit.told()})


def start_log(level: str) -> None:
    """Send all that this process logs to standard error: the gateway's from `level` on, warnings of its libraries."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    log.setLevel(level.upper())
