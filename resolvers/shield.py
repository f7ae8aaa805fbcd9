"""The cases behind shields: of one record, and of all for which the viewer's team is responsible (R23)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, case, select, true, tuple_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.words import FieldGroup, Role
from resolvers.child import child_columns, read_child
from resolvers.cursor import CursorScope
from resolvers.loading import ByKey, FirstByChild
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, AUTHORITY, sees_where
from resolvers.shield_record import ShieldRecord
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant
from resolvers.store.words import STANDING_STATES, ShieldState, ShieldStep

if TYPE_CHECKING:
    from resolvers.context import Operation

CASE = (FieldGroup.SHIELD_CASE,)
_ROW, _CHILD = aliased(t.Shield), aliased(t.Child)
_REQUESTER, _DECIDER, _PROPOSER = aliased(t.Account), aliased(t.Account), aliased(t.Account)
_STATE: BindParameter[Any] = bindparam("state", type_=t.Shield.__table__.c.state.type)
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
        here = and_(mark.id == AFTER, child.id == mark.child_id, sees_where(role, CASE, child))
        behind = tuple_(_ROW.since, _ROW.id) < tuple_(mark.since, mark.id)
        found = found.where(select(true()).where(here, behind).exists())
    return found.order_by(_ROW.since.desc(), _ROW.id.desc()).limit(LIMIT)


async def shield_requests(
    operation: "Operation", state: ShieldState | None, first: int, after: str | None
) -> Page[ShieldRecord]:
    """Return a page of the cases for which the viewer's team is responsible, newest first: all, or in one state.

    Raises BadInput for a cursor that is not of this list.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "shieldRequests", arguments=str(state))
    mark = None if after is None else scope.read(after)
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
def _said() -> Select[*tuple[Any, ...]]:
    """Select who has said the same on a shield before, and still speaks for the viewer's team (R36, R41)."""
    row, account, body = t.ShieldDecision, t.Account, t.Organisation
    step: BindParameter[Any] = bindparam("step", type_=row.__table__.c.step.type)
    found = select(row.account_id).join(account, account.id == row.account_id)
    found = found.join(body, body.id == account.organisation_id)
    found = found.where(row.shield_id == bindparam("said_on", type_=Uuid()), row.step == step)
    return found.where(*of_the_team(account, body))


def of_the_team(account: Any, body: Any) -> Sequence[Any]:
    """Return the conditions that an account speaks for the viewer's team now: of the team, and not suspended."""
    return account.role == Role.DIRECTORY_TEAM, account.suspended_at.is_(None), body.authority_id == AUTHORITY


@reading()
def _proposer() -> Select[*tuple[Any, ...]]:
    account, body = t.Account, t.Organisation
    found = select(account.id).join(body, body.id == account.organisation_id)
    return found.where(account.id == bindparam("proposer", type_=Uuid()), *of_the_team(account, body))


async def others_who_said(operation: "Operation", shield: ShieldRecord, step: ShieldStep) -> tuple[set[UUID], bool]:
    """Return the other accounts of the team that have said this before, and whether the viewer has."""
    rows = await operation.rows(_said(), said_on=shield.key, step=step)
    said = {row.account_id for row in rows}
    return said - {operation.viewer.account}, operation.viewer.account in said


async def speaks_for_the_team(operation: "Operation", account: UUID | None) -> bool:
    """Tell whether an account speaks for the viewer's team now."""
    return bool(await operation.rows(_proposer(), proposer=account))


@reading()
def _requested() -> Select[*tuple[Any, ...]]:
    """Select what the viewer has requested since an instant; it stays counted whatever comes of it."""
    row = t.ShieldRequest
    since = bindparam("requested_since", type_=Instant())
    return select(row.shield_id).where(row.account_id == ACCOUNT, row.at >= since)


async def requested_today(operation: "Operation", since: Any) -> int:
    """Return how many shields the viewer has requested since an instant."""
    return len(await operation.rows(_requested(), requested_since=since))
