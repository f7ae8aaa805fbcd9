"""Concealment: an old record ends and exists for nobody; nothing stored leads from it to any other (R22)."""

import re
from typing import Any

from sqlalchemy import Uuid, bindparam, delete, or_, update

from authz.words import FieldGroup
from resolvers.deed import Act, Deed
from resolvers.numbers import read_number
from resolvers.override import END_OF_CHILD
from resolvers.problem import invalid, written
from resolvers.scope import NOW, TODAY
from resolvers.store import tables as t

_CHILD = bindparam("concealed", type_=Uuid())
_DIGITS = re.compile(r"(?=(\d(?:[\s-]?\d){11}))")


def _end(table: Any) -> Any:
    """Return the statement that ends what is not over of a dated link of the child."""
    row = table
    still = or_(row.ended_on.is_(None), row.ended_on > TODAY)
    return update(row).where(row.child_id == _CHILD, still).values(ended_on=TODAY)


_ENDINGS = (
    update(t.Child).where(t.Child.id == _CHILD).values(concealed_at=NOW),
    *map(_end, (t.Contact, t.Involvement, t.Placement, t.Registration)),
    update(t.ChildReach)
    .where(t.ChildReach.child_id == _CHILD, t.ChildReach.replaced_at.is_(None))
    .values(replaced_at=NOW),
    delete(t.ApplicationChild).where(t.ApplicationChild.child_id == _CHILD),
    update(t.Task)
    .where(or_(t.Task.child_id == _CHILD, t.Task.other_child_id == _CHILD), t.Task.resolved_at.is_(None))
    .values(resolved_at=NOW),
)
"""What ends with a record: the record itself, its links, where it is, whom it was opened to, and the work on it."""


def conceal(target: str, note: str) -> Act:
    """Return the deed of concealing a record. It answers with nothing that names one.

    It raises NotDone: NOT_FOUND for a record that does not exist for the viewer, INVALID without a note, and for a
    note that names a record by its number: what is kept must not lead to another.
    """

    async def act(deed: Deed) -> None:
        why = written("note", note)
        if any(read_number(found) for found in _DIGITS.findall(why)):
            raise invalid("note", "`note` must name no record: leave out the number")
        child = await deed.child("childId", target)
        row = {"child_id": child.key, "account_id": deed.viewer.account, "at": deed.moment.now, "note": why}
        await deed.add(t.Concealment, {"id": deed.new_id("concealment"), **row})
        for statement in _ENDINGS:
            await deed.write(statement, concealed=child.key)
        await deed.write(END_OF_CHILD, overridden=child.key)
        await deed.changed(child.key, FieldGroup.IDENTITY)

    return act
