"""The watch: what was noted is looked at a moment later, all that has gathered at once, and nothing is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, Insert, bindparam, exists, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.tables.base import Instant
from resolvers.store.watch import LONGEST, SHORTEST, Watch
from resolvers.store.words import AlertKind
from tests.databases import Template
from tests.world import NOW

ROW = t.Alert.__table__


def raising(kind: AlertKind, *where: ColumnElement[bool]) -> Insert:
    """Return the statement that raises an alert of this kind, if `where` holds."""
    columns = (
        bindparam("one", type_=ROW.c.id.type),
        literal(kind, ROW.c.kind.type),
        bindparam("now", type_=Instant()),
        bindparam("event", type_=ROW.c.id.type),
    )
    return insert(t.Alert).from_select(["id", "kind", "at", "event_id"], select(*columns).where(*where))


RAISED = raising(AlertKind.CONFLICT)


def noted() -> tuple[Insert, dict[str, Any]]:
    return RAISED, {"one": uuid4(), "event": uuid4(), "now": NOW}


@asynccontextmanager
async def engine_of(template: Template, folder: Path) -> AsyncIterator[AsyncEngine]:
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        yield engine
        await engine.dispose()


async def raised(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(t.Alert))).scalar_one())


async def rename(engine: AsyncEngine, name: str, other: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {name} RENAME TO {other}"))


async def test_what_gathers_in_a_pause_is_looked_at_together(template: Template, tmp_path: Path) -> None:
    """Nothing is raised before the pause is over or cut short; then all of it is."""
    async with engine_of(template, tmp_path) as engine:
        watch = Watch(engine, lambda: 3_600.0)
        for _ in range(3):
            watch.note([noted(), noted()])
            assert await raised(engine) == 0
        await watch.drain()
        assert await raised(engine) == 6
        watch.note([noted()])
        await watch.drain()
        assert await raised(engine) == 7


async def test_what_cannot_be_raised_is_tried_again(template: Template, tmp_path: Path) -> None:
    """An alert that the database does not take is kept, and raised once it does."""
    paused, failed = 0, asyncio.Event()

    def pause() -> float:
        nonlocal paused
        paused += 1
        if paused > 1:  # the look after the first pause has raised nothing
            failed.set()
        return 0.01

    async with engine_of(template, tmp_path) as engine:
        watch = Watch(engine, pause)
        await rename(engine, "alert", "elsewhere")
        watch.note([noted()])
        await failed.wait()
        await rename(engine, "elsewhere", "alert")
        await watch.drain()
        assert await raised(engine) == 1


def test_a_pause_has_no_fixed_length() -> None:
    """How long a pause lasts cannot be told from outside, so that no moment is that of an alert (R35)."""
    watch = Watch(make_engine(database_url("sqlite:///:memory:")))
    pauses = {watch.pause() for _ in range(50)}
    assert len(pauses) > 40
    assert SHORTEST <= min(pauses) <= max(pauses) <= LONGEST


def lost(caplog: pytest.LogCaptureFixture) -> list[int]:
    """Return what the log says was lost, each time."""
    return [getattr(record, "lost", 0) for record in caplog.records if record.message == "alerts are lost"]


async def test_what_is_at_fault_itself_keeps_nothing_waiting(
    template: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An alert that no database would take is lost, and said to be; all that gathered with it is raised."""
    async with engine_of(template, tmp_path) as engine:
        watch = Watch(engine, lambda: 3_600.0)
        statement, bound = noted()
        watch.note([noted(), (statement, {**bound, "one": None}), *(noted() for _ in range(3))])
        await watch.drain()
        assert (await raised(engine), lost(caplog), watch.failing) == (4, [1], False)


async def test_too_much_is_lost_and_said_to_be(
    template: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes first is kept."""
    async with engine_of(template, tmp_path) as engine:
        watch = Watch(engine, lambda: 3_600.0, most=3)
        watch.note([noted(), noted()])
        watch.note([noted(), noted()])
        await watch.drain()
        assert (await raised(engine), lost(caplog)) == (3, [1])


async def test_a_watch_that_fails_says_so_and_gives_up_when_it_is_drained(
    template: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is failing until a look goes well; a process that stops in an outage says how much it loses."""
    async with engine_of(template, tmp_path) as engine:
        watch = Watch(engine, lambda: 0.01)
        await rename(engine, "alert", "elsewhere")
        watch.note([noted(), noted()])
        async with asyncio.timeout(20):
            while not watch.failing:  # noqa: ASYNC110  # it tells nobody when it fails
                await asyncio.sleep(0.01)
        await watch.drain()
        assert (watch.failing, lost(caplog)) == (True, [2])
        await rename(engine, "elsewhere", "alert")
        watch.note([noted()])
        await watch.drain()
        assert (watch.failing, await raised(engine)) == (False, 1)


async def test_two_watches_take_turns(template: Template, tmp_path: Path) -> None:
    """What is raised once an hour is raised once, though two workers look at the same moment: one waits for the other."""
    async with engine_of(template, tmp_path) as engine:
        statement, bound = noted()
        told = aliased(t.Alert)
        once = raising(AlertKind.MANY_RECORDS, ~exists().where(told.kind == AlertKind.MANY_RECORDS))
        watches = [Watch(engine, lambda: 3_600.0) for _ in range(8)]
        for watch in watches:
            watch.note([(once, {**bound, "one": uuid4()}), (statement, {**bound, "one": uuid4()})])
        await asyncio.gather(*(watch.drain() for watch in watches))
        assert await raised(engine) == 1 + len(watches)
