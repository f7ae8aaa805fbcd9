"""A server and a gateway on it, small enough in patience that faults are told in about a second."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate
from tests.cast import cast, full_child
from tests.client import Gateway, gateway_on
from tests.databases import do_without
from tests.faults.postgres import Postgres, binaries

DEADLINE = 1.5


@pytest_asyncio.fixture(scope="session")
async def server() -> AsyncIterator[Postgres]:
    """A server with one directory in it, of one child of whom the teacher knows all."""
    programs = binaries()
    if programs is None:
        do_without(FileNotFoundError("initdb"))
    made = Postgres(Path(tempfile.mkdtemp()), programs)  # pytest's own folders are closed to other users
    await made.start()
    world = cast()
    full_child(world, "anna")
    full_child(world, "bea")
    world.conflict("teacher", "bea")
    engine = make_engine(database_url(made.url))
    await migrate(engine)
    await world.write(engine)
    await engine.dispose()
    yield made
    await made.remove()


@pytest_asyncio.fixture
async def gateway(server: Postgres, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway on that server, with a deadline of a second and a half."""
    async with gateway_on(server.url, tmp_path, deadline_seconds=DEADLINE) as made:
        yield made
