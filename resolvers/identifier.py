"""Identifiers that other bodies know a child by: all, or those alone that the viewer's own body issued.

One that a provider of sensitive services issued tells of that service (R10): it is shown where SENSITIVE_SERVICES is
in sight as well, and to the body that issued it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, NarrowGroup
from resolvers.loading import ByChild
from resolvers.reading import Row, reading
from resolvers.records import ChildRecord, IdentifierRecord
from resolvers.scope import ORGANISATION
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import OrganisationKind

_ROW = t.ExternalIdentifier


def tells_no_service(row: Any) -> ColumnElement[bool]:
    """Return the condition that an identifier tells of no sensitive service, or of none but the viewer's own body's."""
    issuer = aliased(t.Organisation)
    sensitive = or_(issuer.sensitive_provider, issuer.kind == OrganisationKind.PROBATION)
    return or_(row.issuer_id == ORGANISATION, ~exists().where(issuer.id == row.issuer_id, sensitive))


@reading(
    IdentifierRecord,
    keys={
        "full": (FieldGroup.IDENTIFIERS,),
        "own": (NarrowGroup.ISSUED_IDENTIFIERS,),
        "sensitive": (FieldGroup.SENSITIVE_SERVICES,),
    },
)
def _identifiers() -> Select[*tuple[Any, ...]]:
    issued = and_(_ROW.issuer_id == ORGANISATION, among(_ROW.child_id, "own"))
    whole = and_(among(_ROW.child_id, "full"), or_(tells_no_service(_ROW), among(_ROW.child_id, "sensitive")))
    return select(_ROW.child_id, _ROW.scheme, _ROW.value).where(or_(whole, issued))


def _order(record: IdentifierRecord) -> Any:
    return record.scheme, record.value


class IdentifierLoader(ByChild[IdentifierRecord]):
    """Loads children's external identifiers, by scheme and value."""

    reading = _identifiers

    def make(self, row: Row, parent: ChildRecord) -> IdentifierRecord:  # noqa: ARG002  # one shape for all
        return IdentifierRecord(row.scheme, row.value)

    def in_order(self, records: list[IdentifierRecord]) -> list[IdentifierRecord]:
        return sorted(records, key=_order)
