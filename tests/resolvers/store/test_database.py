"""The database: one schema on both, labelled columns, snapshots that cannot write, key lists as one parameter."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from authz.words import FieldGroup
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.keys import among
from resolvers.store.migrations import downgrade, is_current, migrate
from resolvers.store.partitions import DAYS_AHEAD, ensure_partitions
from resolvers.store.snapshot import Reader, is_away
from resolvers.store.tables.base import Unguarded
from tests.cast import cast
from tests.databases import Template
from tests.world import id_of


async def test_the_migrations_make_what_the_tables_say(template: Template, tmp_path: Path) -> None:
    """After all migrations nothing differs from the declared tables, and running them again changes nothing."""

    def differences(connection: Connection) -> list[object]:
        options = {
            "include_object": lambda _o, _n, kind, found, wanted: not (kind == "table" and found and wanted is None)
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), t.Base.metadata)

    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        await migrate(engine)
        assert await is_current(engine)
        async with engine.connect() as connection:
            assert not await connection.run_sync(differences)
        await engine.dispose()


async def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    """A database that was never migrated says so."""
    engine = make_engine(database_url(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert not await is_current(engine)
    await engine.dispose()


def test_every_column_is_labelled() -> None:
    """Each column has a field group, or is said to be of the law or of the public directory."""
    unlabelled = [
        f"{table.name}.{column.name}"
        for table in t.Base.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.info.get("group"), FieldGroup | Unguarded)
    ]
    assert not unlabelled


async def test_a_reading_engine_cannot_write(template: Template, tmp_path: Path) -> None:
    """A statement that writes fails on the reading engine of both databases."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url), reading=True)
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError):
                await connection.execute(text("DELETE FROM child"))
        await engine.dispose()


async def test_an_operation_reads_one_snapshot(template: Template, tmp_path: Path) -> None:
    """What is committed while an operation runs is not seen by it, and is seen by the next."""
    async with template.copy(tmp_path) as url:
        reading, writing = make_engine(database_url(url), reading=True), make_engine(database_url(url))
        count = select(func.count()).select_from(t.Organisation)
        session = Session(Reader(reading))
        assert (await session.rows(count, {}))[0][0] == 0
        await cast().write(writing)
        assert (await session.rows(count, {}))[0][0] == 0
        await session.close()
        with pytest.raises(RuntimeError, match="has ended"):
            await session.rows(count, {})
        later = Session(Reader(reading))
        assert (await later.rows(count, {}))[0][0] > 0
        await later.close()
        for engine in (reading, writing):
            await engine.dispose()


async def test_an_operation_holds_one_connection_and_gives_it_back(template: Template, tmp_path: Path) -> None:
    """Statements asked for at once run on one connection, which is back in the pool when the operation ends."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url), reading=True)
        session = Session(Reader(engine))
        count = select(func.count()).select_from(t.Organisation)
        await asyncio.gather(*(session.rows(count, {}) for _ in range(8)))
        assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]  # both pools are queues
        await session.close()
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await engine.dispose()


async def test_every_step_can_be_taken_back(template: Template, tmp_path: Path) -> None:
    """Downgraded to nothing and migrated again, the database is as before."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        await downgrade(engine)
        assert not await is_current(engine)
        await migrate(engine)
        assert await is_current(engine)
        await engine.dispose()


async def test_key_lists_are_one_parameter_of_any_length(template: Template, tmp_path: Path) -> None:
    """None, one or a thousand keys run the same text and find what they name."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        await cast().write(engine)
        statement = select(t.Organisation.id).where(among(t.Organisation.id, "keys"))
        found = []
        async with engine.connect() as connection:
            school = id_of("organisation", "school")
            for keys in ([], [school], [*(uuid4() for _ in range(999)), school]):
                found += [list((await connection.execute(statement, {"keys": keys})).scalars())]
            names = select(t.Account.subject).where(among(t.Account.subject, "keys"))
            odd = ["teacher", "o'x", '"', "é", ""]
            assert list((await connection.execute(names, {"keys": odd})).scalars()) == ["teacher"]
        assert found == [[], [school], [school]]
        await engine.dispose()


async def test_instants_are_aware_and_utc_on_both_sides(template: Template, tmp_path: Path) -> None:
    """An instant comes back as the same instant, in UTC, whatever zone it was written in."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        world = cast()
        summer = datetime.fromisoformat("2026-06-15T10:00:00.123456+02:00")
        world.account("late", "PRACTITIONER", "school", suspended_at=summer)  # type: ignore[arg-type]
        await world.write(engine)
        async with engine.connect() as connection:
            query = select(t.Account.suspended_at).where(t.Account.subject == "late", t.Account.suspended_at == summer)
            (read,) = (await connection.execute(query)).scalars()
        assert (read, read.tzinfo) == (summer, UTC)
        await engine.dispose()


async def test_a_sensitive_kind_cannot_be_stored_unmarked(template: Template, tmp_path: Path) -> None:
    """The database refuses a sensitive service whose row is not marked sensitive (R10)."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        world = cast()
        world.child("anna")
        world.involve("anna", "nora", "clinic", "SEXUAL_HEALTH", sensitive=False)  # type: ignore[arg-type]
        with pytest.raises(IntegrityError):
            await world.write(engine)
        await engine.dispose()


async def test_the_journal_is_partitioned_by_day_and_takes_every_day(template: Template, tmp_path: Path) -> None:
    """On PostgreSQL events of the coming weeks have partitions; others fall into the default and stay readable."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        now = datetime.now(UTC)
        row = {
            "event_id": uuid4(),
            "kind": "SOUGHT",
            "sought": "x",
            "disclosed": [],
            "withheld": [],
            "standing": [],
            "override": False,
        }
        days = (timedelta(0), timedelta(days=DAYS_AHEAD - 1), timedelta(days=4000), timedelta(days=-4000))
        async with engine.begin() as connection:
            for offset in days:
                await connection.execute(insert(t.AccessSubject), [row | {"id": uuid4(), "at": now + offset}])
            assert (await connection.execute(select(func.count()).select_from(t.AccessSubject))).scalar() == 4
            if engine.dialect.name == "postgresql":
                spilt = await connection.execute(text("SELECT count(*) FROM access_subject_default"))
                assert spilt.scalar() == 2
        await ensure_partitions(engine)
        await ensure_partitions(engine, (now + timedelta(days=3990)).date())
        await engine.dispose()


def test_only_known_databases_are_opened() -> None:
    """Another backend is refused with a sentence; both spellings of PostgreSQL are one."""
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        database_url("mysql://localhost/x")
    assert database_url("postgresql://h/d").drivername == "postgresql+asyncpg"
    assert database_url("sqlite:///x.db").drivername == "sqlite+aiosqlite"


@pytest.mark.parametrize(("state", "away"), [("53300", True), ("57P01", True), ("08006", True), ("23505", False)])
def test_a_database_that_takes_no_more_connections_is_away(state: str, away: bool) -> None:
    """What the driver says by its SQLSTATE counts in SQLAlchemy's wrapping too, whatever class it is wrapped in."""

    class DriverError(Exception):
        sqlstate = state

    assert is_away(DBAPIError("SELECT 1", {}, DriverError())) is away


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_connections_that_a_restart_has_closed_are_not_handed_out(template: Template, tmp_path: Path) -> None:
    """All that the pool keeps are replaced before anybody gets one: no request pays for the restart of a database."""
    async with template.copy(tmp_path) as url:
        engine, other = make_engine(database_url(url)), make_engine(database_url(url))
        pooled = [await engine.connect() for _ in range(3)]
        ended = [asyncio.Event() for _ in pooled]
        for connection, event in zip(pooled, ended, strict=True):
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_termination_listener(lambda _, event=event: event.set())
            await connection.close()
        async with other.connect() as connection:
            await connection.execute(_END_OTHERS)
        await asyncio.gather(*(event.wait() for event in ended))
        again = [await engine.connect() for _ in pooled]
        assert [(await connection.execute(select(1))).scalar_one() for connection in again] == [1, 1, 1]
        for connection in again:
            await connection.close()
        await asyncio.gather(engine.dispose(), other.dispose())


_END_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
