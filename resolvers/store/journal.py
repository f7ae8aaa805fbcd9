"""The journal: what an operation did is written, durably, before its answer leaves (R29)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.trail import AccessKind, Touched, Trail
from authz.viewer import Viewer
from authz.words import Standing, groups_in
from resolvers.attempt import Attempt, sought
from resolvers.counting import UNCOUNTED, Counting
from resolvers.kinship import close_ones
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.deed_ledger import DeedLedger
from resolvers.store.ledger import Entry, Ledger
from resolvers.store.rounds import Heard, Rounds, unheard
from resolvers.store.signing import Signing
from resolvers.store.watch import Watch

MOST = 4_096
"""How many rows a round may have; an event with more is a round of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One operation as the journal keeps it. `outcome` is `OK`, or the code of the error that refused it.

    `deed` names the mutation that it tells of; then it is written in the transaction of the deed. One in which nobody
    looks at anything is not `watched`: no alert is raised by it.
    """

    id: UUID = field(default_factory=uuid4)
    at: datetime
    viewer: Viewer
    route: str
    operation_name: str | None
    document_hash: str
    outcome: str
    deed: str | None = None
    trail: Trail
    attempts: Sequence[Attempt] = ()
    watched: bool = True


class Journal:
    """The journal of one process: its two writers, of rounds and of deeds, and the checkpoints of both.

    Events of concurrent operations are written in rounds, those of deeds one by one. `key` makes the hashes of what
    was sought. `resting` is how many connections are kept at hand; `heard` hears of each round.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        key: bytes,
        checkpoints: Checkpoints,
        resting: int = 0,
        counting: Counting = UNCOUNTED,
        *,
        heard: Heard = unheard,
    ) -> None:
        self._key, self._counting = key, counting
        self.watch = Watch(engine)
        self._ledger = Ledger(engine, checkpoints, self.watch, resting)
        self._deeds = DeedLedger(checkpoints, self.watch)
        self._rounds = Rounds(self._ledger.write, lambda entry: entry.weight, MOST, heard)
        self._signing = Signing(engine, checkpoints, (self._ledger.chain, self._deeds.chain))

    @property
    def unsigned(self) -> int:
        """How often checkpoints could not be signed."""
        return self._signing.failed

    @property
    def resting(self) -> int:
        """How many connections rest."""
        return self._ledger.resting

    async def open(self, seconds: float) -> None:
        """Sign for what writers before left, and begin to sign a checkpoint whenever so many `seconds` have gone by."""
        await self._signing.open(seconds)

    async def append(self, event: Event) -> None:
        """Return once `event` is written, with its subjects. Raises Unwritten: then no answer may leave.

        Events are written in the order in which they are appended.
        """
        await self._rounds.put(self._entry(event))
        self._kept(event)

    async def drain(self) -> None:
        """Return once every event is written or refused and signed for, and looked at, and no connection is kept."""
        await self._rounds.drain()
        await self.watch.drain()
        await self._signing.close()
        await self._ledger.dispose()

    async def commit(self, connection: AsyncConnection, event: Event) -> None:
        """Write `event` in the transaction of `connection`, that of a deed, and commit it: both are kept, or neither.

        Nothing may be done in the transaction afterwards. Raises SQLAlchemy's errors: then it is not committed, or
        nobody knows.
        """
        await self._deeds.commit(connection, self._entry(event))
        self._kept(event)

    def _kept(self, event: Event) -> None:
        if event.watched:
            self._counting.kept(event)
        self._signing.notice()

    def _entry(self, event: Event) -> Entry:
        asked = (*_attempts(event), *self._counting.attempts(event)) if event.watched else ()
        attempts = [(attempt.statement, attempt.bound(event.viewer.account, event.id, event.at)) for attempt in asked]
        return Entry(_event_row(event), self._subjects(event), attempts)

    def _subjects(self, event: Event) -> list[dict[str, Any]]:
        at, nothing = event.at.astimezone(UTC), Touched(Standing.NONE)
        touched = [
            _subject_row(self._id(event, kind, record.hex), event.id, at, kind, done, child=record)
            for (record, kind), done in event.trail.touched.items()
        ]
        kind = AccessKind.SOUGHT
        missed = [
            _subject_row(self._id(event, kind, text), event.id, at, kind, nothing, sought=self.hash(text))
            for text in event.trail.sought
        ]
        return touched + missed

    def _id(self, event: Event, kind: AccessKind, subject: str) -> UUID:
        """Return the id of one subject of `event`: random in look, and no tale of how many others there are (R0)."""
        return UUID(bytes=hmac.digest(self._key, event.id.bytes + f"{kind}\0{subject}".encode(), "sha256")[:16])

    def hash(self, sought: str) -> str:
        """Return what the journal keeps of an id or number that was sought in vain."""
        return sought_under(self._key, sought)


def sought_under(key: bytes, sought: str) -> str:
    """Return what a journal with this key keeps of an id or number that was sought in vain."""
    return hmac.digest(key, sought.encode(), "sha256").hex()


def _attempts(event: Event) -> list[Attempt]:
    """Return what `event` asked for in vain, and all searches: these may find others and not the one in conflict."""
    missed, near = event.trail.sought, close_ones(event)
    asked = [*event.attempts, sought(missed)] if missed else event.attempts
    return [*asked, near] if near is not None else list(asked)


def _subject_row(
    key: UUID,
    event: UUID,
    at: datetime,
    kind: AccessKind,
    touched: Touched,
    *,
    child: UUID | None = None,
    sought: str | None = None,
) -> dict[str, Any]:
    """Return the row of a subject, a child's or of what was sought, in the order in which it is hashed."""
    row = {
        "at": at,
        "child_id": child,
        "disclosed": [str(group) for group in groups_in(touched.disclosed)],
        "event_id": event,
        "id": key,
        "kind": kind,
        "override": Standing.OVERRIDING in touched.standing,
        "shielded": touched.shielded,
        "sought": sought,
        "standing": _names(touched.standing),
        "withheld": [str(group) for group in groups_in(touched.withheld)],
    }
    del row["sought" if sought is None else "child_id"]
    return row


@cache
def _names(standing: Standing) -> list[str | None]:
    return [one.name for one in standing]


def _event_row(event: Event) -> dict[str, Any]:
    """Return the row of an event in the order in which it is hashed, without what is null."""
    viewer = event.viewer
    row = {
        "account_id": viewer.account,
        "at": event.at.astimezone(UTC),
        "deed": event.deed,
        "document_hash": event.document_hash,
        "id": event.id,
        "on_behalf_of": viewer.on_behalf_of,
        "operation_name": event.operation_name,
        "organisation_id": viewer.organisation,
        "outcome": event.outcome,
        "purpose": viewer.purpose,
        "reason": viewer.reason,
        "role": viewer.role,
        "route": event.route,
        "searches": [
            {"criteria": list(searched.criteria), "hits": searched.hits, "root": searched.root}
            for searched in event.trail.searched
        ],
    }
    return {name: value for name, value in row.items() if value is not None}
