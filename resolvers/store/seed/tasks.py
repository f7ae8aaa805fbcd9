"""The rows of tasks: one uncertain match for the data manager, and what shields and overrides left for the teams."""

from datetime import datetime
from uuid import UUID

from resolvers.clock import beginning_of
from resolvers.store import tables as t
from resolvers.store.seed.areas import LEEDS
from resolvers.store.seed.cast import Kid, Origin
from resolvers.store.seed.overrides import OVERRIDDEN
from resolvers.store.seed.parts import Part
from resolvers.store.seed.world import World
from resolvers.store.words import OWN_STATES, STANDING_STATES, TaskKind


def add_tasks(world: World) -> None:
    """Add one open UNCERTAIN_MATCH, a task for every hold of a household and every review, one per past override."""
    matched, match = world.kid(Part.MATCHED), world.kid(Part.MATCH)
    manager, since = world.accounts["data-manager"], world.draw.moment(6)
    _add(world, TaskKind.UNCERTAIN_MATCH, matched, manager, since, other=match)
    _add_household_tasks(world)
    team = world.accounts["team-leeds"]
    for override in world.rows.tables[t.Override]:
        kid, resolved = world.kid(OVERRIDDEN), override["closed_at"] and world.draw.moment(80)
        task = _add(world, TaskKind.OVERRIDE_INVESTIGATION, kid, team, override["opened_at"], resolved=resolved)
        override["investigation_id"] = task
    _add_reviews(world)


def _add_household_tasks(world: World) -> None:
    """Add the tasks that end holds; that of a lifted one is done."""
    for kid in world.kids:
        team = world.accounts["team-leeds" if kid.area is LEEDS else "team-manchester"]
        for case in kid.cases:
            if case.origin is Origin.HOUSEHOLD:
                done = None if case.state in STANDING_STATES else world.draw.moment(1)
                _add(world, TaskKind.HOUSEHOLD_SHIELD, kid, team, case.since, resolved=done, about=case.id)


def _add_reviews(world: World) -> None:
    """Add the review of every shield that stands and has a day for it: it waits from that day on."""
    for shield in list(world.rows.tables[t.Shield]):
        if shield["review_by"] is not None and shield["state"] in OWN_STATES:
            world.rows.add(
                t.Task,
                id=world.draw.key(),
                kind=TaskKind.SHIELD_REVIEW,
                child_id=shield["child_id"],
                other_child_id=None,
                assignee_id=None,
                shield_id=shield["id"],
                since=beginning_of(shield["review_by"]),
                resolved_at=None,
            )


def _add(
    world: World,
    kind: TaskKind,
    kid: Kid,
    assignee: UUID,
    since: datetime,
    *,
    other: Kid | None = None,
    resolved: datetime | None = None,
    about: UUID | None = None,
) -> UUID:
    key = world.draw.key()
    world.rows.add(
        t.Task,
        id=key,
        kind=kind,
        child_id=kid.id,
        other_child_id=other.id if other else None,
        assignee_id=assignee,
        shield_id=about,
        since=since,
        resolved_at=resolved,
    )
    return key
