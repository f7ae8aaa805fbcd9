"""What is done about shields: requested, decided on, lifted; what opens a record takes two accounts (R9, R21, R36)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from authz.words import FieldGroup, Shield
from resolvers.clock import A_DAY, beginning_of
from resolvers.deed import Act, Deed, Overtaken
from resolvers.errors import BudgetExceeded
from resolvers.following import CASE, FLAG, end, tell_raised
from resolvers.homes import lock_home
from resolvers.household import ASK_THE_TEAM, LOCK_FOLLOWING, LOCK_HOUSEHOLD, PUT_ON_HOLD, SHIELD
from resolvers.ids import Kind, read_key
from resolvers.problem import invalid, needs_second_person, written
from resolvers.records import ChildRecord
from resolvers.scope import ACCOUNT, NOW
from resolvers.shield import requested_today
from resolvers.shield_record import ShieldRecord
from resolvers.store import tables as t
from resolvers.store.words import AlertKind, ShieldReason, ShieldState, ShieldStep, TaskKind
from resolvers.team import is_proposed, is_second, said_of_shield

UNTIL_REVIEW = timedelta(days=182)
"""When a shield is reviewed for which nobody says when."""

LONGEST_REVIEW = timedelta(days=366)
"""How long a shield stands at most without a review."""

_ONE = update(t.Shield).where(t.Shield.id == SHIELD)
_TASKS = update(t.Task).where(t.Task.shield_id == SHIELD, t.Task.resolved_at.is_(None)).values(resolved_at=NOW)


def request(target: str, reason: ShieldReason, evidence: str) -> Act:
    """Return the deed of requesting a shield: in force from its commit, with a HOLD on the rest of the household.

    On a record that is shielded already it adds a case of its own, and puts nobody on hold (R9). Whatever household
    there is, the statements and the answer are the same. It raises BudgetExceeded, and NotDone: NOT_FOUND for a child
    who does not exist for the viewer, INVALID without evidence.
    """

    async def act(deed: Deed) -> UUID:
        said = written("evidence", evidence)
        await _count(deed)
        child = await child_with_household(deed, "childId", target, read_key(target, Kind.CHILD))
        case = {"state": ShieldState.REQUESTED, "reason": reason, "evidence": said}
        key = await raise_shield(deed, child, {**case, "requested_by_id": deed.viewer.account})
        await deed.add(t.ShieldRequest, {"shield_id": key, "account_id": deed.viewer.account, "at": deed.moment.now})
        deed.alert(AlertKind.SHIELD_REQUEST, child.key)
        return key

    return act


async def _count(deed: Deed) -> None:
    """Raise BudgetExceeded where the day's requests are used up; the account is locked, so that none slips past."""
    most = deed.operation.budget.shield_requests
    today = deed.moment.today
    if most is not None and await requested_today(deed.operation, beginning_of(today)) >= most:
        wait = beginning_of(today + A_DAY) - deed.moment.now
        message = "the day's budget of shield requests is used up: ask again tomorrow, or ring the broker"
        raise BudgetExceeded(message, wait)


async def child_with_household(deed: Deed, name: str, text: str, key: UUID | None) -> ChildRecord:
    """Return a child, the household locked first that a shield on it takes: in one order, whoever of it is asked for.

    The law looks before: to lock a household takes time, which would tell who is hidden, and with how many (R35).
    """
    seen = await deed.glance(deed.operation.loaders.child, key)
    taken = None if seen is None or seen.shielded else key
    await deed.lock(LOCK_HOUSEHOLD, of_child=taken)
    child = await deed.child_by_key(name, text, key)
    if taken is None and not child.shielded:
        raise Overtaken
    return child


async def raise_shield(deed: Deed, child: ChildRecord, case: Mapping[str, Any]) -> UUID:
    """Shield a child: an open record takes its household along, one that is shielded gets a case more (R9)."""
    # Why it was opened is about a shielded record from now on (R30).
    deed.operation.trail.opened(child.key, replace(child.facts, shield=Shield.SHIELDED), child.sight)
    key = deed.new_id("shield")
    await deed.add(t.Shield, {"id": key, "child_id": child.key, "since": deed.moment.now, **case})
    if child.shielded:
        await deed.changed(child.key, CASE)
    else:
        await hold_household(deed, child.key, key)
        await deed.changed(child.key, FLAG, CASE)
    return key


async def hold_household(deed: Deed, child: UUID | None, shield: UUID | None) -> None:
    """Put the rest of a child's household on hold, which follows one shield; nobody where there is none."""
    await lock_home(deed, child)
    await deed.write(PUT_ON_HOLD, of_child=child, of_shield=shield, seed=deed.seed_of("hold"))
    await deed.write(ASK_THE_TEAM, of_shield=shield, seed=deed.seed_of("task"))
    await tell_raised(deed, shield)


def decide(target: str, *, approve: bool, note: str, review_by: date | None) -> Act:
    """Return the deed of deciding on a shield that is requested, or on one whose lifting is proposed: to keep it.

    One account approves. To refuse a request takes two of the team, neither of them the requester; the first refusal
    leaves it REQUESTED. It raises NotDone: NOT_FOUND out of sight, NEEDS_SECOND_PERSON, INVALID.
    """

    async def act(deed: Deed) -> UUID:
        said = written("note", note)
        until = _review(deed, review_by) if approve else None
        shield = await _target(deed, target)
        if until is not None:
            await _approve(deed, shield, said, until)
        else:
            await _refuse(deed, shield, said)
        return shield.key

    return act


def _review(deed: Deed, wanted: date | None) -> date:
    """Return the day of the review: the one that is wanted, a year ahead at most, or one in half a year."""
    today = deed.moment.today
    if wanted is None:
        return today + UNTIL_REVIEW
    if not today < wanted <= today + LONGEST_REVIEW:
        raise invalid("reviewBy", f"`reviewBy` must lie 1 to {LONGEST_REVIEW.days} days ahead; leave it out for 182")
    return wanted


async def _approve(deed: Deed, shield: ShieldRecord, note: str, until: date) -> None:
    if shield.state not in {ShieldState.REQUESTED, ShieldState.LIFT_PROPOSED}:
        raise invalid("shieldId", f"this shield is {shield.state}: there is nothing to approve")
    await _say(deed, shield, ShieldStep.APPROVE, note)
    kept = {"state": ShieldState.ACTIVE, "decided_by_id": ACCOUNT, "lift_proposed_by_id": None, "review_by": until}
    await deed.write(_ONE.values(**kept), of_shield=shield.key)
    await plan_review(deed, shield.key, shield.child.key, until)
    await deed.changed(shield.child.key, CASE)


async def plan_review(deed: Deed, shield: UUID, child: UUID, until: date) -> None:
    """Have the team review a shield on a day, in the place of whatever of it waited until now (R36, R41)."""
    await deed.write(_TASKS, of_shield=shield)
    await deed.add(
        t.Task,
        {
            "id": deed.new_id("review"),
            "kind": TaskKind.SHIELD_REVIEW,
            "child_id": child,
            "shield_id": shield,
            "since": beginning_of(until),
        },
    )


async def _refuse(deed: Deed, shield: ShieldRecord, note: str) -> None:
    if shield.state is not ShieldState.REQUESTED:
        raise invalid("shieldId", f"this shield is {shield.state}: there is nothing to refuse")
    if shield.requester == deed.viewer.account:
        raise needs_second_person("who has requested a shield does not refuse it: two colleagues must")
    said = await said_of_shield(deed.operation, shield.key, ShieldStep.REFUSE)
    second = is_second(
        deed.operation, said, "you have refused this already: a colleague of your team must refuse it too"
    )
    await _say(deed, shield, ShieldStep.REFUSE, note)
    if second:
        await deed.write(_ONE.values(state=ShieldState.REFUSED, decided_by_id=ACCOUNT), of_shield=shield.key)
        await end(deed, shield.key)


def lift(target: str, note: str) -> Act:
    """Return the deed of lifting a shield: one account of the team proposes it, another one lifts (R36).

    It raises NotDone: NOT_FOUND out of sight, NEEDS_SECOND_PERSON for the requester and for who has proposed it,
    INVALID in any state but ACTIVE and LIFT_PROPOSED.
    """

    async def act(deed: Deed) -> UUID:
        said = written("note", note)
        shield = await _target(deed, target)
        if shield.state not in {ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED}:
            raise invalid("shieldId", f"this shield is {shield.state}: there is nothing to lift")
        if shield.requester == deed.viewer.account:
            raise needs_second_person("who has requested a shield does not lift it: two colleagues must")
        if shield.state is ShieldState.LIFT_PROPOSED and shield.proposer == deed.viewer.account:
            raise needs_second_person("you have proposed this: a colleague of your team must lift it")
        await _say(deed, shield, ShieldStep.LIFT, said)
        if shield.state is ShieldState.LIFT_PROPOSED and await is_proposed(deed.operation, shield):
            await deed.write(_ONE.values(state=ShieldState.LIFTED), of_shield=shield.key)
            await end(deed, shield.key)
        else:
            proposed = {"state": ShieldState.LIFT_PROPOSED, "lift_proposed_by_id": ACCOUNT}
            await deed.write(_ONE.values(**proposed), of_shield=shield.key)
            await deed.changed(shield.child.key, CASE)
        return shield.key

    return act


async def _target(deed: Deed, target: str) -> ShieldRecord:
    """Return the shield, with the children locked of all that it follows or that follows it."""
    key = read_key(target, Kind.SHIELD)
    seen = await deed.glance(deed.operation.loaders.shield, key)
    for _ in range(2):
        # What another deed has tied to it while this one waited is locked the second time.
        await deed.lock(LOCK_FOLLOWING, of_shield=None if seen is None else key)
    shield = None if key is None else await deed.operation.loaders.shield.load(key)
    if shield is None:
        raise deed.missing("shieldId", target)
    opened(deed, shield.child)
    return shield


def opened(deed: Deed, child: ChildRecord) -> None:
    """Note that a deed has opened the case of a record."""
    deed.operation.trail.opened(child.key, child.facts, child.sight)
    deed.operation.trail.asked(child.key, FieldGroup.SHIELD_CASE.bit, child.sight)


async def _say(deed: Deed, shield: ShieldRecord, step: ShieldStep, note: str) -> None:
    row = {"id": deed.new_id("decision"), "shield_id": shield.key, "account_id": deed.viewer.account}
    await deed.add(t.ShieldDecision, {**row, "step": step, "at": deed.moment.now, "note": note})
