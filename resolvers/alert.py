"""Alerts as auditors read them: what people should look at, each a reference to the event that raised it (R16, R31)."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from resolvers.cursor import CursorScope
from resolvers.page import LIMIT, ByTime, Page, cut
from resolvers.reading import BOTH, reading
from resolvers.store import tables as t
from resolvers.work_records import AlertRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

_ORDER = ByTime("at")


@reading(AlertRecord, after=BOTH)
def _listed(*, after: bool) -> Select[*tuple[Any, ...]]:
    """Select alerts, newest first, without the record that they are about: whose it is, the event tells."""
    row = t.Alert
    found = select(row.id, row.kind, row.at, row.event_id)
    if after:
        found = found.where(_ORDER.behind(row, aliased(t.Alert)))
    return found.order_by(*_ORDER.of(row)).limit(LIMIT)


async def alerts(operation: "Operation", first: int, after: str | None) -> Page[AlertRecord]:
    """Return a page of all alerts, newest first. Raises BadInput for a cursor that is not of this list."""
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "alerts")
    mark = scope.mark(after)
    rows = await operation.rows(_listed(after=mark is not None), after=mark, limit=first + 1)
    found = [AlertRecord(row.id, row.kind, row.at, row.event_id) for row in rows]
    return cut(found, first, scope, has_previous=mark is not None)
