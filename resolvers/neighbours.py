"""Later matches: records that come to share a home or a carer with a shielded one raise tasks, and nothing else (R9).

No flag changes by it, and nothing that another viewer sees: else it would tell where the shielded one is. The database
finds the records, in one statement that is the same whatever it finds.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, literal, or_, select
from sqlalchemy.orm import aliased

from authz.words import Shield, Status
from resolvers.deed import Deed
from resolvers.household import CHILD, SEED, household
from resolvers.scope import NOW, condition
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.made_ids import made_id
from resolvers.store.words import OWN_STATES, TaskKind


def _live(child: Any) -> Any:
    return and_(~condition(child, Shield.CONCEALED), ~condition(child, Status.ARCHIVED))


def _ask() -> Any:
    """Return the statement that gives each record of the household without a shield of its own its task.

    It names a shield that stands by itself on another of the household. One of the two is the child that has moved:
    what stood beside each other before is not asked about anew.
    """
    task, asked, open_, own = t.Task, aliased(t.Task), aliased(t.Child), aliased(t.Shield)
    shield, shielded = aliased(t.Shield), aliased(t.Child)
    members = household(CHILD)
    beside = select(shield.id).join(shielded, shielded.id == shield.child_id)
    beside = beside.where(
        shield.state.in_(OWN_STATES),
        shielded.id.in_(members),
        shielded.id != open_.id,
        or_(open_.id == CHILD, shielded.id == CHILD),
        _live(shielded),
    )
    beside = beside.order_by(shield.since, shield.id).limit(1)
    kind = literal(TaskKind.HOUSEHOLD_SHIELD, task.__table__.c.kind.type)
    waits = asked.child_id == open_.id, asked.kind == TaskKind.HOUSEHOLD_SHIELD, asked.resolved_at.is_(None)
    found = select(made_id(SEED, open_.id), kind, open_.id, beside.scalar_subquery(), whole_hour(NOW))
    found = found.where(
        open_.id.in_(members),
        _live(open_),
        ~select(own.id).where(own.child_id == open_.id, own.state.in_(OWN_STATES)).exists(),
        beside.exists(),
        ~select(asked.id).where(*waits).exists(),
    )
    return insert(task).from_select([task.id, task.kind, task.child_id, task.shield_id, task.since], found)


_ASK = _ask()


async def ask_about_shared_home(deed: Deed, child: UUID) -> None:
    """Ask the teams about records that share a home or a carer with a shielded one, now that `child` has moved."""
    await deed.write(_ASK, of_child=child, seed=deed.seed_of("shared home"))
