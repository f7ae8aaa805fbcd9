"""The viewer's own involvements as deeds find them: each by its id, under the law."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, or_, select

from authz.words import FieldGroup, NarrowGroup, Role
from resolvers.loading import ByKey
from resolvers.reading import Row, Statement, reading
from resolvers.scope import PRACTITIONER, current, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import SensitiveBasis, ServiceKind

if TYPE_CHECKING:
    from resolvers.context import Operation

_ROW = t.Involvement
_ORDINARY = (FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES)
_SENSITIVE = (FieldGroup.SENSITIVE_SERVICES, NarrowGroup.OWN_SENSITIVE)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """One current involvement of the viewer's practitioner, with the child whom it is with."""

    key: UUID
    child: UUID
    service: ServiceKind
    started_on: date
    ended_on: date | None
    leads: bool
    sensitive: bool
    basis: SensitiveBasis | None


def _own(role: Role) -> Select[*tuple[Any, ...]]:
    """Select current work of the viewer's own, with children for whom its kind is in sight."""
    child = t.Child
    ordinary = and_(~_ROW.sensitive, sees_where(role, _ORDINARY, child))
    sensitive = and_(_ROW.sensitive, sees_where(role, _SENSITIVE, child))
    columns: tuple[Any, ...] = (
        _ROW.id,
        _ROW.child_id,
        _ROW.service,
        _ROW.started_on,
        _ROW.ended_on,
        _ROW.lead,
        _ROW.assessment,
    )
    found = select(*columns, _ROW.sensitive, _ROW.basis).join(child, child.id == _ROW.child_id)
    return found.where(_ROW.practitioner_id == PRACTITIONER, current(_ROW), or_(ordinary, sensitive))


def _read(row: Row) -> OwnWork:
    leads = row.lead or row.assessment
    return OwnWork(row.id, row.child_id, row.service, row.started_on, row.ended_on, leads, row.sensitive, row.basis)


@reading(role=Role)
def _by_key(role: Role) -> Select[*tuple[Any, ...]]:
    return _own(role).where(among(_ROW.id, "keys"))


class OwnWorkLoader(ByKey[UUID, OwnWork]):
    """Loads current involvements of the viewer's own by key; None stands for whatever is none (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key(self.operation.viewer.role)

    def read(self, row: Row) -> tuple[UUID, OwnWork | None]:
        return row.id, _read(row)


@reading(role=Role)
def _with_child(role: Role) -> Select[*tuple[Any, ...]]:
    return _own(role).where(_ROW.child_id == bindparam("of_child", type_=Uuid()))


async def own_work_with(operation: "Operation", child: UUID) -> list[OwnWork]:
    """Return the current involvements of the viewer's own with one child."""
    return [_read(row) for row in await operation.rows(_with_child(operation.viewer.role), of_child=child)]
