"""Who leads the work with a child, and who holds the common assessment: LEAD guards both."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, or_

from authz.words import FieldGroup
from resolvers.involvement import ROW, SENSITIVE, InvolvementRows, select_involvements
from resolvers.loading import RowsByChild, keys_with
from resolvers.records import ChildRecord, InvolvementRecord, LeadingRecord
from resolvers.scope import current
from resolvers.store.keys import among

_ROWS = select_involvements().where(
    among(ROW.child_id, "full"),
    or_(~ROW.sensitive, among(ROW.child_id, "sensitive")),
    or_(ROW.lead, ROW.assessment),
    current(ROW),
)


class LeadingLoader(InvolvementRows, RowsByChild[LeadingRecord, InvolvementRecord]):
    """Loads lead professionals and holders of assessments; a sensitive one only under SENSITIVE_SERVICES."""

    def select(self) -> Select[Any]:
        return _ROWS

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {"full": keys_with(parents, FieldGroup.LEAD.bit), "sensitive": keys_with(parents, SENSITIVE)}

    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[LeadingRecord]:
        return [_leading(rows) for rows in await self.lists(parents)]


def _leading(rows: list[InvolvementRecord]) -> LeadingRecord:
    """Return the newest lead and the newest holder among `rows`, newest first."""
    lead = next((row for row in rows if row.lead), None)
    return LeadingRecord(lead, next((row for row in rows if row.assessment), None))
