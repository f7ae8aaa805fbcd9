"""WebSockets and event streams by the byte, for clients that no library would be: they read nothing, or send nonsense."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.streaming import PROTOCOL

TEXT, BYTES, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0
"""What kind a frame is of (RFC 6455, 5.2); MORE goes on with a message that has begun."""

SHORT = 126
"""From so many bytes the length of a frame is written behind its first two."""


def frame(kind: int, payload: bytes | str | dict[str, Any] = b"", *, last: bool = True, masked: bool = True) -> bytes:
    """Return one frame of a client, a message's last one unless that is said."""
    if isinstance(payload, dict):
        payload = json.dumps(payload)
    data = payload.encode() if isinstance(payload, str) else payload
    head = bytes([kind | (0x80 if last else 0)])
    if len(data) < SHORT:
        head += bytes([len(data) | (0x80 if masked else 0)])
    elif len(data) < 1 << 16:
        head += bytes([126 | (0x80 if masked else 0)]) + len(data).to_bytes(2)
    else:
        head += bytes([127 | (0x80 if masked else 0)]) + len(data).to_bytes(8)
    return head + (bytes(4) if masked else b"") + data  # a mask of zeros changes nothing


def handshake(url: str, *headers: str, protocol: str | None = PROTOCOL) -> bytes:
    """Return the request that opens a WebSocket."""
    lines = [f"GET {urlsplit(url).path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Connection: Upgrade"]
    lines += ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    lines += [] if protocol is None else [f"Sec-WebSocket-Protocol: {protocol}"]
    return ("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode()


class Line:
    """A connection to the gateway, on which bytes are sent and read as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *pieces: bytes) -> None:
        """Send bytes, as far as the other end takes them."""
        self.writer.writelines(pieces)
        await self.writer.drain()

    async def head(self) -> int:
        """Read the head of an answer, and return its status."""
        return int((await self.reader.readuntil(b"\r\n\r\n")).split()[1])

    async def frame(self) -> tuple[int, bytes]:
        """Read a frame of the gateway's, and return its kind and what is in it."""
        first, length = await self.reader.readexactly(2)
        if length >= SHORT:
            length = int.from_bytes(await self.reader.readexactly(2 if length == SHORT else 8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def code(self) -> int | None:
        """Read to the end, and return the code by which a socket is closed; None where it is cut off."""
        try:
            while True:
                kind, payload = await self.frame()
                if kind == CLOSE:
                    return int.from_bytes(payload[:2])
        except (asyncio.IncompleteReadError, ConnectionError):
            return None


@asynccontextmanager
async def line(url: str, *, narrow: bool = False) -> AsyncIterator[Line]:
    """Connect to the gateway; where the line is `narrow` the system holds little of what is not read (100 kB)."""
    one = socket.socket()
    try:
        if narrow:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        one.setblocking(False)
        place = urlsplit(url)
        await asyncio.get_running_loop().sock_connect(one, (place.hostname, place.port))
        # so little that what has come and is not asked for stays with the system
        reader, writer = await asyncio.open_connection(sock=one, limit=2_048)
    except OSError:
        one.close()
        raise
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()


@asynccontextmanager
async def opened(url: str, token: str | None, *, narrow: bool = False) -> AsyncIterator[Line]:
    """Open a WebSocket; with a token it is acknowledged."""
    async with line(url, narrow=narrow) as one:
        await one.send(handshake(url))
        assert await one.head() == 101
        if token is not None:
            init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
            await one.send(frame(TEXT, init))
            assert json.loads((await one.frame())[1]) == {"type": "connection_ack"}
        yield one
