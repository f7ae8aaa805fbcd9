"""The cases behind shields: of one record, and of all for which the viewer's team is responsible (R23)."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.words import FieldGroup, Role
from resolvers.child import child_columns, read_child
from resolvers.cursor import CursorScope
from resolvers.loading import ByKey, FirstByChild
from resolvers.page import LIMIT, ByTime, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, sees_where
from resolvers.shield_record import ShieldRecord
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant
from resolvers.store.words import STANDING_STATES, ShieldState

if TYPE_CHECKING:
    from resolvers.context import Operation

CASE = (FieldGroup.SHIELD_CASE,)
_ROW, _CHILD = aliased(t.Shield), aliased(t.Child)
_REQUESTER, _DECIDER, _PROPOSER = aliased(t.Account), aliased(t.Account), aliased(t.Account)
_STATE: BindParameter[Any] = bindparam("state", type_=t.Shield.__table__.c.state.type)
_ORDER = ByTime("since")
_WEIGHT = (ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED, ShieldState.REQUESTED, ShieldState.HOLD)
"""Of several shields of one record the first in this order is shown on it."""


def _cases() -> Select[*tuple[Any, ...]]:
    """Select cases with the names of those who had a part in them."""
    found = select(
        *(_ROW.id.label("shield_id"), _ROW.child_id, _ROW.state, _ROW.reason, _ROW.evidence, _ROW.since),
        *(_ROW.review_by, _ROW.requested_by_id, _ROW.lift_proposed_by_id, _ROW.raised_by_id),
        *(_REQUESTER.name.label("requester"), _DECIDER.name.label("decider"), _PROPOSER.name.label("proposer")),
    ).select_from(_ROW)
    found = found.outerjoin(_REQUESTER, _REQUESTER.id == _ROW.requested_by_id)
    found = found.outerjoin(_DECIDER, _DECIDER.id == _ROW.decided_by_id)
    return found.outerjoin(_PROPOSER, _PROPOSER.id == _ROW.lift_proposed_by_id)


def _in_sight(role: Role) -> Select[Any]:
    """Select the cases that are in sight, each with the child; no other row leaves the database."""
    found = _cases().join(_CHILD, _CHILD.id == _ROW.child_id).add_columns(*child_columns(role, _CHILD))
    return found.where(sees_where(role, CASE, _CHILD))


def _read(row: Row, child: ChildRecord) -> ShieldRecord:
    return ShieldRecord(
        key=row.shield_id,
        child=child,
        state=row.state,
        reason=row.reason,
        evidence=row.evidence,
        requested_by=row.requester,
        decided_by=row.decider,
        lift_proposed_by=row.proposer,
        since=row.since,
        review_by=row.review_by,
        requester=row.requested_by_id,
        proposer=row.lift_proposed_by_id,
        follows=row.raised_by_id,
    )


@reading(ShieldRecord, ChildRecord, role=Role)
def _by_key(role: Role) -> Select[Any]:
    return _in_sight(role).where(among(_ROW.id, "keys"))


class ShieldLoader(ByKey[UUID, ShieldRecord]):
    """Loads cases by key; None stands for one that is out of sight (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key(self.operation.viewer.role)

    def read(self, row: Row) -> tuple[UUID, ShieldRecord | None]:
        child = read_child(row, self.operation.viewer)
        return row.shield_id, None if child is None else _read(row, child)


@reading(ShieldRecord, keys={"keys": CASE})
def _standing() -> Select[Any]:
    weight = case({state: n for n, state in enumerate(_WEIGHT)}, value=_ROW.state)
    found = _cases().where(among(_ROW.child_id, "keys"), _ROW.state.in_(STANDING_STATES))
    return found.order_by(weight, _ROW.since, _ROW.id)


class ShieldOfChildLoader(FirstByChild[ShieldRecord]):
    """Loads the case of the shield that stands on a record, the one that weighs most; None where none stands."""

    reading = _standing

    def make(self, row: Row, parent: ChildRecord) -> ShieldRecord:
        return _read(row, parent)


@reading(ShieldRecord, ChildRecord, role=Role, in_state=BOTH, after=BOTH)
def _listed(role: Role, *, in_state: bool, after: bool) -> Select[Any]:
    found = _in_sight(role)
    if in_state:
        found = found.where(_ROW.state == _STATE)
    if after:
        # A case that is out of sight now marks no place (R5).
        mark, child = aliased(t.Shield), aliased(t.Child)
        there = child.id == mark.child_id, sees_where(role, CASE, child)
        found = found.where(_ORDER.behind(_ROW, mark, *there))
    return found.order_by(*_ORDER.of(_ROW)).limit(LIMIT)


async def shield_requests(
    operation: "Operation", state: ShieldState | None, first: int, after: str | None
) -> Page[ShieldRecord]:
    """Return a page of the cases for which the viewer's team is responsible, newest first: all, or in one state.

    Raises BadInput for a cursor that is not of this list.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "shieldRequests", arguments=str(state))
    mark = scope.mark(after)
    statement = _listed(operation.viewer.role, in_state=state is not None, after=mark is not None)
    rows = await operation.rows(statement, state=state, after=mark, limit=first + 1)
    found = [_read(row, child) for row in rows if (child := read_child(row, operation.viewer)) is not None]
    page = cut(found, first, scope, has_previous=mark is not None)
    await note(operation, *page.items)
    return page


async def note(operation: "Operation", *shields: ShieldRecord) -> None:
    """Note that cases were shown, each of which opens its record, and charge the records (R14, R29)."""
    for shield in shields:
        operation.trail.opened(shield.child.key, shield.child.facts, shield.child.sight)
        operation.trail.asked(shield.child.key, FieldGroup.SHIELD_CASE.bit, shield.child.sight)
    await operation.charge(*(shield.child.id for shield in shields))


@reading()
def _requested() -> Select[*tuple[Any, ...]]:
    """Select what the viewer has requested since an instant; it stays counted whatever comes of it."""
    row = t.ShieldRequest
    since = bindparam("requested_since", type_=Instant())
    return select(row.shield_id).where(row.account_id == ACCOUNT, row.at >= since)


async def requested_today(operation: "Operation", since: Any) -> int:
    """Return how many shields the viewer has requested since an instant."""
    return len(await operation.rows(_requested(), requested_since=since))
