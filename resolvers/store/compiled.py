"""Statements as a driver takes them: text and ordered parameters, compiled once by SQLAlchemy."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Enum, Insert, Select
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """One statement on one kind of database.

    `bound` has, for each place of a parameter, the name by which it is given and how the driver takes it; a name of
    None stands for the constant beside it. `converted` has the columns whose values the driver does not give as
    Python has them.
    """

    text: str
    bound: tuple[tuple[str | None, Any], ...]
    row: Callable[[Any], Any]
    converted: tuple[tuple[int, Convert], ...]

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        """Return the parameters in their order. Raises KeyError for one that is not given."""
        return [how if name is None else given[name] if how is None else how(given[name]) for name, how in self.bound]

    def rows(self, records: Sequence[Any]) -> list[Any]:
        """Return what the driver gave as rows whose values have the names of their columns."""
        if not self.converted or not records:
            return list(map(self.row, records))
        columns: list[Any] = list(zip(*records, strict=True))
        for position, convert in self.converted:
            columns[position] = map(convert, columns[position])
        return list(map(self.row, zip(*columns, strict=True)))


def compile_for(dialect: Dialect, statement: Select[Any] | Insert) -> Compiled:
    """Return `statement` as the driver of `dialect` takes it; one that writes gives no rows."""
    asked = {part.key for part in iterate(statement) if isinstance(part, BindParameter) and part.required}
    compiled = statement.compile(dialect=dialect)
    state = compiled.construct_expanded_state(dict.fromkeys(asked))
    lists: Mapping[str, Any] = state.processors  # of the values that an IN was expanded to

    def place(name: str) -> tuple[str | None, Any]:
        convert = _to_driver(compiled.binds[name].type, dialect) if name in compiled.binds else lists.get(name)
        if name in asked:
            return name, convert
        constant = state.parameters[name]
        return None, constant if convert is None else convert(constant)

    names: Any = statement.selected_columns.keys() if isinstance(statement, Select) else ()
    columns: Any = statement.selected_columns if isinstance(statement, Select) else ()
    kinds = (_from_driver(column.type, dialect) for column in columns)
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # its names are those of the columns
    return Compiled(
        text=state.statement,
        bound=tuple(map(place, state.positiontup or ())),
        row=row._make,
        converted=tuple((position, convert) for position, convert in enumerate(kinds) if convert is not None),
    )


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Enum) and kind.enum_class is not None:
        words: Any = kind.enum_class
        return {None: None, **{word.name: word for word in words}}.__getitem__
    return kind.dialect_impl(dialect).result_processor(dialect, None)
