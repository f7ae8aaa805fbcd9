"""Verifying the journal: every checkpoint, every chain, and that nothing stands beside them."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.audit.checkpoints import Read, Row, Signed, of_writer, stored
from resolvers.audit.writer import Walked
from resolvers.store.checkpoints import UNCHAINED
from resolvers.store.tables import AccessEvent, AccessSubject, JournalCheckpoint
from resolvers.store.walk import walk
from resolvers.store.words import CheckpointKind

NAMED = 50
"""How many events, or subjects, that belong to nothing are named one by one."""

Told = Callable[[str, int, int], None]
"""Hears how far the work has come: of what, so many of so many."""


@dataclass
class Verified:
    """What was looked at, besides its faults: `unsigned` events stand behind the last checkpoints of their writers."""

    events: int = 0
    writers: int = 0
    before: int = 0
    unsigned: int = 0
    last: Signed | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it was kept elsewhere: its number, when it was signed, and the digest of its token."""

    number: int
    signed: datetime
    digest: str


@dataclass
class Verifier:
    """Verifies the journal that `connection` reads, one snapshot of it. `read` knows the keys that count.

    `kept` are checkpoints that were kept outside of the database, by their numbers.
    """

    connection: AsyncConnection
    read: Read
    told: Told
    kept: Mapping[int, Kept] = field(default_factory=dict)
    seen: Verified = field(default_factory=Verified)

    async def faults(self) -> AsyncIterator[str]:
        """Yield a sentence for each fault, as it is found."""
        async for fault in self._checkpoints():
            yield fault
        asked = stored(self.connection, self.read, _ROWS.position == 0, _ROWS.kind == CheckpointKind.START)
        total = (await self.connection.execute(select(func.count()).select_from(AccessEvent))).scalar_one()
        async for start in asked:
            if start.writer is not None and start.tells:
                self.seen.writers += 1
                async for fault in self._writer(start.writer, total):
                    yield fault
        async for fault in self._beside():
            yield fault

    async def _checkpoints(self) -> AsyncIterator[str]:
        row, kept = Row(), dict(self.kept)
        lost: list[Kept] = []
        async for signed in stored(self.connection, self.read):
            for fault in row.faults(signed):
                yield fault
            known = kept.pop(signed.number, None)
            if known is not None and known.digest != signed.sealed:
                lost.append(known)
        for known in sorted([*lost, *kept.values()], key=lambda known: known.number):
            if any(known.number >= point.number and known.signed < _at(point) for point in row.restored):
                self.seen.notes.append(f"checkpoint {known.number}, which was kept, was lost before a restore point")
            else:
                yield f"checkpoint {known.number} is not the one that was kept elsewhere: removed, or signed anew"
        self.seen.last, self.seen.before = row.last, row.before
        for point in row.restored:
            self.seen.notes.append(
                f"checkpoint {point.number} declares that the database was restored from a backup at "
                f"{_at(point):%Y-%m-%d %H:%M:%S} UTC: what was written after that backup is not here"
            )

    async def _writer(self, writer: UUID, total: int) -> AsyncIterator[str]:
        walked = Walked(writer)
        async for page in walk(self.connection, writer):
            known = await of_writer(self.connection, self.read, writer, walked.position, page[-1].position)
            for fault in walked.page(page, known):
                yield fault
            self.seen.events += len(page)
            self.told("events", self.seen.events, total)
        for fault in walked.end(await of_writer(self.connection, self.read, writer, walked.position)):
            yield fault
        self.seen.unsigned += max(0, walked.position - walked.signed)

    async def _beside(self) -> AsyncIterator[str]:
        """Yield what belongs to no chain: events of writers that nobody has signed for, and subjects of no event."""
        row, event, subject = JournalCheckpoint, AccessEvent, AccessSubject
        started = exists().where(row.writer == event.writer, row.kind == CheckpointKind.START)
        placed = and_(event.position.is_not(None), event.position > 0)
        asked = select(event.id, event.writer).where(event.writer.is_not(None), or_(~started, ~placed)).limit(NAMED)
        for stray in (await self.connection.execute(asked)).all():
            yield f"event {stray.id} has no place in a chain that anybody has signed for ({stray.writer}): inserted"
        before = (await self.connection.execute(UNCHAINED)).scalar_one()
        if before != self.seen.before:
            said = f"{before} events stand in no chain, and {self.seen.before} did when the chains began"
            yield f"{said}: {'inserted' if before > self.seen.before else 'removed'}"
        told = exists().where(and_(event.id == subject.event_id, event.at == subject.at))
        lone = select(subject.id, subject.event_id).where(~told).limit(NAMED)
        for stray in (await self.connection.execute(lone)).all():
            yield f"subject {stray.id} is of event {stray.event_id}, which is not there at its time: inserted, or left"


_ROWS = JournalCheckpoint.__table__.c


def _at(signed: Signed) -> datetime:
    told: Mapping[str, Any] = signed.told or {}
    return datetime.fromisoformat(str(told["at"]))
