"""Caseloads of practitioners: children as rows that name them, by the edge from a worker of the directory (R7)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from authz.caseload import Caseload, caseload_of
from authz.words import FieldGroup, Role, Standing
from resolvers.child import IDENTITY, child_columns, in_order, read_child
from resolvers.cursor import CursorScope
from resolvers.loading import RowsByParent
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord, PractitionerRecord
from resolvers.scope import current, known, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

SERVICES = (FieldGroup.SERVICES,)


def _allowed(worker: Any, own: ColumnElement[bool], of_colleagues: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that `own` holds for the viewer's own practitioner, `of_colleagues` for colleagues."""
    return or_(and_(among(worker, "own"), own), and_(among(worker, "colleagues"), of_colleagues))


def _pairs() -> Subquery:
    """Select who works with whom now, each pair once; of colleagues no work that is sensitive (R10, R11).

    Nor any for a confidential body: its rows show no practitioner to the viewer, and no list may name one instead.
    """
    work, body = aliased(t.Involvement), aliased(t.Organisation)
    worker = work.practitioner_id
    reached = _allowed(worker, true(), and_(~work.sensitive, known(body)))
    pairs = select(worker, work.child_id).join(body, body.id == work.organisation_id)
    return pairs.where(current(work), reached).distinct().subquery()


@reading(ChildRecord, keys={"own": (Standing.INVOLVED,)}, role=Role, after=BOTH)
def _caseloads(role: Role, *, after: bool) -> Select[Any]:
    """Select numbered children of practitioners, as many of each practitioner as `limit` says."""
    pairs, row, child = _pairs(), aliased(t.Child), aliased(t.Child)
    worker = pairs.c.practitioner_id
    seen = _allowed(worker, sees_where(role, IDENTITY, row), sees_where(role, SERVICES, row))
    number = func.row_number().over(partition_by=worker, order_by=in_order(row)).label("number")
    rows = select(row.id.label("row_id"), worker, number).join(pairs, pairs.c.child_id == row.id).where(seen)
    if after:
        # A record that does not exist now marks no place: an old cursor must not tell where it would stand (R5).
        mark = aliased(t.Child)
        rows = rows.join(mark, and_(mark.id == AFTER, sees_where(role, IDENTITY, mark)))
        rows = rows.where(tuple_(*in_order(row)) > tuple_(*in_order(mark)))
    numbered = rows.subquery()
    found = select(*child_columns(role, child), numbered.c.practitioner_id)
    found = found.join(numbered, numbered.c.row_id == child.id)
    return found.where(numbered.c.number <= LIMIT).order_by(numbered.c.number)


class CaseloadsLoader(RowsByParent[PractitionerRecord, list[ChildRecord], ChildRecord | None]):
    """Loads the caseloads of practitioners, of each what the viewer may ask for; without a statement where none."""

    reading = _caseloads

    def __init__(self, operation: "Operation", first: int, after: UUID | None) -> None:
        super().__init__(operation)
        self.limit, self.after = first + 1, after

    def statement(self) -> Statement:
        return _caseloads(role=self.operation.viewer.role, after=self.after is not None)

    def _keys(self, parents: Sequence[PractitionerRecord], asked: Caseload) -> list[UUID]:
        viewer = self.operation.viewer
        return [each.key for each in parents if caseload_of(viewer, each.key, each.organisation.key) is asked]

    def keys_of(self, parents: Sequence[PractitionerRecord]) -> Mapping[str, Any]:
        return {
            "own": self._keys(parents, Caseload.OWN),
            "colleagues": self._keys(parents, Caseload.COLLEAGUE),
            "limit": self.limit,
            "after": self.after,
        }

    def parent_of(self, row: Row) -> UUID:
        key: UUID = row.practitioner_id
        return key

    def make(self, row: Row, parent: PractitionerRecord) -> ChildRecord | None:  # noqa: ARG002  # one shape for all
        return read_child(row, self.operation.viewer)

    async def batch_load_fn(self, workers: list[PractitionerRecord]) -> list[list[ChildRecord]]:
        if len(self._keys(workers, Caseload.CLOSED)) == len(workers):
            return [[] for _ in workers]
        return [[child for child in rows if child is not None] for rows in await self.lists(workers)]


async def caseload_page(
    operation: "Operation", worker: PractitionerRecord, first: int, after: str | None
) -> Page[ChildRecord]:
    """Return a page of the children whom `worker` works with, as far as the viewer may ask for them, by name.

    Each row names a child: it is noted and charged (R14). Raises BadInput for a cursor that is not of this list,
    this worker's included.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "caseload", worker.id)
    mark = scope.mark(after)
    found = await operation.loaders.caseloads(first, mark).load(worker)
    page = cut(found, first, scope, has_previous=mark is not None)
    for child in page.items:
        operation.trail.listed(child.key, child.facts, child.sight)
    await operation.charge(*(child.id for child in page.items))
    return page
