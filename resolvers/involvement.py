"""Involvements: who works with a child. The narrowest bit in sight decides which rows are selected at all."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased, join, outerjoin

from authz.words import FieldGroup, NarrowGroup
from resolvers.cursor import CursorScope
from resolvers.loading import ByChild, once_each
from resolvers.organisation import Body
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.practitioner import Worker
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord, InvolvementRecord, OrganisationRecord, PractitionerRecord
from resolvers.scope import PRACTITIONER, current
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

OF_INVOLVEMENTS = (InvolvementRecord, OrganisationRecord, PractitionerRecord)
"""The records that are made of the rows of `select_involvements`."""

ROW = t.Involvement
BODY, WORKER = Body("body_"), Worker("worker_", "home_")

COLUMNS: tuple[Any, ...] = (
    ROW.id,
    ROW.child_id,
    ROW.service,
    ROW.started_on,
    ROW.ended_on,
    ROW.lead,
    ROW.assessment,
    ROW.sensitive,
    func.coalesce(ROW.practitioner_id == PRACTITIONER, false()).label("own"),
    *WORKER.columns(),
    *BODY.columns(),
)


# Newest first. The random key comes last of all: it settles ties and tells nothing.
_ORDER = (ROW.started_on.desc(), ROW.id)


def select_involvements() -> Select[Any]:
    """Select involvements, newest first, with body and worker; a worker of an unknown body is not joined."""
    home = WORKER.home
    bodies = outerjoin(join(ROW, BODY.table, BODY.table.id == ROW.organisation_id), BODY.place, BODY.place_on)
    workers = outerjoin(bodies, WORKER.at_home, and_(WORKER.table.id == ROW.practitioner_id, BODY.known))
    return select(*COLUMNS).select_from(outerjoin(workers, home.place, home.place_on)).order_by(*_ORDER)


def _reach(row: Any = ROW) -> ColumnElement[bool]:
    """Return the condition on rows: all of some children's, and the viewer's own of others."""
    own = and_(row.practitioner_id == PRACTITIONER, among(row.child_id, "own"))
    return or_(among(row.child_id, "full"), own)


@reading(
    *OF_INVOLVEMENTS,
    keys={"full": (FieldGroup.SERVICES,), "own": (NarrowGroup.OWN_SERVICES,)},
    current_only=BOTH,
    after=BOTH,
)
def _services(*, current_only: bool, after: bool) -> Select[Any]:
    """Select numbered rows of children's ordinary services, as many of each child as `limit` says."""
    number = func.row_number().over(partition_by=ROW.child_id, order_by=_ORDER).label("number")
    rows = select(ROW.id.label("row_id"), number).where(~ROW.sensitive, _reach())
    if current_only:
        rows = rows.where(current(ROW))
    if after:
        rows = rows.where(_behind_mark())
    numbered = rows.subquery()
    return select_involvements().join(numbered, numbered.c.row_id == ROW.id).where(numbered.c.number <= LIMIT)


def _behind_mark() -> ColumnElement[bool]:
    mark = aliased(t.Involvement)
    behind = or_(
        ROW.started_on < mark.started_on,
        and_(ROW.started_on == mark.started_on, ROW.id > mark.id),
    )
    # A row that is hidden now marks nothing, as one that is gone: an old cursor must not tell them apart (R5).
    here = and_(mark.id == AFTER, mark.child_id == ROW.child_id, ~mark.sensitive, _reach(mark))
    return select(true()).where(here, behind).exists()


class InvolvementRows:
    """What the loaders of involvements share: their record. A body or worker of many rows is read once."""

    def __init__(self, operation: "Operation") -> None:
        super().__init__(operation)  # type: ignore[call-arg]  # the loader that this is mixed into
        self._body = once_each(attrgetter("body_id"), BODY.read)
        self._worker = once_each(attrgetter("worker_id"), WORKER.read_if_any)

    def make(self, row: Row, parent: ChildRecord) -> InvolvementRecord:
        """Return the involvement in `row`, which the sight of `parent` has let the statement select."""
        return InvolvementRecord(
            row.id,
            row.service,
            self._body(row),
            self._worker(row),
            row.started_on,
            row.ended_on,
            row.lead,
            row.assessment,
            bool(row.own),
            parent.sight,
        )


class ServicesLoader(InvolvementRows, ByChild[InvolvementRecord]):
    """Loads ordinary involvements of children: all where SERVICES is in sight, else the viewer's own."""

    reading = _services

    def __init__(self, operation: "Operation", first: int, after: Any, *, current_only: bool) -> None:
        super().__init__(operation)
        self.limit, self.after = first + 1, after
        self.current_only = current_only

    def statement(self) -> Statement:
        return _services(current_only=self.current_only, after=self.after is not None)

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {**super().keys_of(parents), "limit": self.limit, "after": self.after}


def _scope(operation: "Operation", child: ChildRecord, *, current_only: bool) -> CursorScope:
    return CursorScope(
        operation.cursor_secret, operation.viewer.account, "involvements", child.id, f"current={current_only}"
    )


async def services(
    operation: "Operation", child: ChildRecord, first: int, after: str | None, *, current_only: bool
) -> Page[InvolvementRecord]:
    """Return a page of the ordinary services that work with `child`.

    Raises BadInput for a cursor that is not of this list, this child's included.
    """
    scope = _scope(operation, child, current_only=current_only)
    mark = scope.mark(after)
    loader = operation.loaders.services(first, mark, current_only=current_only)
    return cut(await loader.load(child), first, scope, has_previous=mark is not None)


def first_services(
    operation: "Operation", first: int, *, current_only: bool
) -> tuple[ServicesLoader, Callable[[ChildRecord, list[InvolvementRecord]], Page[InvolvementRecord]]]:
    """Return what `services` does without a cursor, in two parts for many children: a loader, and how to cut."""

    def page(child: ChildRecord, rows: list[InvolvementRecord]) -> Page[InvolvementRecord]:
        return cut(rows, first, _scope(operation, child, current_only=current_only), has_previous=False)

    return operation.loaders.services(first, None, current_only=current_only), page


@reading(
    *OF_INVOLVEMENTS,
    keys={"full": (FieldGroup.SENSITIVE_SERVICES,), "own": (NarrowGroup.OWN_SENSITIVE,)},
)
def _sensitive_rows() -> Select[Any]:
    return select_involvements().where(ROW.sensitive, _reach(), current(ROW))


class SensitiveLoader(InvolvementRows, ByChild[InvolvementRecord]):
    """Loads current sensitive involvements: all where SENSITIVE_SERVICES is in sight, else the viewer's own (R10)."""

    reading = _sensitive_rows
