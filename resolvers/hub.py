"""The hub of one process: hears that there are changes, asks once for all streams whom they concern, and hands them on.

It works only while a stream is open. A change that nobody may hear of reaches no stream: for a stream nothing has
happened then, and it does nothing (R34).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from authz.words import Act
from resolvers.account import still_may
from resolvers.changes import Concern, Span, concerns
from resolvers.clock import Moment
from resolvers.session import Session
from resolvers.stopping import stop
from resolvers.store.outbox import Outbox
from resolvers.store.snapshot import Reader
from resolvers.stream import Stream

log = logging.getLogger("gateway.streams")

CHUNK = 1_000
"""How many changes are asked about at once."""

POLL, SOON = 2.0, 0.02
"""Seconds between two looks where nobody has rung; and where changes are on their way, twice as long each time."""

ACCOUNTS = 2.0
"""Seconds between two looks at the accounts whose streams are open: one that has lapsed is out within five (R28)."""

Lapsed = Callable[[Iterable[UUID]], None]


class Hub:
    """Hands changes on to the streams of one process.

    `outbox` tells up to where changes are settled, `reader` asks whom they concern. A position is good for as long as
    changes are `kept`.
    """

    def __init__(self, outbox: Outbox, reader: Reader, clock: Callable[[], datetime], kept: timedelta) -> None:
        self._outbox, self._reader, self._clock, self.kept = outbox, reader, clock, kept
        self._streams: defaultdict[UUID, set[Stream]] = defaultdict(set)
        self._joining: list[tuple[Stream, asyncio.Future[None]]] = []
        self._routed = 0
        self._rung = asyncio.Event()
        self._routing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        """What routes, and what has routed and still closes the outbox."""
        self.lapsed: Lapsed = lambda _: None
        """Hears which accounts may follow nothing any longer."""

    async def join(self, account: UUID, after: int | None) -> Stream:
        """Return a new stream of `account`: of changes from now on, or from those after the number `after`."""
        stream, admitted = Stream(account), asyncio.get_running_loop().create_future()
        self._joining.append((stream, admitted))
        self._start()
        self._rung.set()
        try:
            await admitted
            if after is not None:
                found = await self._concerning([account], Span(after, stream.since))
                stream.before([(each.child, each.kind, each.position) for each in found])
        except BaseException:
            self.leave(stream)
            raise
        return stream

    @property
    def open(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._streams.values()))

    def ring(self) -> None:
        """Hear that there are changes: where nobody follows any, that is no news."""
        self._rung.set()

    def leave(self, stream: Stream) -> None:
        """Tell a stream of nothing any more."""
        streams = self._streams.get(stream.account, set())
        streams.discard(stream)
        if not streams:
            self._streams.pop(stream.account, None)
        if self._idle:
            self._rung.set()  # there is nothing left to do

    async def close(self) -> None:
        """Stop, whatever is open."""
        routing, self._routing = self._routing, None
        if routing is not None:
            routing.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def look(self) -> None:
        """Look at the accounts whose streams are open, and say which have lapsed."""
        accounts = list(self._streams)
        if not accounts:
            return
        session = Session(self._reader)
        try:
            kept = await still_may(session, accounts, Act.CASELOAD, Moment(self._clock()))
        finally:
            await session.close()
        if gone := set(accounts) - kept:
            self.lapsed(gone)

    def _start(self) -> None:
        if self._routing is None:
            self._routing = asyncio.create_task(self._route())
            self._tasks.add(self._routing)
            self._routing.add_done_callback(self._tasks.discard)

    @property
    def _idle(self) -> bool:
        return not self._streams and not self._joining

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(ACCOUNTS)
            try:
                await self.look()
            except Exception as cause:  # noqa: BLE001  # whatever it is, an event asks for the account anew
                log.warning("accounts of streams are not looked at", extra={"fault": type(cause).__name__})

    async def _route(self) -> None:
        """Look at accounts and hand changes on while a stream is open, then close the outbox."""
        watching = asyncio.create_task(self._watch())
        try:
            await self._hand_on()
        finally:
            # Nothing is awaited between the last look and this, nor until the outbox has let go of its connection:
            # nobody can join and not be seen, and whoever joins now is routed by an outbox that is opened anew.
            if self._routing is asyncio.current_task():
                self._routing = None
            watching.cancel()
            await self._outbox.close()
            await stop(watching)

    async def _hand_on(self) -> None:
        pause = SOON
        while not self._idle:
            self._rung.clear()
            try:
                await self._outbox.open(self._rung.set)
                await self._round()
            except Exception as cause:  # noqa: BLE001  # whatever it is, what was missed is read when it is over
                log.warning("changes cannot be read", extra={"fault": type(cause).__name__})
                self._refuse(cause)
            pause = min(pause * 2, POLL) if self._outbox.behind else SOON
            with suppress(TimeoutError):
                async with asyncio.timeout(pause if self._outbox.behind else POLL):
                    await self._rung.wait()

    async def _round(self) -> None:
        """Hand on what is settled and has not been, then admit those who wait: they hear of what comes after."""
        joining, self._joining = self._joining, []
        try:
            settled = await self._outbox.settled()
            if not self._streams:
                self._routed = settled
            while self._routed < settled:
                span = Span(self._routed, min(self._routed + CHUNK, settled))
                for each in await self._concerning(list(self._streams), span):
                    for stream in self._streams.get(each.account, ()):
                        stream.offer(each.child, each.kind, each.position)
                self._routed = span.up_to
        except BaseException:
            self._joining = joining + self._joining
            raise
        for stream, admitted in joining:
            if admitted.done():
                continue
            stream.since = self._routed
            self._streams[stream.account].add(stream)
            admitted.set_result(None)

    def _refuse(self, cause: Exception) -> None:
        joining, self._joining = self._joining, []
        for _, admitted in joining:
            if not admitted.done():
                admitted.set_exception(cause)

    async def _concerning(self, accounts: list[UUID], span: Span) -> list[Concern]:
        session = Session(self._reader)
        try:
            return await concerns(session, accounts, span, Moment(self._clock()))
        finally:
            await session.close()
