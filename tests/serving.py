"""`gateway serve` in processes of its own, on a database with a class in it, for tokens that tests sign themselves."""

import asyncio
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select

from resolvers.clock import Moment, system_clock
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests.cast import cast
from tests.client import REASON
from tests.commanding import GATEWAY
from tests.databases import Template
from tests.world import World

COMMAND = [*GATEWAY, "serve", "--port", "0"]
ISSUER, AUDIENCE = "https://idp.example", "https://directory.example"
KEY = ECKey.generate_key("P-256", {"kid": "one"})
RSA = RSAKey.generate_key(2048, {"kid": "two"})
SECRET = "0123456789abcdef" * 4
GRAPHQL = "application/graphql-response+json"
ACCESS = {"access": {"purpose": "COORDINATE_CARE", "reason": REASON}}


def public(*keys: Any) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def token(key: Any = KEY, alg: str = "ES256", **changed: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "teacher", "iat": now, "exp": now + 600} | changed
    return jwt.encode({"alg": alg, "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=[alg])


def environment(folder: Path, **changed: str) -> dict[str, str]:
    """Return what an operator sets: an issuer with its keys in a file, a secret in another, and who is free."""
    (folder / "jwks.json").write_text(json.dumps(public(KEY, RSA)))
    (folder / "secret").write_text(f"{SECRET}\n")
    issuer = {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": str(folder / "jwks.json"),
        "algorithms": ["ES256", "RS256"],
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    given = {
        "GATEWAY_ISSUERS": json.dumps([issuer]),
        "GATEWAY_SECRET_FILE": str(folder / "secret"),
        "GATEWAY_FREE_CLIENTS": '["*"]',
    } | changed
    return kept | {"GATEWAY_DATA": str(folder / "nowhere")} | {name: value for name, value in given.items() if value}


class Service:
    """A running `gateway serve`, its address, and its log."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path, database: str) -> None:
        self.process, self.url, self.log, self.database = process, url, log, database
        self.http = httpx.AsyncClient(timeout=300)

    async def ask(self, query: str, *, bearer: str | None = None, extensions: Any = None) -> httpx.Response:
        """Ask on a connection of its own, by the id of a document or by its text."""
        headers = {"authorization": f"Bearer {bearer or token()}", "accept": GRAPHQL, "connection": "close"}
        named = "documentId" if query.startswith("sha256:") else "query"
        body = {named: query, "extensions": ACCESS if extensions is None else extensions}
        return await self.http.post(self.url, json=body, headers=headers)

    async def under_load(self, number: int, stop: Any) -> set[str]:
        """Ask `number` times as an officer, sixteen at once; call `stop` when a third is answered. Return what was answered 200."""
        answered: set[str] = set()
        turns = asyncio.Semaphore(16)

        async def one(n: int) -> None:
            name = f"Load{n}"
            async with turns:
                try:
                    query = f"query {name} {{ caseload {{ edges {{ node {{ givenNames }} }} }} }}"
                    response = await self.ask(query, bearer=token(sub="officer"))
                except httpx.HTTPError:
                    return
            if response.status_code == 200:
                assert "data" in response.json()
                answered.add(name)
                if len(answered) == number // 3:
                    stop()

        await asyncio.gather(*(one(n) for n in range(number)))
        return answered

    async def events(self) -> set[str]:
        """Return the names of the operations that the journal knows."""
        engine = make_engine(database_url(self.database))
        async with engine.connect() as connection:
            found = set((await connection.execute(select(t.AccessEvent.operation_name))).scalars())
        await engine.dispose()
        return found

    def pids(self) -> set[int]:
        """Return the processes that have answered, as the log tells."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return {line["process"] for line in lines if line["message"] == "request"}


@asynccontextmanager
async def serving(database: str, folder: Path, *options: str, **settings: str) -> AsyncIterator[Service]:
    """Start `gateway serve` in a process group of its own, wait until it answers, and leave nothing of it behind."""
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: ASYNC220  # starting one does not wait for it
            [*COMMAND, "--database", database, *options],
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        found = re.search(r"http://\S+", line)
        assert found, log.read_text()
        service = Service(process, found[0], log, database)
        assert (await service.http.get(service.url.removesuffix("graphql") + "healthz")).text == "alive"
        yield service
        await service.http.aclose()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@asynccontextmanager
async def database(template: Template, folder: Path) -> AsyncIterator[str]:
    """Give a database with a teacher and a class."""
    async with template.copy(folder) as url:
        await fill(url)
        yield url


async def fill(url: str) -> None:
    engine = make_engine(database_url(url))
    await classroom().write(engine)
    await engine.dispose()


def classroom() -> World:
    """Return a world in which the teacher has a class, and all accounts are in order on the day of this run."""
    world = cast()
    later = Moment(system_clock()).today + timedelta(days=100)
    world.rows[t.Account] = [row | {"vetted_until": later, "trained_until": later} for row in world.rows[t.Account]]
    for n in range(12):
        world.child(f"kid{n}")
        world.involve(f"kid{n}", "tess", "school")
    return world
