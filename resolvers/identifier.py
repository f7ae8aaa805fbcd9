"""Identifiers that other bodies know a child by: all, or those alone that the viewer's own body issued."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Row, and_, or_, select

from authz.words import FieldGroup, NarrowGroup
from resolvers.loading import ByChild, keys_with, keys_without
from resolvers.records import ChildRecord, IdentifierRecord
from resolvers.scope import ORGANISATION
from resolvers.store import tables as t
from resolvers.store.keys import among

_ROW = t.ExternalIdentifier
_ALL, _ISSUED = FieldGroup.IDENTIFIERS.bit, NarrowGroup.ISSUED_IDENTIFIERS.bit

_STATEMENT = select(_ROW.child_id, _ROW.scheme, _ROW.value).where(
    or_(
        among(_ROW.child_id, "full"),
        and_(_ROW.issuer_id == ORGANISATION, among(_ROW.child_id, "own")),
    )
)


class IdentifierLoader(ByChild[IdentifierRecord]):
    """Loads children's external identifiers, by scheme and value."""

    def select(self) -> Executable:
        return _STATEMENT

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {"full": keys_with(parents, _ALL), "own": keys_without(parents, _ALL, but=_ISSUED)}

    def make(self, row: Row[Any], parent: ChildRecord) -> IdentifierRecord:  # noqa: ARG002  # one shape for all
        return IdentifierRecord(row.scheme, row.value)

    def sort_key(self, record: IdentifierRecord) -> Any:
        return record.scheme, record.value
