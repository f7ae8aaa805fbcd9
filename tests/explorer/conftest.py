"""The explorer in a browser: built once, the demo served once a worker, and a page of it looked at by scenarios."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests.databases import Template
from tests.explorer.demo import demo_served
from tests.node import alone
from tests.serving import serving, token
from tests.tools.served import school
from tests.world import id_of, number_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCE = ROOT / "explorer"

Browse = Callable[[str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so; with CI=true, or by `make test-explorer`, it fails."""
    asked = "true" in {os.environ.get("CI"), os.environ.get("EXPLORER")}
    missing = [name for name in ("npm", "chromium") if not shutil.which(name)]
    if missing and not asked:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=f"{' and '.join(missing)} not installed"))


@pytest.fixture(scope="session")
def built() -> None:
    """Build the explorer where it is older than its sources; of several workers one does and the others wait."""
    with alone(Path(sys.prefix) / "node" / "explorer.lock"):
        subprocess.run(["make", "--silent", "explorer"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def demo(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001  # it is built first
    """Serve the demo; give the address that it prints."""
    with demo_served(tmp_path_factory.mktemp("demo")) as url:
        yield url


@pytest.fixture
def browse(demo: str) -> Browse:
    """Give a function that does one scenario on the demo's pages, and fails with all that was wrong on the way."""
    return lambda scenario: acted(demo, scenario)


def acted(url: str, scenario: str, **given: str) -> None:
    """Do one scenario in a browser of its own."""
    done = subprocess.run(
        [SOURCE / "with-node", "node", HERE / "scenarios.mjs", url, scenario],
        env={**os.environ, "EXPLORER_SOURCE": str(SOURCE), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{scenario}: {done.stdout[-4000:]}{done.stderr[-6000:]}"


@pytest_asyncio.fixture
async def production(built: None, sqlite: Template, tmp_path: Path) -> AsyncIterator[Browse]:  # noqa: ARG001  # as above
    """Give the same for `gateway serve` with the explorer, on a school in which a name is markup."""
    async with sqlite.copy(tmp_path) as url:
        world = school()
        (zoe,) = (row for row in world.rows[t.Child] if row["id"] == id_of("child", "zoe"))
        zoe["given_names"] = "<img src=x onerror=alert(1)>"
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        async with serving(url, tmp_path, GATEWAY_EXPLORER="true") as service:
            tokens = {"teacher": token(), "auditor": token(sub="auditor"), "number": number_of("zoe")}
            yield lambda scenario: acted(service.url, scenario, TOKENS=json.dumps(tokens))
