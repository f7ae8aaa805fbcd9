"""Generated worlds: what every field of every row gives, right or wrong, the same whenever it is asked."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Money:
    """A custom scalar: an amount that serializes to text; some amounts cannot be, and one becomes null."""

    def __init__(self, amount: int) -> None:
        self.amount = amount

    def __repr__(self) -> str:
        return f"Money({self.amount})"


def write_money(value: Any) -> Any:
    if not isinstance(value, Money):
        raise TypeError(f"no money: {type(value).__name__}")
    if value.amount % 7 == 0:
        raise ValueError(f"unlucky money: {value.amount}")
    return None if value.amount % 11 == 0 else f"£{value.amount}"


@dataclass(frozen=True)
class Type:
    """The type of a field: a leaf or an object by name, in lists as deep as `lists`; `nulls` per level, outermost first."""

    name: str
    leaf: bool
    lists: int
    nulls: tuple[bool, ...]


@dataclass
class World:
    """What rows hold. `calm` is how many of a hundred values are just right; without `late` nothing is awaitable."""

    seed: str
    kinds: dict[str, tuple[str, ...]]
    calm: int = 90
    late: bool = False
    rows: dict[str, type[Any]] = field(default_factory=dict)

    def value(self, row: str, name: str, kind: Type) -> Any:
        """Return what `row` has as field `name`; it may raise."""
        draw = random.Random(f"{self.seed}/{row}/{name}")
        return self._odd(draw, kind, 0, f"{row}.{name}")

    def _odd(self, draw: random.Random, kind: Type, depth: int, at: str) -> Any:
        if draw.randrange(100) < self.calm:
            return self._plain(draw, kind, depth, at)
        odd = draw.choice(["none", "raise", "return", "wrong", "none", "late", "late-raise", "stream", "half"])
        if odd == "raise" and depth == 0:
            raise LookupError(f"raised at {at}")
        if odd in {"return", "wrong"}:
            wrong = [object, 12, "word", {"a": 1}, (1, "x"), float("inf"), 2**40, True]
            return ValueError(f"returned at {at}") if odd == "return" else draw.choice(wrong)
        if odd == "half" and depth < kind.lists:
            return Half(self._plain(draw, kind, depth, at) or (), at)
        if self.late and odd in {"late", "late-raise"}:
            return self._later(self._plain(draw, kind, depth, at), at, fails=odd == "late-raise")
        if self.late and odd == "stream" and depth < kind.lists:
            return self._stream(self._plain(draw, kind, depth, at), at, fails=draw.random() < 0.3)
        return None

    def _plain(self, draw: random.Random, kind: Type, depth: int, at: str) -> Any:
        if kind.nulls[depth] and draw.random() < 0.1:
            return None
        if depth < kind.lists:
            many = (self._odd(draw, kind, depth + 1, f"{at}.{n}") for n in range(draw.choice([0, 1, 2, 3])))
            return draw.choice([list, tuple])(many)
        return self._leaf(draw, kind.name) if kind.leaf else self._row(draw, kind.name, at)

    def _leaf(self, draw: random.Random, name: str) -> Any:
        number = draw.randrange(-50, 50)
        return {
            "str": f"s{number}",
            "int": number,
            "float": number / 4,
            "bool": number > 0,
            "ID": draw.choice([f"i{number}", f"i{number}", number]),
            "colour": draw.choice(list(Colour)),
            "money": Money(number),
        }[name]

    def _row(self, draw: random.Random, name: str, at: str) -> Any:
        wrong = draw.randrange(100) >= self.calm + (100 - self.calm) // 2
        kind = draw.choice(sorted(self.rows)) if wrong else draw.choice(self.kinds[name])
        return self.rows[kind](self, f"{at}#{draw.randrange(3)}")

    @staticmethod
    async def _later(value: Any, at: str, *, fails: bool) -> Any:
        if fails:
            raise LookupError(f"failed late at {at}")
        return value

    @staticmethod
    async def _stream(values: Any, at: str, *, fails: bool) -> AsyncIterator[Any]:
        for value in values or ():
            yield value
        if fails:
            raise LookupError(f"broke off late at {at}")


class Half:
    """An iterable that breaks off after its last value."""

    def __init__(self, values: Any, at: str) -> None:
        self.values, self.at = values, at

    def __iter__(self) -> Iterator[Any]:
        yield from self.values
        raise LookupError(f"broke off at {self.at}")


class Row:
    """A row: its fields are properties that ask its world."""

    def __init__(self, world: World, key: str) -> None:
        self.world, self.key = world, key
        self.mask = random.Random(f"{world.seed}/mask/{key}").randrange(8)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"

    def loaded(self, name: str) -> Any:
        """Return a field without anything to be awaited in it, as loaders give it: what they keep is used again."""
        late, self.world.late = self.world.late, False
        try:
            return getattr(self, name)
        finally:
            self.world.late = late
