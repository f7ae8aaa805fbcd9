"""Real databases for tests: a migrated template of each kind, copied for every test that writes."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import asyncpg
import pytest

from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate
from resolvers.store.tables import Base

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
KINDS = ("sqlite", "postgresql")
GROWN = 2 * 1024 * 1024
"""By how many bytes a database may have grown to be emptied rather than made anew: rows go one by one."""


@dataclass(frozen=True)
class Template:
    """A migrated, empty database, from which others are copied in a few milliseconds.

    PostgreSQL takes long to make a database and to drop one, and little to empty one: those that come back in the
    `shape` in which they were made, and hardly larger than the `size` in bytes, are `idle` until another test wants one.
    """

    kind: str
    place: str
    shape: str | None = None
    size: int = 0
    idle: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def copy(self, folder: Path) -> AsyncIterator[str]:
        """Give the URL of a copy, which is nobody else's until this ends."""
        if self.kind == "sqlite":
            file = folder / f"gateway_{uuid4().hex[:12]}.db"
            shutil.copy(self.place, file)
            yield f"sqlite:///{file}"
            return
        name = self.idle.pop() if self.idle else await self._made()
        try:
            yield _sibling(name)
        finally:
            if await _emptied(name, self.size + GROWN) == self.shape:
                self.idle.append(name)
            else:
                await _drop(name)

    @asynccontextmanager
    async def empty(self, folder: Path) -> AsyncIterator[str]:
        """Give the URL of a database with nothing in it."""
        name = f"gateway_{uuid4().hex[:12]}"
        if self.kind == "sqlite":
            yield f"sqlite:///{folder / name}.db"
            return
        await _admin(f"CREATE DATABASE {name}")
        try:
            yield _sibling(name)
        finally:
            await _drop(name)

    async def drop(self) -> None:
        """Remove the template and its copies from the server."""
        if self.kind == "postgresql":
            for name in (*self.idle, self.place):
                await _drop(name)

    async def _made(self) -> str:
        name = f"gateway_{uuid4().hex[:12]}"
        await _admin(f"CREATE DATABASE {name} TEMPLATE {self.place}")
        # No test cuts the power: what a commit waits for the disk tells nothing here, and takes long.
        await _admin(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        return name


def _sibling(name: str) -> str:
    return POSTGRES.rpartition("/")[0] + "/" + name


async def _admin(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _drop(name: str) -> None:
    await _admin(f"DROP DATABASE {name} WITH (FORCE)")


_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT format('%s %s %s', relname, relkind, relacl) AS part FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', attrelid::regclass, attname) FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT format('%s %s', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s', proname, proargtypes) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) AS parts
"""
_EMPTYING = "; ".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))  # names of ours


_USED = """
SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0
"""
_SIZE = "SELECT pg_database_size(current_database())"


async def _measured(name: str) -> tuple[str, int]:
    """Return what tells two databases of other tables, columns, rights, triggers, functions or migrations apart, and the size."""
    connection = await asyncpg.connect(_sibling(name))
    try:
        return str(await connection.fetchval(_SHAPE)), int(await connection.fetchval(_SIZE))
    finally:
        await connection.close()


async def _emptied(name: str, most: int) -> str | None:
    """Take all rows out of a database that nobody uses any more; return its shape, None where it is not worth it."""
    connection = await asyncpg.connect(_sibling(name))
    try:
        if await connection.fetchval(_SIZE) > most:
            return None
        await connection.execute(_OTHERS)
        await connection.execute(_EMPTYING)
        # Room that is left in a table is filled in any order: rows are to lie as in a database that is new.
        if used := [row["name"] for row in await connection.fetch(_USED)]:
            await connection.execute(f"VACUUM {', '.join(used)}")
        return str(await connection.fetchval(_SHAPE))
    except asyncpg.PostgresError:  # a test has taken something away: such a database is not used again
        return None
    finally:
        await connection.close()


async def _migrated(url: str) -> None:
    engine = make_engine(database_url(url))
    await migrate(engine)
    await engine.dispose()


async def make_template(kind: str, folder: Path) -> Template:
    """Make the template of one kind of database.

    Without PostgreSQL its tests are skipped and say so; with `CI=true` they fail, since nobody reads skips there.
    """
    if kind == "sqlite":
        file = folder / "template.db"
        await _migrated(f"sqlite:///{file}")
        return Template(kind, str(file))
    name = f"gateway_template_{uuid4().hex[:12]}"
    try:
        await _admin(f"CREATE DATABASE {name}")
    except (OSError, asyncpg.PostgresError) as error:
        do_without(error)
    await _migrated(_sibling(name))
    return Template(kind, name, *await _measured(name))


def do_without(error: Exception) -> NoReturn:
    """End a test that needs PostgreSQL, which could not be reached: skipped, and with `CI=true` failed."""
    reason = f"no PostgreSQL at {POSTGRES} ({type(error).__name__}): set TEST_POSTGRES"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
