"""Numbers that look drawn at random and never come twice, without remembering those given out."""

from collections.abc import Container
from random import Random

_GOLDEN = 0.6180339887


class Spread:
    """The numbers below `span` in an order that shows none; `taken` ones are somebody else's.

    `span` is a power of ten. The n-th number is found from n alone, so any part of a city can be made by itself.
    """

    def __init__(self, rng: Random, span: int, taken: Container[int] = ()) -> None:
        self._span, self._taken = span, taken
        self._start = rng.randrange(span)
        near = int(span * _GOLDEN) + rng.randrange(span // 10)
        self._step = near // 10 * 10 + 7  # prime to every power of ten: no number comes twice within a round

    def __getitem__(self, n: int) -> int:
        """Return the n-th number, whoever has it."""
        return (self._start + n * self._step) % self._span

    def free(self, n: int) -> int | None:
        """Return the n-th number, None where somebody else has it."""
        number = self[n]
        return None if number in self._taken else number
