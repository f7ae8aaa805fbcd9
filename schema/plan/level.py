"""Levels: rows of one type at one place of the answer, and the dicts that become of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from schema.plan.columns import FAILED, NONE, AnyColumn, Column, Fault, Notes, finished
from schema.plan.guards import MaskGuard, Positions, admitted
from schema.plan.place import Place
from schema.plan.relation import Ask, load_each

if TYPE_CHECKING:
    from schema.plan.run import Run
    from schema.plan.steps import Step

WIDEST = 64
"""Up to how many fields an object is written as one dict display."""

Builder = Callable[[list[list[Any]]], list[dict[str, Any]]]


@lru_cache(maxsize=WIDEST + 1)
def _maker(width: int) -> Callable[..., Builder]:
    """Return the maker of builders for objects of `width` fields.

    The source follows from `width` alone. Keys are the client's words and come in as values, never as source.
    """
    keys = [f"k{n}" for n in range(width)]
    values = [f"v{n}" for n in range(width)]
    shown = ", ".join(f"{key}: {value}" for key, value in zip(keys, values, strict=True))
    row = ", ".join(values) + ","
    source = f"lambda {', '.join(keys)}: lambda columns: [{{{shown}}} for {row} in zip(*columns)]"
    made: Callable[..., Builder] = eval(source)  # noqa: S307  # made of numbers alone
    return made


def builder(keys: Sequence[str]) -> Builder:
    """Return a function that turns columns, one a key, into one dict a row, in the order of `keys`."""
    if 0 < len(keys) <= WIDEST:
        return _maker(len(keys))(*keys)
    return lambda columns: [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]


class ObjectPlan:
    """What is asked of one object type at one place: its steps, in the order of the answer."""

    def __init__(self, kind: GraphQLObjectType, steps: "Sequence[Step]") -> None:
        self.kind, self.steps = kind, steps
        self.keys = [step.field.key for step in steps]
        self.guards = list(dict.fromkeys(step.guard for step in steps if step.guard is not None))
        self.build = builder(self.keys)
        self._tells_of_rows = False

    @property
    def tells_of_rows(self) -> bool:
        """Whether what becomes of a row follows from that row alone; once so, so for ever."""
        self._tells_of_rows = self._tells_of_rows or all(step.tells_of_rows for step in self.steps)
        return self._tells_of_rows


class Level:
    """Some rows that one plan is run for, all at once."""

    def __init__(self, run: "Run", plan: ObjectPlan, rows: Sequence[Any], place: Place) -> None:
        self.run, self.plan, self.rows, self.place = run, plan, rows, place
        self.columns: list[AnyColumn] = []
        self.outs: list[Any] = []
        self.notes: Any = NONE
        self._passed: Mapping[type[MaskGuard], Positions] = {}
        self._asked: dict[tuple[int, int], tuple[Any, Awaitable[Sequence[Any]]]] = {}
        self._some: dict[int, Sequence[Any]] = {}

    def start(self) -> None:
        """Run every step; whatever has to wait is left with the run."""
        plan = self.plan
        if plan.guards:
            self._passed = admitted(plan.guards, self.rows, self.run.context)
        self.columns = [step.start(self) for step in plan.steps]

    def passed(self, guard: type[MaskGuard] | None) -> Positions:
        """Return which rows `guard` lets through."""
        return None if guard is None else self._passed[guard]

    def some(self, positions: Positions) -> Sequence[Any]:
        """Return the rows at `positions`."""
        if positions is None:
            return self.rows
        if id(positions) not in self._some:
            self._some[id(positions)] = [self.rows[position] for position in positions]
        return self._some[id(positions)]

    def ask(self, ask: Ask, positions: Positions) -> Awaitable[Sequence[Any]]:
        """Ask a loader for the rows at `positions`, once, however many fields of the level take of it."""
        key = id(ask.loader), id(positions)
        if key not in self._asked:
            self._asked[key] = ask.loader, load_each(ask.loader, self.some(positions))
        return self._asked[key][1]

    def assemble(self) -> None:
        """Make the objects of finished columns; all levels below are assembled."""
        notes = {}
        columns: list[list[Any]] = []
        for index, column in enumerate(self.columns):
            if isinstance(column, Column):
                values, found = finished(column)
                if found:
                    notes[index] = found
                columns.append(values)
            else:
                columns.append(column)
        if notes:
            self._assemble_with(notes, columns)
        elif columns:
            self.outs = self.plan.build(columns)
        else:
            self.outs = [{} for _ in self.rows]

    def close(self) -> None:
        """Let go of what stands above and below, so that an answer leaves no cycles for the collector to find."""
        vars(self).clear()

    def _assemble_with(self, notes: dict[int, Any], columns: list[list[Any]]) -> None:
        self.notes = {}
        for position in range(len(self.rows)):
            found: list[Fault] = []
            self.outs.append(self._object(position, notes, columns, found))
            if found:
                self.notes[position] = found

    def _object(self, position: int, notes: dict[int, Notes], columns: list[list[Any]], found: list[Fault]) -> Any:
        """Return one object, or FAILED at the first field that may not be null; errors behind it are not told."""
        out: dict[str, Any] = {}
        for index, key in enumerate(self.plan.keys):
            for fault in notes.get(index, NONE).get(position, ()):
                fault.path.append(key)
                found.append(fault)
            value = columns[index][position]
            if value is FAILED:
                return FAILED
            out[key] = value
        return out
