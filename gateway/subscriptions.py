"""Subscriptions: begun as any operation is, and told event by event, each an operation of its own.

So each event is asked by the account as it is then, under the law of that moment, is charged, and is in the journal
before it leaves.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import ExecutionResult, GraphQLError

from gateway.endings import Ended, Ending
from gateway.errors import Code, Refusal, fault
from gateway.operations import Asked, Operations
from gateway.visit import Observers
from resolvers.caseload_event import tell
from resolvers.context import Operation
from resolvers.errors import BudgetExceeded
from resolvers.stream import Pending, Slow, Stream

AT_ONCE = 8
"""How many events a process reads, and subscriptions it begins, at once: others wait, and requests keep connections."""


class Untold(Exception):  # noqa: N818  # nothing is wrong
    """Says that a viewer may no longer hear of what waited to be told."""


class Failed(Exception):  # noqa: N818  # it says what has become of a subscription
    """Says that a subscription ended with errors before or while it was told."""

    def __init__(self, errors: Any) -> None:
        super().__init__("a subscription has failed")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Begins subscriptions, and tells each what it follows."""

    operations: Operations
    observers: Observers
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def begin(self, asked: Asked) -> Stream:
        """Return what the subscription `asked` follows. Its beginning is in the journal then.

        Raises Refusal, and Failed for an argument that is refused.
        """
        found: list[Stream] = []

        async def run(operation: Operation) -> ExecutionResult:
            source = await self.operations.schema.follow(asked.selection.selected, asked.variables, operation)
            if isinstance(source, ExecutionResult):
                return source
            found.append(source)
            return ExecutionResult({}, None)

        try:
            async with self.turns:  # many come at once where a process before this one has stopped
                answer = await self.operations.answer(replace(asked, run=run))
            if "errors" in answer:
                raise Failed(answer["errors"])
        except BaseException:
            self.forget(found)
            raise
        return found[0]

    def forget(self, streams: list[Stream]) -> None:
        """Have the hub forget streams that nobody has."""
        if self.operations.hub is not None:
            for stream in streams:
                self.operations.hub.leave(stream)

    async def told(self, asked: Asked, pending: Pending) -> dict[str, Any] | None:
        """Return the answer to one event, None where the viewer may no longer hear of it.

        Raises Failed, and Ended where the account may follow nothing any longer.
        """
        async with self.turns:
            visit = self.observers.begin(())
            try:
                visit.continues(asked.visit)
                answer = await self._told(replace(asked, visit=visit, key=None), pending)
                if answer is not None:
                    visit.answered(answer, 200)
            except Refusal as refusal:
                visit.answered({"errors": refusal.errors}, refusal.status)
                raise _ended(refusal) from None
            finally:
                self.observers.end(visit)
        return answer

    async def _told(self, asked: Asked, pending: Pending) -> dict[str, Any] | None:
        async def run(operation: Operation) -> ExecutionResult:
            try:
                event = await tell(operation, pending)
            except BudgetExceeded as cause:
                return ExecutionResult(None, [GraphQLError(str(cause), original_error=cause)])
            if event is None:
                raise Untold
            return await self.operations.schema.tell(asked.selection.selected, asked.variables, operation, event)

        try:
            return await self.operations.answer(replace(asked, run=run))
        except Untold:
            return None
        except Refusal:
            raise
        except Exception as cause:  # noqa: BLE001  # as at the door: nothing unforeseen leaves with its text
            raise fault(cause, asked.visit.id) from None


async def following(stream: Stream) -> Pending:
    """Return what a stream is to be told next. Raises Ended where too much waits."""
    try:
        return await anext(stream)
    except Slow:
        raise Ended(Ending.SLOW) from None


def _ended(refusal: Refusal) -> Exception:
    """Return what becomes of a stream whose event is refused: an account that has lapsed follows nothing."""
    if refusal.code in {Code.FORBIDDEN, Code.UNAUTHENTICATED, Code.PURPOSE_REQUIRED}:
        return Ended(Ending.LAPSED)
    return Failed(refusal.errors)
