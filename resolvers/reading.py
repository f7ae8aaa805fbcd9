"""Readings: the statements by which the stacks read, each declared with what its rows are judged by.

INVARIANT (declared-readings): `Operation.rows` takes statements of readings alone, so that the proof at start
(`resolvers/proof.py`) has seen every statement that can be run; of searches every condition in every form, since
further ones only join more of the same conditions by AND, which can only demand more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Generic, NewType, ParamSpec, Protocol

from sqlalchemy import Select

from authz.words import Group, Standing

Statement = NewType("Statement", Select[Any])
"""A statement of a reading."""


class Row(Protocol):
    """A row of a statement: a tuple whose values have the names of its columns."""

    def __getattr__(self, name: str) -> Any: ...

    def __getitem__(self, position: int) -> Any: ...


Keys = Mapping[str, tuple[Group | Standing, ...]]
"""Lists of keys that a statement binds, by the groups of which a record in the list has one in sight.

`Standing.INVOLVED` stands for a list that holds the viewer's own practitioner.
"""

P = ParamSpec("P")

_KEPT = 1024
"""Statements of one reading that are kept: one for each role and shape of arguments."""

BOTH = (False, True)


@dataclass(frozen=True, slots=True, eq=False)
class Reading(Generic[P]):
    """A family of statements.

    `gives` are the records made of its rows, `keys` what its lists of keys are filled by, and `over` the values
    that each argument of its builder may take. `replica` names the key by which a replica may be asked for its rows;
    without one they come from the primary (`resolvers/details.py` says what may have one).
    """

    name: str
    build: Callable[P, Statement]
    gives: tuple[type[Any], ...]
    keys: Keys
    over: Mapping[str, Iterable[Any]]
    replica: str | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Statement:
        """Return the statement for these arguments, the same object each time."""
        return self.build(*args, **kwargs)

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Yield every statement of the family, with the arguments that it is for."""
        build: Any = self.build
        for values in product(*self.over.values()):
            arguments = dict(zip(self.over, values, strict=True))
            yield ", ".join(f"{name}={value}" for name, value in arguments.items()), build(**arguments)


READINGS: list[Reading[Any]] = []
"""Every reading, in the order of import."""


def reading(
    *gives: type[Any], keys: Keys | None = None, replica: str | None = None, **over: Iterable[Any]
) -> Callable[[Callable[P, Select[*tuple[Any, ...]]]], Reading[P]]:
    """Declare the function below as the builder of a reading that gives records of the classes `gives`.

    `over` names each argument of the builder with all values that matter to the proof, `replica` the key of a reading
    of details.
    """

    def declare(build: Callable[P, Select[*tuple[Any, ...]]]) -> Reading[P]:
        kept: Any = lru_cache(_KEPT)(build)
        name = f"{build.__module__.removeprefix('resolvers.')}.{build.__name__.lstrip('_')}"
        made: Reading[P] = Reading(name, kept, gives, keys or {}, over, replica)
        READINGS.append(made)
        return made

    return declare
