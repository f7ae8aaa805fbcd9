"""School places and practice registrations: where a child is to be found by day, hence PLACES."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup
from resolvers.loading import ByChild, FirstByChild
from resolvers.organisation import Body
from resolvers.reading import Row, reading
from resolvers.records import ChildRecord, OrganisationRecord, StayRecord
from resolvers.scope import current
from resolvers.store import tables as t
from resolvers.store.keys import among

_BODY = Body("body_")


def _stays(table: Any) -> Select[Any]:
    return (
        select(table.child_id, table.started_on, table.ended_on, *_BODY.columns())
        .join(_BODY.table, _BODY.table.id == table.organisation_id)
        .outerjoin(_BODY.place, _BODY.place_on)
        .where(among(table.child_id, "keys"))
    )


_PLACEMENT, _REGISTRATION = aliased(t.Placement), aliased(t.Registration)
_PLACES = {"keys": (FieldGroup.PLACES,)}


@reading(StayRecord, OrganisationRecord, keys=_PLACES)
def _placements() -> Select[Any]:
    return _stays(_PLACEMENT)


@reading(StayRecord, OrganisationRecord, keys=_PLACES)
def _registrations() -> Select[Any]:
    return _stays(_REGISTRATION).where(current(_REGISTRATION))


def _order(record: StayRecord) -> Any:
    return -record.started_on.toordinal(), record.organisation.name, record.organisation.key


class _Stays:
    """What school places and registrations share: their record and its order."""

    def make(self, row: Row, parent: ChildRecord) -> StayRecord:  # noqa: ARG002  # one shape for all
        return StayRecord(_BODY.read(row), row.started_on, row.ended_on)

    def in_order(self, records: list[StayRecord]) -> list[StayRecord]:
        return sorted(records, key=_order)


class PlacementLoader(_Stays, ByChild[StayRecord]):
    """Loads children's school places, past ones too, newest first."""

    reading = _placements


class RegistrationLoader(_Stays, FirstByChild[StayRecord]):
    """Loads children's current registration with a practice, the newest where there are several."""

    reading = _registrations
