"""The benchmark: `python -m tests.bench.run`; a part of it with `--only W2 --contestants ours,floor --rounds 2`."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from tests.bench import executor, page, report, share
from tests.bench.answers import Works, compare
from tests.bench.city import city, questions
from tests.bench.contestants import CONTESTANTS, Contestant, serving
from tests.bench.issuer import Issuer
from tests.bench.rounds import Measuring, Plan
from tests.bench.works import WORKS

_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
"""Which processes of PostgreSQL serve the benchmark's database."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--only", default=",".join(WORKS), help="works, as in W1,W2")
    told.add_argument("--contestants", default=",".join(CONTESTANTS), help="who takes part; ours comes first")
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--seconds", type=float, default=2.0, help="how long a point is measured")
    told.add_argument("--clients", default="1,16,64", help="numbers of clients")
    told.add_argument("--children", type=int, default=100_000)
    told.add_argument(
        "--keep", metavar="NAME", help="use the database of this name, made where it is not there, and keep it"
    )
    told.add_argument(
        "--no-more", dest="more", action="store_false", help="leave out the executor and the journal's share"
    )
    told.add_argument("--json", type=Path, help="write all figures here")
    told.add_argument("--write", action="store_true", help="write docs/performance.md, its chart and its figures anew")
    return told.parse_args(argv)


def chosen(names: str) -> list[Contestant]:
    """Return who takes part, ours first, and say who cannot."""
    asked = [CONTESTANTS[name] for name in names.split(",")]
    for contestant in asked:
        if not contestant.available:
            print(f"{contestant.title} is left out: `{contestant.needs}` is not installed", file=sys.stderr)
    there = sorted((each for each in asked if each.available), key=lambda each: each.name != "ours")
    for contestant in there:
        contestant.prepare()
    return there


@contextmanager
def answering(database: str) -> Iterator[Callable[[str], Sequence[Any]]]:
    """Give a function that asks `database` a statement and returns the rows."""
    with asyncio.Runner() as runner:
        admin = runner.run(asyncpg.connect(database))
        yield lambda statement: runner.run(admin.fetch(statement))
        runner.run(admin.close())


def measure(told: argparse.Namespace, database: str, works: Works) -> report.Figures:
    """Return the figures of one run on `database`: answers first, then times."""
    contestants, busy = chosen(told.contestants), os.getloadavg()[0]
    plan = Plan(told.rounds, told.seconds, tuple(map(int, told.clients.split(","))))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        issuer = Issuer(Path(folder))
        statements = compare(contestants, works, database, issuer)
        print("all answers are equal", file=sys.stderr)
        servers = {each.name: stack.enter_context(serving(each, database, issuer)) for each in contestants}
        ask = stack.enter_context(answering(database))
        measuring = Measuring(servers, works, issuer, lambda: [row["pid"] for row in ask(_BACKENDS)])
        points = []
        for point in measuring.points(plan):
            points.append(point)
            print(
                f"round {point.round} {point.work} {point.contestant} at {point.clients}: {point.cpu:.2f} ms",
                file=sys.stderr,
            )
        more = {"children": told.children, "rounds": told.rounds, "load_before": round(busy, 1)}
        measured = report.figures(points, statements, servers, more)
        stack.close()  # so that their connections are given back
        if told.more:
            measured |= executor.figures() | _ours(plan, database, issuer, works)
        return measured


def _ours(plan: Plan, database: str, issuer: Issuer, works: Works) -> report.Figures:
    """Return what is measured of ours alone: the journal's share, and two workers."""
    if "W2" not in works:
        return {}
    requests = [question.raw(issuer.token(question.subject)) for question in works["W2"]]
    with answering(database) as ask:
        journal = share.journal(
            database, issuer, requests, lambda: ask("SELECT count(*) FROM access_event")[0][0],
            rounds=plan.rounds, seconds=plan.seconds,
        )  # fmt: skip
    return journal | share.workers(database, issuer, requests, seconds=plan.seconds)


async def prepared(told: argparse.Namespace) -> AsyncIterator[tuple[str, Works]]:
    async with city(told.children, told.keep) as database:
        works = await questions(database)
        yield database, {work: works[work] for work in told.only.split(",")}


def main(argv: Sequence[str] | None = None) -> report.Figures:
    told = arguments(argv)
    with asyncio.Runner() as runner:
        made = prepared(told)
        try:
            measured = measure(told, *runner.run(anext(made)))
        finally:
            runner.run(made.aclose())
    if told.json:
        told.json.write_text(json.dumps(measured, indent=2) + "\n")
    for rows in (report.table(measured), report.processes(measured), page.targets(measured)):
        print(report.plain(rows), end="\n\n")
    if told.write:
        page.write(measured)
    return measured


if __name__ == "__main__":
    main()
