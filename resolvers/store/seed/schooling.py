"""The places that a child goes to: schools and general practices, present ones and some earlier ones."""

from datetime import date, timedelta

from resolvers.store import tables as t
from resolvers.store.seed.bodies import Body
from resolvers.store.seed.cast import YEAR, Family, Kid
from resolvers.store.seed.parts import Fate
from resolvers.store.seed.trades import Trade
from resolvers.store.seed.world import World

SCHOOL_FROM, SECONDARY_FROM = 4.3, 11.5


def add_schooling(world: World) -> None:
    """Give each child a practice and, from reception class on, a school; siblings share the practice."""
    for family in world.families:
        practice = world.draw.pick(world.bodies.find(family.area, Trade.PRACTICE))
        for kid in family.kids:
            kid.practice = practice
            _enrol(world, kid)
            _add_placements(world, kid)
            _add_registrations(world, kid, family, practice)


def _enrol(world: World, kid: Kid) -> None:
    draw, age = world.draw, kid.age(world.draw.today)
    primaries = world.bodies.find(kid.area, Trade.PRIMARY)
    if kid.school is None and age >= SECONDARY_FROM:
        kid.school = draw.pick(world.bodies.find(kid.area, Trade.SECONDARY))
    elif kid.school is None and age >= SCHOOL_FROM:
        kid.school = draw.pick(primaries)
    moved = age >= 6 and draw.chance(0.28)
    if age >= SECONDARY_FROM or moved:
        kid.earlier_school = draw.pick([school for school in primaries if school is not kid.school] or primaries)


def _add_placements(world: World, kid: Kid) -> None:
    """Add the present place and the earlier one, which ended when the present one began."""
    if kid.school is None:
        return
    last = kid.closed or world.draw.today
    begun = kid.born + timedelta(days=round(4 * YEAR))
    if kid.earlier_school:
        changed = world.draw.between(begun + timedelta(days=300), last - timedelta(days=10))
        _add_place(world, kid, kid.earlier_school, begun, changed)
        begun = changed
    _add_place(world, kid, kid.school, begun, kid.closed)


def _add_place(world: World, kid: Kid, school: Body, started: date, ended: date | None) -> None:
    world.rows.add(
        t.Placement,
        id=world.draw.key(),
        child_id=kid.id,
        organisation_id=school.id,
        started_on=started,
        ended_on=ended,
    )


def _add_registrations(world: World, kid: Kid, family: Family, practice: Body) -> None:
    """Add the present registration; concealment and departure end it, and some children changed practice."""
    draw, last = world.draw, kid.closed or world.draw.today
    started = draw.between(kid.born, last)
    if started > kid.born and draw.chance(0.15):
        earlier = draw.pick(world.bodies.find(family.area, Trade.PRACTICE))
        _register(world, kid, earlier, kid.born, started)
    else:
        started = kid.born
    _register(world, kid, practice, started, None if kid.fate is Fate.LIVE else kid.closed)


def _register(world: World, kid: Kid, practice: Body, started: date, ended: date | None) -> None:
    world.rows.add(
        t.Registration,
        id=world.draw.key(),
        child_id=kid.id,
        organisation_id=practice.id,
        started_on=started,
        ended_on=ended,
    )
