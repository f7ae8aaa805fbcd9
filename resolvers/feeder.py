"""The feeder: has what feeds have sent processed in a process of the gateway, a moment after the answers have left.

To make a record takes longer than to amend one, and both take longer than to do nothing. An answer that waited for it,
or was made at the same time, would tell by its time what its entries match (R19, R35): so the feeder begins after a
pause of no fixed length, and takes no lock that a submission waits for. Whatever another process has left is found at
the start, and looked for from time to time.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from secrets import SystemRandom

from resolvers.feed_claim import Left
from resolvers.feeding import Busy, Failed, Feeding

log = logging.getLogger("gateway.feeds")

SHORTEST, LONGEST = 0.05, 0.25
"""Between how many seconds a pause lasts."""

LONGEST_BACKOFF = 256
"""How many times as long a pause becomes, at most, while batches fail."""

POLL = 30.0
"""After how many seconds it is looked whether another process has left something."""


def _pause() -> float:
    return SystemRandom().uniform(SHORTEST, LONGEST)


class Feeder:
    """Does batches of up to `most` entries until none is due, whenever something has come.

    `done` counts entries, `failures` batches that were not done; `left` is what was left when it was looked last.
    """

    def __init__(self, feeding: Feeding, most: int, pause: Callable[[], float] = _pause) -> None:
        self._feeding, self._most, self.pause = feeding, most, pause
        self._size = most
        self._failing = 0
        self._come, self._closing = asyncio.Event(), asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.done = self.failures = 0
        self.left = Left(0, 0)

    def notice(self) -> None:
        """Say that something has come; nobody waits for it."""
        self._come.set()

    async def open(self) -> None:
        """Begin: with what is left over."""
        self._come.set()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End once the batch that is under way is done."""
        self._closing.set()
        self._come.set()
        if self._task is not None:
            await self._task

    async def drain(self) -> None:
        """Return once nothing is due, or what is due fails; for whoever cannot wait."""
        while await self._step():
            pass
        await self._look()

    async def _run(self) -> None:
        while not self._closing.is_set():
            await self._rest(self._come, self._wait() if self._failing else POLL)
            self._come.clear()
            await self._rest(self._closing, self.pause())
            await self._work()

    def _wait(self) -> float:
        return self.pause() * float(min(2**self._failing, LONGEST_BACKOFF))

    async def _work(self) -> None:
        while not self._closing.is_set() and await self._step():
            if self._failing:
                await self._rest(self._closing, self._wait())
        await self._look()

    async def _rest(self, until: asyncio.Event, seconds: float) -> None:
        if self._closing.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await until.wait()

    async def _step(self) -> bool:
        """Do one batch; return whether another may be due. One that fails is made smaller, down to a single entry."""
        async with self._turn:
            try:
                done = await self._feeding.batch(self._size)
            except Busy:
                self._come.set()  # what has come here may have come too late for whoever is at it
                return False
            except Failed as failed:
                return await self._failed(failed)
            self._failing, self.done = 0, self.done + done
            self._size = min(self._size * 2, self._most)
            return done > 0

    async def _failed(self, failed: Failed) -> bool:
        """Note what has failed; return whether to go on at once, or after a pause."""
        fault = type(getattr(failed.__cause__, "orig", None) or failed.__cause__).__name__
        self.failures, self._failing = self.failures + 1, self._failing + 1
        log.error("a batch of a feed is not done", extra={"fault": fault})
        if failed.entry is None:
            self._size = max(1, self._size // 4)
            return failed.claimed
        try:
            aside = await self._feeding.note_failure(failed.entry, failed.attempts)
        except Exception as cause:  # noqa: BLE001  # then it is the database that fails, and not the entry
            log.error("feeds are not processed", extra={"fault": type(cause).__name__})
            return False
        if aside:
            log.error("an entry of a feed is set aside", extra={"entry": failed.entry, "fault": fault})
        self._failing, self._size = 0, self._most
        return True

    async def _look(self) -> None:
        with suppress(Exception):  # it is only for the metrics
            self.left = await self._feeding.left()
