"""Tasks: work for directory teams and data managers, by reference."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET, argument

from resolvers.context import Operation
from resolvers.page import Page
from resolvers.records import ChildRecord
from resolvers.store.words import TaskKind
from resolvers.task import child_of
from resolvers.task import tasks as list_tasks
from resolvers.work_records import TaskRecord
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.cost import ONE
from schema.fields import Info, given, loading, object_type, open_field
from schema.problems import AS_READ, Payload, read_by
from schema.summary import ChildSummary

_WHY = "it is about the work; whose it is, the statement asks"

Kind = Annotated[TaskKind | None, argument(description="What the tasks are to be about")]


@loading(lambda of: of.child)
async def _child(root: TaskRecord, info: Info) -> ChildRecord | None:
    return await child_of(info.context, root)


def _id(root: TaskRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


@object_type(of=TaskRecord, description="Work for a directory team; `subject` is a reference")
class Task:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random; `node` does not open it", resolver=_id)
    kind: TaskKind = open_field(why=_WHY, description="What it is about")
    subject: str = open_field(why=_WHY, description="A reference to what it is about; it opens nothing")
    since: datetime = open_field(why=_WHY, description="Since when it waits")
    child: ChildSummary | None = open_field(
        why="whom it names, is judged by the law",
        description="The child it is about, where the child exists for this viewer",
        resolver=_child,
        cost=ONE,
    )
    message: str | None = open_field(
        why="it was written for the team that the task waits for",
        description="What is asked, where somebody asks to be put in touch; else null",
    )


@loading()
async def tasks(info: Info, kind: Kind = UNSET, first: First = 20, after: After = UNSET) -> Page[TaskRecord]:
    """Return a page of tasks."""
    return await list_tasks(info.context, given(kind), page_size(first, 20, MOST_ROWS), given(after))


Tasks = Connection[Task]


@object_type(description="A task after a deed, where one is left")
class TaskPayload(Payload):
    task: Task | None = open_field(
        why=AS_READ,
        description="The task as it is now; null where the deed leaves none that waits for this viewer",
        resolver=read_by(lambda of: of.task),
    )


async def read_task(operation: Operation, key: UUID | None) -> Any:
    """Return the task that a deed was about, None where it does not wait for the viewer any more."""
    return None if key is None else await operation.loaders.task.load(key)
