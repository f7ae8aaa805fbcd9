"""Merges: what two records hold of one child comes together in one of them; the other exists for nobody (R20).

All of it is done by the database, in statements that are the same whatever the two records hold. Nothing is opened by
it: a merge is shielded if either was, and who applied for the one has not been given the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, Shield
from resolvers.deed import Act, Deed
from resolvers.following import CASE, FLAG, tell_where
from resolvers.ids import Kind, read_key
from resolvers.override import END_OF_CHILD
from resolvers.problem import invalid, written
from resolvers.reading import reading
from resolvers.records import ChildRecord
from resolvers.scope import NOW
from resolvers.shielding import child_with_household, hold_household
from resolvers.store import tables as t
from resolvers.store.words import OWN_STATES, ReachKind, ShieldState
from resolvers.version import count_changes_where

_KEPT: Any = bindparam("kept", type_=Uuid())
_MERGED: Any = bindparam("merged", type_=Uuid())


def merge_children(keep: str, merge: str, note: str) -> Act:
    """Return the deed of merging one record into another, both of which the viewer sees to be one child.

    It raises NotDone: NOT_FOUND for a record that does not exist for the viewer, INVALID without a note, and where
    both are one record.
    """

    async def act(deed: Deed) -> UUID:
        why = written("note", note)
        if keep == merge:
            raise invalid("merge", "`merge` must be another record than `keep`")
        kept = await child_with_household(deed, "keep", keep, read_key(keep, Kind.CHILD))
        merged = await deed.child("merge", merge)
        await merge_into(deed, kept, merged, why)
        return kept.key

    return act


async def merge_into(deed: Deed, kept: ChildRecord, merged: ChildRecord, note: str) -> None:
    """Merge one record into another, both locked, with the household of the first if it is open."""
    bound = {"kept": kept.key, "merged": merged.key}
    if merged.shielded and not kept.shielded:
        await _shield_household(deed, kept, merged)
    await _tell(deed, kept, merged)
    for statement in (*_WITHOUT_TWINS, *_REACH, *_MOVES, *_AFTER):
        await deed.write(statement, **bound)
    await deed.write(END_OF_CHILD, overridden=merged.key)
    row = {"id": deed.new_id("merge"), "kept_id": kept.key, "merged_id": merged.key, "note": note}
    await deed.add(t.Merge, {**row, "account_id": deed.viewer.account, "at": deed.moment.now})
    await deed.changed(merged.key, FieldGroup.IDENTITY)


@reading()
def _own_shield() -> Select[Any]:
    """Select the shield that stands by itself on the record that is merged; who may merge sees that it has one."""
    row = t.Shield
    found = select(row.id).where(row.child_id == _MERGED, row.state.in_(OWN_STATES))
    return found.order_by(row.id).limit(1)


async def _shield_household(deed: Deed, kept: ChildRecord, merged: ChildRecord) -> None:
    """Put the household of an open record on hold, which becomes a shielded one in this deed (R9)."""
    deed.operation.trail.opened(kept.key, replace(kept.facts, shield=Shield.SHIELDED), kept.sight)
    rows = await deed.operation.rows(_own_shield(), merged=merged.key)
    shield = rows[0].id if rows else None
    await hold_household(deed, None if shield is None else kept.key, shield)


def _of(table: Any, *conditions: Any) -> ColumnElement[bool]:
    return select(table.id).where(table.child_id == _MERGED, *conditions).exists()


def _sensitive_issuer() -> ColumnElement[bool]:
    body = aliased(t.Organisation)
    issued = body.id == t.ExternalIdentifier.issuer_id
    return select(body.id).where(issued, body.sensitive_provider).exists()


_WORK = t.Involvement
_COMES: Mapping[FieldGroup, tuple[ColumnElement[bool], ...]] = {
    FieldGroup.CONTACT_NAMES: (_of(t.Contact),),
    FieldGroup.PLACES: (_of(t.Placement), _of(t.Registration)),
    FieldGroup.SERVICES: (_of(_WORK, ~_WORK.sensitive),),
    FieldGroup.SENSITIVE_SERVICES: (_of(_WORK, _WORK.sensitive), _of(t.ExternalIdentifier, _sensitive_issuer())),
    FieldGroup.LEAD: (_of(_WORK, ~_WORK.sensitive, or_(_WORK.lead, _WORK.assessment)),),
    FieldGroup.AGENCIES: (_of(_WORK, ~_WORK.sensitive),),
    FieldGroup.IDENTIFIERS: (_of(t.ExternalIdentifier, ~_sensitive_issuer()),),
    FieldGroup.FORMER_NAMES: (_of(t.FormerName),),
    FieldGroup.WHEREABOUTS: (_of(t.ChildReach),),
    FieldGroup.SHIELD_CASE: (_of(t.Shield),),
}
"""What of a record comes to the one that is kept, by the groups that show it there."""

_COUNTED_ALONE = (FieldGroup.LEAD, FieldGroup.AGENCIES)
"""Groups that nobody sees who is told of changes and does not see SERVICES."""


async def _tell(deed: Deed, kept: ChildRecord, merged: ChildRecord) -> None:
    """Say what changes on the record that is kept, before it does: the database finds it."""
    bound = {"kept": kept.key, "merged": merged.key}
    for group, found in _COMES.items():
        if group in _COUNTED_ALONE:
            await count_changes_where(deed.connection, group, _KEPT, or_(*found), {**deed.operation.lens, **bound})
        else:
            await tell_where(deed, group, _KEPT, or_(*found), **bound)
    if merged.shielded and not kept.shielded:
        await deed.changed(kept.key, FLAG, CASE)


def _twins(table: Any, *columns: Any) -> Any:
    """Return the statement that takes off what the record that is kept has as well, in all of `columns`."""
    other = aliased(table)
    alike = (getattr(other, column.key).is_not_distinct_from(column) for column in columns)
    same = select(other.id).where(other.child_id == _KEPT, *alike).exists()
    return delete(table).where(table.child_id == _MERGED, same)


_WITHOUT_TWINS = (
    _twins(_WORK, _WORK.practitioner_id, _WORK.organisation_id, _WORK.service, _WORK.started_on, _WORK.ended_on),
    _twins(t.Placement, t.Placement.organisation_id, t.Placement.started_on, t.Placement.ended_on),
    _twins(t.Registration, t.Registration.organisation_id, t.Registration.started_on, t.Registration.ended_on),
    _twins(t.ExternalIdentifier, t.ExternalIdentifier.issuer_id, t.ExternalIdentifier.search_key),
)


def _newer() -> ColumnElement[bool]:
    """Return the condition that the record that is merged knows better where the child is."""
    mine, theirs = aliased(t.ChildReach), aliased(t.ChildReach)
    there = theirs.child_id == _MERGED, theirs.replaced_at.is_(None), theirs.kind == ReachKind.CURRENT
    here = mine.child_id == _KEPT, mine.replaced_at.is_(None)
    worse = or_(mine.kind != ReachKind.CURRENT, mine.since < theirs.since)
    return select(theirs.id).where(*there).join(mine, and_(*here, worse)).exists()


_ROW = t.ChildReach


def _has_reach() -> ColumnElement[bool]:
    mine = aliased(t.ChildReach)
    return select(mine.id).where(mine.child_id == _KEPT, mine.replaced_at.is_(None)).exists()


_REACH = (
    update(_ROW).where(_ROW.child_id == _KEPT, _ROW.replaced_at.is_(None), _newer()).values(replaced_at=NOW),
    update(_ROW).where(_ROW.child_id == _MERGED, _ROW.replaced_at.is_(None), _has_reach()).values(replaced_at=NOW),
)
"""Of two places where the child is known to be, the one that was told later stays current."""

_LINKED = (
    *(t.Contact, _WORK, t.Placement, t.Registration, t.ExternalIdentifier, t.FormerName, t.ChildReach),
    *(t.Shield, t.Task, t.AccountConflict),
)
_MOVES = tuple(update(table).where(table.child_id == _MERGED).values(child_id=_KEPT) for table in _LINKED)

_TASK = t.Task


def _follow_kept(shield: Any) -> ColumnElement[bool]:
    """Return the condition that a hold on the kept record follows a shield of that same record now."""
    followed = aliased(t.Shield)
    on_kept = select(followed.id).where(followed.child_id == _KEPT)
    return and_(shield.child_id == _KEPT, shield.state == ShieldState.HOLD, shield.raised_by_id.in_(on_kept))


_HOLD = aliased(t.Shield)
_IDLE_HOLDS = select(_HOLD.id).where(_follow_kept(_HOLD))
_ANSWERED = and_(_TASK.child_id == _KEPT, _TASK.other_child_id == _KEPT, _TASK.resolved_at.is_(None))
_AFTER = (
    delete(t.ApplicationChild).where(t.ApplicationChild.child_id == _MERGED),
    update(_TASK).where(_TASK.other_child_id == _MERGED).values(other_child_id=_KEPT),
    # Whether the two are one child is answered; whether a record that is on hold may be opened is not.
    update(_TASK).where(_ANSWERED, _TASK.shield_id.is_(None)).values(resolved_at=NOW),
    update(_TASK).where(_ANSWERED).values(other_child_id=None),
    update(_TASK).where(_TASK.resolved_at.is_(None), _TASK.shield_id.in_(_IDLE_HOLDS)).values(resolved_at=NOW),
    update(t.Shield).where(_follow_kept(t.Shield)).values(state=ShieldState.LIFTED),
    update(t.Child).where(t.Child.id == _MERGED).values(concealed_at=NOW),
)
"""What follows: access given to the one is not given to the other, and questions that have their answer end."""
