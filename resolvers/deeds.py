"""How deeds are done: each in one transaction, one of an account at a time, begun anew where another came between."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.trail import Trail
from resolvers.account import find_again
from resolvers.budget import ClosedBudget
from resolvers.context import Operation
from resolvers.deed import LONGEST_OVERRIDE, NO_RECORD, Act, Asking, Deed, Overtaken
from resolvers.errors import Forbidden
from resolvers.idempotency import Keys, Repeatable, done_before, note_done
from resolvers.problem import duplicate_key
from resolvers.session import Within
from resolvers.store import tables as t
from resolvers.store.journal import Event, Journal
from resolvers.store.outbox import Bell

ATTEMPTS = 3
"""How often a deed is begun that is undone for the sake of another one."""

MOST_WAITING = 50_000
"""How many entries of feeds may wait before further ones are answered as queued."""


def unheard() -> None:
    """Hear nothing."""


_NOT_ASKED = Asking("", None, "")


@dataclass(frozen=True, slots=True)
class Deeds:
    """Does deeds, each in one transaction of `engine`. From `new_id` come the ids of what they make and of events.

    `override_lasts` is for how long an override opens a record. Where `most_waiting` entries of feeds wait, more are
    queued; `fed` hears that some have come.
    """

    engine: AsyncEngine
    journal: Journal
    keys: Keys
    new_id: Callable[[], UUID] = uuid4
    override_lasts: timedelta = LONGEST_OVERRIDE
    bell: Bell = field(default_factory=Bell)
    """Rung with each deed, for the streams that are open."""
    most_waiting: int = MOST_WAITING
    fed: Callable[[], None] = unheard
    turns: WeakValueDictionary[UUID, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Whose turn it is, by account: deeds of one account wait for each other before they take a connection each."""

    async def do(self, operation: Operation, name: str, act: Act, repeatable: Repeatable | None) -> UUID | None:
        """Do one deed for the viewer of `operation`, who then reads on from a fresh snapshot.

        Returns what `act` did, now or under the same key before. Raises NotDone, with nothing done.
        """
        await operation.renew()
        async with self.turns.setdefault(operation.viewer.account, asyncio.Lock()):
            return await self._done(operation, name, act, repeatable)

    async def _done(self, operation: Operation, name: str, act: Act, repeatable: Repeatable | None) -> UUID | None:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(operation, name, act, repeatable)
            except (DBAPIError, Overtaken) as cause:
                if not _collided(cause):
                    raise
        return await self._once(operation, name, act, repeatable)

    async def _once(self, operation: Operation, name: str, act: Act, repeatable: Repeatable | None) -> UUID | None:
        async with self.engine.connect() as connection:  # undone unless the journal commits it
            deed = self._begun(operation, name, connection)
            try:
                await _lock_account(deed)
                answer, repeated = await _done(deed, act, repeatable)
                if not repeated:
                    await self._leave(deed)
            except BaseException as cause:
                if not (isinstance(cause, DBAPIError | Overtaken) and _collided(cause)):
                    operation.trail.take(deed.operation.trail)  # what was asked for stays on record, done or not
                raise
            finally:
                # INVARIANT (alone): a reading of another task that went on would keep the transaction from its end.
                await deed.operation.session.abandon()
                await deed.operation.session.close()
        return answer

    def _begun(self, operation: Operation, name: str, connection: AsyncConnection) -> Deed:
        within = replace(
            operation,
            session=Within(operation.session.reader, connection),
            budget=ClosedBudget(operation.budget),
            trail=Trail(),
            attempts=[],
        )
        return Deed(name, within, connection, self.new_id(), self.new_id(), self.override_lasts)

    async def _leave(self, deed: Deed) -> None:
        """Write what every deed leaves, changes, alerts and its audit event, and commit."""
        row = {"at": deed.moment.now, "deed": deed.name, "event_id": deed.event}
        changes = deed.changes or [{**NO_RECORD, "account_id": deed.viewer.account}]
        await deed.add(t.Change, *({**row, **change} for change in changes))
        await deed.add(t.Alert, *deed.alerts)
        asking = deed.operation.asking or _NOT_ASKED
        event = Event(
            id=deed.event,
            at=deed.moment.now,
            viewer=deed.viewer,
            route=asking.route,
            operation_name=asking.operation_name,
            document_hash=asking.document_hash,
            outcome="OK",
            deed=deed.name,
            trail=deed.operation.trail,
            attempts=deed.operation.attempts,
        )
        await self.bell.within(deed.connection)
        await self.journal.commit(deed.connection, event)
        self.bell.rung()


async def _lock_account(deed: Deed) -> None:
    """Let one deed of an account go at a time, and refuse one whose account has lost a right on the way (R28)."""
    asked, now = deed.viewer, await find_again(deed.operation, locked=True)
    kept = now is not None and replace(now, name=asked.name, lapses=asked.lapses) == asked
    if now is None or not kept or not set(now.lapses) <= set(asked.lapses):
        raise Forbidden("this account has changed since the request was sent: see `viewer { role lapses }`, ask again")


async def _done(deed: Deed, act: Act, repeatable: Repeatable | None) -> tuple[UUID | None, bool]:
    """Return the answer of `act`, and whether it had been done before under the same key."""
    if repeatable is None:
        return await act(deed), False
    account = deed.viewer.account
    before = await done_before(deed.connection, account, repeatable, deed.moment)
    if before is not None:
        if before.digest != repeatable.digest_under(before.key):
            raise duplicate_key(repeatable.field)
        return before.answer_id, True
    answer = await act(deed)
    await note_done(deed.connection, account, repeatable, deed.moment, answer)
    return answer, False


def _collided(cause: DBAPIError | Overtaken) -> bool:
    """Tell whether a transaction is undone for another one's sake: a deadlock, no serial order, or overtaken."""
    return isinstance(cause, Overtaken) or str(getattr(cause.orig, "sqlstate", None) or "").startswith("40")
