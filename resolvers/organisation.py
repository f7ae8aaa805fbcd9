"""Organisations: how a statement joins one, with its place where it is known to the viewer."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, and_, select
from sqlalchemy.orm import aliased

from authz.sight import sight_of_body
from resolvers.address import address_columns, read_address
from resolvers.loading import ByKey
from resolvers.records import OrganisationRecord
from resolvers.scope import known
from resolvers.store import tables as t
from resolvers.store.keys import among


class Body:
    """One organisation in a statement: its columns under a prefix, and its joins.

    The place of a body that is not known to the viewer is not joined, so it is never selected.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.table = aliased(t.Organisation)
        self.place = aliased(t.OrganisationPlace)

    @property
    def known(self) -> ColumnElement[bool]:
        return known(self.table)

    @property
    def place_on(self) -> ColumnElement[bool]:
        return and_(self.place.organisation_id == self.table.id, self.known)

    def columns(self) -> list[ColumnElement[Any]]:
        own: list[ColumnElement[Any]] = [
            self.table.id.label(f"{self.prefix}id"),
            self.table.name.label(f"{self.prefix}name"),
            self.table.kind.label(f"{self.prefix}kind"),
            self.known.label(f"{self.prefix}known"),
            self.place.phone.label(f"{self.prefix}phone"),
            self.place.email.label(f"{self.prefix}email"),
        ]
        return own + address_columns(self.place, self.prefix)

    def read(self, row: Row[Any]) -> OrganisationRecord:
        """Return the organisation in `row`."""
        found = self.read_if_any(row)
        if found is None:
            raise LookupError(f"a row lacks its organisation `{self.prefix}`: its join must not be optional")
        return found

    def read_if_any(self, row: Row[Any]) -> OrganisationRecord | None:
        """Return the organisation in `row`, or None where the join found none."""
        values = row._mapping
        if values[f"{self.prefix}id"] is None:
            return None
        return OrganisationRecord(
            key=values[f"{self.prefix}id"],
            name=values[f"{self.prefix}name"],
            kind=values[f"{self.prefix}kind"],
            phone=values[f"{self.prefix}phone"],
            email=values[f"{self.prefix}email"],
            address=read_address(row, self.prefix),
            sight=sight_of_body(bool(values[f"{self.prefix}known"])),
        )


_BODY = Body("body_")
_BY_KEY = (
    select(*_BODY.columns())
    .select_from(_BODY.table)
    .outerjoin(_BODY.place, _BODY.place_on)
    .where(among(_BODY.table.id, "keys"))
)


class OrganisationLoader(ByKey[UUID, OrganisationRecord]):
    """Loads organisations by key, for viewers who reach one by a route that has already been judged."""

    def select(self) -> Executable:
        return _BY_KEY

    def read(self, row: Row[Any]) -> tuple[UUID, OrganisationRecord | None]:
        return row.body_id, _BODY.read(row)
