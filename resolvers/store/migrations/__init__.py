"""The history of the schema, run by Alembic on both databases, and which code may serve a database that is ahead.

A migration that only adds says so (`additive = True`): the code of the revision before goes on serving. The database
itself keeps which revisions these are, since older code does not know the steps that came after it (decision 27).
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, Text, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store.partitions import ensure_partitions

HERE = Path(__file__).parent

COMPATIBLE = Table("compatible_revision", MetaData(), Column("revision", Text, primary_key=True))
"""The revisions whose code may serve this database though it is ahead of them."""

_TURN = 0x6D696772617465
"""The advisory lock on PostgreSQL that gives migrations their turn."""

PATIENCE = "5s"
"""How long a migration waits for a table on PostgreSQL: whoever asks for the table meanwhile waits behind it."""


class Fit(StrEnum):
    """How a database and this code go together."""

    CURRENT = "it stands at the revision of this code"
    COMPATIBLE = "it is ahead, by steps that only add"
    BEHIND = "it lacks a step"
    AHEAD = "it is ahead, by a step that this code cannot serve"

    @property
    def serves(self) -> bool:
        """Whether this code may serve it."""
        return self in (Fit.CURRENT, Fit.COMPATIBLE)

    @property
    def remedy(self) -> str:
        """What to do where it may not."""
        if self is Fit.AHEAD:
            return "the database is newer than this code: use the version of the gateway that migrated it"
        return "the database is not migrated: run `gateway migrate` on it first"


class NewerDatabase(Exception):  # noqa: N818  # nothing is wrong with it
    """A database that is ahead of this code cannot be migrated by it."""


def _config(scripts: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config


def _history(scripts: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(scripts))


def head(scripts: Path = HERE) -> str | None:
    """Return the revision that this code needs."""
    return _history(scripts).get_current_head()


def knows(revision: str, scripts: Path = HERE) -> bool:
    """Tell whether `revision` is one of this code's history."""
    return revision in {script.revision for script in _history(scripts).walk_revisions()}


async def migrate(engine: AsyncEngine, scripts: Path = HERE) -> None:
    """Bring the database to the newest revision, and the journal's partitions up to date.

    One that is ahead by steps that only add is left where it stands. Raises NewerDatabase for any other that is ahead.
    """

    def upgrade(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        found = _fit(connection, scripts)
        if found is Fit.AHEAD:
            raise NewerDatabase(found.remedy)
        if found is Fit.BEHIND:
            command.upgrade(_config(scripts, connection), "head")
            _note_compatible(connection, scripts)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await ensure_partitions(engine)


async def downgrade(engine: AsyncEngine, revision: str = "base", scripts: Path = HERE) -> None:
    """Take the database back to `revision`; all that later steps hold is lost."""

    def back(connection: Connection) -> None:
        command.downgrade(_config(scripts, connection), revision)
        _note_compatible(connection, scripts)

    async with engine.begin() as connection:
        await connection.run_sync(back)


async def is_current(engine: AsyncEngine) -> bool:
    """Tell whether the database stands at the revision that this code needs."""
    return await fit(engine) is Fit.CURRENT


async def fit(engine: AsyncEngine, scripts: Path = HERE) -> Fit:
    """Tell how the database and this code go together."""
    async with engine.connect() as connection:
        return await connection.run_sync(_fit, scripts)


def _fit(connection: Connection, scripts: Path) -> Fit:
    stands, needed = _stands(connection), head(scripts)
    if stands == needed:
        return Fit.CURRENT
    if stands is None or knows(stands, scripts):
        return Fit.BEHIND
    if not inspect(connection).has_table(COMPATIBLE.name):
        return Fit.AHEAD
    served = set(connection.execute(select(COMPATIBLE.c.revision)).scalars())
    return Fit.COMPATIBLE if needed in served else Fit.AHEAD


def _stands(connection: Connection) -> str | None:
    found: Any = MigrationContext.configure(connection).get_current_revision()
    return None if found is None else str(found)


def _note_compatible(connection: Connection, scripts: Path) -> None:
    """Keep in the database which older code may serve it."""
    stands = _stands(connection)
    if stands is None or not inspect(connection).has_table(COMPATIBLE.name):
        return
    connection.execute(COMPATIBLE.delete())
    if rows := [{"revision": revision} for revision in _compatible(stands, scripts)]:
        connection.execute(COMPATIBLE.insert(), rows)


def _compatible(stands: str, scripts: Path) -> Iterator[str]:
    """Yield the revisions before `stands`, back to the last step that does more than add."""
    for script in _history(scripts).iterate_revisions(stands, "base"):
        before = script.down_revision
        if not getattr(script.module, "additive", False) or not isinstance(before, str):
            return
        yield before
