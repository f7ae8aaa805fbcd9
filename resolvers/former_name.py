"""Former names of children, never searched, and sealed where they would link a child's two lives (R18)."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from authz.words import FieldGroup
from resolvers.loading import ByChild
from resolvers.names import fold
from resolvers.reading import Row, reading
from resolvers.records import ChildRecord, FormerNameRecord
from resolvers.store import tables as t
from resolvers.store.keys import among


@reading(FormerNameRecord, keys={"keys": (FieldGroup.FORMER_NAMES,)})
def _former_names() -> Select[*tuple[Any, ...]]:
    row = t.FormerName
    return select(row.child_id, row.given_names, row.family_name, row.until).where(among(row.child_id, "keys"))


def _order(record: FormerNameRecord) -> Any:
    latest = -(record.until or date.max).toordinal()
    return latest, fold(record.family_name), fold(record.given_names), record.family_name


class FormerNameLoader(ByChild[FormerNameRecord]):
    """Loads children's former names, the latest first."""

    reading = _former_names

    def make(self, row: Row, parent: ChildRecord) -> FormerNameRecord:  # noqa: ARG002  # one shape for all
        return FormerNameRecord(row.given_names, row.family_name, row.until)

    def in_order(self, records: list[FormerNameRecord]) -> list[FormerNameRecord]:
        return sorted(records, key=_order)
