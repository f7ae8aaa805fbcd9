"""Organisations: how a statement joins one, with its place where it is known to the viewer, and their list."""

from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.sight import sight_of_body
from resolvers.address import address_columns, address_reader
from resolvers.cursor import CursorScope
from resolvers.directory import behind, called, in_order, pattern_of
from resolvers.loading import ByKey
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import OrganisationRecord
from resolvers.scope import known
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import OrganisationKind

if TYPE_CHECKING:
    from resolvers.context import Operation


class Body:
    """One organisation in a statement: its columns under a prefix, and its joins.

    The place of a body that is not known to the viewer is not joined, so it is never selected.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.table = aliased(t.Organisation)
        self.place = aliased(t.OrganisationPlace)
        self._values = attrgetter(*(f"{prefix}{name}" for name in ("id", "name", "kind", "known", "phone", "email")))
        self._address = address_reader(prefix)

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

    def read(self, row: Row) -> OrganisationRecord:
        """Return the organisation in `row`."""
        found = self.read_if_any(row)
        if found is None:
            raise LookupError(f"a row lacks its organisation `{self.prefix}`: its join must not be optional")
        return found

    def read_if_any(self, row: Row) -> OrganisationRecord | None:
        """Return the organisation in `row`, or None where the join found none."""
        key, name, kind, known, phone, email = self._values(row)
        if key is None:
            return None
        return OrganisationRecord(key, name, kind, phone, email, self._address(row), sight_of_body(bool(known)))


_BODY = Body("body_")
_KIND: BindParameter[Any] = bindparam("kind", type_=t.Organisation.__table__.c.kind.type)


def _known() -> Select[Any]:
    """Select the bodies that are known to the viewer; no other row leaves the database."""
    found = select(*_BODY.columns()).select_from(_BODY.table).outerjoin(_BODY.place, _BODY.place_on)
    return found.where(_BODY.known)


@reading(OrganisationRecord)
def _by_key() -> Select[Any]:
    return _known().where(among(_BODY.table.id, "keys"))


class OrganisationLoader(ByKey[UUID, OrganisationRecord]):
    """Loads organisations by key; None stands for one that is not known to this viewer (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key()

    def read(self, row: Row) -> tuple[UUID, OrganisationRecord | None]:
        return row.body_id, _BODY.read(row)


@reading(OrganisationRecord, named=BOTH, of_kind=BOTH, after=BOTH)
def _listed(*, named: bool, of_kind: bool, after: bool) -> Select[Any]:
    body, found = _BODY.table, _known()
    if named:
        found = found.where(called(body))
    if of_kind:
        found = found.where(body.kind == _KIND)
    if after:
        # A body that is not known now marks no place: an old cursor must not tell where it would stand (R5).
        mark = aliased(t.Organisation)
        found = found.join(mark, and_(mark.id == AFTER, known(mark))).where(behind(body, mark))
    return found.order_by(*in_order(body)).limit(LIMIT)


async def organisations(
    operation: "Operation", name: str | None, kind: OrganisationKind | None, first: int, after: str | None
) -> Page[OrganisationRecord]:
    """Return a page of the bodies that are known to the viewer, by name: those called `name`, those of `kind`.

    Raises BadInput for a cursor that is not of this list, and for a name that is too long.
    """
    arguments = str((name, kind))
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "organisations", arguments=arguments)
    mark = scope.mark(after)
    pattern = None if name is None else pattern_of(name)
    if name is not None and pattern is None:
        return Page([])
    statement = _listed(named=name is not None, of_kind=kind is not None, after=mark is not None)
    rows = await operation.rows(statement, called=pattern, kind=kind, after=mark, limit=first + 1)
    return cut([_BODY.read(row) for row in rows], first, scope, has_previous=mark is not None)
