"""A deed: one change of the directory in one transaction, with all that it must leave beside its own rows.

Within the transaction a deed reads by the law as every operation does; it writes by statements of its own. The
change row, the audit event with its subjects, the alerts and the client's key are written in the same transaction:
all of it is there, or nothing is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Executable, Select, SelectBase, Uuid, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.viewer import Viewer
from authz.words import FieldGroup
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.ids import Kind, read_key
from resolvers.loading import ByKey
from resolvers.problem import NotDone, not_found, stale
from resolvers.records import ChildRecord, ContactRecord
from resolvers.store import tables as t
from resolvers.store.words import AlertKind, CaseloadChange
from resolvers.version import count_changes, is_contact_version, is_version

LONGEST_OVERRIDE = timedelta(minutes=15)
"""For how long an override opens a record at most (R17)."""

_NOTHING_MORE: Mapping[str, Any] = {"what": None, "practitioner_id": None, "person_id": None}
NO_RECORD: Mapping[str, Any] = {"child_id": None, "groups": [], **_NOTHING_MORE}
"""The change row of what is about no child's record."""

K = TypeVar("K")
T = TypeVar("T")

_LOCKED = select(t.Child.id).where(t.Child.id == bindparam("locked", type_=Uuid())).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """How an operation is asked, as the journal keeps it; `key` is the client's header for asking again."""

    route: str
    operation_name: str | None
    document_hash: str
    key: str | None = None


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

    async def changed(
        self, child: UUID, *groups: FieldGroup, what: CaseloadChange | None = None, worker: UUID | None = None
    ) -> None:
        """Say that groups of a child's record have changed: streams are told, and versions move (R32).

        `what` it is to those who work with the child, where it is not a change of details; `worker` is the practitioner
        whose involvement it is about.
        """
        await count_changes(self.connection, child, groups)
        about = {"child_id": child, "account_id": None, "groups": [str(group) for group in groups]}
        self.changes.append({**NO_RECORD, **about, "what": what, "practitioner_id": worker})

    def rights_changed(self, account: UUID) -> None:
        """Say that what an account may ask for, or see, has changed."""
        self.changes.append({**NO_RECORD, "account_id": account})

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
        return await self.child_by_key(name, text, read_key(text, Kind.CHILD))

    async def child_by_key(self, name: str, text: str, key: UUID | None) -> ChildRecord:
        """Do as `child` does for the child whose key the text `text` has led to."""
        # Looked at before it is locked: to wait for the lock of a hidden record would tell that there is one.
        if key is None or await self.glance(self.operation.loaders.child, key) is None:
            raise self.missing(name, text)
        await self.connection.execute(_LOCKED, {"locked": key})
        child = await self.operation.loaders.child.load(key)
        if child is None:
            raise self.missing(name, text)
        self.operation.trail.opened(child.key, child.facts, child.sight)
        return child

    async def glance(self, loader: ByKey[K, T], key: K | None) -> T | None:
        """Return what `loader` gives for `key` before anything is locked, and have it read anew when it is asked again.

        What is locked, and how long that takes, is then decided by what the viewer may see (R35).
        """
        if key is None:
            return None
        found = await loader.load(key)
        loader.clear(key)
        return found

    async def check_version(self, child: ChildRecord, version: str) -> None:
        """Raise NotDone STALE_VERSION unless `version` is what the viewer would read of `child` now."""
        if not await is_version(self.operation, child, version):
            raise stale()

    async def check_contact_version(self, contact: ContactRecord, version: str) -> None:
        """Raise NotDone STALE_VERSION unless `version` is what the viewer would read of `contact` now."""
        if not await is_contact_version(self.operation, contact, version):
            raise stale()


class Overtaken(Exception):  # noqa: N818  # nothing is wrong
    """Another deed has come between the look of this one and its locks: it is to be begun anew."""


Act = Callable[[Deed], Awaitable[UUID | None]]
"""What a deed does; it returns the key of the row that the answer is read from."""
