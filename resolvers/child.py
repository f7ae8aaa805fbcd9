"""Children: opened by id or number, listed as a caseload. Every path asks the law before the row is used."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.orm import aliased

from authz.sight import sight_of
from authz.viewer import Viewer
from authz.words import FieldGroup, Role
from resolvers.cursor import CursorScope
from resolvers.facts import FACTS
from resolvers.ids import Kind, read_key
from resolvers.loading import ByKey
from resolvers.numbers import read_number
from resolvers.page import AFTER, LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.scope import facts_code, on_own_caseload, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

IDENTITY = (FieldGroup.IDENTITY,)


def child_columns(role: Role, child: type[t.Child]) -> list[Any]:
    """Return the columns of a child's identity and the facts of the law, for `read_child` to read."""
    return [
        child.id,
        child.directory_number,
        child.given_names,
        child.family_name,
        child.date_of_birth,
        child.gender,
        facts_code(role, child).label("facts"),
    ]


def read_child(row: Row, viewer: Viewer) -> ChildRecord | None:
    """Return the child in `row` under the verdict for `viewer`, or None where there is none for this viewer."""
    facts = FACTS[row.facts]
    sight = sight_of(viewer, facts)
    if not sight.exists:
        return None
    return ChildRecord(
        key=row.id,
        directory_number=row.directory_number,
        given_names=row.given_names,
        family_name=row.family_name,
        date_of_birth=row.date_of_birth,
        gender=row.gender,
        facts=facts,
        sight=sight,
    )


def read_children(rows: Sequence[Row], viewer: Viewer) -> list[ChildRecord]:
    """Return the children in `rows` that exist for `viewer`, in order."""
    return [child for row in rows if (child := read_child(row, viewer)) is not None]


def visible_children(role: Role, child: type[t.Child]) -> Select[Any]:
    """Select the children that exist for a viewer of `role`; no other row leaves the database."""
    return select(*child_columns(role, child)).where(sees_where(role, IDENTITY, child))


@reading(ChildRecord, role=Role)
def _by_key(role: Role) -> Select[Any]:
    return visible_children(role, t.Child).where(among(t.Child.id, "keys"))


@reading(ChildRecord, role=Role)
def _by_number(role: Role) -> Select[Any]:
    return visible_children(role, t.Child).where(among(t.Child.directory_number, "keys"))


class ChildLoader(ByKey[UUID, ChildRecord]):
    """Loads children by key; None stands for whatever does not exist for this viewer (R12)."""

    reading = _by_key

    def statement(self) -> Statement:
        return _by_key(self.operation.viewer.role)

    def read(self, row: Row) -> tuple[UUID, ChildRecord | None]:
        return row.id, read_child(row, self.operation.viewer)


class NumberLoader(ByKey[str, ChildRecord]):
    """Loads children by directory number, under the same law as by key."""

    reading = _by_number

    def statement(self) -> Statement:
        return _by_number(self.operation.viewer.role)

    def read(self, row: Row) -> tuple[str, ChildRecord | None]:
        return row.directory_number, read_child(row, self.operation.viewer)


async def open_by_id(operation: "Operation", text: str) -> ChildRecord | None:
    """Open the record whose id is `text`; None, and a note of what was sought, where there is none."""
    key = read_key(text, Kind.CHILD)
    await operation.charge(text)
    child = None if key is None else await operation.loaders.child.load(key)
    return _opened(operation, text, child)


async def open_by_number(operation: "Operation", text: str) -> ChildRecord | None:
    """Open the record whose directory number is `text`; None, and a note, where there is none."""
    number = read_number(text)
    await operation.charge(number or text)
    child = None if number is None else await operation.loaders.number.load(number)
    return _opened(operation, number or text, child)


def _opened(operation: "Operation", sought: str, child: ChildRecord | None) -> ChildRecord | None:
    if child is None:
        operation.trail.missed(sought)
    else:
        operation.trail.opened(child.key, child.facts, child.sight)
    return child


def in_order(child: type[t.Child]) -> tuple[Any, ...]:
    """Return what lists of children are sorted by: identity alone, which every viewer of a row sees (R5)."""
    return (
        child.family_name_folded,
        child.given_names_folded,
        child.date_of_birth,
        child.directory_number,
    )


@reading(ChildRecord, role=Role, after=BOTH)
def _caseload(role: Role, *, after: bool) -> Select[Any]:
    statement = visible_children(role, t.Child).where(on_own_caseload(t.Child))
    if after:
        # A record that does not exist now marks no place: an old cursor must not tell where it would stand (R5).
        mark = aliased(t.Child)
        statement = statement.join(mark, and_(mark.id == AFTER, sees_where(role, IDENTITY, mark)))
        statement = statement.where(tuple_(*in_order(t.Child)) > tuple_(*in_order(mark)))
    return statement.order_by(*in_order(t.Child)).limit(LIMIT)


async def caseload(operation: "Operation", first: int, after: str | None) -> Page[ChildRecord]:
    """Return a page of the children whom the viewer works with now, each opened.

    Raises BadInput for a cursor that is not of this list.
    """
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "caseload")
    mark = scope.mark(after)
    statement = _caseload(operation.viewer.role, after=mark is not None)
    rows = await operation.first_rows(statement, after=mark, limit=first + 1)
    page = cut(read_children(rows, operation.viewer), first, scope, has_previous=mark is not None)
    for child in page.items:
        operation.trail.opened(child.key, child.facts, child.sight)
    await operation.charge(*(child.id for child in page.items))
    return page
