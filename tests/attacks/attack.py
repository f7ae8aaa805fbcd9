"""One attack: what is sent over a socket, and what the gateway may answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.serving import ACCESS, GRAPHQL, token

PATIENCE = 20.0
"""After how many seconds an attack has found that something waits for ever."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, 0 where the connection was closed without one, and the code of the first error."""

    status: int
    code: str | None = None

    def __str__(self) -> str:
        return "closed" if not self.status else f"{self.status} {self.code or ''}".rstrip()


CLOSED = Answer(0)


@dataclass(frozen=True, slots=True)
class Target:
    """Where the gateway listens, and a token that it takes."""

    url: str
    bearer: str

    async def raw(self, *pieces: bytes, pause: float = 0.0, answers: int = 1) -> Answer:
        """Send bytes as they are, with a pause after each piece, and return the last of so many answers."""
        place = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            async with asyncio.timeout(PATIENCE):
                sending = asyncio.create_task(_send(writer, pieces, pause))
                answer = CLOSED
                for _ in range(answers):
                    answer = await _read(reader)
                sending.cancel()
                return answer
        finally:
            writer.close()

    def head(self, length: int | None, *more: str, method: str = "POST", path: str = "/graphql") -> bytes:
        """Return the head of a request that claims a body of `length` bytes."""
        lines = [f"{method} {path} HTTP/1.1", "Host: gateway", f"Authorization: Bearer {self.bearer}", *more]
        if not any(line.lower().startswith("content-type") for line in more):
            lines.append("Content-Type: application/json")
        lines += [f"Accept: {GRAPHQL}"] + ([] if length is None else [f"Content-Length: {length}"])
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def body(self, body: bytes, *more: str) -> Answer:
        """Send a request with these bytes as its body."""
        return await self.raw(self.head(len(body), *more) + body)

    async def ask(self, query: str, **more: Any) -> Answer:
        """Send a document, as anybody would."""
        return await self.body(json.dumps({"query": query, "extensions": ACCESS, **more}).encode())


async def _send(writer: asyncio.StreamWriter, pieces: tuple[bytes, ...], pause: float) -> None:
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
    except ConnectionError:
        pass  # the gateway has had enough; what it said before is read


async def _read(reader: asyncio.StreamReader) -> Answer:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split()[1])
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return CLOSED
    if not fields.get("content-type", "").startswith("application/"):
        return Answer(status)
    errors = json.loads(body).get("errors")
    return Answer(status, errors[0]["extensions"]["code"] if errors else "data")


Send = Callable[[Target], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack by its name, how it is sent, and what it may be answered."""

    name: str
    send: Send
    allowed: frozenset[Answer]


def document(name: str, query: str, *allowed: Answer, **more: Any) -> Attack:
    """Return the attack of one document."""
    return Attack(name, lambda target: target.ask(query, **more), frozenset(allowed))


def raw(name: str, send: Send, *allowed: Answer) -> Attack:
    """Return an attack below GraphQL."""
    return Attack(name, send, frozenset(allowed))


def target_of(url: str) -> Target:
    """Return where to send attacks: with a good token, since without one nothing is even read."""
    return Target(url, token(sub="officer"))
