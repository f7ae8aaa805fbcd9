"""The proof of the stacks: every statement selects and compares only what its own conditions show to be in sight.

A statement is read as SQLAlchemy holds it: which columns it selects, by which it filters and sorts, and which
groups its conditions demand, either through the law (`judged`) or through lists of keys that a verdict filled.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Join, Select, Subquery
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import AsBoolean, BooleanClauseList, ClauseElement, False_, Grouping
from sqlalchemy.sql.selectable import Exists, ScalarSelect, SelectBase

from authz.words import NARROWER, FieldGroup, Group, NarrowGroup, Standing
from resolvers.judged import Judged
from resolvers.reading import Keys
from resolvers.store.keys import Among
from resolvers.store.tables.base import Unguarded

Groups = frozenset[Group | Standing]

ALSO_OPENED_BY: Mapping[FieldGroup, Groups] = {
    FieldGroup.IDENTITY: frozenset(FieldGroup) - {FieldGroup.PLACE} | frozenset(NarrowGroup),
    FieldGroup.SERVICES: frozenset(
        {
            FieldGroup.SENSITIVE_SERVICES,
            NarrowGroup.OWN_SENSITIVE,
            FieldGroup.LEAD,
            FieldGroup.AGENCIES,
            Standing.INVOLVED,
        }
    ),
    FieldGroup.PLACE: frozenset({FieldGroup.AGENCIES}),
}
"""What opens a label beside the group itself and its narrower one.

Without IDENTITY nothing is in sight, so every group implies it. A row of `involvement` is opened by the group
that shows this row, the viewer's own by standing: its own conditions (`sensitive`) say which. AGENCIES shows the
telephone of a body.
"""


def opened_by(label: FieldGroup) -> Groups:
    """Return the groups any of which opens a column of `label`."""
    narrower = NARROWER.get(label)
    return frozenset({label}) | ALSO_OPENED_BY.get(label, frozenset()) | ({narrower} if narrower else frozenset())


class Scope(ABC):
    """What is known of the rows at one place of a statement."""

    @abstractmethod
    def fulfils(self, test: Callable[[Groups], bool]) -> bool:
        """Tell whether it is known that every row here has one group in sight out of some that pass `test`."""

    @abstractmethod
    def named(self) -> Iterator[Group | Standing]:
        """Yield every group that is named somewhere in what is known."""

    def opens(self, label: FieldGroup) -> bool:
        """Tell whether every row here has a group in sight that opens `label`."""
        return self.fulfils(lambda groups: groups <= opened_by(label))


@dataclass(frozen=True, slots=True)
class Demand(Scope):
    """Each row has one of `groups` in sight."""

    groups: Groups

    def fulfils(self, test: Callable[[Groups], bool]) -> bool:
        return test(self.groups)

    def named(self) -> Iterator[Group | Standing]:
        yield from self.groups


@dataclass(frozen=True, slots=True)
class AllOf(Scope):
    """Each row fulfils all `parts`; of none nothing is known."""

    parts: tuple[Scope, ...] = ()

    def fulfils(self, test: Callable[[Groups], bool]) -> bool:
        return any(part.fulfils(test) for part in self.parts)

    def named(self) -> Iterator[Group | Standing]:
        for part in self.parts:
            yield from part.named()


@dataclass(frozen=True, slots=True)
class OneOf(Scope):
    """Each row fulfils one of `parts` at least."""

    parts: tuple[Scope, ...]

    def fulfils(self, test: Callable[[Groups], bool]) -> bool:
        return all(part.fulfils(test) for part in self.parts)

    def named(self) -> Iterator[Group | Standing]:
        for part in self.parts:
            yield from part.named()


_BARE: Any = DefaultDialect().statement_compiler(DefaultDialect(), None)  # it compiles nothing


def _froms(statement: Any) -> list[Any]:
    """Return what `get_final_froms` does, without compiling the whole statement for it."""
    return list(statement._compile_state_factory(statement, _BARE)._get_display_froms())


class Parts:
    """What one SELECT is made of. To know its FROM takes a while, so that is done once."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.where = statement.whereclause
        sources = _froms(statement)
        self.joins = [join for source in sources for join in _joins_in(source)]
        for join in self.joins:
            sources += [join.left] if join.isouter else [join.left, join.right]
        subqueries = (source for source in sources if isinstance(source, Subquery))
        # Those in FROM and in inner joins: every row has passed them.
        self.inner = [Parts(select) for each in subqueries if (select := _select_in(each)) is not None]


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
        return tuple(dict.fromkeys(self._faults(parts, AllOf()))), self._scope(parts, AllOf())

    def _faults(self, parts: Parts, around: Scope) -> Iterator[str]:
        if never(parts.where):
            return
        scope = self._scope(parts, around)
        places = {table: self._demanded(join.onclause) for join in parts.joins for table in _tables(join.right)}
        for column in parts.statement.selected_columns:
            yield from self._read(column, scope, places, "selects")
        for clause in (parts.where, *(join.onclause for join in parts.joins), *parts.statement._order_by_clauses):
            if clause is not None:
                yield from self._read(clause, scope, places, "compares")
        for inner in parts.inner:
            yield from self._faults(inner, scope)

    def _scope(self, parts: Parts, around: Scope) -> Scope:
        inner = (self._scope(each, AllOf()) for each in parts.inner)
        inside = (self._demanded(join.onclause) for join in parts.joins if not join.isouter)
        return AllOf((around, self._demanded(parts.where), *inside, *inner))

    def _demanded(self, clause: Any) -> Scope:
        """Return what holds wherever `clause` does."""
        if isinstance(clause, Grouping):
            return self._demanded(clause.element)
        if isinstance(clause, Judged) and clause.groups:
            return Demand(frozenset(clause.groups))
        if isinstance(clause, Among) and self.keys.get(clause.parameter):
            return Demand(frozenset(self.keys[clause.parameter]))
        if isinstance(clause, BooleanClauseList):
            if clause.operator is operators.and_:
                return AllOf(tuple(self._demanded(part) for part in clause.clauses))
            return OneOf(tuple(self._demanded(part) for part in clause.clauses if not never(part)))
        return AllOf()

    def _read(self, clause: ClauseElement, scope: Scope, places: Mapping[Any, Scope], deed: str) -> Iterator[str]:
        """Yield a fault for every labelled column below `clause` that nothing here has shown to be in sight."""
        if isinstance(clause, Judged):
            return
        if isinstance(clause, ScalarSelect | Exists | SelectBase):
            inner = _select_in(clause)
            if inner is not None:
                yield from self._faults(Parts(inner), scope)
            return
        if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
            # What one part of a conjunction demands, its other parts may rely on.
            scope = AllOf((scope, self._demanded(clause)))
        for column in _columns(clause):
            here = AllOf((scope, places.get(column.table, AllOf())))
            for base in column.base_columns:
                label = base.info.get("group")
                if label is None:
                    yield f"{deed} `{base}`, which has no label: give it one in its table"
                elif not isinstance(label, Unguarded) and not here.opens(label):
                    yield f"{deed} `{base}` [{label}] without a condition or a list of keys that demands it"
        for child in _children(clause):
            if not isinstance(child, Column):
                yield from self._read(child, scope, places, deed)


def never(where: Any) -> bool:
    """Tell whether a condition holds for no row: a role for which it is so reaches nothing."""
    if isinstance(where, Grouping):
        return never(where.element)
    if isinstance(where, BooleanClauseList):
        within = [never(part) for part in where.clauses]
        return any(within) if where.operator is operators.and_ else all(within)
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


def _joins_in(source: Any) -> Iterator[Join]:
    if isinstance(source, Join):
        yield source
        yield from _joins_in(source.left)
        yield from _joins_in(source.right)


def _tables(source: Any) -> Iterator[Any]:
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
    else:
        yield source
