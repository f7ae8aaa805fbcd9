"""WebSockets at `/graphql`: who may open one, and what becomes of each from its handshake to its close."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from gateway.access import Stated, stated_in
from gateway.endings import Ended, Ending
from gateway.errors import Code, Refusal, fault
from gateway.messages import PROTOCOL, Message, read_message, write_message
from gateway.origins import may_open
from gateway.pace import Pace
from gateway.room import Room
from gateway.socket_operations import SocketOperations, Wanted
from gateway.streams import Open, sent
from gateway.tokens import Issuer, authenticate
from resolvers.stopping import stop

MOST_MESSAGES, WITHIN = 100, 1.0
"""How many messages a client may send within so many seconds."""

PATIENCE = 5.0
"""For how many seconds answers may still leave when the process is told to stop."""

_BY_WIRE = {ending.code: ending for ending in (Ending.FLOOD, Ending.LARGE, Ending.SLOW)}
"""What the wire itself closes a socket for, so that a client that is gone is gone for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """Serves WebSockets by graphql-transport-ws. `origins` are those whose pages may open one."""

    issuers: Sequence[Issuer]
    clock: Callable[[], datetime]
    room: Room
    origins: frozenset[str]
    init_seconds: float
    message_limit: int

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it is closed."""
        if not may_open(websocket.headers, self.origins):
            await websocket.send_denial_response(PlainTextResponse("pages of this origin may not ask", 403))
            return
        try:
            with self.room.streams.opened() as one:
                await self._opened(websocket, one)
        except Refusal as refusal:
            headers = {"Retry-After": str(refusal.wait)}
            await websocket.send_denial_response(PlainTextResponse("too many are open", 503, headers))

    async def _opened(self, websocket: WebSocket, one: Open) -> None:
        if PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await _close(websocket, Ending.SUBPROTOCOL)
            return
        await websocket.accept(PROTOCOL)
        await _Socket(self, websocket, one).run()


class _Socket:
    """One socket that speaks the protocol."""

    def __init__(self, of: Sockets, websocket: WebSocket, one: Open) -> None:
        self._of, self._websocket, self._one = of, websocket, one
        self._access = Stated()
        self._pace = Pace(MOST_MESSAGES, WITHIN)
        self._operations = SocketOperations(of.room, one, self._send)

    async def run(self) -> None:
        """Serve until the client is gone or something ends it; then close, and leave nothing running."""
        reading = asyncio.create_task(self._read())
        try:
            ends: set[asyncio.Future[Any]] = {reading, self._one.ending}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            ending = self._one.ending.result() if self._one.ending.done() else reading.result()
            if ending is Ending.RESTART:
                await self._operations.answered(PATIENCE)
            if ending is not None:
                self._one.end(ending)
                await self._operations.stop()
                await _close(self._websocket, ending)
        finally:
            await stop(reading)
            await self._operations.stop()

    async def _read(self) -> Ending | None:
        """Handle message after message; return how that is to end, None where the client is gone."""
        try:
            async with asyncio.timeout(self._of.init_seconds) as waiting:
                while True:
                    message = self._message(await self._websocket.receive())
                    await self._handle(message)
                    if self._one.bearer is not None:
                        waiting.reschedule(None)
        except TimeoutError:
            return Ending.UNINITIALISED
        except Ended as ended:
            return ended.ending
        except (WebSocketDisconnect, WebSocketDisconnected):
            return None
        except Exception as cause:  # noqa: BLE001  # as at the door: nothing unforeseen leaves with its text
            fault(cause, "a socket")
            return Ending.FAULT

    def _message(self, frame: Any) -> Message:
        if frame["type"] == "websocket.disconnect":
            code = frame.get("code", 1005)
            if code in _BY_WIRE:
                self._one.end(_BY_WIRE[code])
            raise WebSocketDisconnect(code)
        if self._pace.exceeded(asyncio.get_running_loop().time()):
            raise Ended(Ending.FLOOD)
        return read_message(frame, self._of.message_limit)

    async def _handle(self, message: Message) -> None:
        match message.type:
            case "connection_init":
                await self._initialise(message.payload or {})
            case "ping":
                await self._send("pong")
            case "subscribe":
                if self._one.bearer is None:
                    raise Ended(Ending.UNACKNOWLEDGED)
                await self._operations.begin(Wanted(message, self._one.bearer, self._access))
            case "complete":
                await self._operations.complete(message.id)

    async def _initialise(self, payload: dict[str, Any]) -> None:
        """Take the token, and what is stated for all operations that state nothing themselves."""
        if self._one.bearer is not None:
            raise Ended(Ending.TWICE)
        given = [payload[name] for name in ("Authorization", "authorization") if name in payload]
        given += self._websocket.headers.getlist("authorization")
        if not all(isinstance(each, str) for each in given):
            raise Ended(Ending.INVALID)
        try:
            bearer = await authenticate(list(dict.fromkeys(given)), self._of.issuers, self._of.clock)
            self._access = stated_in(_extensions(payload), Headers(), bearer)
        except Refusal as refusal:
            raise Ended(_refused(refusal)) from None
        self._one.bearer = bearer
        await self._send("connection_ack")

    async def _send(self, kind: str, name: str | None = None, payload: Any = None) -> None:
        try:
            await sent(self._websocket.send_text(write_message(kind, name, payload)))
        except Ended as ended:
            self._one.end(ended.ending)
            raise WebSocketDisconnect(ended.ending.code) from None


def _extensions(payload: dict[str, Any]) -> dict[str, Any]:
    extensions = payload.get("extensions")
    if not isinstance(extensions, dict | None):
        raise Ended(Ending.INVALID)
    return extensions or {}


def _refused(refusal: Refusal) -> Ending:
    endings = {Code.UNAUTHENTICATED: Ending.FORBIDDEN, Code.UNAVAILABLE: Ending.LATER}
    return endings.get(refusal.code, Ending.INVALID)


async def _close(websocket: WebSocket, ending: Ending) -> None:
    with suppress(WebSocketDisconnect, WebSocketDisconnected, RuntimeError):
        await websocket.close(ending.code, ending.reason)
