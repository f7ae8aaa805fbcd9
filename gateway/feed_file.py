"""The file of a feed: a JSON object a line, each an entry of `submitFeed`, read and looked through line by line."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLInputType, get_nullable_type, is_input_object_type, is_required_input_field
from graphql.utilities import validate_input_value

from resolvers.clock import Moment
from resolvers.feed_entry import read_entry
from resolvers.own_body import OwnBody
from resolvers.problem import NotDone
from schema.build import build_schema

MOST_BYTES = 1_500_000
"""How many bytes the entries of one request have at most: the gateway takes no more than two million in a body."""

_DAYS = {"from": "started_on", "to": "ended_on"}
_NOBODYS = OwnBody(UUID(int=0), UUID(int=0), sensitive=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the file, and the number of its line."""

    number: int
    entry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """An entry that is not kept: where it stands, and why. Nothing of the child is in it."""

    line: int
    entry: str | None
    code: str
    field: str | None
    message: str

    def told(self) -> bytes:
        """Return it as a line of JSON."""
        return orjson.dumps(self) + b"\n"


def read_lines(lines: Iterable[bytes]) -> Iterator[Line | Reject]:
    """Yield each entry, or what keeps it from being one; blank lines are nothing.

    One that has no name of its own is named after its content, so that the same line sent again is done once.
    """
    kind = build_schema().core.type_map["FeedEntryInput"]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read(number, line, kind)


def _read(number: int, line: bytes, kind: Any) -> Line | Reject:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Reject(number, None, "INVALID", None, "the line is no JSON: write one object a line")
    if not isinstance(given, dict):
        return Reject(number, None, "INVALID", None, "the line is no JSON object: write one a line")
    given.setdefault("entry", _digest(given)[:32])
    name = given["entry"] if isinstance(given["entry"], str) else None
    fault = _fault(given, kind)
    return Line(number, given) if fault is None else Reject(number, name, "INVALID", *fault)


def _fault(given: Any, kind: GraphQLInputType) -> tuple[str | None, str] | None:
    """Return the field in which an entry does not fit the contract, and a sentence without its value, or None."""
    found: list[tuple[str | None, str]] = []

    def note(_: Any, path: list[str | int]) -> None:
        field = ".".join(map(str, path)) or None
        found.append((field, f"`{field or 'the entry'}` does not fit `FeedEntryInput` of the contract"))

    if (missing := _missing(given, kind)) is not None:
        return missing, f"`{missing}` is missing"
    validate_input_value(given, kind, note)
    return found[0] if found else None


def _missing(given: Any, kind: Any, path: tuple[str, ...] = ()) -> str | None:
    """Return the first field that the contract demands and an entry lacks, None where there is none."""
    kind = get_nullable_type(kind)
    if not isinstance(given, dict) or not is_input_object_type(kind):
        return None
    for name, field in kind.fields.items():
        if is_required_input_field(field) and given.get(name) is None:
            return ".".join((*path, name))
        if (below := _missing(given.get(name), field.type, (*path, name))) is not None:
            return below
    return None


def faults_in(line: Line, moment: Moment) -> Reject | None:
    """Return what the gateway would refuse an entry for, as far as that can be told from the entry alone."""
    try:
        read_entry(_plain(line.entry), _NOBODYS, moment)
    except NotDone as refused:
        (problem,) = refused.problems
        return Reject(line.number, line.entry["entry"], problem.code, problem.field, problem.message)
    return None


def _plain(given: Any) -> Any:
    """Return an entry as the stacks take it: with the names of the stacks."""
    if isinstance(given, dict):
        return {_DAYS.get(name, _snake(name)): _plain(value) for name, value in given.items()}
    return given


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def batches(lines: Iterable[Line], most: int) -> Iterator[list[Line]]:
    """Yield lines in their order, up to `most` at once, and no more than one request may hold."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        weight = len(orjson.dumps(line.entry)) + 1
        if batch and (len(batch) == most or size + weight > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += weight
    if batch:
        yield batch


def key_of(batch: list[Line]) -> str:
    """Return the key under which a batch is sent: it follows from what is in it, so that a second run goes on."""
    return f"feed {_digest([line.entry for line in batch])}"


def _digest(given: Any) -> str:
    return hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()
