"""Tasks: work for teams and data managers. A task names a child by reference; the law says who sees that child."""

from typing import TYPE_CHECKING

from resolvers.records import ChildRecord
from resolvers.work_records import TaskRecord

if TYPE_CHECKING:
    from resolvers.context import Operation


async def child_of(operation: "Operation", task: TaskRecord) -> ChildRecord | None:
    """Return the child of a task as a row that names the child, None where there is none for this viewer (R14)."""
    child = await operation.loaders.child.load(task.child)
    if child is not None:
        operation.trail.listed(child.key, child.facts, child.sight)
        await operation.charge(child.id)
    return child
