"""Agencies: bodies to ring about a child. Never schools, practices, sensitive providers or confidential bodies."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup
from resolvers.loading import ByChild
from resolvers.names import fold
from resolvers.reading import Row, reading
from resolvers.records import AgencyRecord, ChildRecord
from resolvers.scope import current
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import OrganisationKind

_NEVER = (OrganisationKind.SCHOOL, OrganisationKind.GP_PRACTICE, OrganisationKind.PROBATION)
_WORK, _BODY, _PLACE = aliased(t.Involvement), aliased(t.Organisation), aliased(t.OrganisationPlace)


def _can_be_rung(body: Any, place: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a body is an agency, once it works with a child."""
    named = ~body.confidential, ~body.sensitive_provider, body.kind.not_in(_NEVER)
    return *named, place.organisation_id == body.id, place.phone.is_not(None)


def can_be_agency(organisation: Any) -> ColumnElement[bool]:
    """Return the condition that the body with the key `organisation` is an agency of the children it works with."""
    body, place = aliased(t.Organisation), aliased(t.OrganisationPlace)
    return select(body.id).where(body.id == organisation, *_can_be_rung(body, place)).exists()


def alone_makes_agency(child: Any, organisation: Any, involvement: Any) -> ColumnElement[bool]:
    """Return the condition that one involvement is all that puts its body among the agencies of `child`."""
    other = aliased(t.Involvement)
    beside = select(other.id).where(
        other.child_id == child,
        other.organisation_id == organisation,
        other.id != involvement,
        ~other.sensitive,
        current(other),
    )
    return and_(can_be_agency(organisation), ~beside.exists())


@reading(AgencyRecord, keys={"keys": (FieldGroup.AGENCIES,)})
def _agencies() -> Select[*tuple[Any, ...]]:
    return (
        select(_WORK.child_id, _BODY.id, _BODY.name, _PLACE.phone)
        .distinct()
        .join(_BODY, _BODY.id == _WORK.organisation_id)
        .join(_PLACE, _PLACE.organisation_id == _BODY.id)
        .where(among(_WORK.child_id, "keys"), ~_WORK.sensitive, current(_WORK), *_can_be_rung(_BODY, _PLACE))
    )


def _order(record: AgencyRecord) -> Any:
    return fold(record.name), record.name, record.phone


class AgencyLoader(ByChild[AgencyRecord]):
    """Loads the distinct bodies of children's current, ordinary involvements that can be rung, by name."""

    reading = _agencies

    def make(self, row: Row, parent: ChildRecord) -> AgencyRecord:  # noqa: ARG002  # one shape for all
        return AgencyRecord(row.name, row.phone)

    def in_order(self, records: list[AgencyRecord]) -> list[AgencyRecord]:
        return sorted(records, key=_order)
