"""R35, timed: the measurement itself is tested here, and kept running; its times are for `make timing`."""

import random

from tests.timing.run import HEAD, comparisons, measure
from tests.timing.telling import signed_ranks, tell


def times(seed: str, more: float = 0.0, count: int = 1_000) -> list[float]:
    """Return times as a busy machine gives them: around 3 ms, with drift and long pauses."""
    rng = random.Random(seed)
    return [3 + n / count + rng.gauss(0, 0.2) + rng.choice([0] * 30 + [40]) + more for n in range(count)]


def test_equal_times_are_alike() -> None:
    """Of a hundred pairs of series that differ by chance alone, none is told apart."""
    assert not [n for n in range(100) if tell(times(f"one {n}"), times(f"other {n}")).told_apart]


def test_a_twentieth_of_a_millisecond_is_told() -> None:
    """What takes 0.05 ms longer among pauses of 40 ms is told apart over 1,000 pairs, and the interval holds it."""
    found = tell(times("one", more=0.05), times("other"))
    assert found.told_apart
    assert found.low < 0.05 < found.high


def test_ranks_are_those_of_wilcoxon() -> None:
    """Equal differences share a rank, and differences of none have no part in it."""
    assert signed_ranks([0.0, 0.0]) == 1.0
    assert signed_ranks([1.0, -1.0, 2.0, -2.0]) == 1.0
    assert signed_ranks([1.0] * 20) < 0.001


async def test_r35_everything_that_is_timed_can_be_asked() -> None:
    """A short run compares every kind of viewer and of id, one line each; of times it says nothing."""
    lines: list[str] = []
    await measure("sqlite", 2, 1, lines.append)
    assert lines[0] == HEAD
    assert [line[:34].strip() for line in lines[1:]] == [asked.name for asked in comparisons()]
