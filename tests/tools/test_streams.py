"""Streams and feeds as clients use them: each is told of a change in its own way; an agency feeds and follows."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from tests.databases import Template
from tests.node import run
from tests.serving import ACCESS, Service, token
from tests.tools import clients
from tests.tools.authority import SECRET, authority
from tests.tools.breaking import SCHEMA
from tests.tools.served import school_served
from tests.tools.test_examples import NODE
from tests.tools.typed import AGENCY

OFFICER = {"access": {"purpose": "CHILD_PROTECTION", "reason": "Joining the work with this class"}}
CLASS = "query Class { caseload(first: 20) { edges { node { id familyName } } } }"
JOIN = """mutation Join($input: RecordInvolvementInput!) {
  recordInvolvement(input: $input) { problems { code } child { id } }
}"""
NEXT = "subscription Next { caseloadChanged { position change child { childId familyName } } }"


async def _post(service: Service, account: str, query: str, extensions: Any, **variables: Any) -> Any:
    headers = {"authorization": f"Bearer {token(sub=account)}"}
    body = {"query": query, "variables": variables, "extensions": extensions}
    answer = (await service.http.post(service.url, json=body, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]


@asynccontextmanager
async def joining(service: Service) -> AsyncIterator[dict[str, str]]:
    """Have an officer join the work with one child of the class after another; give the names of the class by id."""
    rows = (await _post(service, "teacher", CLASS, ACCESS))["caseload"]["edges"]
    names = {row["node"]["id"]: row["node"]["familyName"] for row in rows}

    async def join() -> None:
        for name in names:
            given = {"clientMutationId": name, "childId": name, "service": "SOCIAL_CARE", "from": "2020-01-01"}
            done = (await _post(service, "officer", JOIN, OFFICER, input=given))["recordInvolvement"]
            assert done["problems"] == []
            await asyncio.sleep(2)

    task = asyncio.create_task(join())
    try:
        yield names
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def is_told(event: Any, names: dict[str, str]) -> bool:
    """Tell whether an event says of a child of the class that somebody works with the child."""
    child = event["child"]
    return (
        event["change"] == "SOMEONE_BECAME_INVOLVED"
        and len(event["position"]) == 43
        and names.get(child["childId"]) == child["familyName"]
    )


@NODE
async def test_apollo_relay_and_urql_are_told_of_a_change(
    sqlite: Template, tmp_path: Path, built_clients: Path
) -> None:
    """Apollo and Relay by graphql-ws, urql by server-sent events: each is told who is concerned, and of what."""
    async with school_served(sqlite, tmp_path) as service:
        asker = {"GATEWAY_URL": service.url, "GATEWAY_TOKEN": token()}
        waiting = asyncio.create_task(clients.answers(built_clients, clients.STREAMS, **asker))
        async with joining(service) as names, asyncio.timeout(100):
            found = await waiting
    assert {name: is_told(json.loads(printed), names) for name, printed in found.items()} == dict.fromkeys(found, True)


@NODE
async def test_the_front_end_follows_and_goes_on(sqlite: Template, tmp_path: Path, front_end: Path) -> None:
    """By an event stream read with `fetch` it is told of a change, and with its position of the next one."""
    built = front_end
    async with school_served(sqlite, tmp_path) as service:
        asker = {"GATEWAY_URL": service.url, "GATEWAY_TOKEN": token()}
        async with joining(service) as names, asyncio.timeout(100):
            first = json.loads(await asyncio.to_thread(run, built, "node", "dist/watch.mjs", **asker))
            command = ("node", "dist/watch.mjs", first["position"])
            second = json.loads(await asyncio.to_thread(run, built, *command, **asker))
    assert is_told(first, names)
    assert is_told(second, names)
    assert first["child"]["childId"] != second["child"]["childId"]


async def test_gql_is_told_of_a_change(sqlite: Template, tmp_path: Path) -> None:
    """`gql` follows over its WebSocket transport, with token, purpose and reason in what opens the connection."""
    async with school_served(sqlite, tmp_path) as service, joining(service) as names, asyncio.timeout(60):
        opening = {"Authorization": f"Bearer {token()}", "extensions": ACCESS}
        transport = WebsocketsTransport(service.url.replace("http", "ws", 1), init_payload=opening)
        async with Client(transport=transport) as session:
            async for told in session.subscribe(gql(NEXT)):
                assert is_told(told["caseloadChanged"], names)
                break


ENTRIES = [
    {
        "entry": f"night/{n}",
        "child": {
            "externalIdentifier": {"scheme": "LA_CASE", "value": f"LS-{n}"},
            "givenNames": "Robin",
            "familyName": f"Example{'abc'[n]}",
            "dateOfBirth": "2018-03-04",
            "gender": "NOT_SPECIFIED",
        },
        "reach": {"phone": "07700 900123", "since": "2020-01-02" if n < 2 else "2999-01-01"},
    }
    for n in range(3)
]


async def _agency(service: Service, issuer: str, client: str, *arguments: str) -> list[Any]:
    settings = {"GATEWAY_URL": service.url, "TOKEN_URL": issuer, "CLIENT_ID": client, "CLIENT_SECRET": SECRET}
    command = [sys.executable, "agency.py", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=AGENCY, env=os.environ | settings, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    told, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return [json.loads(line) for line in told.splitlines()]


async def test_the_agency_feeds(sqlite: Template, tmp_path: Path) -> None:
    """Its entries are answered one by one, a faulty one with its problem; sent again they are answered the same."""
    file = tmp_path / "night.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))
    async with school_served(sqlite, tmp_path) as service, authority() as issuer:
        results = await _agency(service, issuer.url, "feed", "feed", "--file", str(file))
        assert results == [
            ["night/0", "ACCEPTED", None],
            ["night/1", "ACCEPTED", None],
            ["night/2", "REFUSED", "INVALID"],
        ]
        assert await _agency(service, issuer.url, "feed", "feed", "--file", str(file)) == results


async def test_the_agency_follows_its_caseload(sqlite: Template, tmp_path: Path) -> None:
    """It is told of a change over graphql-transport-ws, and goes on from the position that it was given."""
    served = school_served(sqlite, tmp_path)
    async with served as service, authority() as issuer, joining(service), asyncio.timeout(100):
        (first,) = await _agency(service, issuer.url, "teacher", "follow", "--events", "1")
        after = ("--after", first["position"])
        (second,) = await _agency(service, issuer.url, "teacher", "follow", "--events", "1", *after)
    assert first["change"] == second["change"] == "SOMEONE_BECAME_INVOLVED"
    assert first["number"] != second["number"]


@pytest.mark.parametrize("field", ["submitFeed", "caseloadChanged"])
def test_the_contract_has_what_is_fed_and_followed(field: str) -> None:
    """What the agency sends is in the contract that is served, from which its client is written."""
    assert f"  {field}(" in (SCHEMA / "schema.graphql").read_text(encoding="utf-8")
