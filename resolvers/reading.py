"""Readings: the statements by which the stacks read, each declared with what its rows are judged by.

INVARIANT (declared-readings): `Operation.rows` takes statements of readings alone, so that the proof at start
(`resolvers/proof.py`) has seen every statement that can ever be run.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NewType, ParamSpec

from sqlalchemy import Select

from authz.words import Group, Role

Statement = NewType("Statement", Select[Any])
"""A statement of a reading."""

Keys = Mapping[str, tuple[Group, ...]]
"""Lists of keys that a statement binds, by the groups of which a record in the list has one in sight."""

P = ParamSpec("P")

_KEPT = 1024
"""Statements of one reading that are kept: one for each role and shape of arguments."""


def for_nobody() -> Iterable[tuple[()]]:
    """Give the arguments of a statement that takes none."""
    return [()]


def by_role() -> Iterable[tuple[Role]]:
    """Give the arguments of a statement that depends on the viewer's role alone."""
    return [(role,) for role in Role]


@dataclass(frozen=True, slots=True, eq=False)
class Reading(Generic[P]):
    """A family of statements. `gives` are the records made of its rows; `samples` every kind of its arguments."""

    name: str
    build: Callable[P, Statement]
    gives: tuple[type[Any], ...]
    keys: Keys
    samples: Callable[[], Iterable[tuple[Any, ...]]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Statement:
        """Return the statement for these arguments, the same object each time."""
        return self.build(*args, **kwargs)


READINGS: list[Reading[Any]] = []
"""Every reading, in the order of import."""


def reading(
    *gives: type[Any],
    keys: Keys | None = None,
    samples: Callable[[], Iterable[tuple[Any, ...]]] = for_nobody,
) -> Callable[[Callable[P, Select[Any]]], Reading[P]]:
    """Declare the function below as the builder of a reading that gives records of the classes `gives`."""

    def declare(build: Callable[P, Select[Any]]) -> Reading[P]:
        kept: Any = lru_cache(_KEPT)(build)
        name = f"{build.__module__.removeprefix('resolvers.')}.{build.__name__.lstrip('_')}"
        made = Reading(name, kept, gives, keys or {}, samples)
        READINGS.append(made)
        return made

    return declare
