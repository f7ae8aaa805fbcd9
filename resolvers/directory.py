"""The directory of bodies and workers: what its lists have in common."""

from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, literal_column, tuple_

from resolvers.errors import BadInput
from resolvers.names import fold

LONGEST_NAME = 100
"""The most characters of a name that a list looks for."""

_SPACE: ColumnElement[str] = literal_column("' '", Text())
_PATTERN: ColumnElement[str] = bindparam("called", type_=Text())


def called(table: Any) -> ColumnElement[bool]:
    """Return the condition that the name of a row of `table` matches the pattern bound as `called`."""
    words: ColumnElement[str] = _SPACE + table.name_folded
    return words.like(_PATTERN)


def pattern_of(name: str) -> str | None:
    """Return the pattern of names in which every word of `name` begins a word, in the same order.

    None stands for a name without a letter or digit, which nobody has. A folded name holds letters, digits and
    single spaces, so that no sign of the client's own is a wildcard. Raises BadInput for a name that is too long.
    """
    if len(name) > LONGEST_NAME:
        raise BadInput(f"`name` may have {LONGEST_NAME} characters at most: give fewer")
    words = fold(name).split()
    return "".join(f"% {word}" for word in words) + "%" if words else None


def in_order(table: Any) -> tuple[Any, ...]:
    """Return what bodies and workers are sorted by: the name, which is public; the random key settles ties."""
    return table.name_folded, table.id


def behind(table: Any, mark: Any) -> ColumnElement[bool]:
    """Return the condition that a row of `table` comes after `mark`."""
    return tuple_(*in_order(table)) > tuple_(*in_order(mark))
