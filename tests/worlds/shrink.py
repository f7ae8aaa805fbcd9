"""Makes a finding small: an operation of which no part can go, and the fewest differences that still show."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tests.worlds.generated import Pair
from tests.worlds.operations import (
    Argument,
    Field,
    Fragment,
    Inline,
    Operation,
    Selection,
    Spread,
    selections_of,
    with_selection,
)
from tests.worlds.view import view

T = TypeVar("T")
Shows = Callable[[T], Awaitable[bool]]

MOST_TRIALS = 400
"""How often a finding is asked again at most while one part of it is made smaller."""


async def smallest(parts: Sequence[T], shows: Shows[tuple[T, ...]]) -> tuple[T, ...]:
    """Return as few of `parts` as still show what all of them show: halves are left out first, then ever less."""
    kept, size, trials = tuple(parts), max(len(parts) // 2, 1), 0
    while kept and trials < MOST_TRIALS:
        start = 0
        while start < len(kept) and trials < MOST_TRIALS:
            trials += 1
            fewer = kept[:start] + kept[start + size :]
            if await shows(fewer):
                kept = fewer
            else:
                start += size
        if size == 1:
            return kept
        size = max(size // 2, 1)
    return kept


async def smaller_operation(operation: Operation, shows: Shows[Operation]) -> Operation:
    """Return `operation` with everything left out that need not be there.

    A part that cannot go without spoiling the document is refused alike by both worlds, so it shows nothing.
    """
    trials, searching = 0, True
    while searching and trials < MOST_TRIALS:
        searching = False
        for candidate in simpler(operation):
            trials += 1
            if await shows(candidate):
                operation, searching = candidate, True
                break
            if trials >= MOST_TRIALS:
                break
    return operation


async def fewer_edits(pair: Pair, shows: Shows[Pair]) -> Pair:
    """Return `pair` with as few edits as still show; a pair without some is one only if its view is still the same."""
    seen = view(pair.second, pair.viewer)

    async def still(edits: tuple[Any, ...]) -> bool:
        candidate = replace(pair, edits=edits)
        return view(candidate.second, pair.viewer) == seen and await shows(candidate)

    return replace(pair, edits=await smallest(pair.edits, still))


def simpler(operation: Operation) -> Iterator[Operation]:
    """Yield operations that are a step simpler, the greatest steps first."""
    if operation.fragments:
        yield _inlined(operation)
    parts = sorted(selections_of(operation), key=_size, reverse=True)
    for part in parts:
        yield _tidy(with_selection(operation, part, None))
    for part in parts:
        if isinstance(part, Inline):
            yield with_selection(operation, part, replace(part, on=None))
        if isinstance(part, Field):
            yield from (with_selection(operation, part, simple) for simple in _simpler_fields(part))
    yield from _without_inlines(operation)


def _size(selection: Selection) -> int:
    return 1 if isinstance(selection, Spread) else 1 + sum(map(_size, selection.selections))


def _simpler_fields(field: Field) -> Iterator[Field]:
    if field.alias:
        yield replace(field, alias=None)
    for n, (name, argument) in enumerate(field.arguments):
        rest = field.arguments[:n] + field.arguments[n + 1 :]
        yield replace(field, arguments=rest)
        for value in _simpler_values(argument.value):
            changed = (name, Argument(argument.kind, value, argument.variable))
            yield replace(field, arguments=(*field.arguments[:n], changed, *field.arguments[n + 1 :]))


def _simpler_values(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from (value[:n] + value[n + 1 :] for n in range(len(value)))
    if isinstance(value, dict):
        yield from ({name: part for name, part in value.items() if name != left} for left in value)


def _tidy(operation: Operation) -> Operation:
    """Return `operation` without fragments that nothing spreads."""
    used = set(_spread(operation.selections))
    waiting = list(used)
    of = {fragment.name: fragment for fragment in operation.fragments}
    while waiting:
        fresh = set(_spread(of[waiting.pop()].selections)) - used
        used |= fresh
        waiting += fresh
    return replace(operation, fragments=tuple(one for one in operation.fragments if one.name in used))


def _spread(selections: tuple[Selection, ...]) -> Iterator[str]:
    return (selection.name for selection in _all(selections) if isinstance(selection, Spread))


def _all(selections: tuple[Selection, ...]) -> Iterator[Selection]:
    for selection in selections:
        yield selection
        if not isinstance(selection, Spread):
            yield from _all(selection.selections)


def _inlined(operation: Operation) -> Operation:
    """Return `operation` with its fragments written out where they are spread."""
    of: dict[str, Fragment] = {fragment.name: fragment for fragment in operation.fragments}

    def written_out(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
        return tuple(
            Inline(of[one.name].on, written_out(of[one.name].selections))
            if isinstance(one, Spread)
            else replace(one, selections=written_out(one.selections))
            for one in selections
        )

    return replace(operation, selections=written_out(operation.selections), fragments=())


def _without_inlines(operation: Operation) -> Iterator[Operation]:
    """Yield `operation` with what stands in inline fragments of no type moved out of them."""

    def moved(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
        found: list[Selection] = []
        for one in selections:
            if isinstance(one, Spread):
                found.append(one)
            elif isinstance(one, Inline) and one.on is None:
                found += moved(one.selections)
            else:
                found.append(replace(one, selections=moved(one.selections)))
        return tuple(found)

    if any(isinstance(one, Inline) and one.on is None for one in _all(operation.selections)):
        yield replace(operation, selections=moved(operation.selections))
