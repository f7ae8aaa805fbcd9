"""Later matches: records that come to share a home or a carer with a shielded one raise tasks, and nothing else (R9).

No flag changes by it, and nothing that another viewer sees: else it would tell where the shielded one is. The database
finds the records, in statements that are the same whatever they find.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, literal, or_, select
from sqlalchemy.orm import aliased

from resolvers.deed import Deed
from resolvers.household import CHILD, SEED, household
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

    It names the `shield` of that one, and asks about nobody who has a shield of its own, or such a task that waits.
    """
    row, asked = t.Task, aliased(t.Task)
    kind = literal(TaskKind.HOUSEHOLD_SHIELD, row.__table__.c.kind.type)
    waits = asked.child_id == child.id, asked.kind == TaskKind.HOUSEHOLD_SHIELD, asked.resolved_at.is_(None)
    unasked = ~select(asked.id).where(*waits).exists()
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


async def ask_about_shared_home(deed: Deed, child: UUID) -> None:
    """Ask the teams about records that share a home or a carer with a shielded one, now that `child` has moved."""
    await deed.write(_ASK, of_child=child, seed=deed.seed_of("shared home"))
