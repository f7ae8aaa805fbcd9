"""Traces: why an operation was answered as it was, kept for ten minutes for whoever may know (decision 34).

They are kept in the database, so that every worker can tell of what any of them has answered.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, delete, exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased

from authz.rules import Facts
from authz.verdicts import Verdict, Verdicts
from authz.viewer import Viewer
from authz.words import Role
from resolvers.clock import Moment
from resolvers.facts import FACTS, code_of
from resolvers.reading import reading
from resolvers.scope import ACCOUNT, conflicted
from resolvers.stopping import stop
from resolvers.store import tables as t
from resolvers.store.tables.base import Instant

if TYPE_CHECKING:
    from resolvers.context import Operation

log = logging.getLogger("gateway.explorer")

KEPT = timedelta(minutes=10)
"""For how long a trace is kept."""

MOST = 100
"""How many traces of one account a process keeps at a time: whoever asks for more is answered without one."""

PAUSE = 60.0
"""Seconds between two looks for traces that are over."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one verdict: the facts, the bits in sight, those asked for, the rules that took from a carer."""

    facts: Facts
    bits: int
    asked: int
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """What was decided for one operation: the role that asked, and the verdict on each record by its key."""

    role: Role
    verdicts: Mapping[UUID, Kept]


class Traces:
    """The traces of one database, which are deleted from `open` to `close`; `new_id` gives them ids, at random."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        self._engine, self._clock, self._new_id = engine, clock, new_id
        self._task: asyncio.Task[None] | None = None
        self._kept: dict[UUID, deque[datetime]] = {}

    async def keep(self, viewer: Viewer, moment: Moment, verdicts: Verdicts) -> UUID | None:
        """Keep what was decided for an operation of `viewer`, whatever it touched; return the id of the trace.

        None where the account has as many as one may have: a client must not fill the disk by asking for help.
        """
        if not self._counted(viewer.account, moment.now):
            return None
        trace = self._new_id()
        row = {
            "id": trace,
            "account_id": viewer.account,
            "role": viewer.role,
            "until": moment.now + KEPT,
            "verdicts": [_written(record, verdict) for record, verdict in verdicts.of.items()],
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(t.Trace), row)
        return trace

    def _counted(self, account: UUID, now: datetime) -> bool:
        """Count one more trace of `account`, and tell whether there is room for it."""
        kept = self._kept.setdefault(account, deque())
        while kept and kept[0] <= now:
            kept.popleft()
        if len(kept) >= MOST:
            return False
        kept.append(now + KEPT)
        return True

    async def open(self) -> None:
        """Begin to delete what is over, whoever has kept it: this process before it was told to keep none, perhaps."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Delete no more."""
        if self._task is not None:
            await stop(self._task)

    async def forget(self) -> int:
        """Delete the traces that are over; return how many there were."""
        now = self._clock()
        self._kept = {account: kept for account, kept in self._kept.items() if kept and kept[-1] > now}
        async with self._engine.begin() as connection:
            done = await connection.execute(delete(t.Trace).where(t.Trace.until <= now))
        return done.rowcount

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.forget()
            except Exception as cause:  # noqa: BLE001  # whatever it is, it is tried again
                log.warning("traces are not deleted", extra={"fault": type(cause).__name__})


@reading()
def _kept() -> Select[Any]:
    """Select a trace that is not over; never one of an operation that the person who is asking has asked for.

    A person may have several accounts, and act by the account of somebody else.
    """
    wanted = t.Trace.id == bindparam("trace", type_=Uuid())
    lasting = t.Trace.until > bindparam("now", type_=Instant())
    mine, asker = aliased(t.Account), aliased(t.Account)
    one = or_(
        asker.id == mine.id,
        asker.practitioner_id == mine.practitioner_id,
        asker.person_id == mine.person_id,
        asker.subject == bindparam("actor", type_=Text()),
    )
    own = exists().where(asker.id == t.Trace.account_id, mine.id == ACCOUNT, one)
    return select(t.Trace.role, t.Trace.verdicts).where(wanted, lasting, ~own)


@reading()
def _conflicts() -> Select[Any]:
    row = t.AccountConflict
    return select(row.child_id).where(*conflicted(row, ACCOUNT, row.child_id))


async def find_trace(operation: "Operation", asked: UUID | None) -> Trace | None:
    """Return the trace of that id. None for one that is over or never was, and for one of the viewer's own alike."""
    rows = await operation.rows(_kept(), trace=asked, actor=operation.viewer.on_behalf_of)
    return Trace(rows[0].role, dict(_read(each) for each in rows[0].verdicts)) if rows else None


async def conflicts(operation: "Operation") -> Set[UUID]:
    """Return the keys of the records with which the viewer is in conflict: of these it is told nothing (R12)."""
    return {row.child_id for row in await operation.rows(_conflicts())}


def _written(record: UUID, verdict: Verdict) -> list[Any]:
    return [record.hex, code_of(verdict.facts), verdict.sight.bits, verdict.asked, list(verdict.beside)]


def _read(row: list[Any]) -> tuple[UUID, Kept]:
    record, code, bits, asked, beside = row
    return UUID(hex=record), Kept(FACTS[code], bits, asked, tuple(beside))
