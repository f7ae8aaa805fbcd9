"""The chain through faults: whatever is rolled back, refused, cancelled or lost on the way, what is kept verifies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from resolvers.store.rounds import Unwritten
from tests.audit.office import EVENTS, Office, journal_on, read_of
from tests.resolvers.store.test_journal import refusing


class Commits:
    """A connection whose commit does what a test says, before or after it has committed."""

    def __init__(self, connection: Any, *, first: bool, wait: asyncio.Event | None = None) -> None:
        self._connection, self._first, self._wait = connection, first, wait

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def commit(self) -> None:
        if self._first:
            await self._connection.commit()
        if self._wait is not None:
            await self._wait.wait()
        raise OSError("the connection is lost")


async def places(office: Office) -> list[tuple[str, int]]:
    """Return the events' names with their positions, writer by writer in the order of their first names."""
    async with office.reading.connect() as connection:
        asked = select(EVENTS.c.writer, EVENTS.c.position, EVENTS.c.operation_name)
        rows = (await connection.execute(asked)).all()
    first = {row.writer: row.operation_name for row in rows if row.position == 1}
    return [
        (row.operation_name, row.position) for row in sorted(rows, key=lambda row: (first[row.writer], row.position))
    ]


async def ended(office: Office) -> int:
    """End the connections that wait for a lock, and return how many there were."""
    waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with office.reading.connect() as connection:
        asked = text(f"SELECT count(pg_terminate_backend(pid)) {waiting}")  # a constant
        return int((await connection.execute(asked)).scalar_one())


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    """Return once `holds` gives something true."""
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110  # it is the database that tells
            await asyncio.sleep(0.01)


async def test_a_deed_that_is_rolled_back_leaves_no_gap(office: Office) -> None:
    """Its place is taken by the next deed: a gap would look like a removal."""
    await office.deed("first")
    await office.deed("undone", kept=False)
    (event,) = read_of("broken")
    async with office.engine.connect() as connection:
        with pytest.raises(SQLAlchemyError):
            await office.journal.commit(connection, replace(event, outcome=None))  # type: ignore[arg-type]  # refused by the database
    await office.deed("second")
    assert await places(office) == [("first", 1), ("second", 2)]
    assert await office.faults() == []


async def test_the_first_deed_that_fails_leaves_no_writer(office: Office) -> None:
    """A writer is signed for with its first event, or not at all."""
    (event,) = read_of("broken")
    async with office.engine.connect() as connection:
        with pytest.raises(SQLAlchemyError):
            await office.journal.commit(connection, replace(event, outcome=None))  # type: ignore[arg-type]
    assert await office.checkpoints() == []
    await office.deed("first")
    assert await places(office) == [("first", 1)]
    assert await office.faults() == []


@pytest.mark.parametrize("kept", [True, False])
async def test_a_commit_that_nobody_knows_of_ends_the_chain(office: Office, kept: bool) -> None:
    """Whether or not the deed was kept when its connection was lost, the chain verifies, and deeds go on in another."""
    await office.deed("a")
    (event,) = read_of("b")
    async with office.engine.connect() as connection:
        lost: Any = Commits(connection, first=kept)
        with pytest.raises(OSError, match="lost"):
            await office.journal.commit(lost, event)
    await office.deed("c")
    assert await places(office) == [("a", 1), *([("b", 2)] if kept else []), ("c", 1)]
    assert await office.faults() == []
    await office.restart()
    seen, faults = await office.verified()
    assert (faults, seen.unsigned) == ([], 0), "what the chain that was left holds is signed for as well"


async def test_a_deed_that_is_cancelled_in_its_commit_ends_the_chain(office: Office) -> None:
    """Whoever cancels cannot know whether it was kept, and neither does the next deed."""
    (event,) = read_of("a")
    async with office.engine.connect() as connection:
        lost: Any = Commits(connection, first=True, wait=asyncio.Event())
        task = asyncio.create_task(office.journal.commit(lost, event))
        await until(lambda: places(office))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await office.deed("b")
    assert await places(office) == [("a", 1), ("b", 1)]
    assert await office.faults() == []


async def test_deeds_at_once_stand_one_behind_the_other(office: Office) -> None:
    """Twenty deeds that are committed at the same time, some undone, share a chain without a gap or a fork."""
    if office.engine.dialect.name == "sqlite":
        await asyncio.gather(*(office.deed(f"d{n}") for n in range(3)))
    else:
        await asyncio.gather(*(office.deed(f"d{n}", kept=n % 3 != 0) for n in range(20)))
    found = [position for _, position in await places(office)]
    assert found == list(range(1, len(found) + 1))
    assert await office.faults() == []


async def test_a_refused_event_leaves_no_gap_in_its_round(office: Office) -> None:
    """A round with an event that the database refuses is chained anew, event by event, without that one."""
    for statement in refusing(office.engine.dialect.name == "sqlite", "bad luck"):
        await office.run(statement)
    events = read_of("a", "b", "c", "d")
    events[2] = replace(events[2], viewer=replace(events[2].viewer, reason="bad luck"))
    told = await asyncio.gather(*map(office.journal.append, events), return_exceptions=True)
    assert [type(one) for one in told] == [type(None), type(None), Unwritten, type(None)]
    await office.note("e")
    assert await places(office) == [("a", 1), ("b", 2), ("d", 3), ("e", 4)]
    assert await office.faults() == []


async def test_a_round_that_nobody_knows_of_ends_the_chain(office: Office) -> None:
    """A round whose connection is lost may be there later: what comes next is another writer's."""
    await office.note("a")
    if office.engine.dialect.name == "sqlite":
        await office.run("ALTER TABLE access_subject RENAME TO gone")
        with pytest.raises(Unwritten):
            await office.note("b")
        await office.run("ALTER TABLE gone RENAME TO access_subject")
    else:
        async with office.engine.connect() as other:
            await other.execute(text("LOCK TABLE access_event"))
            task = asyncio.create_task(office.note("b"))
            await until(lambda: ended(office))
        with pytest.raises(Unwritten):
            await task
    await office.note("c", "d")
    assert await places(office) == [("a", 1), ("c", 1), ("d", 2)]
    assert await office.faults() == []


async def test_events_of_a_round_stand_in_their_order(office: Office) -> None:
    """Many at once are chained in the order in which they were appended, with and without subjects."""
    events = [event for n in range(60) for event in read_of(f"e{n:02}", subjects=n % 5)]
    await asyncio.gather(*map(office.journal.append, events))
    assert await places(office) == [(f"e{n:02}", n + 1) for n in range(60)]
    assert await office.faults() == []


async def test_checkpoints_are_signed_while_the_journal_is_written(office: Office) -> None:
    """After a thousand events there is one, without waiting for the hour; draining signs for what is left."""
    await office.journal.open(3600)
    for _ in range(5):
        await asyncio.gather(*map(office.journal.append, read_of(*map(str, range(250)), subjects=0)))

    async def held() -> bool:
        return len(await office.checkpoints()) > 1

    await until(held)
    await office.journal.drain()
    kinds = [str(row.kind) for row in await office.checkpoints()]
    assert (kinds[0], kinds[1], kinds[-1]) == ("START", "HELD", "END")
    seen, faults = await office.verified()
    assert (seen.events, seen.unsigned, faults) == (1250, 0, [])


async def test_writers_at_once_share_one_row_of_checkpoints(office: Office) -> None:
    """Several processes that start and stop at the same time number their checkpoints without a gap."""
    journals = [journal_on(office.engine) for _ in range(4)]
    for journal in journals:
        await journal.open(3600)
    await asyncio.gather(*(journal.append(event) for journal in journals for event in read_of("a", "b")))
    await asyncio.gather(*(journal.drain() for journal in journals))
    assert [row.number for row in await office.checkpoints()] == list(range(1, 9))
    assert await office.faults() == []
