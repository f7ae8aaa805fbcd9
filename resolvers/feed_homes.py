"""Homes that a batch has brought together with a shielded household: their teams are asked, no more (R9).

No flag moves by it, and nothing that another viewer sees: else it would tell where the shielded one is. The database
finds the records, for all that the batch has moved at once.
"""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from resolvers.homes import lock_homes_of
from resolvers.household import ADDRESS_KEYS, shown
from resolvers.landing import ENTRY, MATCHED
from resolvers.landing_reach import MOVES
from resolvers.neighbours import ask_about, shielded_itself, stands_by_itself
from resolvers.scope import live
from resolvers.store import tables as t

_MOVED = select(MATCHED.child_id).join(ENTRY, MATCHED.position == ENTRY.position).where(MOVES, ENTRY.gives_address)
"""The children whose address a batch has changed."""


def _beside(key: str, child: Any, *, moved: bool) -> Any:
    """Return the first shield of a live child, `moved` or any, who shows the address of `child` by the column `key`."""
    here, there, mine, other = aliased(t.ChildReach), aliased(t.ChildReach), aliased(t.Child), aliased(t.Child)
    shield = aliased(t.Shield)
    found = select(shield.id).select_from(here).join(mine, mine.id == here.child_id)
    found = found.join(there, getattr(there, key) == getattr(here, key)).join(other, other.id == there.child_id)
    found = found.join(shield, shield.child_id == other.id).where(here.child_id == child.id, other.id != child.id)
    found = found.where(shown(here, mine), shown(there, other), stands_by_itself(shield), live(other))
    found = found.where(other.id.in_(_MOVED)) if moved else found
    return found.order_by(shield.since, shield.id).limit(1).correlate(child).scalar_subquery()


def _at_home_of_moved(key: str) -> Select[Any]:
    """Select who shows the address of a child that has moved and is shielded."""
    here, there, mine, other = aliased(t.ChildReach), aliased(t.ChildReach), aliased(t.Child), aliased(t.Child)
    found = select(other.id).select_from(here).join(mine, mine.id == here.child_id)
    found = found.join(there, getattr(there, key) == getattr(here, key)).join(other, other.id == there.child_id)
    return found.where(mine.id.in_(_MOVED), shielded_itself(mine), shown(here, mine), shown(there, other))


def _ask(child: Any, among: Any, *, moved: bool) -> Any:
    """Return the statement that asks about each child `among` some."""
    return ask_about(child, func.coalesce(*(_beside(key, child, moved=moved) for key in ADDRESS_KEYS)), among)


LOCK_HOMES = lock_homes_of(_MOVED)
"""Locks the homes to which a batch has moved children."""

_CHILD, _OTHER = aliased(t.Child), aliased(t.Child)
ASK_ABOUT_HOMES = (
    _ask(_CHILD, _CHILD.id.in_(_MOVED), moved=False),
    *(_ask(_OTHER, _OTHER.id.in_(_at_home_of_moved(key)), moved=True) for key in ADDRESS_KEYS),
)
"""About those who have moved to a shielded child, then about those to whom a shielded child has moved."""
