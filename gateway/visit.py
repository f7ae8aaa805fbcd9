"""A visit: one request, as far as telemetry may tell of it. Names, hashes, counts and times; never a value (R31)."""

import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from gateway.claims import Bearer
from gateway.documents import Document, Selection
from resolvers.session import Session

log = logging.getLogger("gateway")

LONGEST = 64
"""How many characters of what a client or an issuer has named are told."""

CANCELLED = "CANCELLED"
"""The outcome of a request that ended before it had an answer, as where the process was told to stop."""

_PARENT = re.compile(rb"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_CLIENT = re.compile(rf"[A-Za-z0-9._:/@-]{{1,{LONGEST}}}")


class Parent(NamedTuple):
    """Of which span of which trace a request is part (W3C trace context); `state` is passed on and not read."""

    trace: str
    span: str
    sampled: bool
    state: str | None


def parent_of(headers: Iterable[tuple[bytes, bytes]]) -> Parent | None:
    """Return what one well-formed `traceparent` says; a second one, or anything else, says nothing."""
    given = [value for name, value in headers if name == b"traceparent"]
    match = _PARENT.fullmatch(given[0]) if len(given) == 1 else None
    if match is None or (match[1] == b"00" and match[5] is not None):
        return None
    states = [value.decode("latin-1") for name, value in headers if name == b"tracestate"]
    return Parent(match[2].decode(), match[3].decode(), bool(int(match[4], 16) & 1), ",".join(states) or None)


@dataclass(slots=True, eq=False)
class Visit:
    """One request, from its first byte to its answer; each step of the way notes here what may be told of it.

    `id` is random and ours. Times are those of `perf_counter`, in seconds.
    """

    parent: Parent | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    began: float = field(default_factory=perf_counter)
    ended: float = 0.0
    trace: str | None = None
    operation: str | None = None
    kind: str | None = None
    document: str | None = None
    client: str | None = None
    outcome: str = CANCELLED
    status: int | None = None
    parts: list[tuple[str, float, float]] = field(default_factory=list)
    """What took how long: the name of each part, when it began and when it ended."""
    database: float = 0.0
    statements: int = 0
    rows: int = 0
    records: int = 0

    def asks(self, document: Document, selection: Selection, bearer: Bearer) -> None:
        """Note what is asked, once that is known to be valid: free text of a client is told in no other form.

        A document with a value written into it is not told even by its hash, from which the value could be guessed.
        """
        self.operation = selection.name and selection.name[:LONGEST]
        self.kind = selection.selected.operation.operation.value
        self.document = document.hash if document.names_nothing else None
        self.client = bearer.client if bearer.client and _CLIENT.fullmatch(bearer.client) else None

    def continues(self, other: "Visit") -> None:
        """Note that this is about the operation of another visit: an event of its stream."""
        self.operation, self.kind = other.operation, other.kind
        self.document, self.client = other.document, other.client

    def part(self, name: str) -> "Part":
        """Return a context that notes how long what is done in it takes."""
        return Part(self, name)

    def read(self, session: Session) -> None:
        """Note how much was read, and how long it was waited for."""
        self.statements, self.rows, self.database = session.statements, session.rows_read, session.waited

    def answered(self, body: Mapping[str, Any], status: int) -> None:
        """Note what came of it: `OK`, or the code of the first error."""
        errors = body.get("errors")
        self.outcome, self.status = errors[0]["extensions"]["code"] if errors else "OK", status

    def took(self, name: str) -> float:
        """Return how many seconds the parts of one name took."""
        return sum(ended - began for part, began, ended in self.parts if part == name)

    def told(self) -> dict[str, Any]:
        """Return what a line of the log says."""
        return {
            "request": self.id,
            "trace": self.trace or (self.parent and self.parent.trace),
            "operation": self.operation,
            "kind": self.kind,
            "document": self.document,
            "client": self.client,
            "outcome": self.outcome,
            "status": self.status,
            "milliseconds": _milliseconds(self.ended - self.began),
            "database_milliseconds": _milliseconds(self.database),
            "journal_milliseconds": _milliseconds(self.took("journal")),
            "statements": self.statements,
            "rows": self.rows,
            "records": self.records,
        }


class Part:
    """A part of a visit, timed."""

    __slots__ = ("_began", "_name", "_visit")

    def __init__(self, visit: Visit, name: str) -> None:
        self._visit, self._name = visit, name

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._visit.parts.append((self._name, self._began, perf_counter()))


class Observer(Protocol):
    """Somebody who hears of visits: the log, the metrics, the traces."""

    def began(self, visit: Visit) -> None:
        """Hear of a request that has come."""

    def ended(self, visit: Visit) -> None:
        """Hear of its end, whatever that is."""


class Observers:
    """All who hear of visits, in their order. None of them can hurt an answer by a fault of its own."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def begin(self, headers: Iterable[tuple[bytes, bytes]]) -> Visit:
        """Return the visit of a request with these `headers`, as ASGI has them."""
        visit = Visit(parent_of(headers))
        for observer in self._observers:
            try:
                observer.began(visit)
            except Exception as cause:  # noqa: BLE001  # a full disk under the metrics must not cost an answer
                _failed(cause)
        return visit

    def end(self, visit: Visit) -> None:
        """Tell of the end of a visit."""
        visit.ended = perf_counter()
        for observer in self._observers:
            try:
                observer.ended(visit)
            except Exception as cause:  # noqa: BLE001  # as above
                _failed(cause)


def _failed(cause: Exception) -> None:
    log.warning("telemetry failed", extra={"fault": type(cause).__name__})


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
