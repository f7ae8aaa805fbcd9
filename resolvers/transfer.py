"""Transfers: a record handed to the authority that is responsible for it from now on."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, select, update

from authz.words import FieldGroup, Standing
from resolvers.deed import Act, Deed
from resolvers.ids import Kind, read_key
from resolvers.problem import invalid, written
from resolvers.reading import reading
from resolvers.scope import NOW, known
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.words import OrganisationKind

SOURCE = "directory"
"""What a record's source is, after a transfer made here."""

_CHILD, _TO = bindparam("transferred", type_=Uuid()), bindparam("to_authority", type_=Uuid())
_MOVE = update(t.ChildAuthority).where(t.ChildAuthority.child_id == _CHILD)
_MOVE = _MOVE.values(authority_id=_TO, updated_at=whole_hour(NOW), source_system=bindparam("source", type_=Text()))


@reading()
def _authority() -> Select[Any]:
    """Select an authority: a body that is the authority of its own area, none of its departments."""
    body = t.Organisation
    itself = (body.kind == OrganisationKind.LOCAL_AUTHORITY, body.authority_id == body.id)
    return select(body.id).where(body.id == _TO, *itself, known(body))


def transfer(target: str, to: str, note: str) -> Act:
    """Return the deed of making another authority responsible for a record; its open tasks are that team's from now on.

    It raises NotDone: NOT_FOUND for a record for which the viewer's team is not responsible, and for what is no
    authority; INVALID for the authority that is responsible already, and without a note.
    """

    async def act(deed: Deed) -> UUID:
        why = written("note", note)
        child = await deed.child("childId", target)
        if Standing.RESPONSIBLE not in child.facts.standing:
            raise deed.missing("childId", target)
        authority = await _find(deed, to)
        if authority == deed.viewer.authority:
            raise invalid("toAuthority", "this authority is responsible already: name the one that is to be")
        row = {"child_id": child.key, "from_authority_id": deed.viewer.authority, "to_authority_id": authority}
        by = {"account_id": deed.viewer.account, "at": deed.moment.now, "note": why}
        await deed.add(t.Transfer, {"id": deed.new_id("transfer"), **row, **by})
        await deed.write(_MOVE, transferred=child.key, to_authority=authority, source=SOURCE)
        await deed.changed(child.key, FieldGroup.WHEREABOUTS)
        return child.key

    return act


async def _find(deed: Deed, text: str) -> UUID:
    key = read_key(text, Kind.ORGANISATION)
    rows = [] if key is None else await deed.operation.rows(_authority(), to_authority=key)
    if not rows:
        raise deed.missing("toAuthority", text)
    found: UUID = rows[0].id
    return found
