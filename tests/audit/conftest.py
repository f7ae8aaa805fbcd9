"""Fixtures: a journal on each kind of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.audit.office import Office, office_on
from tests.databases import Template


@pytest_asyncio.fixture
async def office(template: Template, tmp_path: Path) -> AsyncIterator[Office]:
    async with template.copy(tmp_path) as url, office_on(url) as made:
        yield made
