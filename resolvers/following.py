"""What follows a shield: the changes of records that it has put on hold, and what becomes of them when it ends (R9).

As in `resolvers/household.py` the database finds the records, in statements that are the same whatever it finds.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from authz.words import FieldGroup
from resolvers.deed import Deed
from resolvers.household import SEED, SHIELD, ask_the_team
from resolvers.neighbours import ask_again
from resolvers.scope import NOW, live
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.made_ids import made_id
from resolvers.store.words import OWN_STATES, STANDING_STATES, ShieldState
from resolvers.version import count_changes_where

FLAG, CASE = FieldGroup.IDENTITY, FieldGroup.SHIELD_CASE
"""What a record changes by when it becomes shielded or open, `shielded` itself, and by every step of its case."""

DEED, EVENT = bindparam("deed_name", type_=Text()), bindparam("deed_event", type_=Uuid())
"""What a change row that the database writes is told of its deed."""

_STATE = t.Shield.__table__.c.state.type


def told_groups(*groups: FieldGroup) -> Any:
    """Return groups as a change row holds them, as a value in a statement."""
    return literal([str(group) for group in groups], JSON())


def _stands_beside(row: Any, but: Any = None) -> ColumnElement[bool]:
    """Return the condition that the child of `row` has another standing shield, for which `but` does not hold."""
    other = aliased(t.Shield)
    beside = [other.child_id == row.child_id, other.id != row.id, other.state.in_(STANDING_STATES)]
    if but is not None:
        # Never unknown: a shield that follows none is no exception.
        beside.append(~func.coalesce(but(other), false()))
    return select(other.id).where(*beside).exists()


async def _tell(deed: Deed, row: Any, found: ColumnElement[bool], beside: ColumnElement[bool], **bound: Any) -> None:
    """Say that the records of the shields `found` have changed: their flag too, where no other one stands `beside`."""
    groups = case((beside, told_groups(CASE)), else_=told_groups(FLAG, CASE))
    change = t.Change
    columns = [change.at, change.deed, change.child_id, change.groups, change.event_id]
    # In an order of their own: streams tell changes in theirs, which must not be that in which rows lie (R34).
    rows = select(NOW, DEED, row.child_id, groups, EVENT).where(found).order_by(row.child_id)
    told = insert(change).from_select(columns, rows)
    await deed.write(told, deed_name=deed.name, deed_event=deed.event, **bound)
    await count_changes_where(deed.connection, CASE, row.child_id, found, {**deed.operation.lens, **bound})
    flipped = and_(found, ~beside)
    await count_changes_where(deed.connection, FLAG, row.child_id, flipped, {**deed.operation.lens, **bound})


async def tell_where(deed: Deed, group: FieldGroup, child: Any, found: ColumnElement[bool], **bound: Any) -> None:
    """Say that `group` of the record with the key `child` has changed, if the database finds it so by `found`."""
    change, lens = t.Change, {**deed.operation.lens, **bound}
    columns = [change.at, change.deed, change.child_id, change.groups, change.event_id]
    rows = select(NOW, DEED, child, told_groups(group), EVENT).where(found)
    await deed.write(insert(change).from_select(columns, rows), deed_name=deed.name, deed_event=deed.event, **bound)
    await count_changes_where(deed.connection, group, child, found, lens)


_RAISED = aliased(t.Shield)


async def tell_raised(deed: Deed, shield: UUID | None) -> None:
    """Say that records have been put on hold by a shield that was raised in this deed."""
    await _tell(deed, _RAISED, _RAISED.raised_by_id == SHIELD, _stands_beside(_RAISED), of_shield=shield)


async def tell(deed: Deed, shield: UUID) -> None:
    """Say that one shield has begun or ended, after it has."""
    await _tell(deed, _RAISED, _RAISED.id == SHIELD, _stands_beside(_RAISED), of_shield=shield)


def _stands(shield: Any) -> ColumnElement[bool]:
    """Return the condition that a shield stands by itself, on a live record: those that are gone hide nobody."""
    child = aliased(t.Child)
    on_live = select(child.id).where(child.id == shield.child_id, live(child)).exists()
    return and_(shield.state.in_(OWN_STATES), on_live)


def _heir() -> Any:
    """Return the shield that stands in for one that has ended, null where none of its household does.

    What it followed, if that stands; else one that stands by itself on the same child, or has come later to one that
    followed it. What stood before on such a one had hidden nobody else until then, so it must not be told now (D15).
    """
    ended, root, heir, above, member = (aliased(t.Shield) for _ in range(5))
    own = select(root.id).join(ended, ended.raised_by_id == root.id)
    own = own.where(ended.id == SHIELD, _stands(root))
    members = select(member.child_id).where(member.raised_by_id == SHIELD, member.state.in_(STANDING_STATES))
    here = select(ended.child_id).where(ended.id == SHIELD).scalar_subquery()
    since = select(ended.since).where(ended.id == SHIELD).scalar_subquery()
    later = and_(heir.child_id.in_(members), or_(heir.since >= since, heir.raised_by_id == SHIELD))
    standing_above = and_(above.id == heir.raised_by_id, above.id != SHIELD, _stands(above))
    found = select(func.coalesce(above.id, heir.id)).select_from(heir).outerjoin(above, standing_above)
    found = found.where(heir.id != SHIELD, _stands(heir), or_(heir.child_id == here, later))
    found = found.order_by(heir.since, heir.id).limit(1)
    return func.coalesce(own.scalar_subquery(), found.scalar_subquery())


_NAME_HEIR = update(t.Shield).where(t.Shield.id == SHIELD).values(raised_by_id=_heir())
_HEIR = aliased(t.Shield)
_ENDED = aliased(t.Shield)
_OF_HEIR = select(_ENDED.raised_by_id).where(_ENDED.id == SHIELD).scalar_subquery()


def _to_end(row: Any) -> ColumnElement[bool]:
    """Return the condition that a hold ends with what it follows: nothing stands in, or only on its own child."""
    heirs_child = select(_HEIR.child_id).where(_HEIR.id == _OF_HEIR).scalar_subquery()
    needless = or_(_OF_HEIR.is_(None), row.child_id == heirs_child)
    return and_(row.raised_by_id == SHIELD, row.state == ShieldState.HOLD, needless)


_GOING = aliased(t.Shield)
_HELD = and_(_GOING.raised_by_id == SHIELD, _GOING.state == ShieldState.HOLD)
_CLOSE_TASKS = (
    update(t.Task)
    .where(
        t.Task.resolved_at.is_(None),
        t.Task.shield_id.in_(select(_GOING.id).where(or_(_GOING.id == SHIELD, _HELD))),
    )
    .values(resolved_at=NOW)
)
"""Holds that are handed on are asked about anew: what was said of the one household was not said of the other (R36)."""

_END_HOLDS = (
    update(t.Shield)
    .where(t.Shield.id.in_(select(_GOING.id).where(_to_end(_GOING))))
    .values(state=literal(ShieldState.LIFTED, _STATE))
)
_HAND_ON = (
    update(t.Shield)
    .where(t.Shield.raised_by_id == SHIELD, t.Shield.state.in_(STANDING_STATES))
    .values(raised_by_id=case((t.Shield.id == _OF_HEIR, null()), else_=_OF_HEIR))
)


def _hold_under_heir() -> Any:
    row, ended = t.Shield, aliased(t.Shield)
    hold = literal(ShieldState.HOLD, _STATE)
    rows = select(made_id(SEED, ended.child_id), ended.child_id, hold, ended.raised_by_id, whole_hour(NOW)).where(
        ended.id == SHIELD, ended.raised_by_id.is_not(None), ~_stands_beside(ended)
    )
    return insert(row).from_select([row.id, row.child_id, row.state, row.raised_by_id, row.since], rows)


_HOLD_UNDER_HEIR = _hold_under_heir()
_ASK_UNDER_HEIR = ask_the_team(_OF_HEIR)


async def end(deed: Deed, shield: UUID) -> None:
    """End what follows a shield that has become REFUSED or LIFTED in this deed, in its transaction (R9).

    Where another shield of the household stands, the holds follow that one from now on, and the record whose shield
    has ended goes on hold under it: it would tell where the others are. Later matches with it are asked about anew.
    """
    await deed.write(_NAME_HEIR, of_shield=shield)
    beside = _stands_beside(_GOING, but=_to_end)
    await _tell(deed, _GOING, _to_end(_GOING), beside, of_shield=shield)
    for statement in (_CLOSE_TASKS, _END_HOLDS, _HAND_ON):
        await deed.write(statement, of_shield=shield)
    await deed.write(_HOLD_UNDER_HEIR, of_shield=shield, seed=deed.seed_of("hold"))
    await deed.write(_ASK_UNDER_HEIR, of_shield=shield, seed=deed.seed_of("task"))
    await ask_again(deed, shield)
    await tell(deed, shield)
