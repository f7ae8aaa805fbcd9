"""Clients that read nothing: they hold up nobody, little is kept for them, and their streams end with a code."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from websockets.exceptions import InvalidStatus

from authz.words import FieldGroup
from gateway.endings import Ending
from gateway.serve import GONE, open_socket
from resolvers.clock import system_clock
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests.conftest import Serve
from tests.databases import Template
from tests.framing import TEXT, Line, frame, line, opened
from tests.gateway.test_serve_streams import WITHIN, committed, event, followed
from tests.journeys.test_streams import LAST, caseload
from tests.serving import ACCESS, Service, classroom, serving, token
from tests.streaming import Closed, change, following, happen, streamed

NAMES = "Annabella " * 9
WIDE = " ".join(f"name{n}: givenNames" for n in range(28))
FOLLOW = f"subscription Follow {{ caseloadChanged {{ position child {{ givenNames {WIDE} }} }} }}"
"""A subscription whose events have some 3 kB each."""

ROUNDS, CLASS = 12, 12
"""How often each child of the class changes: 400 kB of events in all, four times what a narrow line holds."""


async def test_r34_who_reads_nothing_is_told_so_and_ended(serve_small: Serve) -> None:
    """What waits for half a minute to be read ends its stream with 4442, as a close code and as a last error."""
    gateway = await serve_small(caseload(), metrics_port=0)
    async with following(gateway, "teacher") as one, streamed(gateway, "teacher") as events:
        assert await events.part() == ":"
        one.reads.clear()
        events.reads.clear()
        await happen(gateway, LAST)
        await until(lambda: gateway.metrics().count('why="SLOW"} 1.0') == 1)
        one.reads.set()
        events.reads.set()
        with pytest.raises(Closed) as closed:
            await one.next()
        kind, data = await events.next()
    assert closed.value.code == Ending.SLOW.code
    assert (kind, data["errors"][0]["extensions"]) == ("next", {"code": "UNAVAILABLE", "closeCode": Ending.SLOW.code})
    assert (len(gateway.app.state.streams), gateway.app.state.streams.hub.open) == (0, 0)


@asynccontextmanager
async def school(template: Template, folder: Path, **settings: str) -> AsyncIterator[Service]:
    """Serve a class whose children have long names."""
    world = classroom()
    world.rows[t.Child] = [row | {"given_names": NAMES.strip()} for row in world.rows[t.Child]]
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        async with serving(url, folder, **settings) as service:
            yield service


@asynccontextmanager
async def unread_socket(service: Service) -> AsyncIterator[Line]:
    """Open a socket with a stream in force, and read nothing of it."""
    async with opened(service.url, token(), narrow=True) as one:
        wanted = {"type": "subscribe", "id": "a", "payload": {"query": FOLLOW, "extensions": ACCESS}}
        await one.send(frame(TEXT, wanted), frame(TEXT, {"type": "ping"}))
        assert json.loads((await one.frame())[1]) == {"type": "pong"}
        yield one


@asynccontextmanager
async def unread_events(service: Service) -> AsyncIterator[Line]:
    """Ask for an event stream, and read nothing of it but that it has begun."""
    body = json.dumps({"query": FOLLOW, "extensions": ACCESS}).encode()
    head = ["POST /graphql HTTP/1.1", "Host: gateway", f"Authorization: Bearer {token()}", "Accept: text/event-stream"]
    head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    async with line(service.url, narrow=True) as one:
        await one.send(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        assert await one.head() == 200
        assert await one.reader.readexactly(8) == b"3\r\n:\n\n\r\n"
        yield one


def ended(service: Service) -> dict[str, Any]:
    """Return what the log tells of streams that are over, by transport."""
    lines = [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]
    return {line["transport"]: line for line in lines if line["message"] == "a stream has ended"}


async def everybody_changes(service: Service) -> None:
    rows = [change(f"kid{n}", FieldGroup.IDENTITY, at=system_clock()) for n in range(CLASS)]
    await committed(service, insert(t.Change), rows)


async def until(found: Callable[[], bool]) -> None:
    """Return once something is so, of which nobody tells."""
    async with asyncio.timeout(3 * WITHIN):
        while True:
            if found():
                return
            await asyncio.sleep(0.1)


async def test_r34_who_reads_nothing_holds_up_nobody(template: Template, tmp_path: Path) -> None:
    """Of two clients that read nothing, over both transports, little is kept, and their places are given back.

    Meanwhile a third hears of every change, and nobody else finds a place.
    """
    async with school(template, tmp_path, GATEWAY_STREAMS_LIMIT="3") as service, AsyncExitStack() as stack:
        reading = await stack.enter_async_context(followed(service))
        unread = await stack.enter_async_context(unread_socket(service))
        await stack.enter_async_context(unread_events(service))
        for _ in range(ROUNDS):
            await everybody_changes(service)
            assert {(await event(reading))["change"] for _ in range(CLASS)} == {"DETAILS_CHANGED"}
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(followed(service))
        assert refused.value.response.status_code == 503
        await until(lambda: "websocket" in ended(service))
        code = await unread.code()
        await until(lambda: "sse" in ended(service))
        over = ended(service)
        assert (code, {line["why"] for line in over.values()}) == (Ending.SLOW.code, {"SLOW"})
        assert max(line["events"] for line in over.values()) < ROUNDS * CLASS, "what is not read is not sent either"
        for _ in range(2):
            await stack.enter_async_context(followed(service))
        await everybody_changes(service)
        await event(reading)


async def test_who_answers_no_ping_is_let_go(sqlite: Template, tmp_path: Path) -> None:
    """A client that reads and answers no ping of the WebSocket is closed with 1011, and its stream is over."""
    async with school(sqlite, tmp_path) as service, unread_socket(service) as mute:
        async with asyncio.timeout(3 * WITHIN):
            assert await mute.code() == Ending.SILENT.code
        await until(lambda: "websocket" in ended(service))


def test_the_system_drops_who_is_gone() -> None:
    """Each connection has an end to the system's patience with a machine that takes nothing, where it can have one."""
    listening = open_socket("127.0.0.1", 0)
    with listening, socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == GONE
