"""Events of a caseload: what one viewer is told of a change, read under the law of the moment in which it is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Uuid, bindparam

from authz.words import Role
from resolvers.changes import Span, about_a_carer_of_now, change_columns, kind_for, siblings_of, within_span
from resolvers.child import read_child, visible_children
from resolvers.position import Positions
from resolvers.reading import Row, reading
from resolvers.records import ChildRecord
from resolvers.scope import on_own_caseload
from resolvers.store import tables as t
from resolvers.store.words import CaseloadChange
from resolvers.stream import Pending, Stream

if TYPE_CHECKING:
    from resolvers.context import Operation
    from resolvers.hub import Hub

_CHILD = bindparam("changed_child", type_=Uuid())


@dataclass(frozen=True, slots=True, eq=False)
class CaseloadEventRecord:
    """One event: a change of a record that the viewer works with; `position` resumes the stream after it."""

    position: str
    at: datetime
    change: CaseloadChange
    child: ChildRecord


@reading(CaseloadEventRecord, ChildRecord, role=Role)
def _told(role: Role) -> Select[Any]:
    """Select a child on the viewer's caseload with the changes of a span."""
    change, child = t.Change, t.Child
    statement = visible_children(role, child).join(change, change.child_id == child.id)
    statement = statement.add_columns(change.at, *change_columns(change, siblings_of(role, child, change)))
    here = child.id == _CHILD, on_own_caseload(child), within_span(change), about_a_carer_of_now(change)
    return statement.where(*here).order_by(change.position)


async def follow(operation: "Operation", after: str | None) -> Stream:
    """Return the stream of the viewer's caseload, from now on or from the position `after`.

    Raises BadInput for a position that is not this viewer's, or too old.
    """
    mark = None if after is None else _positions(operation).read(after, operation.moment.now)
    await operation.session.rest()  # whoever waits for the hub keeps no connection from it
    return await _hub(operation).join(operation.viewer.account, mark)


async def tell(operation: "Operation", pending: Pending) -> CaseloadEventRecord | None:
    """Return the event of what waits to be told, noted and charged; None where the viewer may no longer hear of it.

    Of several changes of one kind the latest is told that the viewer may hear of.
    """
    span = Span(pending.first - 1, pending.last)
    rows = await operation.rows(_told(operation.viewer.role), changed_child=pending.child, **span.bound)
    row = next((row for row in reversed(rows) if kind_for(operation.viewer, row) is pending.kind), None)
    child = None if row is None else read_child(row, operation.viewer)
    if row is None or child is None:
        return None
    await operation.name(child)
    return _event(operation, pending, row, child)


def _event(operation: "Operation", pending: Pending, row: Row, child: ChildRecord) -> CaseloadEventRecord:
    position = _positions(operation).write(pending.last, operation.moment.now)
    return CaseloadEventRecord(position, row.at, pending.kind, child)


def _positions(operation: "Operation") -> Positions:
    return Positions(operation.cursor_secret, operation.viewer.account, _hub(operation).kept)


def _hub(operation: "Operation") -> "Hub":
    if operation.hub is None:
        raise RuntimeError("this operation follows nothing: the door gives subscriptions what they need")
    return operation.hub
