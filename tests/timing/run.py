"""Times what must not be told apart (R35): `python -m tests.timing.run --pairs 1000`; exits with 1 where it is.

Two shielded records, one with data behind every withheld group and one with none, are asked for in turn, in pairs of
random order, by every kind of viewer; so are ids that give nothing for different reasons. Two more comparisons
show that the measurement is worth something: a record with itself must not be told apart, and to a viewer
who sees behind the shield the two records must be.
"""

import argparse
import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authz.words import Role
from resolvers.store.engine import database_url, make_engine
from tests.cast import PURPOSE
from tests.client import Gateway, gateway_on
from tests.databases import KINDS, make_template
from tests.oracles.records import EMPTY, FULL, SEARCHED, VIEWERS, child_id, directory
from tests.queries import CHILD, SEARCH
from tests.timing.telling import Verdict, tell
from tests.world import World, number_of

WARMING = 30
"""Pairs that are asked before any is timed, at most: plans are made, statements prepared, pages read."""

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
SHIELD = "mutation($given: RequestShieldInput!) { requestShield(input: $given) { problems { code } } }"
SEER = "overseer"
"""A data manager with a task on both records."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two questions of one viewer; `alike` says whether they must not be told apart, or must be."""

    name: str
    viewer: str
    query: str
    one: dict[str, Any]
    other: dict[str, Any]
    alike: bool = True


def world() -> World:
    made = directory()
    made.account(SEER, Role.DATA_MANAGER, "office")
    for name in (FULL, EMPTY):
        made.task(SEER, name)
    return made


def _shield(name: str) -> dict[str, Any]:
    return {"given": {"childId": child_id(name), "reason": "OTHER", "evidence": "a police report"}}


def comparisons() -> list[Comparison]:
    """Return everything that is compared."""
    full, empty = {"number": number_of(FULL)}, {"number": number_of(EMPTY)}
    found = [Comparison("record, full or empty", viewer, CHILD, full, empty) for viewer in VIEWERS]
    for criterion in SEARCHED[1:]:
        asked = [{"search": {"directoryNumber": number_of(name), **criterion}} for name in (FULL, EMPTY)]
        found.append(Comparison(f"search by {next(iter(criterion))}, right or wrong", "teacher", SEARCH, *asked))
    unknown = {"id": child_id("nobody")}
    for name, why in (("kim", "in conflict"), ("gone", "concealed"), ("grown", "archived")):
        found.append(Comparison(f"id, unknown or {why}", "teacher", NODE, unknown, {"id": child_id(name)}))
    for name, why in (("kim", "in conflict"), ("gone", "concealed"), ("nemo", "another unknown")):
        found.append(Comparison(f"shield, unknown or {why}", "teacher", SHIELD, _shield("nobody"), _shield(name)))
    found.append(Comparison("shield, full or empty", "teacher", SHIELD, _shield(FULL), _shield(EMPTY)))
    found.append(Comparison("id, unknown or another unknown", "teacher", NODE, unknown, {"id": child_id("nemo")}))
    found.append(Comparison("one record with itself", "teacher", CHILD, full, full))
    found.append(Comparison("what is in sight, full or empty", SEER, CHILD, full, empty, alike=False))
    return found


async def time_pairs(gateway: Gateway, asked: Comparison, pairs: int, seed: int) -> Verdict:
    """Ask both questions of `asked` in pairs of random order, and return what their times say."""
    order, times = random.Random(f"{asked.name} {asked.viewer} {seed}"), ([], [])
    warming = min(WARMING, pairs)
    for n in range(warming + pairs):
        for which in order.sample((0, 1), 2):
            spent = await _timed(gateway, asked, (asked.one, asked.other)[which])
            if n >= warming:
                times[which].append(spent)
    return tell(*times)


async def _timed(gateway: Gateway, asked: Comparison, variables: dict[str, Any]) -> float:
    purpose = PURPOSE.get(asked.viewer, PURPOSE["manager"])
    gc.disable()
    started = time.perf_counter_ns()
    response = await gateway.raw(asked.viewer, asked.query, purpose=purpose, **variables)
    spent = (time.perf_counter_ns() - started) / 1e6
    gc.enable()
    assert response.status_code == 200, response.text
    return spent


async def measure(database: str, pairs: int, seed: int, tell_line: Callable[[str], None]) -> list[str]:
    """Time every comparison on a database of this kind; return a sentence for each that is not as it must be."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="timing-") as name:
        folder = Path(name)
        template = await make_template(database, folder)
        try:
            async with template.copy(folder) as url:
                engine = make_engine(database_url(url))
                await world().write(engine)
                await engine.dispose()
                async with gateway_on(url, folder, shield_requests_per_day=None) as gateway:
                    tell_line(HEAD)
                    for asked in comparisons():
                        verdict = await time_pairs(gateway, asked, pairs, seed)
                        tell_line(row(asked, verdict))
                        if verdict.told_apart is asked.alike:
                            wrong.append(f"{asked.name} ({asked.viewer}): {'' if asked.alike else 'not '}told apart")
        finally:
            await template.drop()
    return wrong


HEAD = f"{'compared':<34} {'viewer':<9} {'one':>8} {'other':>8} {'difference, 95 %, in ms':>30} {'p':>8}"


def row(asked: Comparison, told: Verdict) -> str:
    between = f"{told.difference:+.4f} ({told.low:+.4f} to {told.high:+.4f})"
    sign = "told apart" if told.told_apart else "alike"
    return f"{asked.name:<34} {asked.viewer:<9} {told.one:>8.3f} {told.other:>8.3f} {between:>30} {told.p:>8.1g} {sign}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.timing.run", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000, help="timed pairs of each comparison")
    parser.add_argument("--seed", type=int, default=1, help="draws the order within pairs")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    given = parser.parse_args()
    wrong = asyncio.run(measure(given.database, given.pairs, given.seed, _say))
    for sentence in wrong:
        _say(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
