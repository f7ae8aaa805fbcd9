"""Identifiers that other bodies know a child by: all, or those alone that the viewer's own body issued."""

from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from authz.words import FieldGroup, NarrowGroup
from resolvers.loading import ByChild
from resolvers.reading import reading
from resolvers.records import ChildRecord, IdentifierRecord
from resolvers.scope import ORGANISATION
from resolvers.store import tables as t
from resolvers.store.keys import among

_ROW = t.ExternalIdentifier


@reading(
    IdentifierRecord,
    keys={"full": (FieldGroup.IDENTIFIERS,), "own": (NarrowGroup.ISSUED_IDENTIFIERS,)},
)
def _identifiers() -> Select[*tuple[Any, ...]]:
    issued = and_(_ROW.issuer_id == ORGANISATION, among(_ROW.child_id, "own"))
    return select(_ROW.child_id, _ROW.scheme, _ROW.value).where(or_(among(_ROW.child_id, "full"), issued))


class IdentifierLoader(ByChild[IdentifierRecord]):
    """Loads children's external identifiers, by scheme and value."""

    reading = _identifiers

    def make(self, row: Row[Any], parent: ChildRecord) -> IdentifierRecord:  # noqa: ARG002  # one shape for all
        return IdentifierRecord(row.scheme, row.value)

    def sort_key(self, record: IdentifierRecord) -> Any:
        return record.scheme, record.value
