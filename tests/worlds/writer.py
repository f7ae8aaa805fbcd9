"""Writes random operations over the schema as it is built: selections, fragments, aliases and arguments.

What is new in the schema is asked for without a change here. `arguments.py` knows, by name, how to make some arguments
more telling than chance would.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

from tests.worlds.arguments import Values, snake
from tests.worlds.operations import (
    Argument,
    Field,
    Fragment,
    Inline,
    Operation,
    Selection,
    Spread,
    fields_of,
    with_selection,
)

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType

DEEDS = 0.12
"""How many of the operations are mutations: what they do, is done to both worlds of a pair."""

ONE_OF = {"id", "directoryNumber"}
"""Arguments of which exactly one is to be given."""


class Writer:
    """Writes operations for one pair of worlds; `values` knows what to give as arguments."""

    def __init__(self, schema: GraphQLSchema, values: Values, purposes: tuple[str, ...], rng: random.Random) -> None:
        self.schema, self.values, self.purposes, self.rng = schema, values, purposes, rng
        self.weights = {name: _weight(field) for name, field in self._roots().items()}
        self.clashing = frozenset(_clashing(schema))

        self.deeds = dict.fromkeys(self.schema.mutation_type.fields if self.schema.mutation_type else (), 1.0)

    def _roots(self) -> dict[str, GraphQLField]:
        assert self.schema.query_type is not None
        return dict(self.schema.query_type.fields)

    def operation(self) -> Operation:
        """Return a new operation; roots are chosen by their weights."""
        return Draft(self).operation()

    def again(self, operation: Operation) -> Operation:
        """Return the same document with other values for its variables."""
        values = self.values.about(self.rng)
        for field in list(fields_of(operation)):
            if any(argument.variable for _, argument in field.arguments):
                toward = self.kinds(field.given)
                drawn = tuple(
                    (name, replace(one, value=values.value(one.kind, name, toward)) if one.variable else one)
                    for name, one in field.arguments
                )
                operation = with_selection(operation, field, replace(field, arguments=drawn))
        return operation

    def kinds(self, kind: Any) -> list[str]:
        """Return the names, as tables have them, of the object types that stand where `kind` does."""
        named = get_named_type(kind)
        possible = self.schema.get_possible_types(named) if is_abstract_type(named) else [named]
        return [snake(one.name) for one in possible if one is not None]

    def refused(self, operation: Operation) -> None:
        """Note that the viewer may not ask for the only root of `operation`, to ask for it less often."""
        names = {field.name for field in operation.selections if isinstance(field, Field)}
        weights = self.deeds if operation.mutation else self.weights
        if len(names) == 1:
            weights[names.pop()] *= 0.5


class Draft:
    """One operation in the making: how much it may still hold, and what stands in it already."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.rng, self.schema = writer, writer.rng, writer.schema
        self.whole = self.rng.random() < 0.4
        self.left = self.rng.choice((15, 40, 80)) * (2 if self.whole else 1)
        self.variables = self.rng.random() < 0.85
        self.fragments: dict[str, Fragment] = {}
        self.asked: set[str] = set()
        self.values = writer.values.about(self.rng)

    def operation(self) -> Operation:
        writer = self.writer
        mutation = bool(writer.deeds) and self.rng.random() < DEEDS
        weights = writer.deeds if mutation else writer.weights
        names = self.rng.choices(list(weights), list(weights.values()), k=self.rng.choice((1, 1, 1, 2, 3)))
        root = self.schema.mutation_type if mutation else self.schema.query_type
        assert root is not None
        selections = tuple(self._field(root, name, self.rng.choice((4, 6, 8, 9))) for name in names)
        chance = self.rng.random()
        purpose = self.rng.choice(writer.purposes)
        return Operation(
            selections,
            tuple(self.fragments.values()),
            purpose=None if chance < 0.02 else "IMMEDIATE_RISK" if chance < 0.04 else purpose,
            accept="application/json" if self.rng.random() < 0.1 else Operation.accept,
            mutation=mutation,
        )

    def _field(self, parent: Composite, name: str, depth: int) -> Field:
        field = parent.fields[name]  # type: ignore[union-attr]  # a union has no fields to ask for
        self.left -= 1
        arguments = tuple(self._arguments(field))
        alias = None
        if arguments or self.rng.random() < 0.02:
            alias = f"x{len(self.asked)}" if name in self.asked or self.rng.random() < 0.1 else None
        if (parent.name, name) in self.writer.clashing:
            alias = alias or f"{name}Of{parent.name}"
        self.asked.add(alias or name)
        kind = get_named_type(field.type)
        inside = self.selections(kind, depth - 1) if is_composite_type(kind) else ()
        return Field(name, alias, arguments, inside, field.type)

    def _arguments(self, field: GraphQLField) -> Iterator[tuple[str, Argument]]:
        toward = self.writer.kinds(field.type)
        for name in self._given(field):
            value = self.values.value(field.args[name].type, name, toward)
            yield name, Argument(field.args[name].type, value, self.variables)

    def _given(self, field: GraphQLField) -> list[str]:
        """Return the names of the arguments to give; of those that shut each other out mostly one."""
        likely = {"after": 0.12, "id": 0.5, "directoryNumber": 0.5}
        names = [
            name
            for name, argument in field.args.items()
            if is_required_argument(argument) or self.rng.random() < likely.get(name, 0.6)
        ]
        if ONE_OF <= field.args.keys() and self.rng.random() < 0.95:
            return [self.rng.choice(sorted(ONE_OF))]
        return names

    def selections(self, kind: Composite, depth: int) -> tuple[Selection, ...]:
        """Return selections of `kind`, at times behind a fragment; never none."""
        known = [fragment for fragment in self.fragments.values() if fragment.on == kind.name]
        if known and self.rng.random() < 0.4:
            return (Spread(self.rng.choice(known).name),)
        made = tuple(self._abstract(kind, depth) if is_abstract_type(kind) else self._fields(kind, depth))
        chance = self.rng.random()
        if chance < 0.1:
            return (Inline(self.rng.choice((None, kind.name)), made),)
        if chance < 0.25:
            fragment = Fragment(f"F{len(self.fragments)}", kind.name, made)
            self.fragments[fragment.name] = fragment
            return (Spread(fragment.name),)
        return made

    def _abstract(self, kind: Any, depth: int) -> Iterator[Selection]:
        yield Field("__typename")
        if isinstance(kind, GraphQLInterfaceType):
            yield from self._fields(kind, depth)
        for possible in self.schema.get_possible_types(kind):
            if self.whole or self.rng.random() < 0.7:
                yield Inline(possible.name, tuple(self._fields(possible, depth)))

    def _fields(self, kind: Composite, depth: int) -> Iterator[Selection]:
        names = list(kind.fields)  # type: ignore[union-attr]  # as above
        if not self.whole:
            names = self.rng.sample(names, min(len(names), self.rng.choice((1, 2, 4, 8))))
        found = 0
        for name in names:
            composite = is_composite_type(get_named_type(kind.fields[name].type))  # type: ignore[union-attr]  # as above
            if composite and (depth <= 0 or self.left <= 0):
                continue
            if composite and self.whole and self.rng.random() < 0.3:
                continue
            found += 1
            yield self._field(kind, name, depth)
        if not found:
            yield Field("__typename")


def _weight(field: GraphQLField) -> float:
    """Return how often a root is asked for: searches most, since they take the most that may be hidden."""
    inputs = sum(isinstance(get_named_type(one.type), GraphQLInputObjectType) for one in field.args.values())
    return 1.0 + 2.0 * inputs if field.args else 0.3


def askable(schema: GraphQLSchema) -> set[str]:
    """Return the columns after which arguments and input fields of `schema` are named."""
    names = set()
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            names |= set(kind.fields)
        elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            names |= {name for field in kind.fields.values() for name in field.args}
    return {snake(name) for name in names} - {"id"}


def _clashing(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Yield the fields that need an alias beside their namesakes of another type below one interface or union."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            first: dict[str, str] = {}
            for possible in sorted(schema.get_possible_types(kind), key=lambda possible: possible.name):
                for name, field in possible.fields.items():
                    if first.setdefault(name, str(field.type)) != str(field.type):
                        yield possible.name, name
