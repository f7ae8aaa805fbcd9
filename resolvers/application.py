"""Applications for access: which are read by whom, and in which state they are now (R24, R25)."""

from enum import Enum, auto
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.viewer import Viewer
from authz.words import Act
from resolvers.cursor import CursorScope
from resolvers.loading import ByKey
from resolvers.organisation import Body
from resolvers.page import LIMIT, ByTime, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import OrganisationRecord
from resolvers.scope import ACCOUNT, NOW, ORGANISATION
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import ApplicationState
from resolvers.work_records import ApplicationRecord

if TYPE_CHECKING:
    from resolvers.context import Operation


class Reach(Enum):
    """Which applications a viewer reads: the own, those of other bodies, which may be decided on, or all."""

    OWN = auto()
    OF_OTHERS = auto()
    ALL = auto()


def reach_of(viewer: Viewer) -> Reach:
    """Return which applications `viewer` reads."""
    if viewer.may(Act.READ_APPLICATIONS):
        return Reach.ALL
    return Reach.OF_OTHERS if viewer.may(Act.DECIDE_APPLICATION) else Reach.OWN


_ROW, _APPLICANT, _BODY = aliased(t.Application), aliased(t.Account), Body("body_")
_STATE: BindParameter[Any] = bindparam("state", type_=t.Application.__table__.c.state.type)
_ORDER = ByTime("applied_at")


def _within(reach: Reach, row: Any, applicant: Any) -> ColumnElement[bool]:
    """Return the condition that an application is in reach; nobody decides on the own one, nor for the own body."""
    conditions: dict[Reach, ColumnElement[bool]] = {
        Reach.OWN: row.applicant_id == ACCOUNT,
        Reach.OF_OTHERS: and_(row.applicant_id != ACCOUNT, applicant.organisation_id != ORGANISATION),
        Reach.ALL: true(),
    }
    return conditions[reach]


def _state_now(row: Any) -> ColumnElement[Any]:
    """Return the state as it is now: an approval whose time has come, or that has none, has expired."""
    over = func.coalesce(row.expires_at <= NOW, true())
    expired = literal(ApplicationState.EXPIRED, row.state.type)
    return case((and_(row.state == ApplicationState.APPROVED, over), expired), else_=row.state)


def _visible(reach: Reach) -> Select[Any]:
    """Select the applications in reach; no other row leaves the database."""
    columns = (_ROW.id, _ROW.applicant_id, _ROW.legal_basis, _ROW.justification, _ROW.requested, _ROW.expires_at)
    found = select(*columns, _state_now(_ROW).label("state_now"), _APPLICANT.name, *_BODY.columns())
    found = found.join(_APPLICANT, _APPLICANT.id == _ROW.applicant_id)
    found = found.join(_BODY.table, _BODY.table.id == _APPLICANT.organisation_id)
    return found.outerjoin(_BODY.place, _BODY.place_on).where(_within(reach, _ROW, _APPLICANT))


def _read(row: Row, viewer: Viewer) -> ApplicationRecord:
    return ApplicationRecord(
        key=row.id,
        applicant=row.name,
        organisation=_BODY.read(row),
        legal_basis=row.legal_basis,
        justification=row.justification,
        requested=list(row.requested),
        state=ApplicationState(row.state_now),
        expires_at=row.expires_at,
        mine=row.applicant_id == viewer.account,
    )


@reading(ApplicationRecord, OrganisationRecord, reach=Reach, locked=BOTH)
def _by_key(reach: Reach, *, locked: bool) -> Select[Any]:
    found = _visible(reach).where(among(_ROW.id, "keys"))
    return found.with_for_update(of=_ROW, key_share=True) if locked else found


class ApplicationLoader(ByKey[UUID, ApplicationRecord]):
    """Loads applications by key; None stands for one that is out of reach (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key(reach_of(self.operation.viewer), locked=False)

    def read(self, row: Row) -> tuple[UUID, ApplicationRecord | None]:
        return row.id, _read(row, self.operation.viewer)


async def lock(operation: "Operation", key: UUID) -> ApplicationRecord | None:
    """Return an application in reach, which stays as it is for the rest of the transaction; None out of reach."""
    rows = await operation.rows(_by_key(reach_of(operation.viewer), locked=True), keys=[key])
    return _read(rows[0], operation.viewer) if rows else None


@reading(ApplicationRecord, OrganisationRecord, reach=Reach, in_state=BOTH, after=BOTH)
def _listed(reach: Reach, *, in_state: bool, after: bool) -> Select[Any]:
    found = _visible(reach)
    if in_state:
        found = found.where(_state_now(_ROW) == _STATE)
    if after:
        # One that is out of reach now marks no place (R5).
        mark, applicant = aliased(t.Application), aliased(t.Account)
        there = applicant.id == mark.applicant_id, _within(reach, mark, applicant)
        found = found.where(_ORDER.behind(_ROW, mark, *there))
    return found.order_by(*_ORDER.of(_ROW)).limit(LIMIT)


async def applications(
    operation: "Operation", state: ApplicationState | None, first: int, after: str | None
) -> Page[ApplicationRecord]:
    """Return a page of the applications in the viewer's reach, newest first: all, or those in one state.

    Raises BadInput for a cursor that is not of this list.
    """
    arguments = str(state)
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "applications", arguments=arguments)
    mark = scope.mark(after)
    statement = _listed(reach_of(operation.viewer), in_state=state is not None, after=mark is not None)
    rows = await operation.rows(statement, state=state, after=mark, limit=first + 1)
    return cut([_read(row, operation.viewer) for row in rows], first, scope, has_previous=mark is not None)
