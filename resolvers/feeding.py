"""Feeds are processed: what clients have sent lands on records, after the answer, a batch in one transaction (R19).

A batch is done as the account that has sent it, which must still be in force; it is one of the directory at a time, so
that no two batches make the same child twice. What is done is gone from the entries: nothing is lost by a process that
ends, and nothing is done twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import aliased

from authz.sight import sight_of
from authz.viewer import Viewer
from authz.words import Role
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.deed import LONGEST_OVERRIDE, Deed
from resolvers.facts import FACTS
from resolvers.feed_claim import Claim, Left, claimed, left, note_failure
from resolvers.feed_homes import ASK_ABOUT_HOMES, LOCK_HOMES
from resolvers.feed_telling import tell
from resolvers.homes import lock_homes
from resolvers.landing import FIND_ROWS, GIVE_BIRTH, JUDGE, WORK_AND_STAYS
from resolvers.landing_reach import REACHES
from resolvers.likeness import BATCH, LOCK_KNOWN, NOTE_ALIKE, NOTE_IDENTIFIED, PLACE, POSTPONE
from resolvers.own_body import own_body
from resolvers.reading import Row, reading
from resolvers.scope import facts_code
from resolvers.session import Session, Within
from resolvers.store import tables as t
from resolvers.store.journal import Event, Journal
from resolvers.store.keys import among
from resolvers.store.outbox import Bell
from resolvers.store.snapshot import Reader
from resolvers.store.words import FeedMatch

DEED, ROUTE = "submitFeed", "feed"
_TURN = 0x6665656473
"""The advisory lock on PostgreSQL that gives batches their turn."""

_PATIENCE = "30s"
"""How long PostgreSQL lets a batch do nothing: a process that is frozen must not keep the turn of all others."""

_ENTRY, _MATCHED = t.FeedEntry, t.FeedMatched


@reading()
def _landed() -> Select[*tuple[Any, ...]]:
    """Select what has become of a batch: references, and the facts of the law."""
    child = aliased(t.Child)
    facts = facts_code(Role.FEED_CLIENT, child).label("facts")
    found = select(_MATCHED.position, _MATCHED.match, _MATCHED.child_id, facts)
    return found.outerjoin(child, child.id == _MATCHED.child_id)


_END = (
    delete(t.FeedLikeness),
    delete(_MATCHED),
    delete(_ENTRY).where(among(_ENTRY.position, BATCH)),
)


class Busy(Exception):  # noqa: N818  # nothing is wrong
    """Another process does a batch."""


class Failed(Exception):  # noqa: N818  # what it was of is told by its cause
    """A batch was not done. `entry` is the one that it was of, which had failed `attempts` times before.

    It is None for a batch of several, and for none: then nothing was `claimed`, and the database fails.
    """

    def __init__(self, claim: Claim) -> None:
        super().__init__("a batch of a feed is not done")
        self.claimed = bool(claim.entries)
        self.entry = claim.entries[0] if len(claim.entries) == 1 else None
        self.attempts = claim.retried


Frame = Callable[[Viewer, Moment, Session], Operation]
"""Makes the operation of a viewer at a moment, which reads by a session."""


@dataclass(frozen=True, slots=True)
class Feeding:
    """Does batches, each in one transaction of `engine`. `frame` makes the operation that a batch reads by."""

    engine: AsyncEngine
    reader: Reader
    journal: Journal
    frame: Frame
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID] = uuid4
    bell: Bell = field(default_factory=Bell)
    """Rung with each batch, for the streams that are open."""

    async def batch(self, most: int) -> int:
        """Do a batch of up to `most` entries; return how many are done, 0 where nothing is due.

        Raises Busy, and Failed with whatever went wrong: then nothing of it is done.
        """
        claim = Claim()
        try:
            async with self.engine.connect() as connection:  # undone unless the journal commits it
                await _take_turn(connection)
                return await self._done(connection, claim, most)
        except Busy:
            raise
        except Exception as cause:
            raise Failed(claim) from cause

    async def _done(self, connection: AsyncConnection, claim: Claim, most: int) -> int:
        moment, session = Moment(self.clock()), Within(self.reader, connection)
        try:
            viewer = await claimed(session, moment, claim, most)
            if viewer is None:
                return 0
            operation = self.frame(viewer, moment, session)
            deed = Deed(DEED, operation, connection, self.new_id(), self.new_id(), LONGEST_OVERRIDE)
            done = await _process(deed, claim.entries)
        finally:
            await session.close()
        await self.bell.within(connection)
        await self.journal.commit(connection, _event(deed))
        self.bell.rung()
        return done

    async def left(self) -> Left:
        """Return what is left to do."""
        async with self.engine.connect() as connection:
            return await left(Within(self.reader, connection))

    async def note_failure(self, entry: int, attempts: int) -> bool:
        """Have an entry that cannot be done tried again later; return whether it is set aside for good."""
        async with self.engine.begin() as connection:
            return await note_failure(connection, entry, attempts, self.clock())


async def _take_turn(connection: AsyncConnection) -> None:
    """Be the one that does a batch, until the transaction ends. Raises Busy."""
    if connection.dialect.name != "postgresql":
        return  # whoever writes is alone there
    patience = func.set_config("idle_in_transaction_session_timeout", _PATIENCE, True)  # PostgreSQL's
    await connection.execute(select(patience))
    if not (await connection.execute(select(func.pg_try_advisory_xact_lock(_TURN)))).scalar_one():
        raise Busy


async def _process(deed: Deed, entries: Sequence[int]) -> int:
    """Do what a batch says; return how many of its entries are done: those that come later are left."""
    bound = {BATCH: list(entries), "of_authority": (await own_body(deed.operation)).authority}
    for _ in range(2):
        # What a merge has moved while this one waited is locked the second time.
        await deed.lock(LOCK_KNOWN, **bound)
    seeds = {"seed": deed.seed_of("entry")}
    for statement in (NOTE_IDENTIFIED, POSTPONE, NOTE_ALIKE, PLACE, *GIVE_BIRTH, *FIND_ROWS, *JUDGE):
        await deed.write(statement, **bound, **seeds)
    landed = await deed.operation.rows(_landed())
    for statement in (*WORK_AND_STAYS, *REACHES):
        await deed.write(statement, **bound, **seeds)
    await lock_homes(deed, LOCK_HOMES)
    for statement in ASK_ABOUT_HOMES:
        await deed.write(statement, **bound, **seeds)
    await tell(deed)
    done = [row for row in landed if row.match is not FeedMatch.LATER]
    for row in done:
        _note(deed, row)
    for statement in _END:
        await deed.write(statement, **{BATCH: [row.position for row in done]})
    return len(done)


def _note(deed: Deed, row: Row) -> None:
    """Note in the trail which record an entry has changed (R29)."""
    if row.child_id is None:
        deed.operation.trail.missed(f"entry {deed.event} {row.position}")
        return
    facts = FACTS[row.facts]
    deed.operation.trail.opened(row.child_id, facts, sight_of(deed.viewer, facts))


def _event(deed: Deed) -> Event:
    return Event(
        id=deed.event,
        at=deed.moment.now,
        viewer=deed.viewer,
        route=ROUTE,
        operation_name=None,
        document_hash="",
        outcome="OK",
        deed=deed.name,
        trail=deed.operation.trail,
        watched=False,
    )
