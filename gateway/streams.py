"""What is open: sockets and event streams of one process, how many there may be, and what ends them from outside."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from gateway.claims import Bearer
from gateway.endings import Ended, Ending, Why
from gateway.errors import Code, Refusal
from resolvers.hub import Hub
from resolvers.stopping import stop
from resolvers.stream import Stream

log = logging.getLogger("gateway.streams")

LOOK = 1.0
"""Seconds between two looks at the tokens of what is open."""

AGAIN = 5
"""After how many seconds a socket or a stream that was one too many may be tried again."""

UNREAD_SECONDS = 25.0
"""For how many seconds what is sent may wait for its reader: fewer than on the wire, which cannot always say why."""

Transport = Literal["websocket", "sse"]
TRANSPORTS: tuple[Transport, ...] = ("websocket", "sse")


class Observer(Protocol):
    """Somebody who counts streams."""

    def stream_opened(self, transport: Transport) -> None:
        """Hear that a stream has begun."""

    def stream_told(self, transport: Transport) -> None:
        """Hear that a stream was told an event."""

    def stream_ended(self, transport: Transport, why: Why) -> None:
        """Hear that a stream is over, and why."""


class Open:
    """Something that is open: a socket, or the answer to a request that is a stream."""

    def __init__(self) -> None:
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self.bearer: Bearer | None = None
        self.accounts: Counter[UUID] = Counter()
        """Whose streams are in it."""

    def end(self, ending: Ending) -> None:
        """Have it end; whoever is first says how."""
        if not self.ending.done():
            self.ending.set_result(ending)


class Streams:
    """The sockets and streams of one process: `most` in all, `most_of_one` streams of an account; None is no limit."""

    def __init__(
        self,
        hub: Hub,
        clock: Callable[[], datetime],
        most: int | None,
        most_of_one: int | None,
        observer: Observer | None = None,
    ) -> None:
        self.hub = hub
        hub.lapsed = self._lapsed
        self._clock, self._most, self._most_of_one, self._observer = clock, most, most_of_one, observer
        self._open: set[Open] = set()
        self._by: Counter[str] = Counter()
        self._draining = False
        self._watching: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def opened(self) -> Iterator[Open]:
        """Give something new that is open until it is left. Raises Refusal UNAVAILABLE where it is one too many."""
        if self._draining:
            raise Refusal(Code.UNAVAILABLE, Ending.RESTART.reason, wait=AGAIN)
        if self._most is not None and len(self._open) >= self._most:
            raise Refusal(Code.UNAVAILABLE, "the gateway has as many sockets and streams open as it may", wait=AGAIN)
        one = Open()
        self._open.add(one)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        try:
            yield one
        finally:
            self._open.discard(one)
            one.ending.cancel()

    @contextmanager
    def counted(self, subject: str) -> Iterator[None]:
        """Count a stream of the account `subject`. Raises Refusal LIMIT_EXCEEDED where it is one too many."""
        if self._most_of_one is not None and self._by[subject] >= self._most_of_one:
            message = f"this account has {self._most_of_one} streams open, as many as it may: end one"
            told = {"code": Code.LIMIT_EXCEEDED, "limit": "streams", "maximum": self._most_of_one}
            raise Refusal(Code.LIMIT_EXCEEDED, errors=[{"message": message, "extensions": told}])
        self._by[subject] += 1
        try:
            yield
        finally:
            self._by[subject] -= 1
            if not self._by[subject]:
                del self._by[subject]

    @contextmanager
    def followed(self, one: Open, stream: Stream, transport: Transport) -> Iterator["Told"]:
        """Count what a stream in `one` is told until it is left, and have the hub forget it then."""
        told, began = Told(one, stream, transport, self._observer), time.perf_counter()
        one.accounts[stream.account] += 1
        if self._observer is not None:
            self._observer.stream_opened(transport)
        try:
            yield told
        finally:
            self.hub.leave(stream)
            one.accounts[stream.account] -= 1
            why = one.ending.result().why if one.ending.done() and not one.ending.cancelled() else told.why
            if self._observer is not None:
                self._observer.stream_ended(transport, why)
            extra = {"transport": transport, "why": why, "events": told.events}
            log.info("a stream has ended", extra={**extra, "seconds": round(time.perf_counter() - began, 1)})

    def look(self) -> None:
        """End whatever is open by a token that has run out."""
        now = self._clock().timestamp()
        for one in list(self._open):
            if one.bearer is not None and now >= one.bearer.ends:
                one.end(Ending.TOKEN)

    def drain(self) -> None:
        """End all that is open, and open nothing more."""
        self._draining = True
        for one in list(self._open):
            one.end(Ending.RESTART)

    async def close(self) -> None:
        """Stop watching, once nothing is open."""
        self.drain()
        if self._watching is not None:
            await stop(self._watching)
        await self.hub.close()

    async def _watch(self) -> None:
        while self._open:
            await asyncio.sleep(LOOK)
            self.look()
        self._watching = None

    def _lapsed(self, accounts: Iterable[UUID]) -> None:
        gone = set(accounts)
        for one in list(self._open):
            if any(one.accounts[account] > 0 for account in gone):
                one.end(Ending.LAPSED)


class Told:
    """A stream that is told: in what it is open, how many events it was told, why it is over if by nothing outside."""

    def __init__(self, one: Open, stream: Stream, transport: Transport, observer: Observer | None) -> None:
        self.one, self.stream, self._transport, self._observer = one, stream, transport, observer
        self.events, self.why = 0, Why.CLIENT

    def event(self) -> None:
        """Note that an event has been sent."""
        self.events += 1
        if self._observer is not None:
            self._observer.stream_told(self._transport)


async def sent(sending: Awaitable[None]) -> None:
    """Return once a message has been sent. Raises Ended where its client does not read what was sent before."""
    try:
        async with asyncio.timeout(UNREAD_SECONDS):
            await sending
    except TimeoutError:
        raise Ended(Ending.SLOW) from None
