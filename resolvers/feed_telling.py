"""What the entries of a batch have changed: streams are told, and versions move (R32). The database finds it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.words import FieldGroup
from resolvers.agency import can_be_agency
from resolvers.deed import Deed
from resolvers.following import DEED, EVENT, told_groups
from resolvers.landing import ENTRY, LANDED, MATCHED, is_rung
from resolvers.landing_reach import MOVES
from resolvers.scope import NOW, TODAY
from resolvers.store import tables as t
from resolvers.store.words import CaseloadChange, FeedKind, FeedMatch
from resolvers.version import count_changes_where

_CHANGES = and_(MATCHED.position == ENTRY.position, MATCHED.match.in_(LANDED), ~MATCHED.idle)
_WORK = and_(_CHANGES, ENTRY.kind == FeedKind.INVOLVEMENT)
_LEADS = or_(ENTRY.lead.is_not(None), ENTRY.assessment.is_not(None))
_AGENCY = and_(_WORK, MATCHED.rung != is_rung(), can_be_agency(ENTRY.organisation_id))

_CHANGED: Mapping[FieldGroup, ColumnElement[bool]] = {
    FieldGroup.WHEREABOUTS: MOVES,
    FieldGroup.PLACES: and_(_CHANGES, ENTRY.kind == FeedKind.PLACEMENT),
    FieldGroup.SERVICES: and_(_WORK, MATCHED.ordinary),
    FieldGroup.LEAD: and_(_WORK, MATCHED.ordinary, _LEADS),
    FieldGroup.SENSITIVE_SERVICES: and_(_WORK, MATCHED.sensitive),
    FieldGroup.AGENCIES: _AGENCY,
}
"""Which group of a record an entry changes, once it has: an involvement shows by the group of its row alone (R10)."""

_WHAT, _WORKER = t.Change.__table__.c.what.type, t.Change.__table__.c.practitioner_id.type


_TOLD = case(
    (ENTRY.kind == FeedKind.REACH, told_groups(FieldGroup.WHEREABOUTS)),
    (ENTRY.kind == FeedKind.PLACEMENT, told_groups(FieldGroup.PLACES)),
    (and_(MATCHED.ordinary, MATCHED.sensitive), told_groups(FieldGroup.SERVICES, FieldGroup.SENSITIVE_SERVICES)),
    (MATCHED.sensitive, told_groups(FieldGroup.SENSITIVE_SERVICES)),
    (_LEADS, told_groups(FieldGroup.SERVICES, FieldGroup.LEAD)),
    else_=told_groups(FieldGroup.SERVICES),
)
_OVER = and_(ENTRY.ended_on.is_not(None), ENTRY.ended_on <= TODAY)
_BEGINS = and_(ENTRY.kind == FeedKind.INVOLVEMENT, MATCHED.row_id.is_(None), ~_OVER)
_ENDS = and_(ENTRY.kind == FeedKind.INVOLVEMENT, MATCHED.row_id.is_not(None), ENTRY.gives_end, _OVER)
_IS = case(
    (_BEGINS, literal(CaseloadChange.SOMEONE_BECAME_INVOLVED, _WHAT)),
    (_ENDS, literal(CaseloadChange.INVOLVEMENT_ENDED, _WHAT)),
    else_=literal(None, _WHAT),
)


def _tell(groups: Any, found: ColumnElement[bool], what: Any, worker: Any) -> Any:
    row = t.Change
    columns = [row.at, row.deed, row.child_id, row.groups, row.what, row.practitioner_id, row.event_id]
    rows = select(NOW, DEED, MATCHED.child_id, groups, what, worker, EVENT).where(found)
    return insert(row).from_select(columns, rows.order_by(ENTRY.position, MATCHED.child_id))


_TELL_BIRTHS = _tell(
    told_groups(FieldGroup.IDENTITY, FieldGroup.WHEREABOUTS),
    and_(MATCHED.position == ENTRY.position, MATCHED.match == FeedMatch.NEW),
    literal(None, _WHAT),
    literal(None, _WORKER),
)
_TELL_CHANGES = _tell(_TOLD, _CHANGES, _IS, ENTRY.practitioner_id)


async def tell(deed: Deed) -> None:
    """Say what a batch has changed, after it has."""
    for statement in (_TELL_BIRTHS, _TELL_CHANGES):
        await deed.write(statement, deed_name=deed.name, deed_event=deed.event)
    await _count(deed.connection, _CHANGED.items(), deed.operation.lens)


async def _count(
    connection: AsyncConnection, changed: Iterable[tuple[FieldGroup, ColumnElement[bool]]], bound: Mapping[str, Any]
) -> None:
    for group, found in changed:
        await count_changes_where(connection, group, MATCHED.child_id, found, bound)
