"""Attacks on streams: sockets that break the protocol, flood, say nothing or go away, and event streams likewise."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from joserfc.jwk import ECKey

from gateway.endings import Ending
from gateway.keys import derive
from resolvers.clock import system_clock
from resolvers.position import Positions
from resolvers.secret_keys import SecretKeys
from tests.attacks.attack import CLOSED, PATIENCE, Answer, Attack, Send, Target, raw
from tests.framing import BYTES, CLOSE, MORE, PING, PONG, TEXT, Line, frame, handshake, line, opened
from tests.serving import ACCESS, SECRET, token
from tests.streaming import FOLLOW
from tests.world import id_of

FOREIGN = ECKey.generate_key("P-256", {"kid": "one"})
MINE = "{ viewer { id } }"
DONE = Answer(101, "pong")
"""A socket that is none the worse: what was sent is over, and a ping is answered."""


def closed(*endings: Ending) -> tuple[Answer, ...]:
    return tuple(Answer(101, str(ending.code)) for ending in endings)


INVALID, UNASKED, FORBIDDEN, TWICE, DOUBLE, FLOOD, LARGE = closed(
    *(Ending.INVALID, Ending.UNACKNOWLEDGED, Ending.FORBIDDEN, Ending.TWICE, Ending.DOUBLE, Ending.FLOOD, Ending.LARGE)
)
(LATE,), (SUBPROTOCOL,) = closed(Ending.UNINITIALISED), closed(Ending.SUBPROTOCOL)
BROKEN = Answer(101, "1002")
"""What is no WebSocket at all (RFC 6455, 7.4.1)."""
LIMIT, INPUT, INVALID_DOCUMENT, BAD = (
    Answer(101, code) for code in ("LIMIT_EXCEEDED", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST")
)


def subscribe(query: str = FOLLOW, name: str = "a", **variables: Any) -> bytes:
    payload = {"query": query, "variables": variables, "extensions": ACCESS}
    return frame(TEXT, {"type": "subscribe", "id": name, "payload": payload})


def ping(**payload: Any) -> bytes:
    return frame(TEXT, {"type": "ping", "payload": payload})


async def heard(one: Line) -> Answer:
    """Return how it ends: by a close code, by an error of the one operation, or well, by a pong."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                kind, payload = await one.frame()
                if kind == CLOSE:
                    return Answer(101, str(int.from_bytes(payload[:2])))
                message = json.loads(payload) if kind == TEXT else {}
                if message.get("type") == "error":
                    return Answer(101, message["payload"][0]["extensions"]["code"])
                if message.get("type") == "pong":
                    return DONE
    except (asyncio.IncompleteReadError, ConnectionError):
        return CLOSED
    except TimeoutError:
        return Answer(101, "silence")


async def poured(one: Line, pieces: tuple[bytes, ...]) -> None:
    """Send without end, as far as the gateway takes it."""
    try:
        for piece in pieces:
            await one.send(piece)
    except ConnectionError:
        pass  # the gateway has had enough; what it said before is read


def talk(*pieces: bytes, init: bool = True) -> Send:
    """Return how to open a socket, be acknowledged unless that is the attack, send pieces, and hear how it ends."""

    async def send(target: Target) -> Answer:
        async with opened(target.url, target.bearer if init else None) as one:
            sending = asyncio.create_task(poured(one, pieces))
            answer = await heard(one)
            sending.cancel()
            return answer

    return send


def shake(*headers: str, protocol: str | None = "graphql-transport-ws", request: bytes | None = None) -> Send:
    """Return how to send a handshake, and hear by which status it is refused, or how the socket ends."""

    async def send(target: Target) -> Answer:
        async with line(target.url) as one, asyncio.timeout(PATIENCE):
            await one.send(request or handshake(target.url, *headers, protocol=protocol))
            try:
                status = await one.head()
            except (asyncio.IncompleteReadError, ConnectionError):
                return CLOSED
            return await heard(one) if status == 101 else Answer(status)

    return send


def init_with(make: Callable[[], Any]) -> Send:
    """Return how to open a socket with another token than one's own."""

    async def send(target: Target) -> Answer:
        init = {"type": "connection_init", "payload": {"Authorization": make()}}
        return await talk(frame(TEXT, init), init=False)(target)

    return send


def positioned(viewer: str, secret: bytes) -> Send:
    """Return how to go on from a position that another viewer was given, or that another gateway's key has sealed."""

    async def send(target: Target) -> Answer:
        keys = derive(SecretKeys(secret)).cursors
        now = system_clock()
        after = Positions(keys, id_of("account", viewer), now - now.replace(year=now.year - 1)).write(1, now)
        return await talk(subscribe(after=after))(target)

    return send


def events(query: str, accept: str = "text/event-stream", **more: Any) -> Send:
    """Return how to ask for an event stream and hear how that is answered: by a status, and by the first error."""

    async def send(target: Target) -> Answer:
        body = json.dumps({"query": query, "extensions": ACCESS, **more}).encode()
        head = target.head(len(body)).replace(b"application/graphql-response+json", accept.encode())
        async with line(target.url) as one, asyncio.timeout(PATIENCE):
            await one.send(head + body)
            status, said = await one.head(), await one.reader.readuntil(b"}]}")
        errors = json.loads(said[said.index(b"{") :])["errors"]
        return Answer(status, errors[0]["extensions"]["code"])

    return send


def gone(*pieces: bytes, within: float = 0.0) -> Send:
    """Return how to be gone in the middle of what was asked, without a word."""

    async def send(target: Target) -> Answer:
        async with opened(target.url, target.bearer) as one:
            await one.send(*pieces)
            await asyncio.sleep(within)
        return CLOSED

    return send


def many(send: Send, times: int) -> Send:
    """Return how to do the same many times at once; the answers are one where all are."""

    async def sends(target: Target) -> Answer:
        answers = set(await asyncio.gather(*(send(target) for _ in range(times))))
        return answers.pop() if len(answers) == 1 else Answer(0, "of several kinds")

    return sends


def deep(depth: int) -> Any:
    return json.loads('{"a":' * depth + "1" + "}" * depth)


def raw_frame(first: int, *rest: int) -> bytes:
    return bytes([first, *rest])


def attack(name: str, send: Callable[[Target], Awaitable[Answer]], *allowed: Answer) -> Attack:
    return raw(f"a socket: {name}", send, *allowed)


HANDSHAKES = [
    attack("a page of another origin", shake("Origin: https://evil.example"), Answer(403)),
    attack("an older subprotocol", shake(protocol="graphql-ws"), SUBPROTOCOL),
    attack("no subprotocol", shake(protocol=None), SUBPROTOCOL),
    attack("200 headers", shake(*(f"X{n}: y" for n in range(200))), Answer(431), CLOSED),
    attack("a header of 9,000 bytes", shake("X: " + "y" * 9_000), Answer(431), CLOSED),
    attack("no key", shake(request=b"GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                   b"Sec-WebSocket-Version: 13\r\n\r\n"), Answer(400)),
    attack("a version of long ago", shake(request=handshake("http://a/graphql").replace(b"13", b"7", 1)), Answer(400), Answer(426)),
    attack("another path", shake(request=handshake("http://a/other")), Answer(403), Answer(404)),
    attack("frames before the handshake is answered",
           shake(request=handshake("http://a/graphql") + frame(PING) * 50), LATE, BROKEN),
    attack("silence", talk(init=False), LATE),
    attack("forty that are silent", many(talk(init=False), 40), LATE),
    attack("half a frame", talk(raw_frame(0x81, 0xFE, 0x10), init=False), LATE),
]  # fmt: skip
TOKENS = [
    attack("no token", init_with(lambda: None), INVALID),
    attack("no init", talk(subscribe(MINE), init=False), UNASKED),
    attack("a token by another key", init_with(lambda: f"Bearer {token(FOREIGN)}"), FORBIDDEN),
    attack("a token of elsewhere", init_with(lambda: f"Bearer {token(aud='https://elsewhere.example')}"), FORBIDDEN),
    attack("a token that has run out", init_with(lambda: f"Bearer {token(exp=1)}"), FORBIDDEN),
    attack("a second init", talk(frame(TEXT, {"type": "connection_init"})), TWICE),
]
MESSAGES = [
    *(attack(f"a message that is {name}", talk(frame(TEXT, text)), INVALID) for name, text in {
        "a list": "[]", "a number": "7", "a text": '"ping"', "null": "null", "nothing": "", "no JSON": "{",
        "of no type": "{}", "of an unknown type": '{"type": "start"}', "a server's": '{"type": "next", "id": "a"}',
        "30,000 deep": "[" * 30_000 + "]" * 30_000}.items()),
    attack("a message of bytes", talk(frame(BYTES, b"{}")), INVALID),
    attack("no UTF-8", talk(frame(TEXT, b'{"type": "\xff"}')), INVALID),
    attack("a message of 100,000 bytes", talk(ping(a="a" * 100_000)), LARGE),
    attack("a message of a terabyte, by its own account", talk(raw_frame(0x81, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0)), LARGE),
    attack("100,000 bytes in pieces", talk(frame(TEXT, b" " * 4_000, last=False), *[frame(MORE, b" " * 4_000, last=False)] * 25),
           LARGE),
    attack("a message in 500 pieces", talk(frame(TEXT, b"{", last=False), *[frame(MORE, b" ", last=False)] * 500), FLOOD),
    attack("pieces without a byte", talk(frame(TEXT, b"", last=False), *[frame(MORE, last=False) * 100] * 100), FLOOD),
    attack("a message within a message", talk(frame(TEXT, b"{", last=False), frame(TEXT, b"}")), BROKEN),
    attack("a frame without a mask", talk(frame(TEXT, "{}", masked=False)), BROKEN),
    attack("a frame of no kind", talk(raw_frame(0x83, 0x80, 0, 0, 0, 0)), BROKEN),
    attack("reserved bits", talk(raw_frame(0xF1, 0x80, 0, 0, 0, 0)), BROKEN),
    attack("a ping of 200 bytes", talk(frame(PING, b"a" * 200)), BROKEN),
    attack("a ping in two pieces", talk(frame(PING, b"a", last=False)), BROKEN),
    attack("a close of one byte", talk(frame(CLOSE, b"a")), BROKEN),
    attack("an id of 129 letters", talk(subscribe(name="a" * 129)), INVALID),
]  # fmt: skip
FLOODS = [
    attack("1,000 messages", talk(ping() * 1_000), FLOOD),
    attack("100,000 pings", talk(*[frame(PING) * 1_000] * 100), FLOOD),
    attack("100,000 pongs", talk(*[frame(PONG, b"a") * 1_000] * 100), FLOOD),
    attack("ten megabytes of pings before init", talk(*[frame(PING, b"a" * 125) * 100] * 800, init=False), FLOOD),
    attack("1,000 subscriptions under one id", talk(*[subscribe()] * 1_000), DOUBLE, FLOOD),
    attack("1,000 subscriptions", talk(*[subscribe(name=str(n)) for n in range(1_000)]), LIMIT, FLOOD),
    attack("1,000 queries", talk(*[subscribe(MINE, name=str(n)) for n in range(1_000)]), LIMIT, FLOOD,
           Answer(101, "UNAVAILABLE")),
    attack("an id that is in use", talk(subscribe(), subscribe()), DOUBLE),
    attack("the end of what never began", talk(frame(TEXT, {"type": "complete", "id": "b"}), ping()), DONE),
    attack("40 that begin and end it", talk(*[subscribe() + frame(TEXT, {"type": "complete", "id": "a"})] * 40, ping()),
           DONE),
]  # fmt: skip
OPERATIONS = [
    attack("variables 400 deep", talk(subscribe(after=deep(400))), INPUT, BAD),
    attack("a position that is none", talk(subscribe(after="A" * 43)), INPUT),
    attack("a position of 60,000 letters", talk(subscribe(after="A" * 60_000)), INPUT),
    attack("a position of another viewer", positioned("teacher", SECRET.encode()), INPUT),
    attack("a position by another key", positioned("officer", b"another gateway's"), INPUT),
    attack("two subscriptions in one", talk(subscribe("subscription { a: caseloadChanged { at } b: caseloadChanged { at } }")),
           INVALID_DOCUMENT, LIMIT),
    attack("two subscriptions beside each other", talk(subscribe(
        "subscription A { caseloadChanged { at } } subscription B { caseloadChanged { at } }")), BAD),
    attack("a client that is gone at once", gone(subscribe()), CLOSED),
    attack("a client that is gone within", gone(subscribe(), subscribe("{ caseload { edges { cursor } } }", "b"), within=0.05),
           CLOSED),
    attack("twenty that are gone", many(gone(subscribe()), 20), CLOSED),
]  # fmt: skip
EVENTS = [
    raw("events for who takes none", events(FOLLOW, "application/json"), Answer(200, "BAD_REQUEST")),
    raw("events for who takes pictures", events(FOLLOW, "image/png"), Answer(406, "BAD_REQUEST")),
    raw("events at no price", events(FOLLOW, "text/event-stream;q=0"), Answer(406, "BAD_REQUEST")),
    raw("two subscriptions by events", events("subscription A { caseloadChanged { at } } subscription B { caseloadChanged { at } }"),
        Answer(200, "BAD_REQUEST")),
    raw("a forged position by events", events(FOLLOW, variables={"after": "A" * 43}), Answer(200, "BAD_USER_INPUT")),
]  # fmt: skip
STREAMS: list[Attack] = [*HANDSHAKES, *TOKENS, *MESSAGES, *FLOODS, *OPERATIONS, *EVENTS]
