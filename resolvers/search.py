"""Search: finds children by what this viewer may see of them, and never by anything else (R4, R13)."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Date, Insert, Select, Text, and_, bindparam, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import False_

from authz.trail import Searched
from authz.words import FieldGroup, Group, NarrowGroup, Role, Status
from resolvers.attempt import Attempt, searched
from resolvers.child import read_children, visible_children
from resolvers.criteria import ChildCriteria, Shape, child_shapes
from resolvers.cursor import CursorScope
from resolvers.identifier import tells_no_service
from resolvers.page import LIMIT, Page, cut
from resolvers.ranking import rank_children
from resolvers.reading import reading
from resolvers.records import ChildRecord
from resolvers.scope import KEPT, ORGANISATION, condition, sees_where
from resolvers.store import tables as t
from resolvers.store.words import ReachKind

if TYPE_CHECKING:
    from resolvers.context import Operation

MOST = 25
"""The most rows that a search lists; above, it says `tooMany` and lists none."""

_SHAPES = 1024
"""Attempts that are kept: one for each shape of search."""

Condition = ColumnElement[bool]
ConditionOf = Callable[[Role, type[t.Child], Shape], Condition]
"""Makes the condition of one criterion, for a role, on a child, in searches of one shape."""


def text(name: str) -> Any:
    return bindparam(name, type_=Text())


def any_word(words: Any, pattern: str) -> Condition:
    """Return the condition that one of the words of the column `words` is like the bound `pattern`."""
    found: Condition = (literal(" ") + words + literal(" ")).like(text(pattern))
    return found


def given_names_match(folded: Any, shape: Shape, sounds: Any = None) -> Condition:
    """Return the condition that every word asked for is one of the given names, by spelling or by sound.

    Words may be written as one on either side: `Mary-Anne`, `Mary Anne` and `Maryanne` are the same.
    """
    codes = ("pair", "metaphone", "nysiis") if shape.sounds else ("pair",)

    def matches(n: int) -> Condition:
        heard = () if sounds is None else (any_word(sounds, f"given_{n}_{code}") for code in codes)
        return or_(any_word(folded, f"given_{n}"), *heard)

    words = and_(*(matches(n) for n in range(shape.words)))
    if shape.prefix:
        return words
    return or_(words, func.replace(folded, " ", "") == text("given_joined"), any_word(folded, "given_as_one"))


def _family_name(_role: Role, child: type[t.Child], shape: Shape) -> Condition:
    spelt: Condition = child.family_name_key == text("family_name")
    if not shape.sounds:
        return spelt
    return or_(
        spelt,
        child.family_name_metaphone == text("family_metaphone"),
        child.family_name_nysiis == text("family_nysiis"),
    )


def _given_names(_role: Role, child: type[t.Child], shape: Shape) -> Condition:
    return given_names_match(child.given_names_folded, shape, child.given_names_sounds)


def _born_on(_role: Role, child: type[t.Child], _shape: Shape) -> Condition:
    same: Condition = child.date_of_birth == bindparam("date_of_birth", type_=Date())
    return same


def _born_between(_role: Role, child: type[t.Child], _shape: Shape) -> Condition:
    first, last = (bindparam(name, type_=Date()) for name in ("born_first", "born_last"))
    return child.date_of_birth.between(first, last)


def _number(_role: Role, child: type[t.Child], _shape: Shape) -> Condition:
    same: Condition = child.directory_number == text("directory_number")
    return same


def _gender(_role: Role, child: type[t.Child], _shape: Shape) -> Condition:
    same: Condition = child.gender == bindparam("gender", type_=child.gender.type)
    return same


def _of_any_shape(made: Callable[[Role, type[t.Child]], Condition]) -> ConditionOf:
    """Have a condition on which the shape of the search has no bearing made once for all shapes."""
    kept = lru_cache(KEPT)(made)
    return lambda role, child, _shape: kept(role, child)


@_of_any_shape
def _identifier(role: Role, child: type[t.Child]) -> Condition:
    """Return the condition on an identifier: one in sight, or one that the viewer's own body issued."""
    row = aliased(t.ExternalIdentifier)
    having = select(row.child_id).where(row.search_key == text("identifier"))
    # One that tells of a sensitive service finds nobody where such services are not in sight (R10).
    told = or_(child.id.in_(having.where(tells_no_service(row))), _sees(role, FieldGroup.SENSITIVE_SERVICES, child))
    ways = {
        FieldGroup.IDENTIFIERS: and_(child.id.in_(having), told),
        NarrowGroup.ISSUED_IDENTIFIERS: child.id.in_(having.where(row.issuer_id == ORGANISATION)),
    }
    seen = {group: _sees(role, group, child) for group in ways}
    # What a role never sees is left out here: beside OR, PostgreSQL would not start from the identifier.
    found = [and_(sight, ways[group]) for group, sight in seen.items() if not isinstance(sight, False_)]
    return or_(*found) if found else false()


def _sees(role: Role, group: Group, child: type[t.Child]) -> Condition:
    return sees_where(role, (group,), child)


@_of_any_shape
def _at_postcode(role: Role, child: type[t.Child]) -> Condition:
    row = aliased(t.ChildReach)
    lives = and_(row.kind == ReachKind.CURRENT, ~condition(child, Status.LEFT))
    return _reached(role, child, row, and_(lives, row.postcode_key == text("postcode")))


@_of_any_shape
def _on_phone(role: Role, child: type[t.Child]) -> Condition:
    row = aliased(t.ChildReach)
    return _reached(role, child, row, row.phone_key == text("phone"))


@_of_any_shape
def _by_email(role: Role, child: type[t.Child]) -> Condition:
    row = aliased(t.ChildReach)
    return _reached(role, child, row, row.email_key == text("email"))


def _reached(role: Role, child: type[t.Child], row: Any, holds: Condition) -> Condition:
    """Return the condition that the row of a child's reach that holds now is in sight, and `holds`."""
    now = select(row.id).where(row.child_id == child.id, row.replaced_at.is_(None), holds)
    return and_(sees_where(role, (FieldGroup.WHEREABOUTS,), child), now.exists())


Conditions = dict[str, ConditionOf]

_OF_IDENTITY: Conditions = {
    "familyName": _family_name,
    "givenNames": _given_names,
    "dateOfBirth": _born_on,
    "bornBetween": _born_between,
    "directoryNumber": _number,
    "gender": _gender,
}
"""What the criteria on who a child is ask; they alone decide whether a search was an attempt (R16)."""

_CONDITIONS: Conditions = {
    **_OF_IDENTITY,
    "externalIdentifier": _identifier,
    "postcode": _at_postcode,
    "phone": _on_phone,
    "email": _by_email,
}
"""What each criterion asks. INVARIANT (sight-first): one on more than IDENTITY asks for sight of its group (R4)."""


def _asked(conditions: Conditions, role: Role, shape: Shape) -> dict[str, Condition]:
    return {name: conditions[name](role, t.Child, shape) for name in shape.names if name in conditions}


@reading(ChildRecord, role=Role, shape=child_shapes())
def _search(role: Role, shape: Shape) -> Select[Any]:
    """Select the children that exist for `role` and meet all criteria, before LIMIT counts (R6)."""
    return visible_children(role, t.Child).where(*_asked(_CONDITIONS, role, shape).values()).limit(LIMIT)


@lru_cache(_SHAPES)
def _attempt(shape: Shape) -> Insert | None:
    # The role is that of nobody: what asks who the child is, asks the same of every role.
    return searched(_asked(_OF_IDENTITY, Role.AUDITOR, shape))


async def search(operation: "Operation", criteria: ChildCriteria, first: int) -> Page[ChildRecord]:
    """Return the children that match `criteria` and exist for the viewer, as rows that name them.

    Above 25 matches the page says `too_many` and is empty: no rows, no count. Raises BadInput for criteria
    that are too wide.
    """
    criteria.check()
    shape = criteria.shape()
    await operation.charge(f"search {uuid4()}")
    bound = criteria.parameters()
    if (attempt := _attempt(shape)) is not None:
        operation.attempts.append(Attempt(attempt, bound))
    rows = await operation.first_rows(_search(operation.viewer.role, shape), **bound, limit=MOST + 1)
    found = read_children(rows, operation.viewer)
    page = listed(operation, "children", criteria, rank_children(found, criteria), first)
    if not found:
        for sought in criteria.sought():
            operation.trail.missed(sought)
    for child in page.items:
        operation.trail.listed(child.key, child.facts, child.sight)
    await operation.charge(*(child.id for child in page.items))
    return page


def listed(operation: "Operation", root: str, criteria: Any, found: list[Any], first: int) -> Page[Any]:
    """Return the page of a search that found `found`, empty above 25, and note what was asked (R13)."""
    if len(found) > MOST:
        operation.trail.searched.append(Searched(root, criteria.names(), None))
        return Page([], too_many=True)
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, root, arguments=str(criteria))
    page = cut(found, first, scope, has_previous=False)
    operation.trail.searched.append(Searched(root, criteria.names(), len(page.items)))
    return page
