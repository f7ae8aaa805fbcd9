"""The fuzzer: generated operations on generated schemas, through Strawberry's executor and the planned one."""

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from graphql import ExecutionResult
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.plan import PlannedExecutor, planned_executor
from tests.schema.plan.both import answer, ordered, told
from tests.schema.plan.operations import Operation, Operations
from tests.schema.plan.schemas import Generated

EACH = 25
"""How many operations are drawn on one schema."""


@dataclass
class Case:
    """One operation on one world of one schema; its names are all that is needed to have it again."""

    generated: Generated
    executor: type[PlannedExecutor]
    seed: str

    async def differences(self) -> list[str]:
        """Return what differs between the answers of the two executors, with the operation."""
        operation = Operations(self.generated, self.seed).drawn()
        try:
            stock, noted = await self._answer(StrawberryGraphQLCoreExecutionContext, operation)
        except asyncio.CancelledError:
            # Where one field fails, the stock executor cancels those beside it, and with them a loader's future
            # that other fields await as well: the whole operation dies of it. There is nothing to compare.
            return []
        planned, noted_too = await self._answer(self.executor, operation)
        found = []
        if ordered(stock.data) != ordered(planned.data):
            found.append(f"data:\n  {stock.data}\n  {planned.data}\n  {told(stock.errors)}\n  {told(planned.errors)}")
        elif self._told(stock, planned) != self._told(planned, stock):
            found.append(f"errors:\n  stock: {told(stock.errors)}\n  plan: {told(planned.errors)}")
        if not stock.errors and noted != noted_too:
            found.append(f"notes:\n  {noted}\n  {noted_too}")
        if strange := set(self.executor.aside) - {"a selection that cannot be planned"}:  # a root's condition is null
            found.append(f"stepped aside: {strange}")
        return [f"{self.seed}\n{operation.text}\n{operation.variables}", *found] if found else []

    async def _answer(self, executor: Any, operation: Operation) -> tuple[ExecutionResult, Any]:
        context = SimpleNamespace(noted={}, loaders={})
        world = self.generated.world(self.seed)
        root = self.generated.rows["Query"](world, "root")
        result = await answer(self.generated.schema, operation.document, executor, context, root, **operation.variables)
        for _ in range(5):  # what the stock executor leaves to settle in the background
            await asyncio.sleep(0)
        return result, context.noted

    def _told(self, result: ExecutionResult, other: ExecutionResult) -> set[Any]:
        """Return the errors of one answer as they must be told by the other as well.

        Where things are awaited, which of several errors that null one position is told depends on what comes
        first, and the specification leaves it open: then only that there is one counts.
        """
        errors = told(result.errors)
        if not self.generated.late:
            return set(errors)
        behind = {at for error in [*errors, *told(other.errors)] if (at := _null_at(error, result.data)) != error[1]}
        return {at if (at := _null_at(error, result.data)) in behind else error for error in errors}


def _null_at(error: Any, data: Any) -> tuple[str | int, ...]:
    """Return the position that an error has nulled."""
    path: tuple[str | int, ...] = error[1]
    for depth, key in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[key]
    return path


def cases(count: int, seed: str) -> Any:
    """Yield `count` cases."""
    for number in range(0, count, EACH):
        name = f"{seed}-{number}"
        generated = Generated(name, late=number // EACH % 2 == 1)
        executor = planned_executor()
        for each in range(min(EACH, count - number)):
            yield Case(generated, executor, f"{name}-{each}")
