"""How tasks end: holds become shields, or are told apart from their household; matches and reviews are done (R36)."""

from uuid import UUID

from sqlalchemy import Insert, and_, exists, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from authz.words import FieldGroup
from resolvers.deed import Act, Deed
from resolvers.following import CASE, tell, tell_where
from resolvers.household import ADDRESS_KEYS, CHILD, LOCK_FOLLOWING_OF_TASK, SEED, SHIELD, carers, sharing_address
from resolvers.ids import Kind, read_key
from resolvers.matching import new_child, same_child
from resolvers.problem import invalid, written
from resolvers.saying import resolved, say, shield_of
from resolvers.scope import ACCOUNT, NOW, TODAY, current
from resolvers.shield_record import ShieldRecord
from resolvers.shielding import UNTIL_REVIEW, child_with_household, opened, plan_review, raise_shield
from resolvers.store import tables as t
from resolvers.store.made_ids import made_id
from resolvers.store.words import ReachKind, ShieldReason, ShieldState, TaskKind, TaskResolution
from resolvers.task import lock
from resolvers.team import is_second, said_of_task
from resolvers.work_records import TaskRecord

WAYS: dict[TaskKind, tuple[TaskResolution, ...]] = {
    TaskKind.HOUSEHOLD_SHIELD: (TaskResolution.SHIELD_TOO, TaskResolution.DOES_NOT_LIVE_THERE),
    TaskKind.SHIELD_REVIEW: (TaskResolution.DONE,),
    TaskKind.OVERRIDE_INVESTIGATION: (TaskResolution.DONE,),
    TaskKind.UNCERTAIN_MATCH: (TaskResolution.SAME_CHILD, TaskResolution.NEW_CHILD),
}
"""How each kind of task is resolved; one that is not here is ended in another way."""

_ONE = update(t.Shield).where(t.Shield.id == SHIELD)
_ROOT = select(t.Shield.child_id).where(t.Shield.id == SHIELD).scalar_subquery()
"""The child of the shield that a hold follows."""

_IN_COMMON = and_(t.Contact.child_id == CHILD, current(t.Contact), t.Contact.person_id.in_(carers(_ROOT)))
_PART_CARERS = update(t.Contact).where(_IN_COMMON).values(ended_on=TODAY, changes=t.Contact.changes + 1)
_THERE = or_(*(CHILD.in_(sharing_address(_ROOT, key)) for key in ADDRESS_KEYS))
_PART_ADDRESS = (
    update(t.ChildReach)
    .where(t.ChildReach.child_id == CHILD, t.ChildReach.replaced_at.is_(None), _THERE)
    .values(replaced_at=NOW)
)


def resolve(target: str, resolution: TaskResolution, note: str, child: str | None) -> Act:
    """Return the deed of resolving a task that waits for the viewer.

    A hold becomes a shield of its own by one account; that a child does not live there takes two of the team, the
    second of whom ends the hold and the links. A match is the same child as another, whose record takes it in, or a
    new one, whose record is opened. It raises NotDone: NOT_FOUND for a task that does not wait for the viewer,
    NEEDS_SECOND_PERSON, and INVALID for what does not fit its kind.
    """

    async def act(deed: Deed) -> UUID:
        said = written("note", note)
        if (child is None) is (resolution is TaskResolution.SAME_CHILD):
            raise invalid("childId", "`childId` is for SAME_CHILD, which needs it, and for nothing else")
        task = await _target(deed, target)
        _check(task, resolution)
        if child is not None:
            await same_child(deed, task, child, said)
        elif task.kind is TaskKind.UNCERTAIN_MATCH:
            await new_child(deed, task, said)
        elif task.kind is TaskKind.HOUSEHOLD_SHIELD:
            await _end_hold(deed, task, resolution, said)
        elif task.kind is TaskKind.SHIELD_REVIEW:
            await _review(deed, task, said)
        else:
            await resolved(deed, task, resolution, said)
        return task.key

    return act


async def _target(deed: Deed, target: str) -> TaskRecord:
    key = read_key(target, Kind.TASK)
    seen = await deed.glance(deed.operation.loaders.task, key)
    for _ in range(2):
        # As in `resolvers/shielding.py`.
        await deed.lock(LOCK_FOLLOWING_OF_TASK, of_task=None if seen is None else key)
    task = None if key is None else await lock(deed.operation, key)
    child = None if task is None else await deed.operation.loaders.child.load(task.child)
    if task is None or child is None:
        raise deed.missing("taskId", target)
    opened(deed, child)
    return task


def _check(task: TaskRecord, resolution: TaskResolution) -> None:
    ways = WAYS.get(task.kind)
    if ways is None:
        raise invalid("taskId", "a task of this kind is not resolved here: answer it by `answerContact`")
    if resolution not in ways:
        raise invalid("resolution", f"a {task.kind} is resolved by {' or '.join(ways)}")


async def _review(deed: Deed, task: TaskRecord, note: str) -> None:
    """End a review; a shield that goes on is reviewed again in half a year, so that none is left alone."""
    await resolved(deed, task, TaskResolution.DONE, note)
    shield = await shield_of(deed, task)
    if shield is not None and shield.state in {ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED}:
        until = deed.moment.today + UNTIL_REVIEW
        await deed.write(_ONE.values(review_by=until), of_shield=shield.key)
        await plan_review(deed, shield.key, shield.child.key, until)
        await deed.changed(shield.child.key, CASE)


async def _end_hold(deed: Deed, task: TaskRecord, resolution: TaskResolution, note: str) -> None:
    hold = await shield_of(deed, task)
    if task.shield is not None and (hold is None or hold.child.key != task.child):
        await _end_match(deed, task, task.shield, resolution, note)
    elif hold is None or hold.state is not ShieldState.HOLD:
        await resolved(deed, task, resolution, note)
    elif resolution is TaskResolution.SHIELD_TOO:
        await resolved(deed, task, resolution, note)
        await _shield_too(deed, hold, note)
    elif await _is_second(deed, task):
        await resolved(deed, task, resolution, note)
        await _part(deed, hold)
    else:
        await say(deed, task, resolution, note)


async def _end_match(deed: Deed, task: TaskRecord, shield: UUID, resolution: TaskResolution, note: str) -> None:
    """End the question whether a child lives with a shielded one, of which no hold has come (R9).

    The shielded record need not be the team's to see: nothing of it is read, and nothing in it is changed.
    """
    if resolution is TaskResolution.SHIELD_TOO:
        child = await child_with_household(deed, "taskId", task.subject, task.child)
        await resolved(deed, task, resolution, note)
        until = deed.moment.today + UNTIL_REVIEW
        case = {"state": ShieldState.ACTIVE, "reason": ShieldReason.OTHER, "evidence": note, "review_by": until}
        raised = await raise_shield(deed, child, {**case, "decided_by_id": deed.viewer.account})
        await plan_review(deed, raised, child.key, until)
    elif await _is_second(deed, task):
        await resolved(deed, task, resolution, note)
        await _part_from(deed, task.child, shield)
    else:
        await say(deed, task, resolution, note)


async def _is_second(deed: Deed, task: TaskRecord) -> bool:
    """Tell whether a colleague has said already that the child does not live there: it takes two of the team (R36)."""
    said = await said_of_task(deed.operation, task.key, TaskResolution.DOES_NOT_LIVE_THERE)
    return is_second(deed.operation, said, "you have said this already: a colleague of your team must say so too")


async def _shield_too(deed: Deed, hold: ShieldRecord, note: str) -> None:
    """Make a hold a shield of its own, for the reason of the one it follows where that case is the team's to read."""
    root = None if hold.follows is None else await deed.operation.loaders.shield.load(hold.follows)
    reason = ShieldReason.OTHER if root is None or root.reason is None else root.reason
    until = deed.moment.today + UNTIL_REVIEW
    case = {"state": ShieldState.ACTIVE, "reason": reason, "evidence": note, "review_by": until}
    await deed.write(_ONE.values(**case, decided_by_id=ACCOUNT), of_shield=hold.key)
    await plan_review(deed, hold.key, hold.child.key, until)
    await deed.changed(hold.child.key, CASE)


async def _part(deed: Deed, hold: ShieldRecord) -> None:
    """End a hold, and what ties its child to the shielded one."""
    await _part_from(deed, hold.child.key, hold.follows)
    await deed.write(_ONE.values(state=ShieldState.LIFTED), of_shield=hold.key)
    await tell(deed, hold.key)


async def _part_from(deed: Deed, child: UUID, shield: UUID | None) -> None:
    """End what ties a child to the one of a shield: carers in common today, an address in common now."""
    bound = {"of_child": child, "of_shield": shield}
    await tell_where(deed, FieldGroup.CONTACT_NAMES, CHILD, exists().where(_IN_COMMON), **bound)
    await deed.write(_PART_CARERS, **bound)
    await deed.write(_PART_ADDRESS, **bound)
    await deed.write(_NO_ADDRESS, of_child=child, seed=deed.seed_of("reach"))
    await deed.changed(child, FieldGroup.WHEREABOUTS)


def _no_address() -> Insert:
    row, now, before = t.ChildReach, aliased(t.ChildReach), aliased(t.ChildReach)
    kind = literal(ReachKind.NONE_KNOWN, row.__table__.c.kind.type)
    rows = select(made_id(SEED, CHILD), CHILD, kind, TODAY).where(
        exists().where(before.child_id == CHILD, before.replaced_at == NOW),
        ~exists().where(now.child_id == CHILD, now.replaced_at.is_(None)),
    )
    columns = [row.id, row.child_id, row.kind, row.since]
    return insert(row).from_select(columns, rows, include_defaults=False)


_NO_ADDRESS = _no_address()
