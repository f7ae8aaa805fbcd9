"""Templates of each database by name, since generated worlds ask one of them more than the other."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import Template, make_template


@pytest_asyncio.fixture(scope="session")
async def postgresql(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Template]:
    """The PostgreSQL template alone."""
    made = await make_template("postgresql", tmp_path_factory.mktemp("template"))
    yield made
    await made.drop()
