"""The journal's rounds on real databases: counted, refused, cancelled, drained (R29)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy import event as events_of
from sqlalchemy import func, literal_column, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.trail import AccessKind, Touched, Trail
from authz.viewer import Viewer
from authz.words import Purpose, Role, Standing
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Event, Journal
from resolvers.store.rounds import Unwritten
from tests.databases import Template
from tests.sealing import CHECKPOINTS
from tests.world import NOW

VIEWER = Viewer(
    account=uuid4(),
    name="Tess",
    role=Role.PRACTITIONER,
    organisation=uuid4(),
    purpose=Purpose.COORDINATE_CARE,
    reason="Planning support",
)


def told(name: str, *, reason: str | None = None, subjects: int = 2, sought: tuple[str, ...] = ()) -> Event:
    """Return the event of an operation called `name` that opened so many records, and sought some in vain."""
    touched: dict[tuple[UUID, AccessKind], Touched] = {
        (uuid4(), AccessKind.OPENED): Touched(Standing.INVOLVED, disclosed=1) for _ in range(subjects)
    }
    return Event(
        at=NOW,
        viewer=replace(VIEWER, reason=reason or VIEWER.reason),
        route="graphql",
        operation_name=name,
        document_hash="0" * 64,
        outcome="OK",
        trail=Trail(touched=touched, sought=dict.fromkeys(sought)),
    )


class Desk:
    """A journal on a database of its own, and a second connection to that database."""

    def __init__(self, url: str) -> None:
        self.engine, self.other = make_engine(database_url(url)), make_engine(database_url(url))
        self.journal = Journal(self.engine, b"key", CHECKPOINTS)

    async def start(self, *events: Event) -> list[asyncio.Task[None]]:
        """Append each event by a task of its own; return when all of them wait."""
        tasks = [asyncio.create_task(self.journal.append(event)) for event in events]
        await asyncio.sleep(0)
        return tasks

    @asynccontextmanager
    async def held(self) -> AsyncIterator[AsyncConnection]:
        """Keep the database from taking any event until this ends."""
        async with self.other.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("LOCK TABLE access_event"))
            yield connection

    async def change(self, *statements: str) -> None:
        async with self.other.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    async def events(self) -> list[str]:
        """Return the names of all events that are kept, sorted."""
        async with self.other.begin() as connection:
            return sorted((await connection.execute(select(t.AccessEvent.operation_name))).scalars())

    async def transactions(self) -> int:
        """Return by how many transactions all rows of the journal were written; PostgreSQL alone knows."""
        xmin = literal_column("xmin::text")
        rows = select(xmin).select_from(t.AccessEvent).union(select(xmin).select_from(t.AccessSubject))
        async with self.other.begin() as connection:
            return int((await connection.execute(select(func.count()).select_from(rows.subquery()))).scalar_one())


@pytest_asyncio.fixture
async def desk(template: Template, tmp_path: Path) -> AsyncIterator[Desk]:
    async with template.copy(tmp_path) as url:
        made = Desk(url)
        yield made
        await made.journal.watch.drain()
        await made.engine.dispose()
        await made.other.dispose()


@contextmanager
def inserts() -> Iterator[list[str]]:
    """Collect the INSERTs that are run through SQLAlchemy."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT"):
            seen.append(statement.split()[2])

    events_of.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        events_of.remove(Engine, "before_cursor_execute", note)


def refusing(sqlite: bool, reason: str) -> tuple[str, ...]:
    """Return the statements by which a database comes to refuse events with this reason."""
    if sqlite:
        return (
            f"CREATE TRIGGER picky BEFORE INSERT ON access_event WHEN NEW.reason = '{reason}' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
    return (
        f"CREATE FUNCTION picky() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.reason = '{reason}' "
        "THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER picky BEFORE INSERT ON access_event FOR EACH ROW EXECUTE FUNCTION picky()",
    )


async def test_r29_operations_at_once_share_a_round_of_two_inserts(desk: Desk) -> None:
    """One event is written at once; forty that come meanwhile, with their subjects, by one transaction more."""
    with inserts() as seen:
        async with desk.held():
            tasks = await desk.start(told("first"))
            tasks += await desk.start(*(told(f"kid{n}", subjects=n % 4) for n in range(40)))
        await asyncio.gather(*tasks)
    assert len(await desk.events()) == 41
    if desk.engine.dialect.name == "postgresql":
        assert await desk.transactions() == 2
    else:
        assert seen == ["journal_checkpoint", *["access_event", "access_subject"] * 2]


async def test_r29_nobody_is_told_before_the_event_is_kept(desk: Desk) -> None:
    """While the database takes no event, nobody is told; afterwards all are, and the events are there."""
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("second"))
        await asyncio.sleep(0.05)
        assert [task.done() for task in tasks] == [False, False]
    await asyncio.gather(*tasks)
    assert await desk.events() == ["first", "second"]


async def test_r29_only_the_operation_whose_event_is_refused_is_told_so(desk: Desk) -> None:
    """A database that refuses one event of a round takes the others; only the one is told that it is not written."""
    await desk.change(*refusing(desk.engine.dialect.name == "sqlite", "bad luck"))
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("a"), told("b", reason="bad luck"), told("c", sought=("x",)))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), type(None), Unwritten, type(None)]
    assert await desk.events() == ["a", "c", "first"]


async def test_r29_a_journal_that_cannot_be_written_refuses_the_round_and_then_goes_on(desk: Desk) -> None:
    """With its table gone all of a round are told, nothing of it is kept, and once it is back the next is written."""
    await desk.change("ALTER TABLE access_subject RENAME TO gone")
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("a"), told("b", sought=("x",)))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unwritten] * 3
    assert await desk.events() == []
    await desk.change("ALTER TABLE gone RENAME TO access_subject")
    await desk.journal.append(told("later"))
    assert await desk.events() == ["later"]


async def test_r29_a_day_without_a_partition_refuses_its_events(desk: Desk) -> None:
    """Where PostgreSQL has no partition for a row, its event is refused and its round is not; SQLite takes any day."""
    parted = desk.engine.dialect.name == "postgresql"
    if parted:
        await desk.change(
            "DROP TABLE access_event_default",
            f"CREATE TABLE that_day PARTITION OF access_event FOR VALUES FROM ('{NOW:%Y-%m-%d}') TO ('{NOW:%Y-%m}-28')",
        )
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("a"), replace(told("b"), at=NOW.replace(year=2001)))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), type(None), Unwritten if parted else type(None)]
    assert await desk.events() == (["a", "first"] if parted else ["a", "b", "first"])


async def test_r29_a_lost_connection_refuses_one_round_at_most(desk: Desk) -> None:
    """When PostgreSQL ends the journal's connections, later rounds are written on new ones."""
    await desk.journal.append(told("before"))
    if desk.engine.dialect.name == "postgresql":
        await desk.change(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await asyncio.gather(desk.journal.append(told("lost")), return_exceptions=True)
    await desk.journal.append(told("after"))
    assert {"before", "after"} <= set(await desk.events())


async def test_r29_a_cancelled_operation_keeps_its_event_and_hurts_nobody(desk: Desk) -> None:
    """One that is cancelled while it waits has read: its event is written all the same, and so are the others'."""
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("a"), told("b"))
        tasks[1].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), asyncio.CancelledError, type(None)]
    assert await desk.events() == ["a", "b", "first"]


async def test_r29_draining_ends_when_every_event_is_kept(desk: Desk) -> None:
    """Draining waits for the round under way and all that are queued, whoever still waits for them."""
    async with desk.held():
        tasks = await desk.start(told("first"))
        tasks += await desk.start(told("a"), told("b"))
        for task in tasks:
            task.cancel()
        draining = asyncio.create_task(desk.journal.drain())
        await asyncio.sleep(0.05)
        assert not draining.done()
    await draining
    assert await desk.events() == ["a", "b", "first"]


async def test_a_huge_event_is_kept_whole(desk: Desk) -> None:
    """An event with more subjects than a round may have rows is written, with all of them."""
    await desk.journal.append(told("huge", subjects=5_000))
    async with desk.other.begin() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.AccessSubject))).scalar_one() == 5_000
