"""Chance for rows in bulk: quick draws, and days counted back from today."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

_AHEAD, _BACK = 400, 7600
_FREE = (1 << 128) - 1 ^ (0xF << 76) ^ (0x3 << 62)
_VERSION_4 = 0x4 << 76 | 0x2 << 62


class Chance:
    """Draws of one part of a city; what one part draws changes nothing in another."""

    def __init__(self, seed: str) -> None:
        rng = Random(seed)
        self.random, self.bits = rng.random, rng.getrandbits

    def key(self) -> str:
        """Return a random UUID as 32 hexadecimal digits."""
        return "%032x" % (self.bits(128) & _FREE | _VERSION_4)

    def pick(self, things: Sequence[T]) -> T:
        return things[int(self.random() * len(things))]

    def between(self, first: int, last: int) -> int:
        """Return one of the days from `first` days ago to `last` days ago; `last` if they are the wrong way round."""
        return last + int(self.random() * (first - last + 1)) if first > last else last


def days(today: date) -> list[str]:
    """Return days as texts: the one at 3 is three days ago, the one at -3 is in three days."""
    back = [(today - timedelta(days=n)).isoformat() for n in range(_BACK)]
    # Python counts negative places from the end: there stand the days ahead.
    return back + [(today + timedelta(days=n)).isoformat() for n in range(_AHEAD, 0, -1)]
