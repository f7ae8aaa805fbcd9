"""Fixtures: templates of both databases, and a gateway on a fresh copy."""

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.collector import relax
from resolvers.store.engine import database_url, make_engine
from tests.client import Gateway, gateway_on
from tests.databases import KINDS, Template, make_template
from tests.scale import run_folder, shared_city
from tests.watch import WATCH
from tests.world import World


@pytest_asyncio.fixture(scope="session", params=KINDS)
async def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Template]:
    """A migrated, empty database of each kind in turn."""
    made = await make_template(request.param, tmp_path_factory.mktemp("template"))
    yield made
    await made.drop()


@pytest_asyncio.fixture(scope="session")
async def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The SQLite template alone, for tests in which the database plays no part."""
    return await make_template("sqlite", tmp_path_factory.mktemp("template"))


@pytest_asyncio.fixture(scope="session")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Give the URL of a PostgreSQL database with 100,000 children, for tests that leave all but the journal as it is."""
    async with shared_city(run_folder(tmp_path_factory)) as url:
        yield url


def pytest_configure() -> None:
    """Collect garbage as a gateway does; watch every logger, and have the gateway's log all that it logs when it serves."""
    relax()
    logging.getLogger().addHandler(WATCH)
    logging.getLogger("gateway").setLevel(logging.INFO)


def pytest_xdist_auto_num_workers() -> int:
    """Run by half as many processes again as there are processors: a test waits for its database half of its time."""
    return (os.cpu_count() or 1) * 3 // 2 or 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """Fail a test during which a canary, or a value of a record in the log, has left the gateway (R31)."""
    WATCH.taken()
    result = yield
    if sighted := WATCH.taken():
        pytest.fail("; ".join(sighted))
    return result


Serve = Callable[..., Awaitable[Gateway]]


@pytest_asyncio.fixture
async def serve(template: Template, tmp_path: Path) -> AsyncIterator[Serve]:
    """Give a function that serves a world on a database of its own, on each kind of database in turn."""
    async with AsyncExitStack() as stack:
        yield _server(template, tmp_path, stack)


@pytest_asyncio.fixture
async def serve_small(sqlite: Template, tmp_path: Path) -> AsyncIterator[Serve]:
    """Give the same function on SQLite alone."""
    async with AsyncExitStack() as stack:
        yield _server(sqlite, tmp_path, stack)


def _server(template: Template, folder: Path, stack: AsyncExitStack) -> Serve:
    async def make(world: World, **settings: Any) -> Gateway:
        url = await stack.enter_async_context(template.copy(folder))
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        return await stack.enter_async_context(gateway_on(url, folder, **settings))

    return make
