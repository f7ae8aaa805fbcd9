"""One page of a list: what a connection is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, select, true, tuple_
from sqlalchemy.sql.elements import BindParameter

from resolvers.cursor import CursorScope
from resolvers.loading import Keyed

AFTER: BindParameter[Any] = bindparam("after", type_=Uuid())
LIMIT: BindParameter[Any] = bindparam("limit", type_=Integer())


class ByTime:
    """The order of a list that goes by an instant, and among equals by key: the newest first, or the oldest first."""

    def __init__(self, instant: str, *, oldest_first: bool = False) -> None:
        self._instant, self._oldest_first = instant, oldest_first

    def of(self, row: Any) -> Sequence[ColumnElement[Any]]:
        """Return what to order by."""
        keys = getattr(row, self._instant), row.id
        return keys if self._oldest_first else [key.desc() for key in keys]

    def behind(self, row: Any, mark: Any, *there: ColumnElement[bool]) -> ColumnElement[bool]:
        """Return the condition that a row stands behind the mark of a page; none does where it is not `there` (R5)."""
        here, mine = (tuple_(getattr(one, self._instant), one.id) for one in (mark, row))
        behind = mine > here if self._oldest_first else mine < here
        return select(true()).where(mark.id == AFTER, *there, behind).exists()


T = TypeVar("T", bound=Keyed)


@dataclass(frozen=True, slots=True, eq=False)
class Edge(Generic[T]):
    """One row of a page; its cursor is signed when it is asked for."""

    node: T
    scope: CursorScope

    @property
    def cursor(self) -> str:
        return self.scope.of(self.node)


class PageInfo(NamedTuple):
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list with their cursors. `too_many` is for searches alone: then there are no rows."""

    edges: list[Edge[T]]
    has_next: bool = False
    has_previous: bool = False
    too_many: bool = False

    @property
    def items(self) -> list[T]:
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfo:
        first, last = (self.edges[0].cursor, self.edges[-1].cursor) if self.edges else (None, None)
        return PageInfo(self.has_next, self.has_previous, first, last)


def cut(items: list[T], first: int, scope: CursorScope, *, has_previous: bool) -> Page[T]:
    """Return the first page of `items`, of which one more than `first` was asked for (R6)."""
    edges = [Edge(item, scope) for item in items[:first]]
    return Page(edges, len(items) > first, has_previous)
