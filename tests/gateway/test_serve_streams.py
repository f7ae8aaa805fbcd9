"""Streams of `gateway serve` in real processes, over real sockets: between workers, and until the end."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from authz.words import FieldGroup
from gateway.endings import Ending
from resolvers.clock import system_clock
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.outbox import Bell
from tests.databases import Template
from tests.serving import ACCESS, Service, database, serving, token
from tests.streaming import FOLLOW, PROTOCOL, change
from tests.world import id_of

WITHIN = 30.0
"""Seconds after which a test has found that nothing comes."""


@asynccontextmanager
async def followed(service: Service, subject: str = "teacher", **options: Any) -> AsyncIterator[ClientConnection]:
    """Open a socket with one subscription that is in force."""
    url = service.url.replace("http://", "ws://")
    async with connect(url, subprotocols=[PROTOCOL], compression=None, **options) as one:  # type: ignore[list-item]  # a text
        init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token(sub=subject)}"}}
        await one.send(json.dumps(init))
        payload = {"query": FOLLOW, "extensions": ACCESS}
        await one.send(json.dumps({"type": "subscribe", "id": "one", "payload": payload}))
        await one.send(json.dumps({"type": "ping"}))
        said = [json.loads(await one.recv()) for _ in range(2)]
        assert said == [{"type": "connection_ack"}, {"type": "pong"}]
        yield one


async def event(one: ClientConnection) -> Any:
    async with asyncio.timeout(WITHIN):
        return json.loads(await one.recv())["payload"]["data"]["caseloadChanged"]


async def code(one: ClientConnection) -> int | None:
    """Return the code by which a socket is closed."""
    async with asyncio.timeout(WITHIN):
        try:
            while True:
                await one.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


async def committed(service: Service, statement: Any, rows: Any = None) -> None:
    engine = make_engine(database_url(service.database))
    async with engine.begin() as connection:
        await connection.execute(statement, rows)
        await Bell().within(connection)
    await engine.dispose()


@asynccontextmanager
async def by_another(service: Service) -> AsyncIterator[ClientConnection]:
    """Do as `followed`, on a worker that has served none yet: those that have are frozen while it is opened."""
    busy = service.pids()
    for pid in busy:
        os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(WITHIN), AsyncExitStack() as stack:
            one = await stack.enter_async_context(followed(service))
            kept = stack.pop_all()
    finally:
        for pid in busy:
            os.kill(pid, signal.SIGCONT)
    async with kept:
        yield one


async def test_r28_r34_two_workers_tell_the_same_and_both_end_with_a_right(template: Template, tmp_path: Path) -> None:
    """On PostgreSQL a change reaches streams of both workers, a suspension ends all of them.

    On SQLite, by one process, it does too, though another process has written the change.
    """
    workers = 1 if template.kind == "sqlite" else 2
    many = () if workers == 1 else ("--workers", "2")
    async with database(template, tmp_path) as url, serving(url, tmp_path, *many) as service, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(followed(service)) for _ in range(2)]
        if len(service.pids()) < workers:
            sockets.append(await stack.enter_async_context(by_another(service)))
        assert len(service.pids()) == workers
        await committed(service, insert(t.Change), [change("kid3", FieldGroup.IDENTITY, at=system_clock())])
        events = [await event(one) for one in sockets]
        assert {each["child"]["givenNames"] for each in events} == {"Kid3"}
        mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
        await committed(service, mine.values(suspended_at=system_clock()))
        assert set(await asyncio.gather(*map(code, sockets))) == {Ending.LAPSED.code}


async def test_r34_a_stop_closes_streams_with_their_code(sqlite: Template, tmp_path: Path) -> None:
    """SIGTERM closes sockets with 1012 and event streams with a last error; the process ends in order."""
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path) as service, followed(service) as one:
        body = {"query": FOLLOW, "extensions": ACCESS}
        headers = {"authorization": f"Bearer {token()}", "accept": "text/event-stream"}
        async with service.http.stream("POST", service.url, json=body, headers=headers) as answer:
            lines = answer.aiter_lines()
            assert (answer.status_code, await anext(lines)) == (200, ":")
            service.process.terminate()
            assert await code(one) == Ending.RESTART.code
            said = [line async for line in lines if line]
        assert said[0] == "event: next"
        assert json.loads(said[1].removeprefix("data: "))["errors"][0]["extensions"]["closeCode"] == Ending.RESTART.code
        assert said[2] == "event: complete"
        assert await asyncio.to_thread(service.process.wait, 60) == 0
        assert "Traceback" not in service.log.read_text()


async def test_a_real_socket_meets_its_limits(sqlite: Template, tmp_path: Path) -> None:
    """A message that is too large is closed with 1009 by the server itself; pages of others get 403, other paths too."""
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path) as service:
        async with followed(service) as one:
            await one.send(json.dumps({"type": "ping", "payload": {"a": "a" * 100_000}}))
            assert await code(one) == Ending.LARGE.code
        with pytest.raises(InvalidStatus) as refused:
            async with followed(service, origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403
        with pytest.raises(InvalidStatus):
            async with connect(service.url.replace("http://", "ws://") + "x"):
                pass
