"""Telemetry: the gateway's log, as JSON lines."""

import logging
import sys

import orjson


class JsonLines(logging.Formatter):
    """Log records as JSON lines: what happened, by reference; never a value that was read (R31)."""

    _PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in self._PLAIN}
        line = {
            "at": record.created,
            "process": record.process,
            "level": record.levelname,
            "message": record.getMessage(),
            **extra,
        }
        return orjson.dumps(line, default=str).decode()


def start_log() -> None:
    """Send the gateway's log to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("gateway")
    log.handlers = [handler]
    log.setLevel(logging.INFO)
