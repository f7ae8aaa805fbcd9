"""What an operation may cost, before the values of its variables are known: a sum that is worked out once they are."""

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, IntValueNode, ListValueNode, VariableNode

from schema.cost import Price

LARGEST_PAGE = 500
"""The most rows that a list counts for: whatever asks for more is refused by its own bounds."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A length that a variable gives: a number, or a list of keys. Without a value it is the argument's `default`."""

    variable: str
    default: int

    def length(self, values: dict[str, Any]) -> int:
        """Return the length under the coerced `values` of variables."""
        value = values.get(self.variable)
        if isinstance(value, list):
            value = len(value)
        return _bounded(value) if isinstance(value, int) else self.default


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """A number of records: `fixed`, and for each of `parts` so many times another weight.

    Weights are shared where a fragment is spread twice; each is worked out once.
    """

    fixed: int = 0
    parts: "tuple[tuple[int | Slice, Weight], ...]" = ()

    def value(self, values: dict[str, Any]) -> int:
        """Return the number under the coerced `values` of variables."""
        return self._value(values, {}) if self.parts else self.fixed

    def _value(self, values: dict[str, Any], known: "dict[Weight, int]") -> int:
        if self not in known:
            known[self] = self.fixed + sum(
                (times.length(values) if isinstance(times, Slice) else times) * row._value(values, known)
                for times, row in self.parts
            )
        return known[self]


NOTHING = Weight()


def together(weights: list[Weight]) -> Weight:
    """Return the sum of `weights`."""
    open_ones = [weight for weight in weights if weight.parts]
    fixed = sum(weight.fixed for weight in weights if not weight.parts)
    return Weight(fixed, tuple((1, weight) for weight in open_ones)) if open_ones or fixed else NOTHING


def weigh(node: FieldNode, price: Price, weight: int, below: Weight) -> Weight:
    """Return the weight of a field: each of its rows with its own `weight`, and what is selected `below` it."""
    times = _length(node, price)
    if below.parts or isinstance(times, Slice):
        row = Weight(weight, ((1, below),)) if below.parts else Weight(weight + below.fixed)
        return Weight(0, ((times, row),))
    return Weight(times * (weight + below.fixed))


def _length(node: FieldNode, price: Price) -> int | Slice:
    for argument in node.arguments or ():
        if argument.name.value == price.cost.argument:
            given = argument.value
            if isinstance(given, VariableNode):
                return Slice(given.name.value, price.default)
            if isinstance(given, ListValueNode):
                return _bounded(len(given.values))
            if isinstance(given, IntValueNode):
                return _bounded(int(given.value[:9]))
    return price.default


def _bounded(length: int) -> int:
    return min(max(length, 0), LARGEST_PAGE)
