"""Columns: what one field gives for every row of a level, finished once everything below it is known.

A column is a plain list where nothing is left to do and nothing went wrong. Any other is a `Column`: `finish`
returns its list, and `notes` holds, by position, the errors at or below it in the order of the document. A value
that had to be null where null is not allowed is `FAILED` in the list: then whatever holds it fails.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

if TYPE_CHECKING:
    from schema.plan.level import Level


class Failed:
    """The type of `FAILED`."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED = Failed()
"""Stands for a value that failed and may not be null."""


class Fault:
    """One error, with its path from where it arose upwards; each level on the way to the root adds to it."""

    __slots__ = ("error", "nodes", "path")

    def __init__(self, error: Exception, nodes: Sequence[FieldNode]) -> None:
        self.error, self.nodes = error, nodes
        self.path: list[str | int] = []

    def copy(self) -> "Fault":
        """Return the same error, for another place."""
        copied = Fault(self.error, self.nodes)
        copied.path = self.path.copy()
        return copied


Notes = dict[int, list[Fault]]
NONE: Mapping[int, list[Fault]] = {}
"""No notes."""


class Column:
    """What one field gives for every row, known once `finish` is called."""

    notes: Mapping[int, list[Fault]] = NONE

    def finish(self) -> list[Any]:
        """Return one value a row."""
        raise NotImplementedError


AnyColumn = list[Any] | Column


def finished(column: AnyColumn) -> tuple[list[Any], Mapping[int, list[Fault]]]:
    """Return the values of a column and its notes."""
    if isinstance(column, Column):
        return column.finish(), column.notes
    return column, NONE


def spread(values: Sequence[Any], positions: Sequence[int], size: int) -> list[Any]:
    """Return a list of `size` in which `values` stand at `positions`, and None elsewhere."""
    whole: list[Any] = [None] * size
    for position, value in zip(positions, values, strict=True):
        whole[position] = value
    return whole


class Late(Column):
    """A column that waits for something; `inner` is there before anything is finished."""

    inner: AnyColumn = []  # noqa: RUF012  # set on the instance, always before it is read

    def finish(self) -> list[Any]:
        values, self.notes = finished(self.inner)
        return values


class Scattered(Column):
    """Values that stand at `positions` of a longer column; elsewhere it is null, or failed by `faults`."""

    def __init__(
        self, inner: AnyColumn, positions: Sequence[int], size: int, faults: Mapping[int, Fault], *, nullable: bool
    ) -> None:
        self.inner, self.positions, self.size = inner, positions, size
        self.faults, self.nullable = faults, nullable

    def finish(self) -> list[Any]:
        inner, below = finished(self.inner)
        notes: Notes = {self.positions[position]: found for position, found in below.items()}
        values = spread(inner, self.positions, self.size)
        for position, fault in self.faults.items():
            notes[position] = [fault]
            values[position] = None if self.nullable else FAILED
        self.notes = notes
        return values


class Objects(Column):
    """The objects of a level."""

    def __init__(self, level: "Level", *, nullable: bool) -> None:
        self.level, self.nullable = level, nullable

    def finish(self) -> list[Any]:
        values, self.notes = self.level.outs, self.level.notes
        if self.notes and self.nullable:
            return [None if value is FAILED else value for value in values]
        return values


class Shared(Column):
    """The objects of a level, each of which stands at one or more places: `ranks` tells which, place by place."""

    def __init__(self, level: "Level", ranks: Sequence[int], *, nullable: bool) -> None:
        self.level, self.ranks, self.nullable = level, ranks, nullable

    def finish(self) -> list[Any]:
        values = list(map(self.level.outs.__getitem__, self.ranks))
        below = self.level.notes
        if below:
            # each place has errors of its own, since each has a path of its own
            self.notes = {
                at: [fault.copy() for fault in below[rank]] for at, rank in enumerate(self.ranks) if rank in below
            }
            if self.nullable:
                return [None if value is FAILED else value for value in values]
        return values


class Mixed(Column):
    """Objects of several types, each type a column of its own with the positions where its values stand."""

    def __init__(self, parts: Sequence[tuple[Sequence[int], AnyColumn]], size: int) -> None:
        self.parts, self.size = parts, size

    def finish(self) -> list[Any]:
        values: list[Any] = [None] * self.size
        notes: Notes = {}
        for positions, column in self.parts:
            inner, below = finished(column)
            for position, value in zip(positions, inner, strict=True):
                values[position] = value
            notes |= {positions[position]: found for position, found in below.items()}
        self.notes = notes
        return values


class Lists(Column):
    """Lists, whose items lie end to end in `inner`; a list of `broken` failed after its items."""

    def __init__(
        self, inner: AnyColumn, lengths: Sequence[int], broken: Mapping[int, Fault], *, nullable: bool
    ) -> None:
        self.inner, self.lengths, self.broken, self.nullable = inner, lengths, broken, nullable

    def finish(self) -> list[Any]:
        flat, below = finished(self.inner)
        if not below and not self.broken:
            items = iter(flat)
            return [list(islice(items, length)) for length in self.lengths]
        return self._with_notes(flat, below)

    def _with_notes(self, flat: list[Any], below: Mapping[int, list[Fault]]) -> list[Any]:
        values: list[Any] = []
        notes: Notes = {}
        start = 0
        for position, length in enumerate(self.lengths):
            value, found = _list_of(flat, below, start, length)
            if position in self.broken and value is not FAILED:
                value = FAILED
                found.append(self.broken[position])
            if found:
                notes[position] = found
            values.append(None if value is FAILED and self.nullable else value)
            start += length
        self.notes = notes
        return values


def _list_of(flat: list[Any], below: Mapping[int, list[Fault]], start: int, length: int) -> tuple[Any, list[Fault]]:
    """Return one list and its errors, up to the first item that fails it."""
    found: list[Fault] = []
    for index in range(length):
        for fault in below.get(start + index, ()):
            fault.path.append(index)
            found.append(fault)
        if flat[start + index] is FAILED:
            return FAILED, found
    return flat[start : start + length], found
