"""Brokered contact: somebody asks to be put in touch, and is not told with which team, nor where (R3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import aliased

from authz.words import Role
from resolvers.child import IDENTITY, read_child, visible_children
from resolvers.cursor import CursorScope
from resolvers.deed import Act, Deed
from resolvers.page import LIMIT, ByTime, Page, cut
from resolvers.problem import written
from resolvers.reading import BOTH, Row, reading
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, sees_where
from resolvers.store import tables as t
from resolvers.store.words import TaskKind

if TYPE_CHECKING:
    from resolvers.context import Operation

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another when it is read out."""

_ROW, _CHILD = aliased(t.BrokerRequest), aliased(t.Child)
_ORDER = ByTime("at")


@dataclass(frozen=True, slots=True, eq=False)
class BrokerRequestRecord:
    """One request of the viewer's own, with its answer if there is one."""

    key: UUID
    reference: str
    at: datetime
    message: str
    answer: str | None
    answered_at: datetime | None


def spoken(key: UUID) -> str:
    """Return the reference that a random key stands for: 80 bits, in groups that can be read out."""
    number = key.int >> 48
    text = "".join(_LETTERS[number >> 5 * place & 31] for place in range(16))
    return "-".join(["BR", *(text[start : start + 4] for start in range(0, 16, 4))])


def request_contact(target: str, message: str) -> Act:
    """Return the deed of asking to be put in touch about a child: a task of whichever team is responsible.

    Who that is, and whether there is one, is not asked. It raises NotDone: NOT_FOUND for a record that does not exist
    for the viewer, INVALID for a message that is empty or too long.
    """

    async def act(deed: Deed) -> UUID:
        said = written("message", message)
        child = await deed.child("childId", target)
        key, task, at = deed.new_id("request"), deed.new_id("task"), deed.moment.now
        whose = {"child_id": child.key, "other_child_id": None, "assignee_id": None}
        await deed.add(t.Task, {"id": task, "kind": TaskKind.BROKER_REQUEST, "since": deed.moment.hour, **whose})
        row = {
            "id": key,
            "reference": spoken(deed.new_id("reference")),
            "account_id": deed.viewer.account,
            "child_id": child.key,
            "task_id": task,
            "at": at,
            "message": said,
            "answer": None,
            "answered_at": None,
            "answered_by_id": None,
        }
        await deed.add(t.BrokerRequest, row)
        return key

    return act


@reading()
def _reference() -> Select[Any]:
    """Select how one of the viewer's own requests is spoken of."""
    row = t.BrokerRequest
    return select(row.reference).where(row.id == bindparam("request", type_=Uuid()), row.account_id == ACCOUNT)


async def read_reference(operation: "Operation", key: UUID | None) -> str | None:
    """Return the reference of a request that was just made, or made under the same key before."""
    rows = [] if key is None else await operation.rows(_reference(), request=key)
    return rows[0].reference if rows else None


@reading(BrokerRequestRecord, ChildRecord, role=Role, after=BOTH)
def _listed(role: Role, *, after: bool) -> Select[Any]:
    """Select the viewer's own requests about children who exist for the viewer now."""
    shown = (_ROW.id.label("request_id"), _ROW.reference, _ROW.at, _ROW.message, _ROW.answer, _ROW.answered_at)
    found = visible_children(role, _CHILD).add_columns(*shown).join(_ROW, _ROW.child_id == _CHILD.id)
    found = found.where(_ROW.account_id == ACCOUNT)
    if after:
        # A request about a child who is gone marks no place (R5).
        mark, child = aliased(t.BrokerRequest), aliased(t.Child)
        there = mark.account_id == ACCOUNT, child.id == mark.child_id, sees_where(role, IDENTITY, child)
        found = found.where(_ORDER.behind(_ROW, mark, *there))
    return found.order_by(*_ORDER.of(_ROW)).limit(LIMIT)


async def broker_requests(operation: "Operation", first: int, after: str | None) -> Page[BrokerRequestRecord]:
    """Return a page of the viewer's own requests with their answers, newest first.

    Each tells of a child: it is noted and charged (R14). Raises BadInput for a cursor that is not of this list.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "brokerRequests")
    mark = scope.mark(after)
    statement = _listed(operation.viewer.role, after=mark is not None)
    rows = await operation.rows(statement, after=mark, limit=first + 1)
    read = ((row, read_child(row, operation.viewer)) for row in rows)
    found = [(_read(row), child) for row, child in read if child is not None]
    await operation.name(*(child for _, child in found[:first]))
    return cut([request for request, _ in found], first, scope, has_previous=mark is not None)


def _read(row: Row) -> BrokerRequestRecord:
    return BrokerRequestRecord(row.request_id, row.reference, row.at, row.message, row.answer, row.answered_at)
