"""The proof of the stacks: every statement selects and compares only what its own conditions show to be in sight.

A statement is read as SQLAlchemy holds it: which columns it selects, by which it filters and sorts, and which
groups its conditions demand, either through the law (`judged`) or through lists of keys that a verdict filled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Join, Select, Subquery
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import AsBoolean, BooleanClauseList, ClauseElement, False_, Grouping
from sqlalchemy.sql.selectable import Exists, ScalarSelect, SelectBase

from authz.words import NARROWER, FieldGroup, Group, NarrowGroup
from resolvers.judged import Judged
from resolvers.store.keys import Among
from resolvers.store.tables.base import Unguarded

Demand = frozenset[Group]
"""Groups of which a row in the result is known to have one in sight."""

BY_ROW: Mapping[FieldGroup, Demand] = {
    FieldGroup.IDENTITY: frozenset(FieldGroup) - {FieldGroup.PLACE} | frozenset(NarrowGroup),
    FieldGroup.SERVICES: frozenset(
        {FieldGroup.SENSITIVE_SERVICES, NarrowGroup.OWN_SENSITIVE, FieldGroup.LEAD, FieldGroup.AGENCIES}
    ),
    FieldGroup.PLACE: frozenset({FieldGroup.AGENCIES}),
}
"""What opens a label beside the group itself and its narrower one.

Without IDENTITY nothing is in sight, so every group implies it. A row of `involvement` is opened by the group
that shows this row: its own conditions (`sensitive`) say which. AGENCIES shows the telephone of a body.
"""


def opened_by(label: FieldGroup) -> Demand:
    """Return the groups any of which opens a column of `label`."""
    narrower = NARROWER.get(label)
    return frozenset({label}) | BY_ROW.get(label, frozenset()) | ({narrower} if narrower else frozenset())


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of the rows at one place of a statement: demands that all hold."""

    demands: tuple[Demand, ...] = ()

    def __add__(self, other: "Scope") -> "Scope":
        return Scope(self.demands + other.demands)

    def opens(self, label: FieldGroup) -> bool:
        """Tell whether rows here have a group in sight that opens `label`."""
        return any(demand <= opened_by(label) for demand in self.demands)


@dataclass(frozen=True, slots=True)
class Prover:
    """Looks for faults in statements whose lists of keys hold what `keys` says of each."""

    keys: Mapping[str, Demand]

    def faults(self, statement: Select[Any], around: Scope = Scope()) -> Iterator[str]:
        """Yield a sentence for every column that `statement` reads out of sight."""
        where = statement.whereclause
        if _never(where):
            return
        scope = around + self._demanded(where)
        joins = [join for source in statement.get_final_froms() for join in _joins(source)]
        for inner in _inner_subqueries(statement, joins):
            scope += self._demanded(inner.whereclause)
        places = {table: self._demanded(join.onclause) for join in joins for table in _tables(join.right)}
        for column in statement.selected_columns:
            yield from self._read(column, scope, places, "selects")
        for clause in (where, *(join.onclause for join in joins), *statement._order_by_clauses):
            if clause is not None:
                yield from self._read(clause, scope, places, "compares")
        for inner in _inner_subqueries(statement, joins):
            yield from self.faults(inner, around)

    def _demanded(self, clause: Any) -> Scope:
        """Return what holds wherever `clause` does."""
        if isinstance(clause, Grouping):
            return self._demanded(clause.element)
        if isinstance(clause, Judged) and clause.groups:
            return Scope((frozenset(clause.groups),))
        if isinstance(clause, Among) and clause.parameter in self.keys:
            return Scope((self.keys[clause.parameter],))
        if isinstance(clause, BooleanClauseList):
            parts = [self._demanded(part) for part in clause.clauses]
            if clause.operator is operators.and_:
                return sum(parts, Scope())
            if all(part.demands for part in parts):
                return Scope((frozenset[Group]().union(*(demand for part in parts for demand in part.demands)),))
        return Scope()

    def _read(self, clause: ClauseElement, scope: Scope, places: Mapping[Any, Scope], deed: str) -> Iterator[str]:
        """Yield a fault for every labelled column below `clause` that nothing here has shown to be in sight."""
        if isinstance(clause, Judged):
            return
        if isinstance(clause, ScalarSelect | Exists | SelectBase):
            inner = _select_in(clause)
            if inner is not None:
                yield from self.faults(inner, scope)
            return
        if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
            # What one part of a conjunction demands, its other parts may rely on.
            scope += self._demanded(clause)
        for column in _columns(clause):
            here = scope + places.get(column.table, Scope())
            for base in column.base_columns:
                label = base.info.get("group")
                if label is None:
                    yield f"{deed} `{base}`, which has no label: give it one in its table"
                elif not isinstance(label, Unguarded) and not here.opens(label):
                    yield f"{deed} `{base}` [{label}] without a condition or a list of keys that demands it"
        for child in _children(clause):
            if not isinstance(child, Column):
                yield from self._read(child, scope, places, deed)


def _never(where: Any) -> bool:
    """Tell whether a condition holds for no row: a role for which it is so reaches nothing."""
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        return any(_never(part) for part in where.clauses)
    return isinstance(where.element if isinstance(where, AsBoolean) else where, False_)


def _children(clause: Any) -> Iterable[Any]:
    children: Iterable[Any] = clause.get_children()
    return children


def _columns(clause: ClauseElement) -> list[Any]:
    return [part for part in (clause, *_children(clause)) if isinstance(part, Column)]


def _select_in(clause: Any) -> Select[Any] | None:
    while not isinstance(clause, Select):
        clause = getattr(clause, "element", None)
        if clause is None:
            return None
    return clause


def _joins(source: Any) -> Iterator[Join]:
    if isinstance(source, Join):
        yield source
        yield from _joins(source.left)
        yield from _joins(source.right)


def _tables(source: Any) -> Iterator[Any]:
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
    else:
        yield source


def _inner_subqueries(statement: Select[Any], joins: list[Join]) -> list[Select[Any]]:
    """Return the subqueries that every row of `statement` has passed: those in FROM and in inner joins."""
    found = [source for source in statement.get_final_froms() if isinstance(source, Subquery)]
    found += [join.right for join in joins if isinstance(join.right, Subquery) and not join.isouter]
    return [select for subquery in found if (select := _select_in(subquery)) is not None]
