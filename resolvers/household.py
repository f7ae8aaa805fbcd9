"""Households: which records a shield on one of them puts on hold, and whose rows a deed about a shield locks (R9).

All of it is done by the database, in statements that are the same whatever household there is: who is in it does not
enter the process.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    insert,
    literal,
    select,
    union,
)
from sqlalchemy.orm import aliased

from authz.words import Status
from resolvers.scope import NOW, condition, current, live
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.made_ids import made_id
from resolvers.store.words import ReachKind, ShieldState, TaskKind

CHILD: Any = bindparam("of_child", type_=Uuid())
SHIELD: Any = bindparam("of_shield", type_=Uuid())
TASK: Any = bindparam("of_task", type_=Uuid())
SEED: Any = bindparam("seed", type_=Text())

ADDRESS_KEYS = ("uprn_key", "address_key")
"""The columns either of which makes two addresses one."""

LOCATING = (ReachKind.CURRENT, ReachKind.LAST_KNOWN)
"""What is known of a child's place where an address is shown."""


def shown(reach: type[t.ChildReach], child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition that the address in `reach` is what an open record of `child` shows.

    Only such an address makes a household: one that no record shows must not be told by a hold either.
    """
    return and_(reach.replaced_at.is_(None), reach.kind.in_(LOCATING), ~condition(child, Status.LEFT))


def sharing_carer(child: Any) -> Select[Any]:
    """Select the children who have a current carer in common with `child`."""
    mine, other = aliased(t.Contact), aliased(t.Contact)
    shared = select(other.child_id).select_from(mine).join(other, other.person_id == mine.person_id)
    return shared.where(mine.child_id == child, current(mine), current(other))


def carers(child: Any) -> Select[Any]:
    """Select the current carers of `child`, by the keys of the persons."""
    link = aliased(t.Contact)
    return select(link.person_id).where(link.child_id == child, current(link))


def sharing_address(child: Any, key: str) -> Select[Any]:
    """Select the children whose address is shown and has the same `key`, a column, as that of `child`."""
    here, there = aliased(t.ChildReach), aliased(t.ChildReach)
    mine, other = aliased(t.Child), aliased(t.Child)
    shared = select(other.id).select_from(here).join(mine, mine.id == here.child_id)
    shared = shared.join(there, getattr(there, key) == getattr(here, key)).join(other, other.id == there.child_id)
    return shared.where(here.child_id == child, shown(here, mine), shown(there, other))


def household(child: Any) -> CompoundSelect[Any]:
    """Select `child` and whoever shares a current carer, a property or an address with it."""
    by_address = (sharing_address(child, key) for key in ADDRESS_KEYS)
    return union(select(child), sharing_carer(child), *by_address)


def _locked(children: Any) -> Select[Any]:
    """Select children, locked in the order of their keys, so that no two deeds wait for each other."""
    return select(t.Child.id).where(t.Child.id.in_(children)).order_by(t.Child.id).with_for_update(key_share=True)


def _following(shield: Any) -> CompoundSelect[Any]:
    """Select the children of a shield, of what follows it, and of what it follows and what else follows that."""
    one, root, member = aliased(t.Shield), aliased(t.Shield), aliased(t.Shield)
    beside = select(member.child_id).join(one, one.raised_by_id == member.raised_by_id)
    above = select(root.child_id).join(one, one.raised_by_id == root.id)
    return union(
        select(one.child_id).where(one.id == shield),
        select(member.child_id).where(member.raised_by_id == shield),
        beside.where(one.id == shield),
        above.where(one.id == shield),
    )


LOCK_HOUSEHOLD = _locked(household(CHILD))
LOCK_FOLLOWING = _locked(_following(SHIELD))
LOCK_FOLLOWING_OF_TASK = _locked(_following(select(t.Task.shield_id).where(t.Task.id == TASK).scalar_subquery()))

_HOLD = literal(ShieldState.HOLD, t.Shield.__table__.c.state.type)
_TO_ASK = literal(TaskKind.HOUSEHOLD_SHIELD, t.Task.__table__.c.kind.type)


def _put_on_hold() -> Any:
    child, held = t.Child, aliased(t.Shield)
    follows = select(held.id).where(held.child_id == child.id, held.raised_by_id == SHIELD)
    rows = select(made_id(SEED, child.id), child.id, _HOLD, SHIELD, whole_hour(NOW)).where(
        child.id.in_(household(CHILD)),
        child.id != CHILD,
        live(child),
        ~follows.where(held.state == ShieldState.HOLD).exists(),
    )
    row = t.Shield
    return insert(row).from_select([row.id, row.child_id, row.state, row.raised_by_id, row.since], rows)


PUT_ON_HOLD = _put_on_hold()
"""Puts every other live child of the household of one child on HOLD, whether shielded already or not, but once."""


def ask_the_team(shield: Any) -> Any:
    """Return the statement that gives every hold that follows `shield` its task, where it has none that waits."""
    hold, task, asked = aliased(t.Shield), t.Task, aliased(t.Task)
    unasked = ~select(asked.id).where(asked.shield_id == hold.id, asked.resolved_at.is_(None)).exists()
    rows = select(made_id(SEED, hold.id), _TO_ASK, hold.child_id, hold.id, whole_hour(NOW)).where(
        hold.raised_by_id == shield, hold.state == ShieldState.HOLD, unasked
    )
    return insert(task).from_select([task.id, task.kind, task.child_id, task.shield_id, task.since], rows)


ASK_THE_TEAM = ask_the_team(SHIELD)
