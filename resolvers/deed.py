"""A deed: one change of the directory in one transaction, with all that it must leave beside its own rows.

Within the transaction a deed reads by the law as every operation does; it writes by statements of its own. The
change row, the audit event with its subjects, the alerts and the client's key are written in the same transaction:
all of it is there, or nothing is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Executable, Select, SelectBase, Uuid, bindparam, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.trail import Trail
from authz.viewer import Viewer
from authz.words import FieldGroup
from resolvers.account import find_again
from resolvers.budget import ClosedBudget
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.errors import Forbidden
from resolvers.idempotency import Keys, Repeatable, done_before, note_done
from resolvers.ids import Kind, read_key
from resolvers.problem import NotDone, duplicate_key, not_found, stale
from resolvers.records import ChildRecord
from resolvers.session import Within
from resolvers.store import tables as t
from resolvers.store.journal import Event, Journal
from resolvers.store.words import AlertKind
from resolvers.version import count_changes

ATTEMPTS = 3
"""How often a deed is begun that the database undid for the sake of another one."""

LONGEST_OVERRIDE = timedelta(minutes=15)
"""For how long an override opens a record at most (R17)."""

_LOCKED = select(t.Child.id).where(t.Child.id == bindparam("locked", type_=Uuid())).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """How an operation is asked, as the journal keeps it; `key` is the client's header for asking again."""

    route: str
    operation_name: str | None
    document_hash: str
    key: str | None = None


_NOT_ASKED = Asking("", None, "")


@dataclass
class Deed:
    """One deed on its way. `operation` reads by the law, within the transaction; `event` is the audit event to be."""

    name: str
    operation: Operation
    connection: AsyncConnection
    seed: UUID
    event: UUID
    override_lasts: timedelta
    changes: list[Mapping[str, Any]] = field(default_factory=list)
    alerts: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def viewer(self) -> Viewer:
        return self.operation.viewer

    @property
    def moment(self) -> Moment:
        return self.operation.moment

    def new_id(self, what: str) -> UUID:
        """Return the id of one thing that this deed makes, named by `what`: random, and the same in this deed alone.

        How many other things are made, which may be hidden, has no part in it (R0).
        """
        return UUID(bytes=sha256(self.seed.bytes + what.encode()).digest()[:16], version=4)

    def seed_of(self, what: str) -> str:
        """Return from what the database makes ids, one for each row that it finds by itself (`made_id`)."""
        return f"{self.seed.hex} {what} "

    async def lock(self, statement: Select[*tuple[Any, ...]], **parameters: Any) -> None:
        """Lock the rows of a SELECT ... FOR UPDATE for the rest of the transaction; what it selects is not read."""
        await self.connection.execute(statement, {**self.operation.lens, **parameters})

    async def write(self, statement: Executable, **parameters: Any) -> None:
        """Run a statement that writes, with the lens bound and `parameters` beside it.

        What a deed reads, it reads by `operation.rows`, whose statements are proven.
        """
        if isinstance(statement, SelectBase):
            raise TypeError("a deed reads by `operation.rows`, and writes by this")
        await self.connection.execute(statement, {**self.operation.lens, **parameters})

    async def add(self, table: type[t.Base], *rows: Mapping[str, Any]) -> None:
        """Write rows of one table."""
        if rows:
            await self.connection.execute(insert(table), list(rows))

    async def changed(self, child: UUID, *groups: FieldGroup) -> None:
        """Say that groups of a child's record have changed: streams are told, and versions move (R32)."""
        await count_changes(self.connection, child, groups)
        self.changes.append({"child_id": child, "account_id": None, "groups": [str(group) for group in groups]})

    def rights_changed(self, account: UUID) -> None:
        """Say that what an account may ask for, or see, has changed."""
        self.changes.append({"child_id": None, "account_id": account, "groups": []})

    def alert(self, kind: AlertKind, child: UUID | None = None) -> None:
        """Raise an alert with the audit event of this deed."""
        row = {"kind": kind, "at": self.moment.now, "event_id": self.event, "child_id": child}
        self.alerts.append({"id": self.new_id(f"alert {len(self.alerts)}"), **row})

    def missing(self, name: str, text: str) -> NotDone:
        """Note what was asked for in vain by the input field `name`, and return the problem to raise."""
        self.operation.trail.missed(text)
        return not_found(name)

    async def child(self, name: str, text: str) -> ChildRecord:
        """Return the child whose id the input field `name` gives: locked, and as the law shows it now.

        Raises NotDone NOT_FOUND for whatever is none to this viewer.
        """
        key = read_key(text, Kind.CHILD)
        if key is not None:
            await self.connection.execute(_LOCKED, {"locked": key})
        child = None if key is None else await self.operation.loaders.child.load(key)
        if child is None:
            raise self.missing(name, text)
        self.operation.trail.opened(child.key, child.facts, child.sight)
        return child

    async def check_version(self, child: ChildRecord, version: str) -> None:
        """Raise NotDone STALE_VERSION unless `version` is what the viewer would read of `child` now."""
        if await self.operation.loaders.child_version.load(child) != version:
            raise stale()


Act = Callable[[Deed], Awaitable[UUID | None]]
"""What a deed does; it returns the key of the row that the answer is read from."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Does deeds, each in one transaction of `engine`. From `new_id` come the ids of what they make and of events.

    `override_lasts` is for how long an override opens a record.
    """

    engine: AsyncEngine
    journal: Journal
    keys: Keys
    new_id: Callable[[], UUID] = uuid4
    override_lasts: timedelta = LONGEST_OVERRIDE

    async def do(self, operation: Operation, name: str, act: Act, repeatable: Repeatable | None) -> UUID | None:
        """Do one deed for the viewer of `operation`, who then reads on from a fresh snapshot.

        Returns what `act` did, now or under the same key before. Raises NotDone, with nothing done.
        """
        await operation.renew()
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(operation, name, act, repeatable)
            except DBAPIError as cause:
                if not _collided(cause):
                    raise
        return await self._once(operation, name, act, repeatable)

    async def _once(self, operation: Operation, name: str, act: Act, repeatable: Repeatable | None) -> UUID | None:
        async with self.engine.connect() as connection:  # undone unless the journal commits it
            deed = self._begun(operation, name, connection)
            await _lock_account(deed)
            try:
                answer, repeated = await _done(deed, act, repeatable)
            except NotDone:
                operation.trail.take(deed.operation.trail)
                raise
            if not repeated:
                await self._leave(deed)
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
        changes = deed.changes or [{"child_id": None, "account_id": deed.viewer.account, "groups": []}]
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
        await self.journal.commit(deed.connection, event)


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
        if before.digest != repeatable.digest:
            raise duplicate_key(repeatable.field)
        return before.answer_id, True
    answer = await act(deed)
    await note_done(deed.connection, account, repeatable, deed.moment, answer)
    return answer, False


def _collided(cause: DBAPIError) -> bool:
    """Tell whether the database undid a transaction for another one's sake: a deadlock, or no serial order."""
    return str(getattr(cause.orig, "sqlstate", None) or "").startswith("40")
