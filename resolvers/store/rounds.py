"""Rounds: what concurrent operations have to write is written together, each waiting for its own (group commit)."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Unwritten(Exception):  # noqa: N818  # it says what has become of an item
    """What was put is not written, or nobody knows whether it is: no answer may leave. Its cause tells why."""


class Refusing(Exception):  # noqa: N818  # it says whose fault it is
    """A round was refused for what stands in it, not for the state of the database. Its cause tells why."""


Waiting = tuple[T, asyncio.Future[None]]

Heard = Callable[[int, float, bool], None]
"""Hears of each round: of how many items, how many seconds it took, and whether they are written."""


def unheard(items: int, seconds: float, kept: bool) -> None:
    """Hear nothing."""


class Rounds(Generic[T]):
    """The one writer of a process: an ordered queue, and a task that lives while something is in it.

    A round begins at once where none is under way, and takes what has gathered since the last one began, `most` by
    weight; it never waits for company. `write` writes all of a round or nothing of it; `heard` hears of each.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[None]],
        weigh: Callable[[T], int],
        most: int,
        heard: Heard = unheard,
    ) -> None:
        self._write, self._weigh, self._most, self._heard = write, weigh, most, heard
        self._queue: deque[Waiting[T]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Return once `item` is written. Raises Unwritten.

        Who is cancelled while waiting takes nothing back: what was put is written, and nobody else is hurt.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((item, written))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await written

    async def drain(self) -> None:
        """Return once all that was put is written or refused."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._queue:
                await self._round(self._next())
        finally:
            # Nothing is awaited between the last look at the queue and this: nothing can be put and not be seen.
            self._task = None
            for _, written in self._queue:  # some are left only where the loop is being torn down
                written.cancel()

    def _next(self) -> list[Waiting[T]]:
        """Take the next round from the queue: one at least, and no more than weigh `most` together."""
        taken = [self._queue.popleft()]
        weight = self._weigh(taken[0][0])
        while self._queue and (weight := weight + self._weigh(self._queue[0][0])) <= self._most:
            taken.append(self._queue.popleft())
        return taken

    async def _round(self, taken: Sequence[Waiting[T]]) -> None:
        """Write one round; one that is refused for something in it is written anew, item by item."""
        try:
            await self._write_heard([item for item, _ in taken])
        except Refusing as refusing:
            if len(taken) == 1:
                _tell(taken, refusing.__cause__ or refusing)
                return
            for one in taken:
                await self._round([one])
        except Exception as cause:  # noqa: BLE001  # whatever it is, those who wait must hear of it
            _tell(taken, cause)
        except BaseException as cause:
            _tell(taken, cause)
            raise
        else:
            _tell(taken, None)

    async def _write_heard(self, items: Sequence[T]) -> None:
        began, kept = time.perf_counter(), False
        try:
            await self._write(items)
            kept = True
        finally:
            self._heard(len(items), time.perf_counter() - began, kept)


def _tell(taken: Sequence[Waiting[T]], cause: BaseException | None) -> None:
    """Tell those who still wait what has become of theirs; each gets an exception of its own."""
    for _, written in taken:
        if written.done():
            continue
        if cause is None:
            written.set_result(None)
            continue
        unwritten = Unwritten("what was to be written is not")
        unwritten.__cause__ = cause
        written.set_exception(unwritten)
