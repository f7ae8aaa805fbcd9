"""Streams and pruning read of the outbox what concerns them, however much a day has left in it."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import delete, event, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.words import FieldGroup
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.outbox import Bell
from resolvers.store.pruning import prune
from tests import observing
from tests.client import Gateway, gateway_on
from tests.streaming import change, request, socket
from tests.world import NOW

G = FieldGroup
OLD = NOW - timedelta(days=30)
CHANGES = 200_000
"""How many changes lie in the outbox: those of a day of a large directory."""
FEW = 3_000
"""How many of them a statement may look at: those of a caseload, or those that it takes out at once."""
VIEWER = "health-visitor"

_DAY = """INSERT INTO change (at, deed, child_id, groups, event_id)
SELECT CAST(:now AS timestamptz) - interval '1 day' * (:changes - n) / :changes, 'aDeedOfTheTests', child.id,
'["IDENTITY"]', gen_random_uuid()
FROM generate_series(1, :changes) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM child) child
ON child.number = 1 + (n * 7919) % 90000
ORDER BY n"""
_CASELOAD = """SELECT involvement.child_id FROM involvement JOIN account USING (practitioner_id)
WHERE account.subject = :viewer AND ended_on IS NULL LIMIT 2"""


@pytest_asyncio.fixture
async def asked(city: str, tmp_path: Path) -> AsyncIterator[tuple[AsyncConnection, list[tuple[str, list[Any]]]]]:
    """Give a connection that sees the outbox full, and what streams and pruning ask of it, with what they bind."""
    seen: list[tuple[str, list[Any]]] = []
    with observing.logged(lambda query: seen.append((query.query, list(query.args or ())))):
        async with gateway_on(city, tmp_path) as gateway:
            await follow(gateway)
    engine = make_engine(database_url(city))
    async with engine.begin() as connection:
        await connection.execute(insert(t.Change), [change("", G.TRAIL, child_id=None, at=OLD)] * 1_500)
    with running(engine) as heard:
        assert await prune(engine, OLD + timedelta(days=1)) > 1_000
    seen += heard
    try:
        async with engine.connect() as connection:  # never committed: the city stays as it is
            await connection.execute(text(_DAY), {"now": NOW, "changes": CHANGES})
            await connection.execute(text("ANALYZE change"))
            yield connection, [one for one in seen if "position" in one[0] and one[0].startswith(("SELECT", "DELETE"))]
            await connection.rollback()
    finally:
        async with engine.begin() as connection:
            await connection.execute(delete(t.Change).where(t.Change.deed == "aDeedOfTheTests"))
        await engine.dispose()


@contextmanager
def running(engine: AsyncEngine) -> Iterator[list[tuple[str, list[Any]]]]:
    """Collect the statements that an engine runs, with what they bind."""
    seen: list[tuple[str, list[Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, bound: Any, *_: Any) -> None:
        seen.append((statement, list(bound)))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def follow(gateway: Gateway) -> None:
    """Follow as somebody with a caseload, hear of a change, and go on from there."""
    async with gateway.database() as connection:
        children = (await connection.execute(text(_CASELOAD), {"viewer": VIEWER})).scalars().all()
    after = None
    for child in children:
        async with socket(gateway) as one:
            await one.init(gateway.token(VIEWER))
            one.subscribe("one", request(VIEWER, after=after))
            if after is None:
                await one.settled()
            async with gateway.database() as connection:
                await connection.execute(insert(t.Change), [change("", G.IDENTITY, child_id=child)])
                await Bell().within(connection)
            after = (await one.event())["position"]


def looked_at(plan: Any) -> Iterator[float]:
    """Yield how many rows of the outbox each part of a plan that was run has looked at."""
    if plan.get("Relation Name") == "change" and "Scan" in plan["Node Type"]:
        looked = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        yield looked * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from looked_at(part)


def spanning(statement: str, bound: list[Any], **span: int) -> tuple[Any, ...]:
    """Return what a statement binds, with another span of changes."""
    given = list(bound)
    for name, mark in (("after", r"position > \$(\d+)"), ("up_to", r"position <= \$(\d+)")):
        for place in re.findall(mark, statement):
            given[int(place) - 1] = span[name]
    return tuple(given)


async def test_no_statement_of_streams_looks_at_the_whole_outbox(
    asked: tuple[AsyncConnection, list[tuple[str, list[Any]]]],
) -> None:
    """Of 200,000 changes those of a caseload are looked at: where a day is caught up on, and where an event is read.

    Pruning looks at what it takes out, and where there is nothing to take out at nothing.
    """
    connection, statements = asked
    last = (await connection.execute(select(func.max(t.Change.position)))).scalar_one()
    found: dict[str, float] = {}
    for statement, bound in statements:
        for after in (last - CHANGES, last - 10):
            given = spanning(statement, bound, after=after, up_to=last)
            ran = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given)
            answer = ran.scalar_one()
            (root,) = json.loads(answer) if isinstance(answer, str) else answer
            found[statement] = max(found.get(statement, 0.0), sum(looked_at(root["Plan"])))
    asked_for = ("account AS asking", "child.given_names", "change.at <", "DELETE FROM change")
    assert [any(words in statement for statement in found) for words in asked_for] == [True] * 4
    assert {statement: looked for statement, looked in found.items() if looked > FEW} == {}
