"""Practitioners: workers of the directory, each known to whom the body is known that the worker works for."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, select, true
from sqlalchemy.orm import aliased, join, outerjoin
from sqlalchemy.sql.elements import BindParameter

from authz.words import FieldGroup
from resolvers.cursor import CursorScope
from resolvers.directory import behind, called, in_order, pattern_of
from resolvers.ids import Kind, read_key
from resolvers.loading import ByKey, RowsByParent
from resolvers.organisation import Body
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import OrganisationRecord, PractitionerRecord
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation


_SHOWN = ("id", "name", "profession", "phone", "email")


class Worker:
    """One practitioner in a statement, with the body that the worker works for: columns, joins and record."""

    def __init__(self, prefix: str, home: str) -> None:
        self.prefix = prefix
        self.table = aliased(t.Practitioner)
        self.home = Body(home)
        self._values = attrgetter(*(f"{prefix}{name}" for name in _SHOWN))

    @property
    def home_on(self) -> ColumnElement[bool]:
        return and_(self.home.table.id == self.table.organisation_id, self.home.known)

    @property
    def at_home(self) -> Any:
        """The worker joined with a body that is known to the viewer; a worker of another is in no row."""
        return join(self.table, self.home.table, self.home_on)

    def own_columns(self) -> list[ColumnElement[Any]]:
        return [getattr(self.table, name).label(f"{self.prefix}{name}") for name in _SHOWN]

    def columns(self) -> list[ColumnElement[Any]]:
        return [*self.own_columns(), *self.home.columns()]

    def read(self, row: Row, organisation: OrganisationRecord | None = None) -> PractitionerRecord:
        """Return the practitioner in `row`, of `organisation` where that has been read already."""
        key, name, profession, phone, email = self._values(row)
        return PractitionerRecord(key, name, profession, phone, email, organisation or self.home.read(row))

    def read_if_any(self, row: Row) -> PractitionerRecord | None:
        """Return the practitioner in `row`, or None where the join found none."""
        return None if self._values(row)[0] is None else self.read(row)


_WORKER = Worker("worker_", "home_")
_WITHIN: BindParameter[Any] = bindparam("organisation", type_=Uuid())


def _workers() -> Select[Any]:
    """Select the workers who exist for the viewer; no other row leaves the database."""
    home = _WORKER.home
    return select(*_WORKER.columns()).select_from(outerjoin(_WORKER.at_home, home.place, home.place_on))


@reading(PractitionerRecord, OrganisationRecord)
def _by_key() -> Select[Any]:
    return _workers().where(among(_WORKER.table.id, "keys"))


class PractitionerLoader(ByKey[UUID, PractitionerRecord]):
    """Loads practitioners by key; None stands for whoever does not exist for this viewer (R12)."""

    def statement(self) -> Statement:
        return _by_key()

    def read(self, row: Row) -> tuple[UUID, PractitionerRecord | None]:
        return row.worker_id, _WORKER.read(row)


@reading(PractitionerRecord, OrganisationRecord, named=BOTH, within=BOTH, after=BOTH)
def _listed(*, named: bool, within: bool, after: bool) -> Select[Any]:
    worker, found = _WORKER.table, _workers()
    if named:
        found = found.where(called(worker))
    if within:
        found = found.where(worker.organisation_id == _WITHIN)
    if after:
        # Who does not exist now marks no place: an old cursor must not tell where such a worker would stand (R5).
        mark = Worker("mark_", "mark_home_")
        found = found.join(mark.table, mark.table.id == AFTER).join(mark.home.table, mark.home_on)
        found = found.where(behind(worker, mark.table))
    return found.order_by(*in_order(worker)).limit(LIMIT)


async def practitioners(
    operation: "Operation", name: str | None, organisation: str | None, first: int, after: str | None
) -> Page[PractitionerRecord]:
    """Return a page of the workers who exist for the viewer, by name: those called `name`, those of `organisation`.

    An id that names no organisation known to the viewer finds nobody, whatever the reason (R12). Raises BadInput
    for a cursor that is not of this list, and for a name that is too long.
    """
    arguments = str((name, organisation))
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "practitioners", arguments=arguments)
    mark = scope.mark(after)
    called_so = None if name is None else pattern_of(name)
    body = None if organisation is None else read_key(organisation, Kind.ORGANISATION)
    if (name is None) != (called_so is None) or (organisation is None) != (body is None):
        return Page([])
    statement = _listed(named=name is not None, within=organisation is not None, after=mark is not None)
    rows = await operation.rows(statement, called=called_so, organisation=body, after=mark, limit=first + 1)
    return cut([_WORKER.read(row) for row in rows], first, scope, has_previous=mark is not None)


@reading(PractitionerRecord, keys={"keys": (FieldGroup.PLACE,)}, after=BOTH)
def _of_bodies(*, after: bool) -> Select[Any]:
    """Select numbered workers of bodies, as many of each body as `limit` says."""
    row, worker = aliased(t.Practitioner), _WORKER.table
    number = func.row_number().over(partition_by=row.organisation_id, order_by=in_order(row)).label("number")
    rows = select(row.id.label("row_id"), number).where(among(row.organisation_id, "keys"))
    if after:
        mark = aliased(t.Practitioner)
        here = and_(mark.id == AFTER, mark.organisation_id == row.organisation_id)
        rows = rows.where(select(true()).where(here, behind(row, mark)).exists())
    numbered = rows.subquery()
    found = select(worker.organisation_id, *_WORKER.own_columns()).select_from(_WORKER.at_home)
    found = found.join(numbered, numbered.c.row_id == worker.id)
    return found.where(numbered.c.number <= LIMIT).order_by(numbered.c.number)


class WorkersLoader(RowsByParent[OrganisationRecord, list[PractitionerRecord], PractitionerRecord]):
    """Loads the workers of bodies whose PLACE is in sight, by name; of no other body is the key bound."""

    reading = _of_bodies

    def __init__(self, operation: "Operation", first: int, after: UUID | None) -> None:
        super().__init__(operation)
        self.limit, self.after = first + 1, after

    def statement(self) -> Statement:
        return _of_bodies(after=self.after is not None)

    def keys_of(self, parents: Sequence[OrganisationRecord]) -> Mapping[str, Any]:
        return {**super().keys_of(parents), "limit": self.limit, "after": self.after}

    def parent_of(self, row: Row) -> UUID:
        key: UUID = row.organisation_id
        return key

    def make(self, row: Row, parent: OrganisationRecord) -> PractitionerRecord:
        return _WORKER.read(row, parent)

    async def batch_load_fn(self, bodies: list[OrganisationRecord]) -> list[list[PractitionerRecord]]:
        return await self.lists(bodies)


async def workers(
    operation: "Operation", body: OrganisationRecord, first: int, after: str | None
) -> Page[PractitionerRecord]:
    """Return a page of the practitioners who work for `body`, by name.

    Raises BadInput for a cursor that is not of this list, this body's included.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "practitioners", body.id)
    mark = scope.mark(after)
    found = await operation.loaders.workers(first, mark).load(body)
    return cut(found, first, scope, has_previous=mark is not None)
