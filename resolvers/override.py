"""Overrides: in an emergency one account sees one shielded record, for minutes, and is looked into (R17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select, update

from authz.purpose import says_why
from authz.words import Standing
from resolvers.deed import Act, Deed
from resolvers.problem import invalid
from resolvers.reading import reading
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, NOW
from resolvers.store import tables as t
from resolvers.store.words import AlertKind, OverrideGround, TaskKind

if TYPE_CHECKING:
    from resolvers.context import Operation

_CHILD = bindparam("overridden", type_=Uuid())
_IN_FORCE = (t.Override.opened_at <= NOW, t.Override.until > NOW, t.Override.closed_at.is_(None))
_END = update(t.Override).where(*_IN_FORCE).values(closed_at=NOW)
_END_MINE = _END.where(t.Override.account_id == ACCOUNT, t.Override.child_id == _CHILD)
END_OF_ACCOUNT = _END.where(t.Override.account_id == bindparam("overrider", type_=Uuid()))
"""Ends what an account overrides now."""

END_OF_CHILD = _END.where(t.Override.child_id == _CHILD)
"""Ends all overrides of a record."""


@reading()
def _until() -> Select[Any]:
    """Select until when the viewer's overrides of a record open it, the last first."""
    row = t.Override
    mine = select(row.until).where(row.account_id == ACCOUNT, row.child_id == _CHILD, *_IN_FORCE)
    return mine.order_by(row.until.desc())


def open_override(target: str, ground: OverrideGround, explanation: str, *, accepted: bool) -> Act:
    """Return the deed of overriding the shield of one record, which its investigation and its alert go with (R17).

    It raises NotDone: INVALID where the investigation is not accepted or nothing is explained, and for a record that
    needs no override; NOT_FOUND for one that does not exist for the viewer.
    """

    async def act(deed: Deed) -> UUID:
        if not accepted:
            raise invalid(
                "acceptInvestigation", "every override is looked into: set `acceptInvestigation` to accept it"
            )
        if not says_why(explanation):
            raise invalid("explanation", "`explanation` must say why in your own words, in 10 to 500 characters")
        child = await deed.child("childId", target)
        _expect_shut(child)
        await _add(deed, child.key, ground, explanation.strip())
        deed.alert(AlertKind.OVERRIDE, child.key)
        deed.rights_changed(deed.viewer.account)
        return child.key

    return act


def _expect_shut(child: ChildRecord) -> None:
    """Raise NotDone for a record that is open to this viewer already: both facts are the viewer's to know."""
    if not child.shielded:
        raise invalid("childId", "this record is not shielded: open it without an override")
    if Standing.OVERRIDING in child.facts.standing:
        raise invalid("childId", "an override of yours is in force on this record: close it, or let it end")


async def _add(deed: Deed, child: UUID, ground: OverrideGround, explanation: str) -> None:
    now, task = deed.moment.now, deed.new_id("investigation")
    whose = {"child_id": child, "other_child_id": None, "assignee_id": None}
    kind = TaskKind.OVERRIDE_INVESTIGATION
    await deed.add(t.Task, {"id": task, "kind": kind, "since": deed.moment.hour, "resolved_at": None, **whose})
    row = {
        "id": deed.new_id("override"),
        "account_id": deed.viewer.account,
        "child_id": child,
        "ground": ground,
        "explanation": explanation,
        "opened_at": now,
        "until": now + deed.override_lasts,
        "closed_at": None,
        "investigation_id": task,
    }
    await deed.add(t.Override, row)


def close_override(target: str) -> Act:
    """Return the deed of closing the viewer's override of one record before its time.

    Where none is in force, nothing changes. It raises NotDone NOT_FOUND for a record that does not exist for the
    viewer. The investigation goes on.
    """

    async def act(deed: Deed) -> UUID:
        child = await deed.child("childId", target)
        await deed.write(_END_MINE, overridden=child.key)
        deed.rights_changed(deed.viewer.account)
        return child.key

    return act


@dataclass(frozen=True, slots=True)
class Overridden:
    """A record after a deed about its override, as the law shows it now; `until` is None where none is in force."""

    child: ChildRecord
    until: datetime | None


async def read_overridden(operation: "Operation", key: UUID | None) -> Overridden | None:
    """Return the record of a deed about an override, None where it does not exist for the viewer any more."""
    child = None if key is None else await operation.loaders.child.load(key)
    if child is None:
        return None
    operation.trail.opened(child.key, child.facts, child.sight)
    rows = await operation.rows(_until(), overridden=child.key)
    return Overridden(child, rows[0].until if rows else None)
