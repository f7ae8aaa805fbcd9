"""Key lists in statements: one parameter, whatever their length, so that a text never tells how many rows."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Dialect, Text, Uuid, bindparam
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
        return json.dumps([key.hex if isinstance(key, UUID) else key for key in value or ()])


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


def among(column: Any, parameter: str) -> ColumnElement[bool]:
    """Return the condition that `column` is one of the keys bound as `parameter`."""
    item: TypeEngine[Any] = Uuid() if isinstance(column.type, Uuid) else Text()
    return Among(column, bindparam(parameter, type_=KeyList(item)))
