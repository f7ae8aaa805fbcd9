"""The work of statements in PostgreSQL, counted in pages touched: a figure in which no other load can be seen.

The application runs in this process. Each statement that it sends is prepared again and run under EXPLAIN, in a
transaction that is rolled back, so often that PostgreSQL has settled on a plan, as on a connection that has served.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from resolvers.clock import system_clock
from tests import observing
from tests.bench.works import DOCUMENTS, PURPOSE, Question
from tests.client import Gateway, gateway_on

Sent = tuple[str, tuple[Any, ...]]
"""A statement with what it binds."""

SETTLED = 8
"""How often a statement is run: after five times PostgreSQL decides whether it keeps one plan for all values."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one operation costs: SELECTs, pages that its reading and its writing touch, bytes of log, plans read."""

    selects: int
    read: int
    written: int
    wal: int
    indexes: frozenset[str]
    whole: frozenset[str]


@contextmanager
def listening() -> Iterator[list[Sent]]:
    """Collect the statements sent to PostgreSQL by SQLAlchemy or by the driver alone."""
    sent: list[Sent] = []

    def note(query: str, bound: Sequence[Any]) -> None:
        if query.lstrip(" (\n").startswith(("SELECT", "WITH", "INSERT")) and "pg_catalog" not in query:
            sent.append((query, tuple(bound)))

    def executed(_connection: Any, _cursor: Any, statement: str, bound: Any, _context: Any, many: bool) -> None:
        for each in bound if many else [bound]:
            note(statement, each)

    def logged(record: Any) -> None:
        if not isinstance(record.args, list):  # a list is what SQLAlchemy has sent, and told already
            note(record.query, record.args)

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        with observing.logged(logged):
            yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


async def works(url: str, folder: Path, asked: Mapping[str, Sequence[Question]]) -> dict[str, list[Work]]:
    """Return the work of each question, by operation, on the database at `url`."""
    with listening() as sent:
        async with gateway_on(url, folder, now=system_clock()) as gateway:
            told = {
                name: [await _statements(gateway, question, sent) for question in (questions[0], *questions)][1:]
                for name, questions in asked.items()
            }
    return {name: await _explained(url, statements) for name, statements in told.items()}


async def _statements(gateway: Gateway, question: Question, sent: list[Sent]) -> list[Sent]:
    """Return what one question sends, the watch behind it too; the first of an account says more than those of one that is known."""
    await gateway.watched()
    sent.clear()
    await gateway.ask(question.subject, DOCUMENTS[question.operation], purpose=PURPOSE, **question.variables)
    await gateway.watched()
    return list(sent)


async def _explained(url: str, questions: Sequence[Sequence[Sent]]) -> list[Work]:
    """Return the work of each question, its statements in turn on one connection, each time by what it binds."""
    connection = await asyncpg.connect(url)
    await connection.execute("TRUNCATE access_event, access_subject, alert")  # the same events are written once more
    names: dict[str, str] = {}
    found: list[Work] = []
    for _ in range(1 + SETTLED // len(questions)):
        found = [_together([await _run(connection, names, *each) for each in sent]) for sent in questions]
    await connection.close()
    return found


async def _run(connection: Any, names: dict[str, str], query: str, bound: tuple[Any, ...]) -> tuple[str, Any]:
    if query not in names:
        names[query] = f"s{len(names)}"
        await connection.execute(f"PREPARE {names[query]} AS {query}")
    given = f"({', '.join(map(_literal, bound))})" if bound else ""
    transaction = connection.transaction()
    await transaction.start()
    try:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, WAL, TIMING off, FORMAT JSON) EXECUTE {names[query]}{given}"
        (plan,) = json.loads(await connection.fetchval(explain))
    finally:
        await transaction.rollback()
    return query, plan["Plan"]


def _literal(value: Any) -> str:
    """Return a value as PostgreSQL's text of it, whose type the statement tells."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        value = "{" + ",".join('"' + re.sub(r'(["\\])', r"\\\1", str(each)) + '"' for each in value) + "}"
    return "'" + str(value).replace("'", "''") + "'"


def _together(run: Sequence[tuple[str, Any]]) -> Work:
    reading = [plan for query, plan in run if "INSERT INTO" not in query]
    writing = [plan for query, plan in run if "INSERT INTO" in query]
    nodes = [node for plan in reading for node in _nodes(plan)]
    return Work(
        selects=len(reading),
        read=sum(map(_pages, reading)),
        written=sum(_pages(part) for plan in writing for part in _written(plan)),
        wal=sum(part.get("WAL Bytes", 0) for plan in writing for part in _written(plan)),
        indexes=frozenset(node["Index Name"] for node in nodes if "Index Name" in node),
        whole=frozenset(node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"),
    )


def _pages(plan: Any) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _written(plan: Any) -> Iterator[Any]:
    """Yield an INSERT and those beside it in its WITH, which are not counted in it."""
    yield plan
    yield from (part for part in plan.get("Plans", ()) if part["Node Type"] == "ModifyTable")


def _nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
