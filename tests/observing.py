"""Which statements run: those that operations read by, and those of SQLAlchemy's engines, the journal's among them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from resolvers.store.snapshot import log

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
    """Have `hear` called with the text of each statement that an engine runs, reading aside."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        hear(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)
