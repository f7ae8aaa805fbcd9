"""Walking a chain: the events of one writer in their order, some hundred at a time, as they are stored now."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.store.chain import CHAINED, ORIGIN, Digests, digests_of, tied
from resolvers.store.tables import AccessEvent, AccessSubject

AT_ONCE = 200
"""How many events are held in memory at once, with their subjects."""

_EVENTS, _SUBJECTS = AccessEvent.__table__, AccessSubject.__table__
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """One event as it is stored: where it is said to stand, its own row without that, and the rows of its subjects."""

    writer: UUID
    position: int
    digest: str
    event: Row
    subjects: Sequence[Row]

    @property
    def id(self) -> UUID:
        key: UUID = self.event["id"]
        return key

    @cached_property
    def digests(self) -> Digests:
        """The digest of the event and that of its subjects, as they are now."""
        return digests_of(self.event, self.subjects)

    def follows(self, previous: str) -> bool:
        """Tell whether this is what was tied here, behind what has the digest `previous`."""
        return tied(self.writer, self.position, previous, self.digests) == self.digest


async def walk(
    connection: AsyncConnection, writer: UUID, after: int = 0, upto: int | None = None
) -> AsyncIterator[list[Stored]]:
    """Yield the events of `writer` behind the position `after`, `upto` another where one is given, in their order."""
    place = tuple_(_EVENTS.c.position, _EVENTS.c.id)
    asked = select(_EVENTS).where(_EVENTS.c.writer == writer, _EVENTS.c.position > after)
    if upto is not None:
        asked = asked.where(_EVENTS.c.position <= upto)
    asked = asked.order_by(_EVENTS.c.position, _EVENTS.c.id).limit(AT_ONCE)
    page: Sequence[Any] = (await connection.execute(asked)).mappings().all()
    while page:
        yield await _with_subjects(connection, page)
        if len(page) < AT_ONCE:
            return
        last = tuple_(page[-1]["position"], page[-1]["id"])
        page = (await connection.execute(asked.where(place > last))).mappings().all()


async def _with_subjects(connection: AsyncConnection, page: Sequence[Row]) -> list[Stored]:
    # The instants are there for PostgreSQL to look at few partitions; a subject that was moved in time is not found.
    times = [row["at"] for row in page]
    asked = select(_SUBJECTS).where(
        _SUBJECTS.c.event_id.in_([row["id"] for row in page]), _SUBJECTS.c.at.between(min(times), max(times))
    )
    below: defaultdict[UUID, list[Row]] = defaultdict(list)
    for subject in (await connection.execute(asked)).mappings():
        below[subject["event_id"]].append(dict(subject))
    return [_stored(row, below[row["id"]]) for row in page]


def _stored(row: Row, subjects: list[Row]) -> Stored:
    event = {name: value for name, value in row.items() if name not in CHAINED}
    return Stored(row["writer"], row["position"], row["digest"] or "", event, subjects)


async def sound_end(connection: AsyncConnection, writer: UUID, signed: int) -> tuple[int, str] | None:
    """Return position and digest of the last event of `writer` that fits behind `signed`; None where there is none."""
    digest, position = ORIGIN, signed
    if signed:
        asked = select(_EVENTS.c.digest).where(_EVENTS.c.writer == writer, _EVENTS.c.position == signed)
        digest = (await connection.execute(asked.limit(1))).scalar_one_or_none() or ""
    async for page in walk(connection, writer, after=signed):
        for stored in page:
            if stored.position != position + 1 or not stored.follows(digest):
                return (position, digest) if position > signed else None
            position, digest = stored.position, stored.digest
    return (position, digest) if position > signed else None
