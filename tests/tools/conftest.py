"""What several tests ask and none changes: the school served once a run, and the front-end built once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import Template
from tests.node import OURS, installed, run
from tests.serving import Service, token
from tests.tools import clients
from tests.tools.breaking import SCHEMA
from tests.tools.served import school_served

WEB = Path(__file__).parent.parent.parent / "examples" / "web"


@pytest_asyncio.fixture(scope="session")
async def school(sqlite: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """Serve the school to free clients, for tests that only read."""
    async with school_served(sqlite, tmp_path_factory.mktemp("school")) as service:
        yield service


@pytest_asyncio.fixture(scope="session")
async def built_clients(school: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all clients, with the contract by introspection of the served school."""
    asker = {"GATEWAY_URL": school.url, "GATEWAY_TOKEN": token()}
    return await asyncio.to_thread(partial(clients.built, tmp_path_factory.mktemp("clients") / "clients", **asker))


@pytest_asyncio.fixture(scope="session")
async def front_end(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the front-end of examples/web by its own command, with the packages of the clients."""
    folder = tmp_path_factory.mktemp("web") / "web"
    shutil.copytree(WEB, folder, ignore=OURS)
    packages = await asyncio.to_thread(installed, clients.SOURCE)
    (folder / "node_modules").symlink_to(packages / "node_modules", target_is_directory=True)
    shutil.copy(SCHEMA / "schema.graphql", folder)
    await asyncio.to_thread(run, folder, "npm", "run", "build")
    return folder
