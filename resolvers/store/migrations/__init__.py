"""The history of the schema, run by Alembic on both databases."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store.partitions import ensure_partitions


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def head() -> str | None:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest revision, and the journal's partitions up to date."""

    def upgrade(connection: Connection) -> None:
        command.upgrade(_config(connection), "head")

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await ensure_partitions(engine)


async def downgrade(engine: AsyncEngine, revision: str = "base") -> None:
    """Take the database back to `revision`; all that later steps hold is lost."""

    def back(connection: Connection) -> None:
        command.downgrade(_config(connection), revision)

    async with engine.begin() as connection:
        await connection.run_sync(back)


async def is_current(engine: AsyncEngine) -> bool:
    """Tell whether the database stands at the revision that this code needs."""

    def revision(connection: Connection) -> Any:
        return MigrationContext.configure(connection).get_current_revision()

    async with engine.connect() as connection:
        return bool(await connection.run_sync(revision) == head())
