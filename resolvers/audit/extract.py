"""An extract with its proof: the events asked for, and of those around them the digests, up to a signed checkpoint."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.audit.checkpoints import Read, first_behind
from resolvers.store.chain import ORIGIN, canonical, digest_of
from resolvers.store.tables import AccessEvent, AccessSubject, Account, Organisation
from resolvers.store.walk import Row, Stored, walk

_EVENTS, _SUBJECTS = AccessEvent.__table__.c, AccessSubject.__table__.c
Line = dict[str, Any]

_NAMES: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("account", Account.__table__, "account_id", ("subject", "name")),
    ("body", Organisation.__table__, "organisation_id", ("name", "kind")),
)


class Unsound(Exception):  # noqa: N818  # it says what is the matter with the journal
    """The journal does not fit its chains where an extract was asked for; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which events are asked for: those of one record, of one account, of a time; of all three where all are given.

    `record` is the record's key, `sought` the hashes that the journal may keep of what was asked for in its place, one
    for each secret; with either, of other records nothing is shown.
    """

    record: UUID | None = None
    sought: Sequence[str] = ()
    account: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def of_record(self) -> bool:
        return self.record is not None or bool(self.sought)

    def where(self) -> list[ColumnElement[bool]]:
        """Return the conditions that an event is asked for."""
        found: list[ColumnElement[bool]] = []
        if self.of_record:
            of = or_(_SUBJECTS.child_id == self.record, _SUBJECTS.sought.in_(self.sought))
            found.append(_EVENTS.id.in_(select(_SUBJECTS.event_id).where(of)))
        if self.account is not None:
            found.append(_EVENTS.account_id == self.account)
        if self.since is not None:
            found.append(_EVENTS.at >= self.since)
        if self.until is not None:
            found.append(_EVENTS.at < self.until)
        return found

    def holds(self, stored: Stored) -> bool:
        """Tell the same of an event that was read."""
        at = stored.event["at"]
        return (
            (not self.of_record or any(map(self.shows, stored.subjects)))
            and self.account in (None, stored.event["account_id"])
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
        )

    def shows(self, subject: Row) -> bool:
        """Tell whether a subject is shown, and not by its digest alone."""
        if not self.of_record:
            return True
        of_record = self.record is not None and subject["child_id"] == self.record
        return of_record or subject["sought"] in self.sought


@dataclass(frozen=True, slots=True)
class Extract:
    """Takes an extract from the journal that `connection` reads, one snapshot of it."""

    connection: AsyncConnection
    read: Read
    asked: Selection
    known: set[UUID] = field(default_factory=set)
    """Accounts and bodies that have been named."""

    async def lines(self) -> AsyncIterator[Line]:
        """Yield what is asked for, and what proves it, writer by writer. Raises Unsound.

        An event that stands in no chain, from before there were any, is not among it.
        """
        place = await self._next(None)
        while place is not None:
            upto = place[1]
            async for line in self._run(*place):
                upto = line["position"]
                yield line
            place = await self._next((place[0], upto))

    async def _next(self, after: tuple[UUID, int] | None) -> tuple[UUID, int] | None:
        """Return the place of the next event that is asked for."""
        place = tuple_(_EVENTS.writer, _EVENTS.position)
        found = select(_EVENTS.writer, _EVENTS.position).where(_EVENTS.writer.is_not(None), *self.asked.where())
        if after is not None:
            found = found.where(place > tuple_(*after))
        row = (await self.connection.execute(found.order_by(_EVENTS.writer, _EVENTS.position).limit(1))).one_or_none()
        return None if row is None else (row.writer, row.position)

    async def _run(self, writer: UUID, first: int) -> AsyncIterator[Line]:
        """Yield all that lies between an event and the first checkpoint behind it, that included."""
        signed = await first_behind(self.connection, self.read, writer, first)
        if signed is None:
            raise Unsound(f"no checkpoint is signed for position {first} of writer {writer}")
        position, digest = first - 1, await self._digest(writer, first - 1)
        yield {"type": "chain", "writer": writer, "position": position, "digest": digest}
        async for page in walk(self.connection, writer, after=position, upto=signed.position):
            for stored in page:
                if stored.position != position + 1 or not stored.follows(digest):
                    raise Unsound(f"the chain of writer {writer} is broken behind position {position}")
                position, digest = stored.position, stored.digest
                if not self.asked.holds(stored):
                    yield _link(stored)
                    continue
                async for named in self._named(stored):
                    yield named
                yield self._entry(stored)
        if (position, digest) != (signed.position, signed.digest):
            raise Unsound(f"checkpoint {signed.number} was signed for what is not at its place")
        yield {"type": "checkpoint", "writer": writer, "position": position, "token": signed.token}

    async def _named(self, stored: Stored) -> AsyncIterator[Line]:
        """Yield the names that account and body of an event have now, once each."""
        for kind, table, column, columns in _NAMES:
            key = stored.event[column]
            if key not in self.known:
                self.known.add(key)
                asked = select(*(table.c[name] for name in columns)).where(table.c.id == key)
                row = (await self.connection.execute(asked)).mappings().one_or_none()
                yield {"type": kind, "position": stored.position, "id": key, **(row or {})}

    async def _digest(self, writer: UUID, position: int) -> str:
        if position == 0:
            return ORIGIN
        asked = select(_EVENTS.digest).where(_EVENTS.writer == writer, _EVENTS.position == position).limit(1)
        return (await self.connection.execute(asked)).scalar_one_or_none() or ""

    def _entry(self, stored: Stored) -> Line:
        shown = [_said(subject) for subject in stored.subjects if self.asked.shows(subject)]
        others = [digest_of(canonical(subject)) for subject in stored.subjects if not self.asked.shows(subject)]
        place = {"type": "entry", "writer": stored.writer, "position": stored.position}
        return {**place, "event": _said(stored.event), "subjects": shown, "others": sorted(others)}


def _said(row: Row) -> Mapping[str, Any]:
    """Return a row as it is hashed: without what is null."""
    return {name: value for name, value in row.items() if value is not None}


def _link(stored: Stored) -> Line:
    event, subjects = stored.digests
    place = {"type": "link", "writer": stored.writer, "position": stored.position}
    return {**place, "event": event, "subjects": subjects}
