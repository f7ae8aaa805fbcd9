"""What is said on tasks: kept with who has said it, and why; a task is done once nobody else needs to say so."""

from uuid import UUID

from sqlalchemy import update

from resolvers.deed import Deed
from resolvers.household import TASK
from resolvers.scope import NOW
from resolvers.shield_record import ShieldRecord
from resolvers.store import tables as t
from resolvers.store.words import TaskResolution
from resolvers.work_records import TaskRecord

_DONE = update(t.Task).where(t.Task.id == TASK).values(resolved_at=NOW)


async def resolved(
    deed: Deed, task: TaskRecord, resolution: TaskResolution, note: str, other: UUID | None = None
) -> None:
    """Say how a task ends, and end it."""
    await say(deed, task, resolution, note, other)
    await deed.write(_DONE, of_task=task.key)


async def say(deed: Deed, task: TaskRecord, resolution: TaskResolution, note: str, other: UUID | None = None) -> None:
    """Keep what the viewer says on a task; `other` is the record that a match is said to be the same child as."""
    row = {"id": deed.new_id("resolution"), "task_id": task.key, "account_id": deed.viewer.account}
    said = {"resolution": resolution, "other_child_id": other, "at": deed.moment.now, "note": note}
    await deed.add(t.Resolution, {**row, **said})


async def shield_of(deed: Deed, task: TaskRecord) -> ShieldRecord | None:
    """Return the shield that a task is about, None where there is none in sight."""
    return None if task.shield is None else await deed.operation.loaders.shield.load(task.shield)
