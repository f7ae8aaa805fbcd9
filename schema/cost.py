"""What a field costs: how many records it may touch, declared on the field and shown in the contract.

A field costs its size times the sum of its weight and what is selected below it: the size is one, or the length of its
list. Limits add that up for a whole operation before any of it runs. The directives are those of the cost
specification of IBM (`@cost`, `@listSize`), as far as they are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type
from strawberry import UNSET
from strawberry.schema_directive import Location

COST = "cost"
"""The key of a field's cost in its metadata."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description="How many records one row of this field touches, what is selected below it not counted.",
)
class CostDirective:
    weight: int


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="How many rows this field is taken to have: as many as an argument asks for, or so many.",
)
class ListSizeDirective:
    assumed_size: int | None = UNSET
    slicing_arguments: list[str] | None = UNSET


@dataclass(frozen=True, slots=True)
class Cost:
    """What a field costs: records by row, and how many rows, by an `argument` or as is to be assumed."""

    weight: int = 0
    size: int | None = None
    argument: str | None = None

    @property
    def directives(self) -> list[object]:
        """The directives that tell it in the contract; none for what is free."""
        shown: list[object] = [CostDirective(weight=self.weight)] if self.weight else []
        if self.argument is not None:
            shown.append(ListSizeDirective(slicing_arguments=[self.argument]))
        elif self.size is not None:
            shown.append(ListSizeDirective(assumed_size=self.size))
        return shown


FREE = Cost()
"""What comes with its record, or stands in the public directory and is looked up once for all rows of a level."""

ONE = Cost(1)
"""One record."""


def up_to(size: int, weight: int = 1) -> Cost:
    """Return the cost of a list that rarely has more than `size` rows."""
    return Cost(weight, size=size)


def sliced_by(argument: str, weight: int = 1) -> Cost:
    """Return the cost of a list as long as `argument` asks for: a number, or the keys of its rows."""
    return Cost(weight, argument=argument)


@dataclass(frozen=True, slots=True)
class Price:
    """A field's cost as limits read it: `of` is the type that it leads to, `default` the size without its argument."""

    of: str
    cost: Cost
    default: int = 1


Prices = Mapping[str, Mapping[str, Price]]
"""The prices of all fields, by the names of type and field."""


def prices(schema: GraphQLSchema, backref: str) -> Prices:
    """Return the prices of all fields of `schema`, whose fields keep their declarations under `backref`."""
    return {
        name: {field: _price(node, backref) for field, node in kind.fields.items()}
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    }


def _price(field: GraphQLField, backref: str) -> Price:
    declared = (field.extensions or {}).get(backref)
    cost: Cost = FREE if declared is None else declared.metadata.get(COST, FREE)
    default: Any = cost.size
    if cost.argument is not None:
        default = field.args[cost.argument].default_value
    return Price(get_named_type(field.type).name, cost, default if isinstance(default, int) else 1)
