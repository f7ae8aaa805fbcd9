"""What a comparison found, as people read it: what leaked, to whom, by which operation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from resolvers.store import tables as t
from tests.worlds.arguments import Values
from tests.worlds.asking import Answer
from tests.worlds.facts import facts_of, seen, viewer_of
from tests.worlds.generated import Pair, varied
from tests.worlds.operations import Operation
from tests.worlds.rows import COLUMNS, Rows

MOST_RECORDS, MOST_EARLIER, LONGEST = 6, 5, 400


@dataclass(frozen=True)
class Leak:
    """One operation that tells two worlds apart which look the same to its viewer, or that fails in one of them.

    `earlier` are operations without which it would not.
    """

    pair: Pair
    database: str
    operation: Operation
    first: Answer
    second: Answer
    earlier: tuple[Operation, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        viewer = viewer_of(self.pair.first, self.pair.viewer)
        yield f"`{self.pair.viewer}` ({viewer.role}) can tell two worlds apart, on {self.database}, seed {self.pair.seed}"
        yield f"\nby this operation{f', after {len(self.earlier)} others' if self.earlier else ''}:\n{self.operation}"
        yield from (f"\nafter:\n{operation}" for operation in self.earlier[-MOST_EARLIER:])
        where, one, other = difference(self.first, self.second)
        yield f"\nwhich differs first in {where}:\n  first world:  {_cut(one)}\n  second world: {_cut(other)}"
        yield f"\nthe worlds differ in {', '.join(self.leaked())}:"
        yield from (f"  {edit}" for edit in self.pair.edits)
        yield "\nrecords concerned, as the law has them for this viewer:"
        yield from self._records()

    def leaked(self) -> list[str]:
        """Return the columns in which the worlds still differ, each with the group that guards it."""
        return [
            f"{table.__tablename__}.{name} [{COLUMNS[table][name].info['group'].name}]"
            for table, name in varied([self.pair])
        ] or ["the order in which rows are stored"]

    def _records(self) -> Iterator[str]:
        for child in Values(self.pair).doubtful[:MOST_RECORDS]:
            worlds = {"first": self.pair.first, "second": self.pair.second}
            told = (f"{name}: {_standing(rows, self.pair.viewer, child)}" for name, rows in worlds.items())
            yield f"  {child} {'; '.join(told)}"


def _standing(rows: Rows, subject: str, child: UUID) -> str:
    row = rows.get(t.Child, child)
    if row is None:
        return "none"
    viewer = viewer_of(rows, subject)
    facts = facts_of(rows, viewer, row)
    standing = "+".join(str(one.name) for one in facts.standing) or "no standing"
    groups = " ".join(seen(viewer, facts)) or "does not exist"
    return f"{facts.shield} {facts.status} {standing}{' sealed' if facts.former_names_sealed else ''}, sees: {groups}"


def difference(first: Answer, second: Answer) -> tuple[str, Any, Any]:
    """Return where two answers differ first, and what stands there in each."""
    if first.faulty and first.status == second.status:
        return "nothing: both fail", first.body.decode(), second.body.decode()
    if first.status != second.status:
        return "status", first.status, second.status
    if first.body != second.body:
        return _place(first.json, second.json, "$") or ("the bytes of the body", first.body, second.body)
    if first.headers != second.headers:
        return "headers", first.headers, second.headers
    for n, (one, other) in enumerate(zip(first.statements, second.statements, strict=False)):
        if one != other:
            return f"statement {n} of its reading", one, other
    return "the number of statements of its reading", first.statements, second.statements


def _place(one: Any, other: Any, path: str) -> tuple[str, Any, Any] | None:
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(f"{path}.{name}", one.get(name), other.get(name)) for name in {**one, **other}]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{path}[{n}]", a, b) for n, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return None if one == other else (path, one, other)
    return next((found for at, a, b in pairs if (found := _place(a, b, at))), None)


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"
