"""The executor alone, in memory: Strawberry's own, the planned one, and the planned one without guards.

Run as `python -m tests.bench.executor`. Answers are checked to be equal first; contestants take turns; times are
the least, ratios the median of those of each turn, all of CPU. The collector is off while a turn is taken (what it costs depends on what else is
in the process, and a gateway freezes what it has at its start), on with `--gc`.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from schema.plan import planned_executor
from tests.bench.shelf import Shelf, Visit, make_schema, run

SIZES = (1, 50, 500)
TURNS = 15


def cpu(ask: Callable[[Visit], Any], visits: list[Visit], *, collect: bool) -> float:
    """Return the CPU time of one visit, in milliseconds."""
    gc.collect()
    if not collect:
        gc.disable()
    started = time.process_time()
    for visit in visits:
        ask(visit)
    spent = time.process_time() - started
    gc.enable()
    return spent / len(visits) * 1000


def measure(size: int, *, collect: bool) -> list[tuple[float, ...]]:
    """Return, for each turn, the CPU times of stock, planned and unguarded execution of `size` full records."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    schemas = make_schema(), make_schema(planned_executor()), make_schema(planned_executor(), guards=False)
    contestants = [run(schema, loop) for schema in schemas]
    shelf = Shelf(size)
    answers = [ask(Visit(shelf, loop)) for ask in contestants]
    assert answers[0] == answers[1] == answers[2]
    gc.collect()
    gc.freeze()
    turns = []
    for _ in range(TURNS):
        visits = [[Visit(shelf, loop) for _ in range(max(1, 50 // size))] for _ in contestants]
        turns.append(tuple(cpu(ask, mine, collect=collect) for ask, mine in zip(contestants, visits, strict=True)))
    gc.unfreeze()
    loop.close()
    return turns


def figures(sizes: Sequence[int] = SIZES[1:]) -> dict[str, Any]:
    """Return, for each number of records, the times in milliseconds, the ratio to stock and the guards' share."""
    found = {}
    for size in sizes:
        turns = measure(size, collect=False)
        stock, planned, bare = map(min, zip(*turns, strict=True))
        ratio = median(turn[0] / turn[1] for turn in turns)
        share = median(turn[1] / turn[2] for turn in turns) - 1
        told = {"stock_ms": stock, "planned_ms": planned, "unguarded_ms": bare, "ratio": ratio, "guards_share": share}
        found[str(size)] = {name: round(value, 3) for name, value in told.items()}
    return {"executor": found}


def main() -> None:
    collect = "--gc" in sys.argv
    print(f"{'records':>8} {'stock ms':>9} {'planned':>9} {'unguarded':>9} {'ratio':>7} {'guards':>7}")
    for size in SIZES:
        turns = measure(size, collect=collect)
        stock, planned, bare = map(min, zip(*turns, strict=True))
        ratio = median(turn[0] / turn[1] for turn in turns)
        share = median(turn[1] / turn[2] for turn in turns) - 1
        print(f"{size:>8} {stock:>9.2f} {planned:>9.2f} {bare:>9.2f} {ratio:>6.1f}x {share:>6.1%}")


if __name__ == "__main__":
    main()
