"""Which statements run: those that operations read by, and those of SQLAlchemy's engines, the journal's among them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from resolvers.store import ledger, snapshot

Hear = Callable[[str], None]


class _Hearing(logging.Handler):
    def __init__(self, hear: Hear) -> None:
        super().__init__()
        self.hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self.hear(record.getMessage())


@contextmanager
def read(hear: Hear) -> Iterator[None]:
    """Have `hear` called with the text of each statement that an operation reads by, transactions aside."""
    with _told_by(snapshot.log, hear):
        yield


@contextmanager
def _told_by(log: logging.Logger, hear: Hear) -> Iterator[None]:
    hearing, level = _Hearing(hear), log.level
    log.addHandler(hearing)
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(hearing)


@contextmanager
def run(hear: Hear) -> Iterator[None]:
    """Have `hear` called with the text of each statement that writes, or that an engine runs otherwise; not reading."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        hear(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with _told_by(ledger.log, hear):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def logged(hear: Callable[[Any], None]) -> Iterator[None]:
    """Have `hear` called with each query, and what it binds, of PostgreSQL connections that are made meanwhile.

    The driver tells them itself: a connection that rests is heard as well.
    """

    def connected(connection: Any, _record: Any) -> None:
        connection.driver_connection.add_query_logger(hear)

    event.listen(Pool, "connect", connected)
    try:
        yield
    finally:
        event.remove(Pool, "connect", connected)
