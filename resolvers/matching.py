"""How a match ends: the record that waited is the same child as another, or a child of its own (R19, R20, R36)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update

from authz.words import Role
from resolvers.deed import Deed
from resolvers.following import tell
from resolvers.household import SHIELD
from resolvers.ids import Kind, read_key
from resolvers.merging import merge_into
from resolvers.neighbours import ask_about_shared_home
from resolvers.problem import invalid, needs_second_person
from resolvers.reading import reading
from resolvers.records import ChildRecord
from resolvers.saying import resolved, say
from resolvers.shielding import child_with_household
from resolvers.store import tables as t
from resolvers.store.words import ShieldState, TaskKind, TaskResolution
from resolvers.task import waits_on
from resolvers.team import is_second, said_of_task
from resolvers.work_records import TaskRecord

_END_BIRTH = update(t.Shield).where(t.Shield.id == SHIELD).values(state=ShieldState.LIFTED)
_AGAIN = "you have said this already: a colleague of your team must say so too, since it opens a record"


@reading()
def _standing_hold() -> Select[Any]:
    return select(t.Shield.id).where(t.Shield.id == SHIELD, t.Shield.state == ShieldState.HOLD)


async def same_child(deed: Deed, task: TaskRecord, text: str, note: str) -> None:
    """Merge the record of a match into the one that it is the same child as.

    Its data comes into an open record by it, so that takes two of the responsible team, who name the same record. From
    one of them, where the other record is shielded, and from a data manager it comes with what shields it.
    """
    known = await child_with_household(deed, "childId", text, read_key(text, Kind.CHILD))
    if known.key == task.child:
        raise invalid("childId", "`childId` must be another record than the one that the task is about")
    matched = await deed.child_by_key("taskId", task.subject, task.child)
    hold = await _birth(deed, task)
    of_team = deed.viewer.role is Role.DIRECTORY_TEAM
    opens = hold is not None and of_team and not known.shielded
    if opens:
        await _expect_household(deed, task)
    if opens and not await _is_second(deed, task, TaskResolution.SAME_CHILD, known.key):
        await say(deed, task, TaskResolution.SAME_CHILD, note, known.key)
        return
    if hold is not None and not of_team:
        await say(deed, task, TaskResolution.SAME_CHILD, note, known.key)  # the team has to open what is on hold
    else:
        await resolved(deed, task, TaskResolution.SAME_CHILD, note, known.key)
        matched = await _end_birth(deed, hold, matched)
    await merge_into(deed, known, matched, note)


async def new_child(deed: Deed, task: TaskRecord, note: str) -> None:
    """Open the record of a match, which is that of a child of its own; that takes two of the responsible team (R36)."""
    hold = await _birth(deed, task)
    if hold is not None:
        if deed.viewer.role is not Role.DIRECTORY_TEAM:
            raise needs_second_person("to open a record takes two of the team that is responsible for it")
        await _expect_household(deed, task)
        if not await _is_second(deed, task, TaskResolution.NEW_CHILD, None):
            await say(deed, task, TaskResolution.NEW_CHILD, note)
            return
    await resolved(deed, task, TaskResolution.NEW_CHILD, note)
    if hold is not None:
        await _end(deed, hold)
        # A shield that was requested meanwhile has put nobody on hold: the record was closed already (R9).
        await ask_about_shared_home(deed, task.child)


async def _expect_household(deed: Deed, task: TaskRecord) -> None:
    """Raise NotDone INVALID while it is not said whether the child of a match lives in a shielded household (R9)."""
    if await waits_on(deed.operation, task.child, TaskKind.HOUSEHOLD_SHIELD):
        raise invalid("taskId", "say first whether the child lives in a shielded household: a task asks it")


async def _birth(deed: Deed, task: TaskRecord) -> UUID | None:
    """Return the hold under which the record of a match was born, None where it stands no longer."""
    key = task.shield
    rows = [] if key is None else await deed.operation.rows(_standing_hold(), of_shield=key)
    return key if rows else None


async def _end_birth(deed: Deed, hold: UUID | None, child: ChildRecord) -> ChildRecord:
    """End the hold under which a record was born, and return the record as the law shows it then."""
    if hold is None:
        return child
    await _end(deed, hold)
    deed.operation.loaders.child.clear(child.key)
    return await deed.operation.loaders.child.load(child.key) or child


async def _end(deed: Deed, hold: UUID) -> None:
    await deed.write(_END_BIRTH, of_shield=hold)
    await tell(deed, hold)


async def _is_second(deed: Deed, task: TaskRecord, resolution: TaskResolution, other: UUID | None) -> bool:
    said = await said_of_task(deed.operation, task.key, resolution, other)
    return is_second(deed.operation, said, _AGAIN)
