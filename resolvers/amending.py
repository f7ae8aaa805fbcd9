"""Records amended: a child's names, and how to reach the child. Nobody writes what he may not read (R32)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, literal, select, update

from authz.words import FieldGroup
from resolvers.deed import Act, Deed
from resolvers.entered import entered_name, entered_reach, with_derived
from resolvers.neighbours import ask_about_shared_home
from resolvers.problem import invalid, not_yours
from resolvers.records import ChildRecord
from resolvers.scope import NOW, TODAY
from resolvers.store import tables as t
from resolvers.store.words import ReachKind

NAMES = ("givenNames", "familyName")
REACH = ("phone", "email", "address")

_CHILD: Any = bindparam("of_child", type_=Uuid())
_NEW: Any = bindparam("new_id", type_=Uuid())
_REACH = t.ChildReach
_NOW_KNOWN = (_REACH.child_id == _CHILD, _REACH.replaced_at.is_(None))
_AMEND_REACH = update(_REACH).where(*_NOW_KNOWN)
_AMEND_CHILD = update(t.Child).where(t.Child.id == _CHILD)


def keep_old_reach(key: Any, *found: Any) -> Any:
    """Return the statement that keeps what is known of a child's place, before it is amended, as what was known.

    It does so for the rows `found`, each under a `key` of its own.
    """
    kept = {"id": key, "replaced_at": NOW}
    columns = [getattr(_REACH, column.key) for column in _REACH.__table__.columns]
    values = [kept.get(column.key, column) for column in columns]
    return insert(_REACH).from_select(columns, select(*values).where(*found), include_defaults=False)


def _begin_reach() -> Any:
    """Return the statement that makes a row of a child's place where there is none."""
    nothing = literal(ReachKind.NONE_KNOWN, _REACH.__table__.c.kind.type)
    rows = select(_NEW, _CHILD, nothing, TODAY).where(~select(_REACH.id).where(*_NOW_KNOWN).exists())
    columns = [_REACH.id, _REACH.child_id, _REACH.kind, _REACH.since]
    return insert(_REACH).from_select(columns, rows, include_defaults=False)


_KEEP_OLD_REACH, _BEGIN_REACH = keep_old_reach(_NEW, *_NOW_KNOWN), _begin_reach()


def expect_sight(sees: bool, names: Iterable[str], given: Iterable[str]) -> None:
    """Raise NotDone NOT_YOURS_TO_CHANGE where one of `names` is among what is `given` and not in sight."""
    for name in names:
        if name in given and not sees:
            raise not_yours(name)


def amend_child(target: str, version: str, given: Mapping[str, Any]) -> Act:
    """Return the deed of amending what is `given` of a child's names, telephone, e-mail and address.

    What is left out stays, None clears; any mention of what is withheld refuses the whole. It raises NotDone:
    NOT_FOUND, NOT_YOURS_TO_CHANGE, STALE_VERSION, and INVALID for what cannot be, or where nothing is given.
    """

    async def act(deed: Deed) -> UUID:
        child = await deed.child("childId", target)
        expect_sight(child.sight.sees(FieldGroup.WHEREABOUTS.bit), REACH, given)
        await deed.check_version(child, version)
        if not given:
            raise invalid(None, "name what is to be amended: nothing is given")
        reach = entered_reach(given)
        await _rename(deed, child, given)
        if reach:
            await _move(deed, child, reach)
        return child.key

    return act


async def _rename(deed: Deed, child: ChildRecord, given: Mapping[str, Any]) -> None:
    """Write the names that are given; those of before are kept as former ones, under their own group (R18)."""
    before = {"givenNames": child.given_names, "familyName": child.family_name}
    if any(given.get(name, "") is None for name in NAMES):
        raise invalid(next(name for name in NAMES if given.get(name, "") is None), "a name cannot be cleared")
    now = {name: entered_name(name, given.get(name) or before[name]) for name in NAMES if name in given}
    if not now:
        return
    columns = {"given_names": {**before, **now}["givenNames"], "family_name": {**before, **now}["familyName"]}
    await deed.write(_AMEND_CHILD.values(**with_derived(t.Child, columns)), of_child=child.key)
    if {**before, **now} == before:
        return
    row = {"id": deed.new_id("former name"), "child_id": child.key, "until": deed.moment.today}
    await deed.add(t.FormerName, {**row, "given_names": child.given_names, "family_name": child.family_name})
    await deed.changed(child.key, FieldGroup.IDENTITY, FieldGroup.FORMER_NAMES)


async def _move(deed: Deed, child: ChildRecord, reach: Mapping[str, str | None]) -> None:
    """Write how to reach a child, keep what was known before, and ask about a home shared with a shielded one (R9)."""
    moved: dict[str, Any] = {}
    if "postcode" in reach:
        kind = ReachKind.NONE_KNOWN if reach["postcode"] is None else ReachKind.CURRENT
        moved = {"kind": kind, "since": deed.moment.today, "until": None, "may_return": None}
    bound = {"of_child": child.key}
    await deed.write(_KEEP_OLD_REACH, **bound, new_id=deed.new_id("old reach"))
    await deed.write(_BEGIN_REACH, **bound, new_id=deed.new_id("reach"))
    await deed.write(_AMEND_REACH.values(**with_derived(_REACH, {**reach, **moved})), **bound)
    await deed.changed(child.key, FieldGroup.WHEREABOUTS)
    if moved:
        await ask_about_shared_home(deed, child.key)
