"""The outbox: no change is settled before all that were numbered before it are, and old ones go."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.outbox import Bell, Outbox, PostgresOutbox, outbox_of
from resolvers.store.pruning import prune
from resolvers.store.snapshot import Reader
from tests.databases import Template
from tests.world import NOW


def row(**more: Any) -> dict[str, Any]:
    return {"at": NOW, "deed": "x", "groups": [], "event_id": uuid4(), **more}


@pytest_asyncio.fixture
async def engine(template: Template, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    async with template.copy(tmp_path) as url:
        made = make_engine(database_url(url))
        yield made
        await made.dispose()


@pytest_asyncio.fixture
async def outbox(engine: AsyncEngine) -> AsyncIterator[Outbox]:
    reader = Reader(make_engine(engine.url, reading=True))
    made = outbox_of(reader, engine)
    await made.open(lambda: None)
    yield made
    await made.close()
    await reader.dispose()


async def numbered(connection: Any) -> int:
    """Write a change and return its number."""
    return int((await connection.execute(insert(t.Change).returning(t.Change.position), [row()])).scalar_one())


async def test_nothing_is_settled_in_an_empty_outbox(outbox: Outbox, engine: AsyncEngine) -> None:
    """Before the first change the number is 0, so that the first is not taken for one of before."""
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.execute(text("ALTER SEQUENCE change_position_seq RESTART"))
    assert (await outbox.settled(), outbox.behind) == (0, False)


async def test_a_change_is_settled_once_it_is_committed(outbox: Outbox, engine: AsyncEngine) -> None:
    """The number moves with each commit, and with nothing else."""
    for _ in range(3):
        async with engine.begin() as connection:
            number = await numbered(connection)
            assert await outbox.settled() < number
        assert (await outbox.settled(), outbox.behind) == (number, False)


async def test_no_change_is_overtaken_by_a_later_one(outbox: Outbox, engine: AsyncEngine) -> None:
    """On PostgreSQL the second of two is committed first: neither is settled until the first is over, by any end."""
    if not isinstance(outbox, PostgresOutbox):
        return  # SQLite has one writer at a time
    for commits in (True, False):
        before = await outbox.settled()
        async with engine.connect() as slow, engine.connect() as quick:
            first, second = await numbered(slow), await numbered(quick)
            await quick.commit()
            assert [await outbox.settled() for _ in range(3)] == [before] * 3
            assert (outbox.behind, first < second) == (True, True)
            await (slow.commit() if commits else slow.rollback())
        assert (await outbox.settled(), outbox.behind) == (second, False)


async def test_one_long_transaction_holds_up_only_what_came_after_it(outbox: Outbox, engine: AsyncEngine) -> None:
    """On PostgreSQL overlapping deeds that never leave a gap hold up nobody for ever: each waits for those of its time."""
    if not isinstance(outbox, PostgresOutbox):
        return
    one, other = await engine.connect(), await engine.connect()
    settled, numbers = [], []
    numbers.append(await numbered(one))
    await outbox.settled()
    for _ in range(4):
        numbers.append(await numbered(other))
        await one.commit()
        settled.append(await outbox.settled())
        one, other = other, one
    assert settled[-1] >= numbers[1]
    await one.rollback()
    for connection in (one, other):
        await connection.close()


async def test_others_who_write_elsewhere_hold_up_nobody(outbox: Outbox, engine: AsyncEngine) -> None:
    """On PostgreSQL a transaction that has written to another table, and goes on, is not waited for."""
    if not isinstance(outbox, PostgresOutbox):
        return
    async with engine.connect() as busy:
        await busy.execute(text("UPDATE account SET name = name"))
        async with engine.begin() as connection:
            number = await numbered(connection)
        assert await outbox.settled() == number


async def test_the_bell_is_heard_at_the_commit(engine: AsyncEngine) -> None:
    """On PostgreSQL who listens hears of it once it is committed, without a word about what has changed."""
    heard: list[int] = []
    if engine.dialect.name != "postgresql":
        Bell().rung()
        return
    outbox, bell = PostgresOutbox(engine), Bell()
    await outbox.open(lambda: heard.append(1))
    async with engine.begin() as connection:
        await bell.within(connection)
        await outbox.settled()
        assert heard == []
    await outbox.settled()
    assert heard == [1]
    await outbox.close()


async def test_old_changes_go_and_the_latest_stays(engine: AsyncEngine) -> None:
    """What nobody can go on from is taken out; the last number stays, so that it is not given again."""
    async with engine.begin() as connection:
        await connection.execute(insert(t.Change), [row(at=NOW - timedelta(days=n)) for n in (9, 8, 2, 1)])
    assert await prune(engine, NOW - timedelta(days=3)) == 2
    assert await prune(engine, NOW) == 1
    async with engine.connect() as connection:
        left = (await connection.execute(select(t.Change.at))).scalars().all()
    assert left == [NOW - timedelta(days=1)]
