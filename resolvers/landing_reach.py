"""How the entries of a batch say where a child is: what was known before is kept as what was known."""

from typing import Any

from sqlalchemy import Text, and_, case, insert, literal, null, select, update
from sqlalchemy.orm import aliased

from resolvers.amending import keep_old_reach
from resolvers.landing import ENTRY, LANDED, MATCHED, SOURCE, kind_of_reach, made
from resolvers.scope import NOW
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.words import FeedKind

_REACH, _AUTHORITY = t.ChildReach, t.ChildAuthority

MOVES = and_(
    MATCHED.position == ENTRY.position,
    ENTRY.kind == FeedKind.REACH,
    MATCHED.match.in_(LANDED),
    ~MATCHED.idle,
)
"""The condition that an entry changes what is known of where its child is."""

_NOW_KNOWN = and_(_REACH.child_id == MATCHED.child_id, _REACH.replaced_at.is_(None))
_GIVEN: dict[Any, tuple[str, ...]] = {
    ENTRY.gives_phone: ("phone", "phone_key"),
    ENTRY.gives_email: ("email", "email_key"),
    ENTRY.gives_address: (
        *("address_lines", "town", "postcode", "uprn"),
        *("postcode_key", "uprn_key", "address_key"),
    ),
}
"""What an entry gives, by the column that says so."""


def _amend() -> Any:
    changed: dict[str, Any] = {}
    for gives, names in _GIVEN.items():
        changed |= {name: case((gives, getattr(ENTRY, name)), else_=getattr(_REACH, name)) for name in names}
    moved = {"kind": kind_of_reach(), "since": ENTRY.since, "until": null(), "may_return": null()}
    for name, value in moved.items():
        changed[name] = case((ENTRY.gives_address, value), else_=getattr(_REACH, name))
    return update(_REACH).where(_NOW_KNOWN, MOVES).values(**changed)


def _begin() -> Any:
    row = aliased(_REACH)
    known = select(row.id).where(row.child_id == MATCHED.child_id, row.replaced_at.is_(None)).exists()
    same = ("since", *(name for names in _GIVEN.values() for name in names))
    values = made("reach", ENTRY.position), MATCHED.child_id, kind_of_reach(), *(getattr(ENTRY, n) for n in same)
    columns = [getattr(_REACH, name) for name in ("id", "child_id", "kind", *same)]
    return insert(_REACH).from_select(columns, select(*values).where(MOVES, ~known), include_defaults=False)


_TOUCH = (
    update(_AUTHORITY)
    .where(_AUTHORITY.child_id == MATCHED.child_id, MOVES)
    .values(updated_at=whole_hour(NOW), source_system=literal(SOURCE, Text()))
)

_KEEP_OLD = keep_old_reach(made("old reach", _REACH.id), _NOW_KNOWN, MOVES)
REACHES = (_KEEP_OLD, _amend(), _begin(), _TOUCH)
