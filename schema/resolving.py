"""How tasks are resolved."""

from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from resolvers.resolving import resolve
from resolvers.store.words import TaskResolution
from schema.fields import Info, given
from schema.problems import Answer, DeedInput, perform
from schema.task import read_task


@strawberry.input(description="How a task ends")
class ResolveTaskInput(DeedInput):
    task_id: strawberry.ID = strawberry.field(description="Which task")
    resolution: TaskResolution = strawberry.field(description="How it ends; each kind has ways of its own")
    child_id: strawberry.ID | None = strawberry.field(default=UNSET, description="The other child, for matches alone")
    note: str = strawberry.field(description="Why; kept with the task")


Resolving = Annotated[ResolveTaskInput, argument(description="Which task ends, and how")]


async def resolve_task(info: Info, input: Resolving) -> Answer:  # noqa: A002  # the contract's name
    """Resolve."""
    target, other = str(input.task_id), given(input.child_id)
    child = None if other is None else str(other)
    act = resolve(target, input.resolution, input.note, child)
    asked = (target,) if child is None else (target, child)
    return await perform(info, input, act, read_task, asked=asked)
