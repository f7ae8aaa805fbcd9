"""Tasks: work for directory teams and data managers, by reference."""

from datetime import datetime

import strawberry

from resolvers.records import ChildRecord
from resolvers.store.words import TaskKind
from resolvers.task import child_of
from resolvers.work_records import TaskRecord
from schema.fields import Info, loading, object_type, open_field
from schema.problems import AS_READ, Payload, read_by
from schema.summary import ChildSummary

_WHY = "it is about the work; whose it is, the statement asks"


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
    )


@object_type(description="A task after a deed, where one is left")
class TaskPayload(Payload):
    task: Task | None = open_field(
        why=AS_READ, description="The task as it is now; null where the deed leaves none", resolver=read_by()
    )
