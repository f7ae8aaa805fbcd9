"""Who leads the work with a child, and who holds the common assessment: LEAD guards both."""

from typing import Any

from sqlalchemy import Select, or_

from authz.words import FieldGroup
from resolvers.involvement import OF_INVOLVEMENTS, ROW, InvolvementRows, select_involvements
from resolvers.loading import RowsByChild
from resolvers.reading import reading
from resolvers.records import ChildRecord, InvolvementRecord, LeadingRecord
from resolvers.scope import current
from resolvers.store.keys import among


@reading(
    LeadingRecord,
    *OF_INVOLVEMENTS,
    keys={"full": (FieldGroup.LEAD,), "sensitive": (FieldGroup.SENSITIVE_SERVICES,)},
)
def _leading_rows() -> Select[Any]:
    return select_involvements().where(
        among(ROW.child_id, "full"),
        or_(~ROW.sensitive, among(ROW.child_id, "sensitive")),
        or_(ROW.lead, ROW.assessment),
        current(ROW),
    )


class LeadingLoader(InvolvementRows, RowsByChild[LeadingRecord, InvolvementRecord]):
    """Loads lead professionals and holders of assessments; a sensitive one only under SENSITIVE_SERVICES."""

    reading = _leading_rows

    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[LeadingRecord]:
        return [_leading(rows) for rows in await self.lists(parents)]


def _leading(rows: list[InvolvementRecord]) -> LeadingRecord:
    """Return the newest lead and the newest holder among `rows`, newest first."""
    lead = next((row for row in rows if row.lead), None)
    return LeadingRecord(lead, next((row for row in rows if row.assessment), None))
