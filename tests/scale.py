"""A city for tests of scale: 100,000 children on PostgreSQL, made once for a whole run, whichever worker needs it first."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import seed
from tests.databases import POSTGRES, Template, make_template
from tests.world import TODAY

CHILDREN = 100_000


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a run share."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@asynccontextmanager
async def shared_city(folder: Path) -> AsyncIterator[str]:
    """Give the URL of the city of this run: the first who asks makes it, the last who leaves drops it."""
    with _ledger(folder) as (made, users):
        name = made if users else await _make(folder)
        _write(folder, name, users + 1)
    try:
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
    finally:
        with _ledger(folder) as (_, users):
            if users == 1:
                await Template("postgresql", name).drop()
            _write(folder, name, users - 1)


async def _make(folder: Path) -> str:
    made = await make_template("postgresql", folder)
    try:
        engine = make_engine(database_url(f"{POSTGRES.rpartition('/')[0]}/{made.place}"))
        try:
            await seed(engine, CHILDREN, 1, TODAY)
        finally:
            await engine.dispose()
    except BaseException:
        await made.drop()
        raise
    return made.place


@contextmanager
def _ledger(folder: Path) -> Iterator[tuple[str, int]]:
    """Give the city's name and how many use it, while nobody else can read or write either."""
    with (folder / "city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ledger = folder / "city"
        name, users = ledger.read_text().split() if ledger.exists() else ("none", "0")
        yield name, int(users)


def _write(folder: Path, name: str, users: int) -> None:
    (folder / "city").write_text(f"{name} {users}")
