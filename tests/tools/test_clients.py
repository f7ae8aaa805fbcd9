"""GraphQL Code Generator, Relay, Apollo Client and urql: built from the contract, and answered by a served gateway."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert

from authz.words import FieldGroup
from resolvers.clock import system_clock
from resolvers.store import tables as t
from tests.commanding import GATEWAY
from tests.databases import Template
from tests.gateway.test_serve_streams import committed
from tests.node import run
from tests.serving import Service, token
from tests.streaming import change
from tests.tools.clients import STREAMS, answers, built
from tests.tools.served import TOLD, school_served, told

pytestmark = pytest.mark.skipif(
    not shutil.which("npm") and os.environ.get("CI") != "true", reason="npm is not installed"
)


async def test_clients_are_generated_by_introspection_and_all_are_told_alike(
    school: Service, built_clients: Path
) -> None:
    """Each client compiles under `tsc --strict`, pages, is told what is withheld, and gets errors and problems by code.

    Relay pages by a pagination container and refetches through `node`; Apollo has one record for number and id.
    """
    asker = {"GATEWAY_URL": school.url, "GATEWAY_TOKEN": token()}
    found = await answers(built_clients, ("urql", "apollo", "relay"), **asker)
    assert {name: told(printed) for name, printed in found.items()} == dict.fromkeys(found, TOLD)
    bodies = json.loads(run(built_clients, "node", "dist/plugins.mjs", **asker))
    assert bodies["names"] == sorted(bodies["names"])
    assert len(bodies["names"]) > 6
    assert (bodies["phone"], bodies["nothing"]) == (None, None)


async def test_what_the_builds_persist_is_trusted_in_production(sqlite: Template, tmp_path: Path) -> None:
    """`gateway documents add` takes what Codegen and Relay persist; then each client is answered by ids, and only so.

    So is each told of a change that it follows by the id of its subscription: over graphql-ws, and by events.
    """
    work = await asyncio.to_thread(built, tmp_path / "clients", "relay.trusted.json")
    for made in ("src/gql/persisted-documents.json", "persisted.json"):
        command = [*GATEWAY, "documents", "add", made, "--manifest", "documents.json"]
        await asyncio.to_thread(subprocess.run, command, cwd=work, check=True, capture_output=True)
    settings = {"GATEWAY_DOCUMENTS": str(work / "documents.json"), "GATEWAY_FREE_CLIENTS": ""}
    async with school_served(sqlite, tmp_path, **settings) as service:
        asker = {"GATEWAY_URL": service.url, "GATEWAY_TOKEN": token()}
        found = await answers(work, ("urql", "apollo", "relay"), **asker, GATEWAY_TRUSTED="1")
        assert {name: told(printed) for name, printed in found.items()} == dict.fromkeys(found, TOLD)
        with pytest.raises(AssertionError, match="no data"):
            run(work, "node", "dist/plugins.mjs", **asker)
        async with changing(service), asyncio.timeout(100):
            events = await answers(work, STREAMS, **asker, GATEWAY_TRUSTED="1")
        assert {json.loads(event)["child"]["familyName"] for event in events.values()} == {"Ashworth"}
        async with changing(service):
            with pytest.raises(AssertionError):
                await answers(work, STREAMS[:1], **asker)


@asynccontextmanager
async def changing(service: Service) -> AsyncIterator[None]:
    """Have a child of the class change again and again."""

    async def change_on() -> None:
        while True:
            await committed(service, insert(t.Change), [change("kid3", FieldGroup.IDENTITY, at=system_clock())])
            await asyncio.sleep(2)

    task = asyncio.create_task(change_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
