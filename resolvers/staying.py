"""School places and registrations with a practice, as deeds record them: under PLACES alone (R32)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, update

from authz.words import FieldGroup
from resolvers.deed import Act, Deed
from resolvers.entered import entered_day
from resolvers.ids import Kind, read_key
from resolvers.problem import invalid, not_yours
from resolvers.records import ChildRecord, OrganisationRecord
from resolvers.scope import current
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind

AHEAD = timedelta(days=400)
"""How far ahead a school place may begin."""

LONGEST_PLACE = timedelta(days=366 * 18)
"""How long a school place lasts at most."""

_CHILD: Any = bindparam("of_child", type_=Uuid())
_END_REGISTRATION = (
    update(t.Registration)
    .where(t.Registration.child_id == _CHILD, current(t.Registration))
    .values(ended_on=bindparam("until"))
)


def record_placement(target: str, school: str, start: date, end: date | None) -> Act:
    """Return the deed of recording a school place. It raises NotDone as `record_registration` does."""

    async def act(deed: Deed) -> UUID:
        child = await _child_with_places(deed, target)
        body = await _body(deed, school, OrganisationKind.SCHOOL)
        entered_day("from", start, first=child.date_of_birth, last=deed.moment.today + AHEAD)
        if end is not None:
            entered_day("to", end, first=start, last=start + LONGEST_PLACE)
        for stay in await deed.operation.loaders.placements.load(child):
            if (stay.organisation.key, stay.started_on, stay.ended_on) == (body.key, start, end):
                raise invalid("from", "this school place is on record already")
        await _add(deed, t.Placement, child, body, (start, end))
        return child.key

    return act


def record_registration(target: str, practice: str, since: date) -> Act:
    """Return the deed of registering a child with a practice; the one of before ends with that day.

    It raises NotDone: NOT_FOUND for a child, or a body of this kind, that does not exist for the viewer;
    NOT_YOURS_TO_CHANGE where PLACES is withheld; INVALID for a day that cannot be, and for what is on record already.
    """

    async def act(deed: Deed) -> UUID:
        child = await _child_with_places(deed, target)
        body = await _body(deed, practice, OrganisationKind.GP_PRACTICE)
        entered_day("since", since, first=child.date_of_birth, last=deed.moment.today)
        now = await deed.operation.loaders.registrations.load(child)
        if now is not None and now.organisation.key == body.key:
            raise invalid("organisationId", "this registration is on record already")
        if now is not None:
            entered_day("since", since, first=now.started_on)
        await deed.write(_END_REGISTRATION, of_child=child.key, until=since)
        await _add(deed, t.Registration, child, body, (since, None))
        return child.key

    return act


async def _child_with_places(deed: Deed, target: str) -> ChildRecord:
    child = await deed.child("childId", target)
    if not child.sight.sees(FieldGroup.PLACES.bit):
        raise not_yours("organisationId")
    return child


async def _body(deed: Deed, text: str, kind: OrganisationKind) -> OrganisationRecord:
    key = read_key(text, Kind.ORGANISATION)
    body = None if key is None else await deed.operation.loaders.organisation.load(key)
    if body is None or body.kind is not kind:
        raise deed.missing("organisationId", text)
    return body


async def _add(
    deed: Deed, table: Any, child: ChildRecord, body: OrganisationRecord, days: tuple[date, date | None]
) -> None:
    row = {"id": deed.new_id("stay"), "child_id": child.key, "organisation_id": body.key}
    await deed.add(table, {**row, "started_on": days[0], "ended_on": days[1]})
    await deed.changed(child.key, FieldGroup.PLACES)
