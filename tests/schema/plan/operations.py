"""Generated operations: fragments, aliases, merged fields, conditions, variables, whatever a document may hold."""

import random
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLNamedType,
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
    do_types_overlap,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    parse,
    validate,
)

from tests.schema.plan.schemas import Generated

VARIABLES = {
    "$x: Int": [{}, {"x": 5}, {"x": 13}, {"x": 7}, {"x": None}],
    "$y: Int = 4": [{}, {"y": 9}],
    "$flag: Boolean": [{}, {"flag": True}, {"flag": None}],
    "$colour: Colour": [{}, {"colour": "GREEN"}, {"colour": None}],
    "$box: Box": [{}, {"box": {"tags": ["a"]}}, {"box": {"width": 8, "colour": "GREEN"}}, {"box": None}],
    "$many: [Int!]": [{}, {"many": [1, 2]}, {"many": 3}],
    "$money: Money": [{}, {"money": 14}],
    "$if: Boolean!": [{"if": True}, {"if": False}],
    "$unless: Boolean = false": [{}, {}, {"unless": True}, {"unless": True}, {"unless": None}],
}
VALUES: dict[str, list[str]] = {
    "Int": ["$x", "$y", "1", "7", "13", "null"],
    "Boolean": ["$flag", "true", "null"],
    "Colour": ["$colour", "RED", "GREEN", "null"],
    "Box": ["$box", "{}", '{width: $x, tags: ["t"]}', "{colour: $colour}", "{width: 3, tags: []}", "null"],
    "[Int!]": ["$many", "[1, 2]", "5", "[]", "null"],
    "Money": ["$money", '"21"', "3"],
}
CONDITIONS = [
    "@skip(if: $if)",
    "@include(if: $if)",
    "@include(if: true)",
    "@skip(if: $unless)",
    "@include(if: $unless)",
]


RULES = (OverlappingFieldsCanBeMergedRule, ValuesOfCorrectTypeRule, VariablesInAllowedPositionRule)
"""The rules that a drawn document may break; all others it keeps by the way it is drawn."""


@dataclass(frozen=True)
class Operation:
    """An operation, ready to be executed."""

    text: str
    document: DocumentNode
    variables: dict[str, Any]


class Operations:
    """Draws operations on one generated schema."""

    def __init__(self, generated: Generated, seed: str) -> None:
        self.core = generated.schema._schema
        self.draw = random.Random(seed)
        self.fragments: list[str] = []

    def drawn(self) -> Operation:
        """Return a valid operation."""
        while True:
            text, variables = self._draw()
            document = parse(text)
            if not validate(self.core, document, RULES):
                return Operation(text, document, variables)

    def _draw(self) -> tuple[str, dict[str, Any]]:
        self.fragments = []
        assert self.core.query_type
        body = self._selections(self.core.query_type, 0)
        text = "\n".join([body, *self.fragments])
        used = [name for name in VARIABLES if name.partition(":")[0] in _words(text)]
        head = f"query Q({', '.join(used)}) " if used else "query Q "
        variables: dict[str, Any] = {}
        for name in used:
            variables |= self.draw.choice(VARIABLES[name])
        return head + text, variables

    def _selections(self, kind: GraphQLNamedType, depth: int) -> str:
        parts = [self._part(kind, depth) for _ in range(self.draw.choice([1, 2, 2, 3]))]
        return "{ " + "\n  ".join(part for part in parts if part) + " __typename }"

    def _part(self, kind: GraphQLNamedType, depth: int) -> str:
        roll = self.draw.random()
        if roll < 0.15 and depth < 3:
            return self._fragment(kind, depth)
        if roll < 0.17 and kind is self.core.query_type:
            return '__type(name: "T0") { name fields { name type { name kind } } }'
        fields = getattr(kind, "fields", {})
        if not fields:
            return self._fragment(kind, depth) if depth < 3 else "__typename"
        name = self.draw.choice(list(fields))
        return self._field(name, fields[name], depth)

    def _field(self, name: str, definition: Any, depth: int) -> str:
        inner = get_named_type(definition.type)
        if not is_leaf_type(inner) and depth >= 3:
            return "__typename"
        arguments = self._arguments(definition)
        below = "" if is_leaf_type(inner) else self._selections(inner, depth + 1)
        condition = self.draw.choice(CONDITIONS) if self.draw.random() < 0.12 else ""
        alias = f"a{self.draw.randrange(1000)}: " if arguments or self.draw.random() < 0.2 else ""
        field = f"{alias}{name}{arguments} {condition} {below}"
        if below and self.draw.random() < 0.25:  # the same field again: its selections merge
            field += f"\n{alias}{name}{arguments} {self._selections(inner, depth + 1)}"
        return field

    def _arguments(self, definition: Any) -> str:
        given = []
        for name, argument in definition.args.items():
            if self.draw.random() < 0.5:
                kind = str(argument.type)
                values = [one for one in VALUES[kind.removesuffix("!")] if not kind.endswith("!") or one != "null"]
                given.append(f"{name}: {self.draw.choice(values)}")
        return f"({', '.join(given)})" if given else ""

    def _fragment(self, kind: GraphQLNamedType, depth: int) -> str:
        near = [one for one in self.core.type_map.values() if is_composite_type(one) and not one.name.startswith("__")]
        inner = self.draw.choice([one for one in near if do_types_overlap(self.core, one, kind)])
        condition = self.draw.choice(CONDITIONS) if self.draw.random() < 0.2 else ""
        if self.draw.random() < 0.5:
            on = f" on {inner.name}" if inner is not kind or self.draw.random() < 0.5 else ""
            return f"...{on} {condition} {self._selections(inner, depth + 1)}"
        name = f"F{len(self.fragments)}_{self.draw.randrange(10**6)}"
        self.fragments.append(f"fragment {name} on {inner.name} {self._selections(inner, depth + 1)}")
        again = f" ...{name}" if self.draw.random() < 0.2 else ""
        return f"...{name} {condition}{again}"


def _words(text: str) -> set[str]:
    return set(text.replace("(", " ").replace(")", " ").replace(",", " ").replace("}", " ").replace("]", " ").split())
