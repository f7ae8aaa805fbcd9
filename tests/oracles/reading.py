"""Documents that ask for everything: made from the schema that the gateway publishes, as an attacker would."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from graphql import (
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
    is_required_argument,
    parse,
)

from gateway.measure import measure
from schema.build import build_schema
from schema.cost import Prices, prices
from schema.fields import DEFINITION

MOST_TOKENS = 800
"""How many tokens a document may have at most; the gateway takes 1,000."""

MOST_COST = 900
"""How much one row may cost at most; the gateway takes 20,000 for all rows."""


def _fields(schema: GraphQLSchema, kind: Any, path: tuple[str, ...], depth: int) -> Iterator[str]:
    """Give each field of a type with everything below it, `depth` levels down, no type within itself."""
    for name, field in kind.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            yield name
        elif depth and inner.name not in path and (below := _selection(schema, inner, (*path, inner.name), depth - 1)):
            yield f"{name} {{ {below} }}"


def _selection(schema: GraphQLSchema, kind: Any, path: tuple[str, ...], depth: int) -> str:
    own = list(_fields(schema, kind, path, depth)) if hasattr(kind, "fields") and not is_interface_type(kind) else []
    if is_abstract_type(kind):
        kinds = sorted(schema.get_possible_types(kind), key=lambda possible: possible.name)
        own = [f"... on {each.name} {{ {_selection(schema, each, path, depth)} }}" for each in kinds]
    return " ".join(own)


def tokens(text: str) -> int:
    return len(re.findall(r"\.\.\.|\w+|[{}():$!]", text))


@cache
def _prices() -> Prices:
    return prices(build_schema().core, DEFINITION)


def _fits(kind: str, selection: str) -> bool:
    """Tell whether a selection from a type is short enough, and cheap enough for twenty rows of it."""
    document = parse(f"fragment Parts on {kind} {{ {selection} }}")
    cost = measure(document, _prices(), {}).fragments["Parts"].cost.value({})
    return tokens(selection) <= MOST_TOKENS and cost <= MOST_COST


def everything(schema: GraphQLSchema, name: str, depth: int = 6) -> list[str]:
    """Return selections that together ask for everything of the type `name`, each short enough for a document."""
    kind: Any = schema.type_map[name]
    whole = list(_fields(schema, kind, (name,), depth))
    parts: list[str] = []
    for n, field in enumerate(whole):
        shallower = depth
        while not _fits(name, field):
            shallower -= 1
            field = list(_fields(schema, kind, (name,), shallower))[n]  # noqa: PLW2901  # the same field, less deep
        if parts and _fits(name, f"{parts[-1]} {field}"):
            parts[-1] += f" {field}"
        else:
            parts.append(field)
    return parts
