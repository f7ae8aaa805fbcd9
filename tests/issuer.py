"""An issuer of tokens at an address of its own, over real HTTP, which a test rotates, breaks, slows and stops."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.keysource import KeySource, Pace
from gateway.places import Address
from gateway.tokens import ALGORITHMS, AUDIENCE, Issuer
from tests.world import NOW

NAME = "https://idp.example"
STAMP = int(NOW.timestamp())
PACE = Pace(period=3_600, shortest=600, cooldown=10)
"""So slow that no look comes by itself while a test runs."""


class Seconds:
    """A clock of seconds that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def public(*keys: Any) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def claims(**changed: Any) -> dict[str, Any]:
    """Return the claims of a good token, with what is `changed`; None takes a claim away."""
    good = {"iss": NAME, "aud": AUDIENCE, "sub": "teacher", "iat": STAMP, "exp": STAMP + 600}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def token(key: Any, header: dict[str, Any] | None = None, **changed: Any) -> str:
    """Return a token signed by `key`, a good one but for what is changed in its header and its claims."""
    head = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims(**changed), key, algorithms=[head["alg"]], default_type=None)


def encoded(part: bytes | str | dict[str, Any]) -> str:
    """Return one part of a token, as base64url has it."""
    raw = json.dumps(part).encode() if isinstance(part, dict) else part.encode() if isinstance(part, str) else part
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class HttpIssuer:
    """Serves `keys` at `url`, or what `answer` makes instead, while it is `open`; counts how often it was `asked`.

    `rest` is for how many seconds it rests between the parts of an answer.
    """

    def __init__(self, *keys: Any, tls: ssl.SSLContext | None = None) -> None:
        self.keys: tuple[Any, ...] = keys
        self.answer: Callable[[], Iterable[bytes]] = lambda: [http(json.dumps(public(*self.keys)).encode())]
        self.asked = 0
        self.rest = 0.0
        self.requests: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()
        self._tls, self._port = tls, 0
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}/keys"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, ssl=self._tls)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Answer nobody, not even those who wait; `start` again at the same address."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            self._serving.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        self.asked += 1
        await self.open.wait()
        for part in self.answer():
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(self.rest)


@asynccontextmanager
async def at_address(*keys: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpIssuer]:
    """Give an issuer that answers at its address."""
    idp = HttpIssuer(*keys, tls=tls)
    await idp.start()
    try:
        yield idp
    finally:
        await idp.stop()


def trusting(idp: HttpIssuer, pace: Pace = PACE, clock: Callable[[], float] | None = None, **address: Any) -> Issuer:
    """Return what the gateway knows of an issuer at an address."""
    place = Address(httpx.URL(idp.url), **address)
    return Issuer(NAME, KeySource(NAME, place, ALGORITHMS, pace, clock or Seconds()))


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something that happens by itself; a minute is for ever."""
    async with asyncio.timeout(60):
        while True:
            told = holds()
            if told if isinstance(told, bool) else await told:
                return
            await asyncio.sleep(0.005)
