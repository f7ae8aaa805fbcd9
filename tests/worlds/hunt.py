"""Asks operations of both worlds of a pair until one tells them apart, and makes what it found small."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schema.build import build_schema
from tests.authz.law import MAY
from tests.databases import Template
from tests.worlds.arguments import Values
from tests.worlds.asking import Answer, Served, asked, past, served
from tests.worlds.dense import VIEWERS
from tests.worlds.follow import next_pages
from tests.worlds.generated import Pair
from tests.worlds.leak import Leak
from tests.worlds.operations import Field, Operation, fields_of
from tests.worlds.shrink import fewer_edits, smaller_operation, smallest
from tests.worlds.writer import Writer, askable

FOLLOWED = 200
"""How many next pages wait at most to be asked for."""

RECORDS_LEFT = Operation((Field("viewer", selections=(Field("recordsLeft"),)),))


@dataclass
class Hunt:
    """Operations on one pair, one after another, until one tells its worlds apart. `settings` are the gateway's."""

    pair: Pair
    template: Template
    folder: Path
    seed: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    asked: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.schema = build_schema().core
        self.rng = random.Random(f"hunt {self.seed} {self.pair.viewer} {self.pair.seed}")
        purposes = tuple(map(str, MAY[VIEWERS[self.pair.viewer]][1]))
        self.writer = Writer(self.schema, Values(self.pair, askable(self.schema)), purposes, self.rng)
        self.following: list[Operation] = []
        self.told: list[Any] = []
        """The data of every answer, in order."""

    async def run(self, operations: int, first: Sequence[Operation] = ()) -> Leak | None:
        """Ask `operations` of both worlds, `first` before all others; return the first leak as it is, or None."""
        async with self.served(self.pair) as both:
            for operation in first:
                if leak := await self._ask(both, operation):
                    return leak
            await self._look_back(max(3, operations // 12))
            while len(self.asked) < operations:
                operation = self._next()
                if leak := await self._ask(both, operation):
                    return leak
                if self.settings and (leak := await self._ask(both, RECORDS_LEFT)):
                    return leak
        return None

    def served(self, pair: Pair) -> Any:
        return served(pair, self.template, self.folder, **self.settings)

    def _next(self) -> Operation:
        if self.following and self.rng.random() < 0.25:
            return self.following.pop(self.rng.randrange(len(self.following)))
        if self.asked and self.rng.random() < 0.5:
            return self.writer.again(self.asked[-1])
        return self.writer.operation()

    async def _ask(self, both: Served, operation: Operation) -> Leak | None:
        self.asked.append(operation)
        one, other = await both.ask(operation)
        if one != other or one.faulty:
            return Leak(self.pair, self.template.kind, operation, one, other, tuple(self.asked[:-1]))
        if "FORBIDDEN" in one.codes:
            self.writer.refused(operation)
        self.told.append(one.json.get("data"))
        self._follow(operation, self.told[-1])
        return None

    def _follow(self, operation: Operation, data: Any) -> None:
        found = list(next_pages(self.schema, operation, data)) if data else []
        self.following += self.rng.sample(found, min(len(found), 3))
        del self.following[:-FOLLOWED]

    async def _look_back(self, operations: int) -> None:
        """Note cursors of a time when nothing was hidden yet, to go on after them now."""
        paged = {name for kind in self.schema.type_map.values() for name in _paged(kind)}
        async with asked(past(self.pair.first), self.pair.viewer, self.template, self.folder) as before:
            for _ in range(operations):
                operation = self._paged(paged)
                answer = await before.ask(operation)
                if answer.status == 200:
                    self._follow(operation, answer.json.get("data"))

    def _paged(self, paged: set[str]) -> Operation:
        for _ in range(30):
            operation = self.writer.operation()
            names = {field.name for field in fields_of(operation)}
            if not names.isdisjoint(paged) and not names.isdisjoint({"cursor", "endCursor"}):
                break
        return operation


def _paged(kind: Any) -> list[str]:
    return [name for name, one in getattr(kind, "fields", {}).items() if "after" in getattr(one, "args", {})]


class Shrinker:
    """Makes one leak small, by asking parts of it of worlds that are served anew."""

    def __init__(self, hunt: Hunt) -> None:
        self.hunt = hunt

    async def smallest(self, leak: Leak) -> Leak:
        earlier = leak.earlier
        if await self._shows(leak.pair, (leak.operation,)):
            earlier = ()
        else:
            earlier = await smallest(earlier, lambda some: self._shows(leak.pair, (*some, leak.operation)))
        operation = await self._operation(leak, earlier)
        pair = await fewer_edits(leak.pair, lambda some: self._shows(some, (*earlier, operation)))
        found = await self._asked(pair, (*earlier, operation))
        return found or leak

    async def _operation(self, leak: Leak, earlier: tuple[Operation, ...]) -> Operation:
        if earlier or self.hunt.settings:
            return await smaller_operation(leak.operation, lambda one: self._shows(leak.pair, (*earlier, one)))
        async with self.hunt.served(leak.pair) as both:

            async def shows(operation: Operation) -> bool:
                one, other = await both.ask(operation)
                return _same_kind(leak, one, other)

            return await smaller_operation(leak.operation, shows)

    async def _shows(self, pair: Pair, operations: tuple[Operation, ...]) -> bool:
        return await self._asked(pair, operations) is not None

    async def _asked(self, pair: Pair, operations: tuple[Operation, ...]) -> Leak | None:
        """Ask `operations` of `pair`, served anew, and return the leak that the last of them is."""
        async with self.hunt.served(pair) as both:
            for operation in operations:
                one, other = await both.ask(operation)
        leak = Leak(pair, self.hunt.template.kind, operations[-1], one, other, operations[:-1])
        return leak if one != other or one.faulty else None


def _same_kind(leak: Leak, one: Answer, other: Answer) -> bool:
    return bool(one.faulty if leak.first.faulty else one != other)


async def look(
    pair: Pair,
    operations: int,
    template: Template,
    folder: Path,
    *,
    seed: int = 0,
    shrink: bool = True,
    **settings: Any,
) -> Leak | None:
    """Ask `operations` of both worlds of `pair`; return the first leak, as small as it gets, or None.

    `settings` are the gateway's; with a budget, what is left of it is asked after every operation.
    """
    hunt = Hunt(pair, template, folder, seed, settings)
    leak = await hunt.run(operations)
    return await Shrinker(hunt).smallest(leak) if leak is not None and shrink else leak
