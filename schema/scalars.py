"""Dates and instants as clients see them."""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition


def _read_date(value: Any) -> date:
    if not isinstance(value, str):
        raise ValueError("a date is a string such as `2015-04-30`")  # GraphQL wants a value error
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date is a string such as `2015-04-30`") from None


def _read_instant(value: Any) -> datetime:
    message = "an instant is a string with an offset, such as `2026-04-30T09:00:00+01:00`"
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(message) from None
    if instant.tzinfo is None:
        raise ValueError(message)
    return instant


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A calendar date, ISO 8601",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=_read_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO 8601 with offset",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=datetime.isoformat,
        parse_value=_read_instant,
    ),
}
