"""Making the rows of a world, noun by noun. The order is part of the seed: it decides what is drawn when."""

from datetime import date

from resolvers.store.seed.accounts import add_accounts, add_conflicts
from resolvers.store.seed.applications import add_applications
from resolvers.store.seed.bodies import add_bodies
from resolvers.store.seed.carers import add_carers
from resolvers.store.seed.caseloads import assign_caseloads
from resolvers.store.seed.children import add_children
from resolvers.store.seed.identifiers import add_identifiers
from resolvers.store.seed.involvements import add_involvements
from resolvers.store.seed.overrides import add_overrides
from resolvers.store.seed.reaches import add_reaches
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.schooling import add_schooling
from resolvers.store.seed.shields import add_shields
from resolvers.store.seed.tasks import add_tasks
from resolvers.store.seed.workers import add_workers
from resolvers.store.seed.world import World

LEAST = 60
"""The fewest children of a world: below it, the examples would outnumber everybody else."""

_STEPS = (
    assign_caseloads,
    add_carers,
    add_children,
    add_reaches,
    add_schooling,
    add_involvements,
    add_identifiers,
    add_accounts,
    add_conflicts,
    add_shields,
    add_overrides,
    add_applications,
    add_tasks,
)


def make_rows(children: int, seed: int, today: date) -> Rows:
    """Return the rows of a directory of `children` records, the same for the same arguments.

    All dates lie relative to `today`. Raises ValueError for fewer than 60 children.
    """
    return make_world(children, seed, today).rows


def make_world(children: int, seed: int, today: date) -> World:
    """Return the same directory with the people and bodies that its rows were made from."""
    if children < LEAST:
        raise ValueError(f"`{children}` children are too few for the examples: use {LEAST} or more")
    world = World(children, seed, today)
    add_bodies(world.rows, world.draw, world.homes, world.bodies)
    add_workers(world.rows, world.draw, world.workers)
    for step in _STEPS:
        step(world)
    return world
