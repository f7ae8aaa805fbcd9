"""How a field says that it can be answered for all rows of a level at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

RELATION = "plan.relation"
"""The key of a field's `Relation` in its Strawberry metadata."""


class Ask(NamedTuple):
    """What to ask for one level: a loader, and what to make of each thing that it gives.

    `loader` has `load_each(keys)`, which answers one value or exception a key, in order; of any other the plan
    takes `load(key)` for each. `pick(loaded)`, or `join(row, loaded)` where the row matters as well, is not
    called for None.
    """

    loader: Any
    pick: Callable[[Any], Any] | None = None
    join: Callable[[Any, Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """Another way to answer a field that has an ordinary resolver as well: both must give the same.

    `ask(context, **arguments)` is called once a level, with the operation's context and the arguments as the
    resolver would get them. It may return None, where these arguments are better resolved row by row; what it
    raises is the error of every row.
    """

    ask: Callable[..., Ask | None]


def load_each(loader: Any, keys: Sequence[Any]) -> Awaitable[Sequence[Any]]:
    """Return an awaitable of one value or exception for each of `keys`."""
    each = getattr(loader, "load_each", None)
    if each is not None:
        answer: Awaitable[Sequence[Any]] = each(keys)
        return answer
    return asyncio.gather(*(loader.load(key) for key in keys), return_exceptions=True)
