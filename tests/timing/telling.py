"""Whether two series of times are told apart: a test on pairs that outliers and drift do not disturb."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

ONE_IN = 10_000
"""How rarely the test may call two equal series apart by chance."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pairs of times say: medians in milliseconds, the median difference with its 95 % interval, and `p`."""

    one: float
    other: float
    low: float
    difference: float
    high: float
    p: float

    @property
    def told_apart(self) -> bool:
        return self.p < 1 / ONE_IN


def tell(one: Sequence[float], other: Sequence[float]) -> Verdict:
    """Compare two series in milliseconds, measured in pairs, by Wilcoxon's signed ranks.

    Whatever slows the machine slows both of a pair; of what is left the ranks count, so that one long pause weighs
    no more than a short one.
    """
    differences = sorted(a - b for a, b in zip(one, other, strict=True))
    reach = round(0.98 * math.sqrt(len(differences)))  # 1.96 / 2: the binomial interval of a median
    middle = len(differences) // 2
    return Verdict(
        one=median(one),
        other=median(other),
        low=differences[max(0, middle - reach)],
        difference=median(differences),
        high=differences[min(len(differences) - 1, middle + reach)],
        p=signed_ranks(differences),
    )


def signed_ranks(differences: Sequence[float]) -> float:
    """Return how likely differences as lopsided as these are by chance alone, by the normal approximation."""
    moved = sorted((each for each in differences if each), key=abs)
    count = len(moved)
    if count == 0:
        return 1.0
    ranks = _ranks([abs(each) for each in moved])
    upward = sum(rank for each, rank in zip(moved, ranks, strict=True) if each > 0)
    spread = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    return math.erfc(abs(upward - count * (count + 1) / 4) / spread / math.sqrt(2))


def _ranks(ordered: Sequence[float]) -> list[float]:
    """Return the rank of each value of an ordered list, the same for equal ones."""
    found: list[float] = []
    while len(found) < len(ordered):
        start = end = len(found)
        while end < len(ordered) and ordered[end] == ordered[start]:
            end += 1
        found += [(start + 1 + end) / 2] * (end - start)
    return found
