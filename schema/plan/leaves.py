"""Leaves: how values of a scalar or an enum are put into the answer, settled once a plan is made."""

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from schema.plan.compat import enum_class

Column = Callable[[list[Any], set[type]], list[Any] | None]
"""Puts a whole column in shape, given the types in it; None where that must be done value by value."""

NULL = type(None)


def _same(kind: type) -> Column:
    """Return the column function of a scalar whose own Python type stands in the answer as it is."""
    plain = {kind, NULL}
    return lambda values, kinds: values if kinds <= plain else None


def _integers(values: list[Any], kinds: set[type]) -> list[Any] | None:
    if kinds == {int} and GRAPHQL_MIN_INT <= min(values) and max(values) <= GRAPHQL_MAX_INT:
        return values
    return None


def _floats(values: list[Any], kinds: set[type]) -> list[Any] | None:
    return values if kinds == {float} and all(map(isfinite, values)) else None


_SCALARS: dict[Any, Column] = {
    GraphQLString.coerce_output_value: _same(str),
    GraphQLID.coerce_output_value: _same(str),
    GraphQLBoolean.coerce_output_value: _same(bool),
    GraphQLInt.coerce_output_value: _integers,
    GraphQLFloat.coerce_output_value: _floats,
}
"""The built-in scalars, by what serializes them: values of these types would come back as they are."""


def _enum(kind: Any) -> Column | None:
    members = enum_class(kind)
    if members is None or not isinstance(members, Iterable):
        return None
    names: dict[int, Any] = {id(None): None}
    for member in members:
        names[id(member)] = kind.coerce_output_value(member)
    name = names.__getitem__

    def column(values: list[Any], _kinds: set[type]) -> list[Any] | None:
        # members live as long as their class, so no other object has the id of one
        try:
            return list(map(name, map(id, values)))
        except KeyError:
            return None

    return column


def column_of(kind: GraphQLLeafType) -> Column | None:
    """Return a quick way to serialize columns of `kind`, if there is one; it passes None on."""
    serialize = kind.coerce_output_value
    found = _SCALARS.get(serialize)
    return found or _enum(kind)


def checked(kind: GraphQLLeafType, value: Any) -> Any:
    """Return one value serialized. Raises whatever the scalar raises, and TypeError where it gives null."""
    served = kind.coerce_output_value(value)
    if served is None or served is Undefined:
        name = f"`{inspect(kind)}.coerce_output_value({inspect(value)})`"
        raise TypeError(f"Expected {name} to return non-nullable value, returned: {inspect(served)}")
    return served
