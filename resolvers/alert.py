"""Alerts as auditors read them: what people should look at, each a reference to the event that raised it (R16, R31)."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import aliased

from resolvers.cursor import CursorScope
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, reading
from resolvers.store import tables as t
from resolvers.work_records import AlertRecord

if TYPE_CHECKING:
    from resolvers.context import Operation


@reading(AlertRecord, after=BOTH)
def _listed(*, after: bool) -> Select[*tuple[Any, ...]]:
    """Select alerts, newest first, without the record that they are about: whose it is, the event tells."""
    row = t.Alert
    found = select(row.id, row.kind, row.at, row.event_id)
    if after:
        mark = aliased(t.Alert)
        found = found.join(mark, mark.id == AFTER).where(tuple_(row.at, row.id) < tuple_(mark.at, mark.id))
    return found.order_by(row.at.desc(), row.id.desc()).limit(LIMIT)


async def alerts(operation: "Operation", first: int, after: str | None) -> Page[AlertRecord]:
    """Return a page of all alerts, newest first. Raises BadInput for a cursor that is not of this list."""
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "alerts")
    mark = None if after is None else scope.read(after)
    rows = await operation.rows(_listed(after=mark is not None), after=mark, limit=first + 1)
    found = [AlertRecord(row.id, row.kind, row.at, row.event_id) for row in rows]
    return cut(found, first, scope, has_previous=mark is not None)
