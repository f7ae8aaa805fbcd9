"""Answers to whoever asked to be put in touch: by the responsible team, with no place in them (R3)."""

from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select, update

from resolvers.deed import Act, Deed
from resolvers.ids import Kind, read_key
from resolvers.placeless import names_one_of, places_of, reads_as_place
from resolvers.problem import NotDone, invalid, written
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, NOW
from resolvers.store import tables as t
from resolvers.task import lock
from resolvers.work_records import TaskRecord

_TASK = bindparam("answered", type_=Uuid())
_OF_TASK = select(t.Task.child_id).where(t.Task.id == _TASK)
_LOCK_CHILD = select(t.Child.id).where(t.Child.id.in_(_OF_TASK)).with_for_update(key_share=True)
_RESOLVE = update(t.Task).where(t.Task.id == _TASK).values(resolved_at=NOW)
_ANSWER = update(t.BrokerRequest).where(t.BrokerRequest.task_id == _TASK)
_ANSWER = _ANSWER.values(answer=bindparam("said", type_=Text()), answered_at=NOW, answered_by_id=ACCOUNT)


def answer_contact(target: str, answer: str) -> Act:
    """Return the deed of answering a request to be put in touch, which resolves its task.

    It raises NotDone: NOT_FOUND for a task that does not wait for the viewer, INVALID for one of another kind, for an
    answer that is empty or too long, and for one with a place in it.
    """

    async def act(deed: Deed) -> UUID:
        said = written("answer", answer)
        if reads_as_place(said):
            raise _placed()
        task, child = await _target(deed, target)
        if task.requester is None:
            raise invalid("taskId", "this task is no request to be put in touch: it is resolved, not answered")
        deed.operation.trail.opened(child.key, child.facts, child.sight)
        if names_one_of(said, await places_of(deed.operation, child)):
            raise _placed()
        await deed.write(_ANSWER, answered=task.key, said=said)
        await deed.write(_RESOLVE, answered=task.key)
        deed.rights_changed(task.requester)
        return task.key

    return act


async def _target(deed: Deed, target: str) -> tuple[TaskRecord, ChildRecord]:
    """Return a task that waits for the viewer and its child, both locked: whose task it is stays as it is."""
    key = read_key(target, Kind.TASK)
    if key is not None:
        await deed.connection.execute(_LOCK_CHILD, {"answered": key})
    task = None if key is None else await lock(deed.operation, key)
    child = None if task is None else await deed.operation.loaders.child.load(task.child)
    if task is None or child is None:
        raise deed.missing("taskId", target)
    return task, child


def _placed() -> NotDone:
    """Return one problem for all: what was found is not repeated."""
    message = (
        "`answer` must hold no place: leave out addresses, postcodes, telephone numbers, e-mail and web addresses, and "
        "the names of towns, of bodies and of workers"
    )
    return invalid("answer", message)
