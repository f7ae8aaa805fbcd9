"""A run: one plan, executed once for one operation."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult
from graphql.error import located_error

from schema.plan.columns import FAILED, AnyColumn, Fault, Late
from schema.plan.level import Level, ObjectPlan
from schema.plan.place import RootPlace

if TYPE_CHECKING:
    from schema.plan.executor import PlannedExecutor

Then = Callable[[Sequence[Any]], None]


class Run:
    """Runs levels until nothing is left to be awaited, then puts the answer together from its ends.

    All that can run without waiting runs first; then all that waits is awaited together, so that loaders are
    asked for everything that one round needs at once.
    """

    def __init__(self, executor: "PlannedExecutor", plan: ObjectPlan) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.is_awaitable = executor.is_awaitable
        self.is_async_iterable = executor.is_async_iterable
        self._root = Level(self, plan, [executor.root_value], RootPlace())
        self._levels: list[Level] = []
        self._ready: list[Level] = []
        self._waiting: list[tuple[Sequence[Awaitable[Any]], Then]] = []

    def answer(self) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Return the answer, at once where nothing has to be awaited."""
        self.add(self._root)
        self._advance()
        return self._later() if self._waiting else self._finish()

    def add(self, level: Level) -> None:
        """Take up a level that is to be run."""
        self._levels.append(level)
        self._ready.append(level)

    def wait(self, awaitables: Sequence[Awaitable[Any]], then: Then) -> None:
        """Have `then` called with one result or exception for each of `awaitables`."""
        self._waiting.append((awaitables, then))

    def known(self, values: list[Any], then: Callable[[Sequence[Any]], AnyColumn]) -> AnyColumn:
        """Return what `then` makes of `values`, later if any of them is to be awaited first."""
        waiting = [position for position, value in enumerate(values) if self.is_awaitable(value)]
        if not waiting:
            return then(values)
        late = Late()

        def go_on(results: Sequence[Any]) -> None:
            known = list(values)
            for position, result in zip(waiting, results, strict=True):
                known[position] = result
            late.inner = then(known)

        self.wait([values[position] for position in waiting], go_on)
        return late

    def _advance(self) -> None:
        while self._ready:
            ready, self._ready = self._ready, []
            for level in ready:
                level.start()

    async def _later(self) -> ExecutionResult:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            results = iter(await _settle([one for awaitables, _ in waiting for one in awaitables]))
            for awaitables, then in waiting:
                then([next(results) for _ in awaitables])
            self._advance()
        return self._finish()

    def _finish(self) -> ExecutionResult:
        # INVARIANT (parents-first): a level is taken up after the one above it, so the last is put together first.
        for level in reversed(self._levels):
            level.assemble()
        data = self._root.outs[0]
        errors = [_located(fault) for fault in self._root.notes.get(0, ())]
        for level in self._levels:
            level.close()
        self.executor.close()
        return ExecutionResult(None if data is FAILED else data, errors or None)


def _located(fault: Fault) -> Any:
    return located_error(fault.error, fault.nodes, fault.path[::-1])


async def _settle(awaitables: list[Awaitable[Any]]) -> list[Any]:
    """Await all at once; return one result or exception for each, in order."""
    if len(awaitables) == 1:
        try:
            return [await awaitables[0]]
        except Exception as error:  # noqa: BLE001  # an error of the field, which is told in the answer
            return [error]
    futures = [one if asyncio.isfuture(one) or asyncio.iscoroutine(one) else _awaited(one) for one in awaitables]
    results = await asyncio.gather(*futures, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
    return results


async def _awaited(one: Awaitable[Any]) -> Any:
    return await one
