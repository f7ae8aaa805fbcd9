"""Looks for leaks (R0): `python -m tests.worlds.run --operations 100000 --seed 7`; exits with 1 where it finds one."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.databases import KINDS, make_template
from tests.worlds.dense import VIEWERS
from tests.worlds.generated import make_pair
from tests.worlds.hunt import look
from tests.worlds.leak import Leak
from tests.worlds.streams import FOLLOWERS, Following, StreamLeak

HAPPENINGS, DEEDS = 4, 20
"""Of a pair, one change of which streams may tell for so many operations, and one deed for so many."""


def run(
    pairs: int,
    operations: int,
    seed: int,
    viewers: Sequence[str] = tuple(VIEWERS),
    *,
    database: str = "sqlite",
    shrink: bool = True,
    first: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Leak | StreamLeak]:
    """Ask `operations` in all, evenly over `pairs` pairs for each of `viewers`; return a leak of each pair at most.

    Viewers who may follow a caseload do, in each pair. With `first`, the first leak ends the search.
    """
    return asyncio.run(_run(pairs, operations, seed, viewers, database, shrink=shrink, first=first, tell=tell))


async def _run(
    pairs: int,
    operations: int,
    seed: int,
    viewers: Sequence[str],
    database: str,
    *,
    shrink: bool,
    first: bool,
    tell: Callable[[str], None],
) -> list[Leak | StreamLeak]:
    each, done, started = -(-operations // (pairs * len(viewers))), 0, time.monotonic()
    leaks: list[Leak | StreamLeak] = []
    with tempfile.TemporaryDirectory(prefix="worlds-") as folder:
        template = await make_template(database, Path(folder))
        try:
            for n in range(pairs):
                for viewer in viewers:
                    pair = make_pair(viewer, seed + n)
                    leak: Leak | StreamLeak | None = await look(
                        pair, each, template, Path(folder), seed=seed, shrink=shrink
                    )
                    if leak is None and viewer in FOLLOWERS:
                        followed = Following(pair, template, Path(folder), seed)
                        leak = await followed.run(each // HAPPENINGS, each // DEEDS)
                    done += each
                    seconds = time.monotonic() - started
                    tell(
                        f"{done} operations in {seconds:.0f} s: {viewer}, seed {pair.seed}: {'a leak' if leak else 'alike'}"
                    )
                    leaks += [leak] if leak else []
                    if leaks and first:
                        return leaks
        finally:
            await template.drop()
    return leaks


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run what the command line asks for; print progress and a report for each leak."""
    parser = argparse.ArgumentParser(prog="python -m tests.worlds.run", description=__doc__)
    parser.add_argument("--operations", type=int, default=2_000, help="how many in all")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each further pair has the next")
    parser.add_argument("--pairs", type=int, help="pairs of worlds for each viewer; by default one for 150 operations")
    parser.add_argument("--viewer", action="append", choices=list(VIEWERS), help="look as this one alone; repeatable")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--first", action="store_true", help="stop at the first leak")
    parser.add_argument("--no-shrink", action="store_true", help="report leaks as they are found")
    given = parser.parse_args()
    viewers = tuple(given.viewer or VIEWERS)
    pairs = given.pairs or max(1, given.operations // (150 * len(viewers)))
    leaks = run(
        pairs,
        given.operations,
        given.seed,
        viewers,
        database=given.database,
        shrink=not given.no_shrink,
        first=given.first,
        tell=_say,
    )
    for leak in leaks:
        _say(f"\n{'=' * 100}\n{leak}")
    _say(f"{len(leaks)} leaks in {given.operations} operations on {pairs} pairs for each of {len(viewers)} viewers")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
