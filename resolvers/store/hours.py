"""Hours in statements: by the whole hour, in UTC, instants are told where their minute would say too much."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from resolvers.store.tables.base import Instant


class Hour(FunctionElement[Any]):
    """The hour in which an instant lies, to sort by and to be indexed: what it gives differs between databases."""

    type = Text()
    inherit_cache = True
    name = "hour"


class WholeHour(FunctionElement[datetime]):
    """The instant at which the hour of another one began."""

    type = Instant()
    inherit_cache = True
    name = "whole_hour"


@compiles(Hour, "postgresql")
def _hour(element: Hour, compiler: Any, **options: Any) -> str:
    return f"date_trunc('hour', timezone('UTC', {_inner(element, compiler, options)}))"


@compiles(Hour)
def _hour_of_text(element: Hour, compiler: Any, **options: Any) -> str:
    return f"substr({_inner(element, compiler, options)}, 1, 13)"


@compiles(WholeHour, "postgresql")
def _whole(element: WholeHour, compiler: Any, **options: Any) -> str:
    return f"timezone('UTC', date_trunc('hour', timezone('UTC', {_inner(element, compiler, options)})))"


@compiles(WholeHour)
def _whole_of_text(element: WholeHour, compiler: Any, **options: Any) -> str:
    return f"(substr({_inner(element, compiler, options)}, 1, 13) || ':00:00.000000')"


def _inner(element: FunctionElement[Any], compiler: Any, options: dict[str, Any]) -> str:
    (clause,) = element.clauses
    return str(compiler.process(clause, **options))


def hour_of(at: ColumnElement[datetime]) -> ColumnElement[Any]:
    """Return the hour of an instant, to sort by; an index of the same expression serves it."""
    return Hour(at)


def whole_hour(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Return the instant at which the hour of `at` began."""
    return WholeHour(at)
