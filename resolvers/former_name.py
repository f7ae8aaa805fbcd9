"""Former names of children, never searched, and sealed where they would link a child's two lives (R18)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Executable, Row, select

from authz.words import FieldGroup
from resolvers.loading import ByChild, keys_with
from resolvers.names import fold
from resolvers.records import ChildRecord, FormerNameRecord
from resolvers.store import tables as t
from resolvers.store.keys import among

_STATEMENT = select(
    t.FormerName.child_id, t.FormerName.given_names, t.FormerName.family_name, t.FormerName.until
).where(among(t.FormerName.child_id, "keys"))


class FormerNameLoader(ByChild[FormerNameRecord]):
    """Loads children's former names, the latest first."""

    def select(self) -> Executable:
        return _STATEMENT

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {"keys": keys_with(parents, FieldGroup.FORMER_NAMES.bit)}

    def make(self, row: Row[Any], parent: ChildRecord) -> FormerNameRecord:  # noqa: ARG002  # one shape for all
        return FormerNameRecord(row.given_names, row.family_name, row.until)

    def sort_key(self, record: FormerNameRecord) -> Any:
        latest = -(record.until or date.max).toordinal()
        return latest, fold(record.family_name), fold(record.given_names), record.family_name
