"""Streams of the gateway under test: WebSockets and event streams as ASGI carries them, and changes to be told of."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from authz.words import FieldGroup
from resolvers.store import tables as t
from resolvers.store.outbox import Bell
from resolvers.store.words import CaseloadChange
from tests.cast import PURPOSE
from tests.client import REASON, Gateway
from tests.watch import WATCH
from tests.world import NOW, id_of

PROTOCOL = "graphql-transport-ws"
FOLLOW = "subscription Follow($after: String) { caseloadChanged(after: $after) { position at change child { childId givenNames shielded involved } } }"
QUIET = 1.0
"""For how many seconds nothing has come where nothing is to come."""
PATIENCE = 20.0
"""After how many seconds a test has found that nothing comes."""


def access(viewer: str) -> dict[str, Any]:
    return {"access": {"purpose": PURPOSE.get(viewer, "COORDINATE_CARE"), "reason": REASON}}


def request(viewer: str, query: str = FOLLOW, **variables: Any) -> dict[str, Any]:
    return {"query": query, "variables": variables, "extensions": access(viewer)}


class Closed(Exception):  # noqa: N818  # it says what has come to pass
    """Says that the gateway has closed a socket, and by which code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Socket:
    """A client's end of a WebSocket."""

    def __init__(self) -> None:
        self.to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.came: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.subprotocol: str | None = None
        self.refused: dict[str, Any] = {}
        self.reads = asyncio.Event()
        self.reads.set()

    async def receive(self) -> dict[str, Any]:
        return await self.to.get()

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        await self.came.put(message)

    def say(self, message: Any) -> None:
        """Send a message, as JSON unless it is text or bytes already."""
        kind = "bytes" if isinstance(message, bytes) else "text"
        self.to.put_nowait(
            {"type": "websocket.receive", kind: message if isinstance(message, bytes | str) else json.dumps(message)}
        )

    async def next(self) -> Any:
        """Return the next message. Raises Closed."""
        async with asyncio.timeout(PATIENCE):
            message = await self.came.get()
        if message["type"] == "websocket.close":
            raise Closed(message["code"], message["reason"])
        assert message["type"] == "websocket.send", message
        WATCH.answer(message["text"].encode())
        return json.loads(message["text"])

    async def closed(self) -> int:
        """Return the code by which the gateway closes it, whatever it says before."""
        while True:
            try:
                await self.next()
            except Closed as closed:
                return closed.code

    async def init(self, token: str | None, **payload: Any) -> Any:
        given = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.say({"type": "connection_init", "payload": given | payload})
        return await self.next()

    def subscribe(self, name: str, payload: Any) -> None:
        self.say({"id": name, "type": "subscribe", "payload": payload})

    async def settled(self) -> None:
        """Return once all that was said before is in force; nothing may have come meanwhile."""
        self.say({"type": "ping"})
        assert await self.next() == {"type": "pong"}

    async def until_quiet(self) -> list[Any]:
        """Return what comes until nothing has come for a while; longer where something is still to be read."""
        found: list[Any] = []
        while True:
            try:
                async with asyncio.timeout(QUIET):
                    found.append(await self.next())
            except TimeoutError:
                return found

    async def event(self, name: str = "one") -> Any:
        """Return the next event of a subscription."""
        message = await self.next()
        assert (message["id"], message["type"]) == (name, "next"), message
        return message["payload"]["data"]["caseloadChanged"]


@asynccontextmanager
async def socket(gateway: Gateway, *, protocols: Sequence[str] = (PROTOCOL,), **headers: str) -> AsyncIterator[Socket]:
    """Open a WebSocket; `refused` is how the gateway answers a handshake that is not accepted."""
    one = Socket()
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "gateway", **headers}.items()]
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "scheme": "ws",
        "headers": raw,
        "subprotocols": list(protocols),
        "extensions": {"websocket.http.response": {}},
    }
    one.to.put_nowait({"type": "websocket.connect"})
    served = asyncio.create_task(gateway.app(scope, one.receive, one.send))
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await one.came.get()
        if answer["type"] == "websocket.accept":
            one.subprotocol = answer.get("subprotocol")
        else:
            one.refused = answer
        yield one
    finally:
        one.reads.set()
        one.to.put_nowait({"type": "websocket.disconnect", "code": 1005})
        async with asyncio.timeout(PATIENCE):
            await served


@asynccontextmanager
async def following(
    gateway: Gateway, viewer: str, after: str | None = None, query: str = FOLLOW
) -> AsyncIterator[Socket]:
    """Open a socket of `viewer` with one subscription on it, `one`, that is in force."""
    async with socket(gateway) as one:
        assert await one.init(gateway.token(viewer)) == {"type": "connection_ack"}
        one.subscribe("one", request(viewer, query, after=after) if "$after" in query else request(viewer, query))
        if after is None:
            await one.settled()
        yield one


class Events:
    """The client's end of an answer that is a stream of events."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.came: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.begun = asyncio.Event()
        self.gone = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self._text = ""

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.begun.set()
            return
        if message.get("body"):
            self.came.put_nowait(message["body"])
        if not message.get("more_body"):
            self.came.put_nowait(None)

    async def part(self) -> str | None:
        """Return the next part, up to an empty line; None at the end."""
        while "\n\n" not in self._text:
            async with asyncio.timeout(PATIENCE):
                piece = await self.came.get()
            if piece is None:
                return None
            WATCH.answer(piece)
            self._text += piece.decode()
        part, _, self._text = self._text.partition("\n\n")
        return part

    async def next(self) -> Any:
        """Return the kind of the next event and its data; comments are overlooked."""
        while (part := await self.part()) is not None:
            lines = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
            if lines:
                return lines["event"], json.loads(lines["data"] or "null")
        return None

    async def event(self) -> Any:
        kind, data = await self.next()
        assert kind == "next", (kind, data)
        return data["data"]["caseloadChanged"]


@asynccontextmanager
async def streamed(
    gateway: Gateway,
    viewer: str,
    body: Any = None,
    accept: str = "text/event-stream",
    *,
    token: str | None = None,
) -> AsyncIterator[Events]:
    """Send a request that takes events, and give its answer once it has begun."""
    one, sent = Events(), json.dumps(request(viewer) if body is None else body).encode()
    headers = {"accept": accept, "content-type": "application/json"}
    headers["authorization"] = f"Bearer {token or gateway.token(viewer)}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": sent, "more_body": False}
        await one.gone.wait()
        return {"type": "http.disconnect"}

    served = asyncio.create_task(gateway.app(scope, receive, one.send))
    try:
        async with asyncio.timeout(PATIENCE):
            await one.begun.wait()
        yield one
    finally:
        one.reads.set()
        one.gone.set()
        async with asyncio.timeout(PATIENCE):
            with suppress(asyncio.CancelledError):
                await served


def change(
    child: str, *groups: FieldGroup, what: CaseloadChange | None = None, worker: str | None = None, **row: Any
) -> dict[str, Any]:
    """Return a row of the outbox, as a deed writes it."""
    practitioner: UUID | None = None if worker is None else id_of("practitioner", worker)
    told = {"child_id": id_of("child", child), "account_id": None, "groups": [str(group) for group in groups]}
    made = {"at": NOW, "deed": "aDeedOfTheTests", "what": what, "practitioner_id": practitioner, "event_id": uuid4()}
    return {**told, **made, **row}


async def happen(gateway: Gateway, *changes: dict[str, Any]) -> None:
    """Have changes be committed one after another, and the bell be rung as a deed rings it."""
    for row in changes:
        async with gateway.database() as connection:
            await connection.execute(insert(t.Change), [row])
            await Bell().within(connection)
    gateway.app.state.streams.hub.ring()
