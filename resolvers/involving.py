"""The viewer's own work with children: recorded, ended, and taken off where consent is withdrawn (R11)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, update

from authz.words import FieldGroup
from resolvers.agency import alone_makes_agency
from resolvers.deed import Act, Deed
from resolvers.entered import entered_day
from resolvers.ids import Kind, read_key
from resolvers.own_body import own_body
from resolvers.own_work import OwnWork, own_work_with
from resolvers.problem import invalid, needs_basis
from resolvers.records import ChildRecord
from resolvers.scope import ORGANISATION, PRACTITIONER
from resolvers.store import tables as t
from resolvers.store.words import SENSITIVE_KINDS, CaseloadChange, SensitiveBasis, ServiceKind
from resolvers.version import count_changes_where

_ROW = t.Involvement
_KEY: Any = bindparam("of_involvement", type_=Uuid())
_CHILD: Any = bindparam("of_child", type_=Uuid())
_MINE = (_ROW.id == _KEY, _ROW.practitioner_id == PRACTITIONER)
_END = update(_ROW).where(*_MINE).values(ended_on=bindparam("until"))
_TAKE_OFF = delete(_ROW).where(*_MINE)
_AGENCY = alone_makes_agency(_CHILD, ORGANISATION, _KEY)


def record_involvement(
    target: str, service: ServiceKind, start: date, *, lead: bool, assessment: bool, basis: SensitiveBasis | None
) -> Act:
    """Return the deed of recording work of the viewer's own practitioner with a child.

    It is sensitive by its kind or its body, and then needs a basis; a basis given for any other marks it sensitive. It
    raises NotDone: NOT_FOUND for a child who does not exist for the viewer, NEEDS_BASIS, and INVALID for a day that
    cannot be, and for work that is on record already.
    """

    async def act(deed: Deed) -> UUID:
        if deed.viewer.practitioner is None:
            raise invalid(None, "this account is of no practitioner: ask your directory team to enter one")
        sensitive = service in SENSITIVE_KINDS or (await own_body(deed.operation)).sensitive
        if sensitive and basis is None:
            raise needs_basis("basis")
        child = await deed.child("childId", target)
        entered_day("from", start, first=child.date_of_birth, last=deed.moment.today)
        if any(own.service is service for own in await own_work_with(deed.operation, child.key)):
            raise invalid("service", "this work of yours is on record already: end it before it is begun anew")
        key = deed.new_id("involvement")
        row = {
            "id": key,
            "child_id": child.key,
            "practitioner_id": deed.viewer.practitioner,
            "organisation_id": deed.viewer.organisation,
            "service": service,
            "started_on": start,
            "ended_on": None,
            "lead": lead,
            "assessment": assessment,
            "sensitive": basis is not None,
            "basis": basis,
        }
        await deed.add(_ROW, row)
        groups = _groups(sensitive=basis is not None, leads=lead or assessment)
        await _tell(deed, child.key, key, groups, CaseloadChange.SOMEONE_BECAME_INVOLVED)
        return child.key

    return act


def end_involvement(target: str, until: date) -> Act:
    """Return the deed of ending work of the viewer's own practitioner, today or on a day that is past.

    It raises NotDone: NOT_FOUND for what is no current work of the viewer's own, INVALID for a day that cannot be.
    """

    async def act(deed: Deed) -> UUID:
        own, child = await _target(deed, target)
        entered_day("to", until, first=own.started_on, last=deed.moment.today)
        await deed.write(_END, of_involvement=own.key, until=until)
        groups = _groups(sensitive=own.sensitive, leads=own.leads)
        await _tell(deed, child.key, own.key, groups, CaseloadChange.INVOLVEMENT_ENDED)
        return child.key

    return act


def withdraw_consent(target: str) -> Act:
    """Return the deed of taking sensitive work of the viewer's own off the record, for want of consent (R11).

    Nothing is left of it but the events of the journal. It raises NotDone: NOT_FOUND for what is no current work of the
    viewer's own, INVALID for work that does not rest on consent.
    """

    async def act(deed: Deed) -> UUID:
        own, child = await _target(deed, target)
        if own.basis is not SensitiveBasis.CONSENT:
            raise invalid("involvementId", "this involvement does not rest on consent: end it by `endInvolvement`")
        await deed.write(_TAKE_OFF, of_involvement=own.key)
        groups = _groups(sensitive=own.sensitive, leads=own.leads)
        await _tell(deed, child.key, own.key, groups, CaseloadChange.INVOLVEMENT_ENDED)
        return child.key

    return act


async def _target(deed: Deed, target: str) -> tuple[OwnWork, ChildRecord]:
    """Return work of the viewer's own and its child, locked, and looked at before and after."""
    key = read_key(target, Kind.INVOLVEMENT)
    seen = await deed.glance(deed.operation.loaders.own_work, key)
    if key is None or seen is None:
        raise deed.missing("involvementId", target)
    child = await deed.child_by_key("involvementId", target, seen.child)
    own = await deed.operation.loaders.own_work.load(key)
    if own is None:
        raise deed.missing("involvementId", target)
    return own, child


def _groups(*, sensitive: bool, leads: bool) -> Sequence[FieldGroup]:
    """Return what changes by an involvement, whatever its flags where it is sensitive."""
    if sensitive:
        return (FieldGroup.SENSITIVE_SERVICES,)
    return (FieldGroup.SERVICES, FieldGroup.LEAD) if leads else (FieldGroup.SERVICES,)


async def _tell(deed: Deed, child: UUID, row: UUID, groups: Sequence[FieldGroup], what: CaseloadChange) -> None:
    """Say that work has begun or ended; the list of agencies may be another by it, which the database finds."""
    await deed.changed(child, *groups, what=what, worker=deed.viewer.practitioner)
    if FieldGroup.SERVICES in groups:
        bound = {**deed.operation.lens, "of_child": child, "of_involvement": row}
        await count_changes_where(deed.connection, FieldGroup.AGENCIES, _CHILD, _AGENCY, bound)
