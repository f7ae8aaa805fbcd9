"""One stream: what waits to be told to one viewer, bounded, whatever the viewer's pace."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from resolvers.store.words import CaseloadChange

MOST_WAITING = 2_000
"""How many entries may wait: a caseload of 500 has no more than 1,500, one for each child and kind of change."""


class Slow(Exception):  # noqa: N818  # it says whose pace it is
    """More waits than a stream may have waiting: its viewer takes nothing."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Changes of one kind on one record that wait to be told as one event: from the `first` of them to the `last`."""

    child: UUID
    kind: CaseloadChange
    first: int
    last: int


class Stream:
    """What waits to be told to one account, one entry for each child and kind of change.

    Entries stand in the order of their last changes, so that whoever goes on after one has been told of all before it,
    and is told nothing twice.
    """

    __slots__ = ("_slow", "_waiting", "_wake", "account", "since")

    def __init__(self, account: UUID) -> None:
        self.account, self.since = account, 0
        self._waiting: OrderedDict[tuple[UUID, CaseloadChange], tuple[int, int]] = OrderedDict()
        self._wake = asyncio.Event()
        self._slow = False

    def __len__(self) -> int:
        return len(self._waiting)

    def __aiter__(self) -> "Stream":
        return self

    async def __anext__(self) -> Pending:
        """Return what is to be told next, once there is something. Raises Slow where too much waits."""
        while not self._waiting:
            self._wake.clear()
            await self._wake.wait()
        if self._slow:
            raise Slow
        (child, kind), (first, last) = self._waiting.popitem(last=False)
        return Pending(child, kind, first, last)

    def offer(self, child: UUID, kind: CaseloadChange, position: int) -> None:
        """Have a change wait, with those of its kind on the same record that wait already; one of before is over."""
        if position > self.since:
            self._put(child, kind, position)

    def before(self, missed: list[tuple[UUID, CaseloadChange, int]]) -> None:
        """Have what was missed wait before all that has come meanwhile; each is older than any of that."""
        come, self._waiting = self._waiting, OrderedDict()
        for child, kind, position in missed:
            self._put(child, kind, position)
        for (child, kind), (first, last) in come.items():
            earlier, _ = self._waiting.pop((child, kind), (first, last))
            self._waiting[child, kind] = earlier, last

    def _put(self, child: UUID, kind: CaseloadChange, position: int) -> None:
        first, _ = self._waiting.pop((child, kind), (position, position))
        self._waiting[child, kind] = first, position
        self._slow |= len(self._waiting) > MOST_WAITING
        if self._slow:
            self._waiting = OrderedDict([((child, kind), (position, position))])
        self._wake.set()
