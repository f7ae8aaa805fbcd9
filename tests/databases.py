"""Real databases for tests: a migrated template of each kind, copied for every test that writes."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import asyncpg
import pytest

from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Template:
    """A migrated, empty database, from which others are copied in a few milliseconds."""

    kind: str
    place: str

    @asynccontextmanager
    async def copy(self, folder: Path) -> AsyncIterator[str]:
        """Make a copy, give its URL, and remove it afterwards."""
        name = f"gateway_{uuid4().hex[:12]}"
        if self.kind == "sqlite":
            file = folder / f"{name}.db"
            shutil.copy(self.place, file)
            yield f"sqlite:///{file}"
            return
        await _admin(f"CREATE DATABASE {name} TEMPLATE {self.place}")
        try:
            yield _sibling(name)
        finally:
            await _admin(f"DROP DATABASE {name} WITH (FORCE)")


def _sibling(name: str) -> str:
    return POSTGRES.rpartition("/")[0] + "/" + name


async def _admin(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
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
    return Template(kind, name)


def do_without(error: Exception) -> NoReturn:
    """End a test that needs PostgreSQL, which could not be reached: skipped, and with `CI=true` failed."""
    reason = f"no PostgreSQL at {POSTGRES} ({type(error).__name__}): set TEST_POSTGRES"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


async def drop_template(template: Template) -> None:
    if template.kind == "postgresql":
        await _admin(f"DROP DATABASE {template.place} WITH (FORCE)")
