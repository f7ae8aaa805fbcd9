"""Where a child is and how to reach the child: everything that WHEREABOUTS covers, in one statement."""

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, Status
from resolvers.address import address_columns, read_address
from resolvers.loading import FirstByChild
from resolvers.organisation import Body
from resolvers.reading import Row, reading
from resolvers.records import AddressRecord, ChildRecord, OrganisationRecord, ReachRecord, WhereaboutsRecord
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import ReachKind

_CHILD, _REACH, _CARE = aliased(t.Child), aliased(t.ChildReach), aliased(t.ChildAuthority)
_BODY = Body("body_")


@reading(ReachRecord, WhereaboutsRecord, AddressRecord, OrganisationRecord, keys={"keys": (FieldGroup.WHEREABOUTS,)})
def _reaches() -> Select[Any]:
    return (
        select(
            _CHILD.id.label("child_id"),
            _CHILD.ended_on,
            _REACH.kind,
            _REACH.phone,
            _REACH.email,
            _REACH.since,
            _REACH.until,
            _REACH.may_return,
            *address_columns(_REACH),
            _CARE.updated_at,
            *_BODY.columns(),
        )
        .select_from(_CHILD)
        .outerjoin(_REACH, and_(_REACH.child_id == _CHILD.id, _REACH.replaced_at.is_(None)))
        .outerjoin(_CARE, _CARE.child_id == _CHILD.id)
        .outerjoin(_BODY.table, _BODY.table.id == _CARE.authority_id)
        .outerjoin(_BODY.place, _BODY.place_on)
        .where(among(_CHILD.id, "keys"))
    )


def _whereabouts(row: Row, status: Status) -> WhereaboutsRecord | None:
    """Return where the child is; for one who has left England that is said, whatever address is still stored."""
    if status is Status.LEFT and row.kind is not ReachKind.LEFT_ENGLAND:
        return WhereaboutsRecord(ReachKind.LEFT_ENGLAND, row.ended_on, None, None, None)
    if row.kind is None:
        return None
    address = read_address(row)
    if address is None and row.kind in {ReachKind.CURRENT, ReachKind.LAST_KNOWN}:
        return WhereaboutsRecord(ReachKind.NONE_KNOWN, row.since, None, None, None)
    return WhereaboutsRecord(row.kind, row.since, row.until, row.may_return, address)


class ReachLoader(FirstByChild[ReachRecord]):
    """Loads the whereabouts of children whose sight holds WHEREABOUTS."""

    reading = _reaches

    def make(self, row: Row, parent: ChildRecord) -> ReachRecord:
        return ReachRecord(
            phone=row.phone,
            email=row.email,
            whereabouts=_whereabouts(row, parent.facts.status),
            responsible_authority=_BODY.read_if_any(row),
            updated_at=row.updated_at,
        )
