"""The proof of the stacks: every statement selects and compares only what its own conditions show to be in sight.

A statement is read as SQLAlchemy holds it: which columns it selects, by which it filters and sorts, and which
groups its conditions demand, either through the law (`judged`) or through lists of keys that a verdict filled. A
demand is about one table or alias. It holds for another only where equal keys tie that one to it: an alias of
`child` that no condition ties to the first is another child, of whom nothing is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    AsBoolean,
    BinaryExpression,
    BooleanClauseList,
    ClauseElement,
    False_,
    Grouping,
)
from sqlalchemy.sql.selectable import Exists, ScalarSelect, SelectBase

from resolvers.demands import AllOf, Demand, Known, OneOf, Scope
from resolvers.judged import Judged
from resolvers.places import Parts, select_in, tables_in
from resolvers.reading import Keys
from resolvers.store.keys import Among
from resolvers.store.tables.base import Unguarded


@dataclass(frozen=True, slots=True)
class Prover:
    """Looks for faults in statements whose lists of keys are filled by what `keys` says of each."""

    keys: Keys

    def examine(self, statement: Select[Any]) -> tuple[tuple[str, ...], Scope | None]:
        """Return a sentence for every column that `statement` reads out of sight, and what holds for its rows.

        In the place of the latter stands None where it has no rows, whatever is stored.
        """
        parts = Parts(statement)
        if never(parts.where):
            return (), None
        faults = tuple(dict.fromkeys(self._faults(parts, Known())))
        shown = (parts.origin(column) for column in statement.selected_columns)
        return faults, self._known(parts).at(found[0] for found in shown if found is not None)

    def _faults(self, parts: Parts, around: Known) -> Iterator[str]:
        if never(parts.where):
            return
        known = around.also(self._known(parts))
        for column in parts.statement.selected_columns:
            yield from self._read(column, known, parts, "selects")
        for clause in (parts.where, *(join.onclause for join in parts.joins), *parts.statement._order_by_clauses):
            if clause is not None:
                yield from self._read(clause, known, parts, "compares")
        for inner in parts.inner.values():
            yield from self._faults(inner, known)

    def _known(self, parts: Parts) -> Known:
        """Return what holds for the rows of one SELECT; what joins a table where possible tells of that alone."""
        inside = [self._given(parts.where, parts), *map(self._known, parts.inner.values())]
        for join in parts.joins:
            given = self._given(join.onclause, parts)
            if join.isouter:
                given = given.about([place for table in tables_in(join.right) for place in parts.beneath(table)])
            inside.append(given)
        return Known().also(*inside)

    def _given(self, clause: Any, parts: Parts) -> Known:
        """Return what is known wherever a condition holds."""
        return Known(self._demanded(clause, parts), frozenset(_ties(clause, parts)))

    def _demanded(self, clause: Any, parts: Parts) -> Scope:
        """Return what a condition demands."""
        if isinstance(clause, Grouping):
            return self._demanded(clause.element, parts)
        if isinstance(clause, Judged) and clause.groups and clause.of is not None:
            return Demand(frozenset(clause.groups), parts.at(clause.of))
        if isinstance(clause, Among) and self.keys.get(clause.parameter):
            found = parts.origin(next(iter(clause.clauses)))
            return AllOf() if found is None else Demand(frozenset(self.keys[clause.parameter]), found[0])
        if isinstance(clause, BooleanClauseList):
            if clause.operator is operators.and_:
                return AllOf(tuple(self._demanded(part, parts) for part in clause.clauses))
            return OneOf(tuple(self._demanded(part, parts) for part in clause.clauses if not never(part)))
        return AllOf()

    def _read(self, clause: ClauseElement, known: Known, parts: Parts, deed: str) -> Iterator[str]:
        """Yield a fault for every labelled column below `clause` that nothing here has shown to be in sight."""
        if isinstance(clause, Judged):
            return
        if isinstance(clause, ScalarSelect | Exists | SelectBase):
            inner = select_in(clause)
            if inner is not None:
                yield from self._faults(Parts(inner, parts), known)
            return
        if isinstance(clause, BinaryExpression) and (members := _members(clause, parts)) is not None:
            (column,) = members.statement.selected_columns
            tied = Known(ties=frozenset(parts.ties(clause.left, column, members)))
            yield from self._faults(members, known.also(tied))
            yield from self._read(clause.left, known, parts, deed)
            return
        if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
            # What one part of a conjunction demands, its other parts may rely on.
            known = known.also(self._given(clause, parts))
        for column in _columns(clause):
            yield from _out_of_sight(column, known, parts, deed)
        for child in _children(clause):
            if not isinstance(child, Column):
                yield from self._read(child, known, parts, deed)


def _out_of_sight(column: Any, known: Known, parts: Parts, deed: str) -> Iterator[str]:
    found = parts.origin(column)
    for base in column.base_columns:
        label = base.info.get("group")
        if label is None:
            yield f"{deed} `{base}`, which has no label: give it one in its table"
        elif not isinstance(label, Unguarded) and not known.opens(label, None if found is None else found[0]):
            yield f"{deed} `{base}` [{label}] without a condition or a list of keys that demands it"


def never(where: Any) -> bool:
    """Tell whether a condition holds for no row: a role for which it is so reaches nothing."""
    if isinstance(where, Grouping):
        return never(where.element)
    if isinstance(where, BooleanClauseList):
        within = [never(part) for part in where.clauses]
        return any(within) if where.operator is operators.and_ else all(within)
    return isinstance(where.element if isinstance(where, AsBoolean) else where, False_)


def _ties(clause: Any, parts: Parts) -> Iterator[Any]:
    """Yield how a condition ties tables to one another, wherever it holds."""
    if isinstance(clause, Grouping):
        yield from _ties(clause.element, parts)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for part in clause.clauses:
            yield from _ties(part, parts)
    elif isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
        yield from parts.ties(clause.left, clause.right)


def _members(clause: BinaryExpression[Any], parts: Parts) -> Parts | None:
    """Return the SELECT whose rows a column is, or is not, among."""
    if clause.operator not in {operators.in_op, operators.not_in_op}:
        return None
    inner = select_in(clause.right)
    return None if inner is None or len(inner.selected_columns) != 1 else Parts(inner, parts)


def _children(clause: Any) -> Iterable[Any]:
    children: Iterable[Any] = clause.get_children()
    return children


def _columns(clause: ClauseElement) -> list[Any]:
    return [part for part in (clause, *_children(clause)) if isinstance(part, Column)]
