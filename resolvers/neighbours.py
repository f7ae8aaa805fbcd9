"""Later matches: records that come to share a home or a carer with a shielded one raise tasks, and nothing else (R9).

No flag changes by it, and nothing that another viewer sees: else it would tell where the shielded one is. The database
finds the records, in statements that are the same whatever they find.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, literal, or_, select
from sqlalchemy.orm import aliased

from resolvers.deed import Deed
from resolvers.homes import lock_home
from resolvers.household import ADDRESS_KEYS, CHILD, SEED, SHIELD, household, sharing_address, sharing_carer
from resolvers.scope import NOW, live
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.made_ids import made_id
from resolvers.store.words import OWN_STATES, TaskKind


def stands_by_itself(shield: Any) -> ColumnElement[bool]:
    """Return the condition that a shield follows no other one."""
    return shield.state.in_(OWN_STATES)  # type: ignore[no-any-return]  # of an alias


def shielded_itself(child: Any) -> ColumnElement[bool]:
    """Return the condition that a child has a shield that stands by itself."""
    row = aliased(t.Shield)
    return select(row.id).where(row.child_id == child.id, stands_by_itself(row)).exists()


def ask_about(child: Any, shield: Any, *found: Any) -> Any:
    """Return the statement that asks the team of each live child `found` whether it lives with a shielded one.

    It names the `shield` of that one, and asks about nobody who has a shield of its own. Whoever is asked about that
    shield already, or about a hold that follows it, is not asked twice; of another home it is asked anew.
    """
    row, asked, about = t.Task, aliased(t.Task), aliased(t.Shield)
    kind = literal(TaskKind.HOUSEHOLD_SHIELD, row.__table__.c.kind.type)
    waits = asked.child_id == child.id, asked.kind == TaskKind.HOUSEHOLD_SHIELD, asked.resolved_at.is_(None)
    of_it = shield.in_([about.id, about.raised_by_id])
    unasked = ~select(asked.id).join(about, about.id == asked.shield_id).where(*waits, of_it).exists()
    rows = select(made_id(SEED, child.id), kind, child.id, shield, whole_hour(NOW))
    rows = rows.where(*found, live(child), ~shielded_itself(child), unasked, shield.is_not(None))
    return insert(row).from_select([row.id, row.kind, row.child_id, row.shield_id, row.since], rows)


def _ask() -> Any:
    """Return the statement for the household of one child, who is one of the two: others were asked about before."""
    open_, shield, shielded = aliased(t.Child), aliased(t.Shield), aliased(t.Child)
    members = household(CHILD)
    beside = select(shield.id).join(shielded, shielded.id == shield.child_id)
    beside = beside.where(
        stands_by_itself(shield),
        shielded.id.in_(members),
        shielded.id != open_.id,
        or_(open_.id == CHILD, shielded.id == CHILD),
        live(shielded),
    )
    first = beside.order_by(shield.since, shield.id).limit(1).correlate(open_).scalar_subquery()
    return ask_about(open_, first, open_.id.in_(members))


_ASK = _ask()


def _beside(child: Any) -> Any:
    """Return the first shield of a live child, who shares a carer or a home with `child` and is shielded itself."""
    shield, other = aliased(t.Shield), aliased(t.Child)
    ties = sharing_carer(child.id), *(sharing_address(child.id, key) for key in ADDRESS_KEYS)
    found = select(shield.id).join(other, other.id == shield.child_id)
    found = found.where(stands_by_itself(shield), live(other), other.id != child.id)
    found = found.where(or_(*(other.id.in_(tie.correlate(child)) for tie in ties)))
    return found.order_by(shield.since, shield.id).limit(1).correlate(child).scalar_subquery()


def _ask_again() -> Any:
    """Return the statement for those of whom it was asked until now whether they live with a shielded child."""
    child, task = aliased(t.Child), aliased(t.Task)
    ended = task.shield_id == SHIELD, task.kind == TaskKind.HOUSEHOLD_SHIELD, task.resolved_at == NOW
    return ask_about(child, _beside(child), child.id.in_(select(task.child_id).where(*ended)))


_ASK_AGAIN = _ask_again()


async def ask_again(deed: Deed, shield: UUID) -> None:
    """Ask about others at home, where a question has ended with the shield that it was about."""
    await deed.write(_ASK_AGAIN, of_shield=shield, seed=deed.seed_of("shared home"))


async def ask_about_shared_home(deed: Deed, child: UUID) -> None:
    """Ask the teams about records that share a home or a carer with a shielded one, now that `child` has moved."""
    await lock_home(deed, child)
    await deed.write(_ASK, of_child=child, seed=deed.seed_of("shared home"))
