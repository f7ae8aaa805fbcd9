"""Merges: what two records hold of one child comes together in one of them; the other exists for nobody (R20).

All of it is done by the database, in statements that are the same whatever the two records hold. Nothing is opened by
it: a merge is shielded if either was, and who applied for the one has not been given the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, bindparam, delete, literal, or_, select, update
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, Shield
from resolvers.deed import Act, Deed
from resolvers.following import CASE, FLAG, tell_where
from resolvers.ids import Kind, read_key
from resolvers.neighbours import ask_about_shared_home
from resolvers.override import END_OF_CHILD
from resolvers.problem import invalid, written
from resolvers.reading import reading
from resolvers.records import ChildRecord
from resolvers.scope import NOW
from resolvers.shielding import child_with_household, hold_household
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.words import OWN_STATES, ReachKind, ShieldState, TaskKind
from resolvers.transfer import SOURCE
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
    for statement in (_KEEP_TEAM, *_WITHOUT_TWINS, *_REACH, _UNASSIGN, *_MOVES, *_AFTER):
        await deed.write(statement, **bound)
    await deed.write(END_OF_CHILD, overridden=merged.key)
    row = {"id": deed.new_id("merge"), "kept_id": kept.key, "merged_id": merged.key, "note": note}
    await deed.add(t.Merge, {**row, "account_id": deed.viewer.account, "at": deed.moment.now})
    await deed.changed(merged.key, FieldGroup.IDENTITY)
    await ask_about_shared_home(deed, kept.key)


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


def _twin(row: Any, child: Any, *columns: str) -> tuple[Any, Select[Any]]:
    """Return another row of the table of `row`, and the statement that selects it where `child` has it alike."""
    other = aliased(row)
    alike = (getattr(other, name).is_not_distinct_from(getattr(row, name)) for name in columns)
    return other, select(other.id).where(other.child_id == child, *alike)


def _is_case(shield: Any) -> ColumnElement[bool]:
    """Return the condition that a shield stands by itself, or follows one: a record is not only born with it."""
    return or_(shield.state.in_(OWN_STATES), and_(shield.state == ShieldState.HOLD, shield.raised_by_id.is_not(None)))


def _has_case(child: Any) -> ColumnElement[bool]:
    row = aliased(t.Shield)
    return select(row.id).where(row.child_id == child, _is_case(row)).exists()


_AUTHORITY, _THEIRS = t.ChildAuthority, aliased(t.ChildAuthority)
_TEAM = select(_THEIRS.authority_id).where(_THEIRS.child_id == _MERGED)
_TEAM_STAYS = and_(_has_case(_MERGED), ~_has_case(_KEPT), _TEAM.exists())
_KEEP_TEAM = (
    update(_AUTHORITY)
    .where(_AUTHORITY.child_id == _KEPT, _TEAM_STAYS)
    .values(authority_id=_TEAM.scalar_subquery(), updated_at=whole_hour(NOW), source_system=literal(SOURCE, Text()))
)
"""The team that decides on a shield decides on it still: no other one sees by a merge where a shielded child lives."""

_WORK = t.Involvement
_SAME_WORK = ("practitioner_id", "organisation_id", "service", "started_on", "ended_on")


def _gives_way() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on ordinary work of the record that is kept, that the other has the same as sensitive."""
    other, same = _twin(_WORK, _MERGED, *_SAME_WORK)
    return _WORK.child_id == _KEPT, ~_WORK.sensitive, same.where(other.sensitive).exists()


_GIVES_WAY = select(_WORK.id).where(*_gives_way()).exists()
_COMES: Mapping[FieldGroup, tuple[ColumnElement[bool], ...]] = {
    FieldGroup.CONTACT_NAMES: (_of(t.Contact),),
    FieldGroup.PLACES: (_of(t.Placement), _of(t.Registration)),
    FieldGroup.SERVICES: (_of(_WORK, ~_WORK.sensitive), _GIVES_WAY),
    FieldGroup.SENSITIVE_SERVICES: (_of(_WORK, _WORK.sensitive), _of(t.ExternalIdentifier, _sensitive_issuer())),
    FieldGroup.LEAD: (_of(_WORK, ~_WORK.sensitive, or_(_WORK.lead, _WORK.assessment)), _GIVES_WAY),
    FieldGroup.AGENCIES: (_of(_WORK, ~_WORK.sensitive), _GIVES_WAY),
    FieldGroup.IDENTIFIERS: (_of(t.ExternalIdentifier, ~_sensitive_issuer()),),
    FieldGroup.FORMER_NAMES: (_of(t.FormerName),),
    FieldGroup.WHEREABOUTS: (_of(t.ChildReach), _TEAM_STAYS),
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


def _twins(table: Any, *columns: str) -> Any:
    """Return the statement that takes off what the record that is kept has as well, in all of `columns`."""
    _, same = _twin(table, _KEPT, *columns)
    return delete(table).where(table.child_id == _MERGED, same.exists())


_WITHOUT_TWINS = (
    delete(_WORK).where(*_gives_way()),  # of one work the confidential row stays (R10)
    _twins(_WORK, *_SAME_WORK),
    _twins(t.Contact, "person_id", "relationship", "parental_responsibility", "ended_on"),
    _twins(t.Placement, "organisation_id", "started_on", "ended_on"),
    _twins(t.Registration, "organisation_id", "started_on", "ended_on"),
    _twins(t.ExternalIdentifier, "issuer_id", "search_key"),
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
_NAMES_MERGED = or_(_TASK.child_id == _MERGED, _TASK.other_child_id == _MERGED)
_UNASSIGN = update(_TASK).where(_NAMES_MERGED, _TASK.resolved_at.is_(None)).values(assignee_id=None)
"""What a match has opened to somebody is not opened by it on another record: from now on it waits for the team."""


def _follow_kept(shield: Any) -> ColumnElement[bool]:
    """Return the condition that a hold on the kept record follows a shield of that same record now."""
    followed = aliased(t.Shield)
    on_kept = select(followed.id).where(followed.child_id == _KEPT)
    return and_(shield.child_id == _KEPT, shield.state == ShieldState.HOLD, shield.raised_by_id.in_(on_kept))


_HOLD = aliased(t.Shield)
_IDLE_HOLDS = select(_HOLD.id).where(_follow_kept(_HOLD))
_ANSWERED = and_(_TASK.child_id == _KEPT, _TASK.other_child_id == _KEPT, _TASK.resolved_at.is_(None))
_OWN = select(t.Shield.id).where(t.Shield.child_id == _KEPT, t.Shield.state.in_(OWN_STATES))
_WITH_ITSELF = _TASK.child_id == _KEPT, _TASK.kind == TaskKind.HOUSEHOLD_SHIELD, _TASK.shield_id.in_(_OWN)
"""A question whether a child lives with the one that is the same now."""

_AFTER = (
    delete(t.ApplicationChild).where(t.ApplicationChild.child_id == _MERGED),
    update(_TASK).where(_TASK.other_child_id == _MERGED).values(other_child_id=_KEPT),
    # Whether the two are one child is answered; whether a record that is on hold may be opened is not.
    update(_TASK).where(_ANSWERED, _TASK.shield_id.is_(None)).values(resolved_at=NOW),
    update(_TASK).where(_ANSWERED).values(other_child_id=None),
    update(_TASK).where(_TASK.resolved_at.is_(None), _TASK.shield_id.in_(_IDLE_HOLDS)).values(resolved_at=NOW),
    update(_TASK).where(_TASK.resolved_at.is_(None), *_WITH_ITSELF).values(resolved_at=NOW),
    update(t.Shield).where(_follow_kept(t.Shield)).values(state=ShieldState.LIFTED),
    update(t.Child).where(t.Child.id == _MERGED).values(concealed_at=NOW),
)
"""What follows: access given to the one is not given to the other, and questions that have their answer end."""
