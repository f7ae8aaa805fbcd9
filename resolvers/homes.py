"""Homes locked: who moves to one and who shields a child there wait for one another, so neither is overlooked (R9).

Two transactions of PostgreSQL that do not see each other yet would both commit, and an open record would show where a
shielded child lives, of whom nobody was asked. They share no row; what they share is the address, so that is locked.
On SQLite one transaction writes at a time.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select, union
from sqlalchemy.orm import aliased

from resolvers.deed import Deed
from resolvers.household import ADDRESS_KEYS, CHILD
from resolvers.store import tables as t


def lock_homes_of(children: Any) -> Select[Any]:
    """Return the statement that locks what is known of the homes of some children, in one order whoever asks.

    A lock ends with its transaction. Two homes may share one by chance: then their deeds wait for no reason.
    """
    reach = aliased(t.ChildReach)
    now = reach.child_id.in_(children), reach.replaced_at.is_(None)
    keys = (getattr(reach, name) for name in ADDRESS_KEYS)
    homes = union(*(select(key.label("home")).where(*now, key.is_not(None)) for key in keys)).subquery()
    number = func.hashtextextended(homes.c.home, literal_column("0")).label("number")
    numbers = select(number).distinct().order_by(number).subquery()
    return select(func.pg_advisory_xact_lock(numbers.c.number))


_LOCK_HOME = lock_homes_of([CHILD])


async def lock_homes(deed: Deed, statement: Select[Any], **parameters: Any) -> None:
    """Lock homes for the rest of the transaction, with a statement of `lock_homes_of`."""
    if deed.connection.dialect.name == "postgresql":
        await deed.lock(statement, **parameters)


async def lock_home(deed: Deed, child: UUID | None) -> None:
    """Lock the home of one child."""
    await lock_homes(deed, _LOCK_HOME, of_child=child)
