"""One operation through both executors, and what must be the same about the two answers."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLError, execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.plan import PlannedExecutor, planned_executor

Told = tuple[str, tuple[str | int, ...], tuple[tuple[int, int], ...]]
"""An error as clients see it: message, path and locations."""


async def answer(
    schema: strawberry.Schema,
    document: DocumentNode,
    executor: Any,
    context: Any = None,
    root: Any = None,
    **variables: Any,
) -> ExecutionResult:
    """Execute a valid document by one executor."""
    result = execute(
        schema._schema,
        document,
        root_value=root,
        context_value=context,
        variable_values=variables,
        is_awaitable=optimized_is_awaitable,
        executor_class=executor,
        operation_extensions=None,
    )
    found = await result if isawaitable(result) else result
    assert isinstance(found, ExecutionResult)
    return found


def told(errors: list[GraphQLError] | None) -> list[Told]:
    """Return errors as clients see them, in order."""
    return [
        (error.message, tuple(error.path or ()), tuple((at.line, at.column) for at in error.locations or ()))
        for error in errors or ()
    ]


def ordered(data: Any) -> Any:
    """Return data in which the order of keys counts, and the types of values."""
    if isinstance(data, dict):
        return [(key, ordered(value)) for key, value in data.items()]
    if isinstance(data, list):
        return ["list", *map(ordered, data)]
    return type(data).__name__, data


@dataclass
class Both:
    """A schema and a planned executor of its own."""

    schema: strawberry.Schema
    executor: type[PlannedExecutor]

    @classmethod
    def of(cls, query: type[Any], **options: Any) -> "Both":
        return cls(strawberry.Schema(query, **options), planned_executor())

    async def same(self, text: str, make_context: Callable[[], Any] = dict, **variables: Any) -> ExecutionResult:
        """Ask both, fail where they differ or the plan stepped aside, and return the plan's answer."""
        document = parse(text)
        stock = await answer(
            self.schema, document, StrawberryGraphQLCoreExecutionContext, make_context(), None, **variables
        )
        planned = await answer(self.schema, document, self.executor, make_context(), None, **variables)
        assert not self.executor.aside
        assert ordered(stock.data) == ordered(planned.data)
        assert told(stock.errors) == told(planned.errors)
        return planned


@contextmanager
def fresh_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Give a loop of one's own, whatever is left in it cancelled at the end."""
    loop = asyncio.new_event_loop()
    try:
        yield loop
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
