"""Operations as trees, so that parts of them can be exchanged or left out, and how they are written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull


@dataclass(frozen=True, eq=False)
class Argument:
    """A value of one argument, as a literal or as a variable."""

    kind: Any
    value: Any
    variable: bool


@dataclass(frozen=True, eq=False)
class Field:
    """One field; `given` is the type of what it gives."""

    name: str
    alias: str | None = None
    arguments: tuple[tuple[str, Argument], ...] = ()
    selections: "tuple[Selection, ...]" = ()
    given: Any = None

    @property
    def key(self) -> str:
        return self.alias or self.name


@dataclass(frozen=True, eq=False)
class Inline:
    on: str | None
    selections: "tuple[Selection, ...]"


@dataclass(frozen=True, eq=False)
class Spread:
    name: str


Selection = Field | Inline | Spread


@dataclass(frozen=True, eq=False)
class Fragment:
    name: str
    on: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation as a tree, so that parts of it can be left out; `purpose` and `accept` are how it is asked.

    Its roots are those of a query, or of a mutation.
    """

    selections: tuple[Selection, ...]
    fragments: tuple[Fragment, ...] = ()
    purpose: str | None = None
    accept: str = "application/graphql-response+json"
    mutation: bool = False

    def body(self) -> dict[str, Any]:
        """Return the request's body."""
        document, variables = self.written
        access = {"access": {"purpose": self.purpose, "reason": "Planning support with the family"}}
        return {"query": document, "variables": variables, "extensions": access if self.purpose else {}}

    @cached_property
    def written(self) -> tuple[str, dict[str, Any]]:
        """The document and its variables."""
        printer = _Printer()
        parts = [f"fragment {f.name} on {f.on} {printer.block(f.selections)}" for f in self.fragments]
        block = printer.block(self.selections)
        head = ", ".join(f"${name}: {kind}" for name, kind in printer.kinds.items())
        kind = "mutation" if self.mutation else "query"
        return "\n".join([f"{kind} Q({head}) {block}" if head else f"{kind} Q {block}", *parts]), printer.variables

    def __str__(self) -> str:
        document, variables = self.written
        return f"{document}\nvariables {json.dumps(variables, ensure_ascii=False)}\npurpose {self.purpose}"


class _Printer:
    def __init__(self) -> None:
        self.kinds: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}

    def block(self, selections: tuple[Selection, ...], depth: int = 1) -> str:
        pad = "  " * depth
        return "{\n" + "".join(pad + self._one(s, depth) + "\n" for s in selections) + "  " * (depth - 1) + "}"

    def _one(self, selection: Selection, depth: int) -> str:
        if isinstance(selection, Spread):
            return f"...{selection.name}"
        block = " " + self.block(selection.selections, depth + 1) if selection.selections else ""
        if isinstance(selection, Inline):
            return f"... on {selection.on}{block}" if selection.on else f"...{block}"
        given = ", ".join(f"{name}: {self._value(argument)}" for name, argument in selection.arguments)
        alias = f"{selection.alias}: " if selection.alias else ""
        return f"{alias}{selection.name}{f'({given})' if given else ''}{block}"

    def _value(self, argument: Argument) -> str:
        if not argument.variable:
            return literal(argument.kind, argument.value)
        name = f"v{len(self.kinds)}"
        self.kinds[name], self.variables[name] = argument.kind, argument.value
        return f"${name}"


def literal(kind: Any, value: Any) -> str:
    """Return `value` as a literal of the input type `kind`."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, value)
    if value is None:
        return "null"
    if isinstance(kind, GraphQLList):
        return "[" + ", ".join(literal(kind.of_type, item) for item in value) + "]"
    if isinstance(kind, GraphQLInputObjectType):
        return "{" + ", ".join(f"{name}: {literal(kind.fields[name].type, part)}" for name, part in value.items()) + "}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value)


def selections_of(operation: Operation) -> Iterator[Selection]:
    """Yield everything that stands in `operation`, what is in fragments once."""
    waiting = [*operation.selections, *(s for fragment in operation.fragments for s in fragment.selections)]
    while waiting:
        selection = waiting.pop()
        if not isinstance(selection, Spread):
            waiting += selection.selections
        yield selection


def fields_of(operation: Operation) -> Iterator[Field]:
    """Yield every field that stands in `operation`, those of fragments once."""
    return (selection for selection in selections_of(operation) if isinstance(selection, Field))


def with_selection(operation: Operation, old: Selection, new: Selection | None) -> Operation:
    """Return `operation` with `new` in the place of `old`, or without it and what is empty then."""

    def changed(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
        found: list[Selection] = []
        for selection in selections:
            if selection is old:
                found += [] if new is None else [new]
            elif isinstance(selection, Spread) or not selection.selections:
                found.append(selection)
            elif inside := changed(selection.selections):
                found.append(replace(selection, selections=inside))
        return tuple(found)

    fragments = tuple(replace(fragment, selections=changed(fragment.selections)) for fragment in operation.fragments)
    return replace(operation, selections=changed(operation.selections), fragments=fragments)
