"""Places: from which table or alias each column of a statement comes, and how equal keys tie them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Join, Select, Subquery
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.elements import Grouping, Label

from resolvers.demands import Place, Tie

_BARE: Any = DefaultDialect().statement_compiler(DefaultDialect(), None)  # it compiles nothing

OWNED_BY = {"child": "child_id", "organisation": "organisation_id"}
"""Tables whose rows own those of others, by the column that says so: what the law says of one it says of the other."""


TOLD_BY = {("access_subject", "event_id"): ("access_event", "id")}
"""Rows that are part of what another tells: whoever sees the one may read the other, and never the other way about.

An event tells of many records; who may read of one of them learns nothing of the others by it.
"""


class Parts:
    """What one SELECT is made of. To know its FROM takes a while, so that is done once.

    `around` is the SELECT in which this one is an expression: what is in the FROM of that is no further table here.
    """

    def __init__(self, statement: Select[Any], around: "Parts | None" = None) -> None:
        self.statement, self.around = statement, around
        self.where = statement.whereclause
        sources = _froms(statement)
        self.joins = [join for source in sources for join in _joins_in(source)]
        every = [table for source in sources for table in tables_in(source)]
        self.own: set[Any] = {table for table in every if around is None or table not in around.own} or {*every}
        selects = ((each, select_in(each)) for each in self.own if isinstance(each, Subquery))
        self.inner: dict[Any, Parts] = {each: Parts(select) for each, select in selects if select is not None}

    def at(self, table: Any) -> Place:
        """Return where a table stands that is named here."""
        if table not in self.own and self.around is not None:
            return self.around.at(table)
        return Place(self, table)

    def beneath(self, table: Any) -> Iterator[Place]:
        """Yield where a table stands, and, for a subquery, where those stand that it selects from."""
        yield Place(self, table)
        if (inner := self.inner.get(table)) is not None:
            for each in inner.own:
                yield from inner.beneath(each)

    def origin(self, column: Any) -> tuple[Place, Any] | None:
        """Return where a column comes from, through subqueries, and the column of the table; None for another value."""
        while isinstance(column, Label | Grouping):
            column = column.element
        if not isinstance(column, Column) and not hasattr(column, "table"):
            return None
        place = self.at(column.table)
        inner = place.within.inner.get(place.table)
        if inner is not None:
            pairs = zip(place.table.c, inner.statement.selected_columns, strict=True)
            return next((inner.origin(within) for outer, within in pairs if outer.key == column.key), None)
        (base,) = column.base_columns
        return (place, base) if isinstance(base, Column) else None

    def ties(self, left: Any, right: Any, inner: "Parts | None" = None) -> Iterator[Tie]:
        """Yield how two columns that are equal tie the tables that they come from; `right` stands in `inner`."""
        first, second = self.origin(left), (inner or self).origin(right)
        if first is None or second is None:
            return
        for (source, one), (target, other) in ((first, second), (second, first)):
            if TOLD_BY.get((one.table.name, one.name)) == (other.table.name, other.name):
                yield Tie(source, target, own=True)
            owner = _owner(one)
            if owner is not None and owner == _owner(other):
                yield Tie(source, target, own=one.primary_key and one.table.name == owner)
            elif _entity(one) is _entity(other) and [*other.table.primary_key] == [other]:
                yield Tie(source, target, own=True)


def _owner(column: Any) -> str | None:
    """Return whose key `column` is, where that is an owner's."""
    named = column.table.name
    if named in OWNED_BY and [*column.table.primary_key] == [column]:
        return str(named)
    return next((owner for owner, key in OWNED_BY.items() if key == column.name), None)


def _entity(column: Any) -> Any:
    """Return the key that `column` refers to, itself where it refers to none."""
    for reference in column.foreign_keys:
        return _entity(reference.column)
    return column


def _froms(statement: Any) -> list[Any]:
    """Return what `get_final_froms` does, without compiling the whole statement for it."""
    return list(statement._compile_state_factory(statement, _BARE)._get_display_froms())


def select_in(clause: Any) -> Select[Any] | None:
    """Return the SELECT within an expression or a subquery."""
    while not isinstance(clause, Select):
        clause = getattr(clause, "element", None)
        if clause is None:
            return None
    return clause


def _joins_in(source: Any) -> Iterator[Join]:
    if isinstance(source, Join):
        yield source
        yield from _joins_in(source.left)
        yield from _joins_in(source.right)


def tables_in(source: Any) -> Iterator[Any]:
    """Yield the tables, aliases and subqueries that a FROM is joined of."""
    if isinstance(source, Join):
        yield from tables_in(source.left)
        yield from tables_in(source.right)
    else:
        yield source
