"""The watch: what was noted is looked at a moment later, all that has gathered at once, and nothing is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Insert, bindparam, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.tables.base import Instant
from resolvers.store.watch import LONGEST, SHORTEST, Watch
from resolvers.store.words import AlertKind
from tests.databases import Template
from tests.world import NOW

ROW = t.Alert.__table__
RAISED: Insert = insert(t.Alert).from_select(
    ["id", "kind", "at", "event_id"],
    select(
        bindparam("one", type_=ROW.c.id.type),
        literal(AlertKind.CONFLICT, ROW.c.kind.type),
        bindparam("now", type_=Instant()),
        bindparam("event", type_=ROW.c.id.type),
    ),
)


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
