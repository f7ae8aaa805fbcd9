"""Key lists in statements: one parameter, whatever their length, so that a text never tells how many rows."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Integer, Text, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class KeyList(TypeDecorator[list[Any]]):
    """A list of keys as one parameter: an array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = ARRAY(self.item) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return value
        return json.dumps([_plain(key) for key in value or ()])


def _plain(key: Any) -> Any:
    """Return a key as SQLite stores it."""
    if isinstance(key, date):
        return key.isoformat()
    return key.hex if isinstance(key, UUID) else key


class Among(FunctionElement[bool]):
    """The condition that a column is one of the keys bound as `parameter`."""

    type = Boolean()
    inherit_cache = True
    name = "among"

    def __init__(self, column: Any, parameter: BindParameter[Any]) -> None:
        super().__init__(column, parameter)
        self.parameter = parameter.key

    def self_group(self, against: Any = None) -> "Among":  # noqa: ARG002  # SQLAlchemy's signature
        """Stay as it is: SQLite would compare it with 1, and no index could serve it."""
        return self


@compiles(Among, "postgresql")
def _postgresql(element: Among, compiler: Any, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(Among)
def _standard(element: Among, compiler: Any, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  # both parts are compiled SQL


class Listed(FunctionElement[bool]):
    """The condition that a column is in the list that another column holds."""

    type = Boolean()
    inherit_cache = True
    name = "listed"

    def self_group(self, against: Any = None) -> "Listed":  # noqa: ARG002  # as `Among` does
        return self


@compiles(Listed, "postgresql")
def _postgresql_listed(element: Listed, compiler: Any, **options: Any) -> str:
    column, kept = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({kept})"


@compiles(Listed)
def _standard_listed(element: Listed, compiler: Any, **options: Any) -> str:
    column, kept = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({kept}))"  # noqa: S608  # both parts are compiled SQL


def listed(column: Any, kept: Any) -> ColumnElement[bool]:
    """Return the condition that `column` is in the list that the column `kept` holds, a `KeyList`."""
    return Listed(column, kept)


def among(column: Any, parameter: str) -> ColumnElement[bool]:
    """Return the condition that `column` is one of the keys bound as `parameter`."""
    return Among(column, bindparam(parameter, type_=KeyList(_item(column.type))))


def _item(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, Integer):
        return BigInteger()
    return Uuid() if isinstance(kind, Uuid) else Text()
