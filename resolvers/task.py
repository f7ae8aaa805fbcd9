"""Tasks: work for teams and data managers. A task names a child by reference; the law says who sees that child."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, false, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.words import Role, Standing
from resolvers.child import IDENTITY, child_columns, read_children
from resolvers.cursor import CursorScope
from resolvers.loading import ByKey
from resolvers.page import LIMIT, ByTime, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.references import reference
from resolvers.scope import ACCOUNT, NOW, condition, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import TaskKind
from resolvers.work_records import TaskRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

_ROW, _CHILD, _REQUEST = aliased(t.Task), aliased(t.Child), aliased(t.BrokerRequest)
_KIND: BindParameter[Any] = bindparam("kind", type_=t.Task.__table__.c.kind.type)
_ORDER = ByTime("since", oldest_first=True)


def _waits_for(role: Role, row: Any, child: Any) -> ColumnElement[bool]:
    """Return the condition that a task waits now and is the viewer's work, on a child who exists for the viewer.

    Teams work on the records for which they are responsible, data managers on the matches assigned to them.
    """
    match = row.kind == TaskKind.UNCERTAIN_MATCH
    work: dict[Role, ColumnElement[bool]] = {
        Role.DIRECTORY_TEAM: condition(child, Standing.RESPONSIBLE),
        Role.DATA_MANAGER: and_(match, row.assignee_id == ACCOUNT),
    }
    waits = and_(row.resolved_at.is_(None), row.since <= NOW)
    return and_(work.get(role, false()), waits, sees_where(role, IDENTITY, child))


def _waiting(role: Role) -> Select[*tuple[Any, ...]]:
    """Select the tasks that wait for the viewer; no other row leaves the database."""
    asked = (_REQUEST.reference, _REQUEST.message, _REQUEST.account_id.label("requester"))
    columns = (_ROW.id.label("task_id"), _ROW.kind, _ROW.since, _ROW.child_id, _ROW.shield_id)
    found = select(*columns, *asked).join(_CHILD, _CHILD.id == _ROW.child_id)
    return found.outerjoin(_REQUEST, _REQUEST.task_id == _ROW.id).where(_waits_for(role, _ROW, _CHILD))


def _read(operation: "Operation", row: Row) -> TaskRecord:
    subject = row.reference or reference(operation, row.child_id)
    return TaskRecord(
        row.task_id, row.kind, subject, row.since, row.child_id, row.message, row.requester, row.shield_id
    )


@reading(TaskRecord, role=Role, locked=BOTH)
def _by_key(role: Role, *, locked: bool) -> Select[*tuple[Any, ...]]:
    found = _waiting(role).where(among(_ROW.id, "keys"))
    return found.with_for_update(of=_ROW, key_share=True) if locked else found


class TaskLoader(ByKey[UUID, TaskRecord]):
    """Loads tasks by key; None stands for one that does not wait for the viewer, one that is done among them (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key(self.operation.viewer.role, locked=False)

    def read(self, row: Row) -> tuple[UUID, TaskRecord | None]:
        return row.task_id, _read(self.operation, row)


async def lock(operation: "Operation", key: UUID) -> TaskRecord | None:
    """Return a task that waits for the viewer, which stays as it is for the rest of the transaction; else None."""
    rows = await operation.rows(_by_key(operation.viewer.role, locked=True), keys=[key])
    return _read(operation, rows[0]) if rows else None


@reading(TaskRecord, ChildRecord, role=Role, of_kind=BOTH, after=BOTH)
def _listed(role: Role, *, of_kind: bool, after: bool) -> Select[*tuple[Any, ...]]:
    found = _waiting(role).add_columns(*child_columns(role, _CHILD))
    if of_kind:
        found = found.where(_ROW.kind == _KIND)
    if after:
        # A task that is done now, or of a child who is gone, marks no place (R5).
        mark, child = aliased(t.Task), aliased(t.Child)
        there = child.id == mark.child_id, _waits_for(role, mark, child)
        found = found.where(_ORDER.behind(_ROW, mark, *there))
    return found.order_by(*_ORDER.of(_ROW)).limit(LIMIT)


async def tasks(operation: "Operation", kind: TaskKind | None, first: int, after: str | None) -> Page[TaskRecord]:
    """Return a page of the tasks that wait for the viewer, oldest first: all, or those of one kind.

    Each is about a child, whose record is noted and charged (R14, R29). Raises BadInput for a cursor that is not of
    this list.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "tasks", arguments=str(kind))
    mark = scope.mark(after)
    statement = _listed(operation.viewer.role, of_kind=kind is not None, after=mark is not None)
    rows = await operation.rows(statement, kind=kind, after=mark, limit=first + 1)
    await operation.name(*read_children(rows[:first], operation.viewer))
    return cut([_read(operation, row) for row in rows], first, scope, has_previous=mark is not None)


async def child_of(operation: "Operation", task: TaskRecord) -> ChildRecord | None:
    """Return the child of a task as a row that names the child, None where there is none for this viewer (R14)."""
    child = await operation.loaders.child.load(task.child)
    if child is not None:
        await operation.name(child)
    return child


@reading()
def _on_child() -> Select[Any]:
    row = t.Task
    about = row.child_id == bindparam("of_child", type_=Uuid()), row.kind == _KIND
    return select(row.id).where(*about, row.resolved_at.is_(None))


async def waits_on(operation: "Operation", child: UUID, kind: TaskKind) -> bool:
    """Tell whether a task of one kind waits on a record that is the viewer's work."""
    return bool(await operation.rows(_on_child(), of_child=child, kind=kind))
