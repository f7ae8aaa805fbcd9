"""The rows of where children are: what holds now, and for some what held before."""

from datetime import date
from typing import Any

from resolvers.store import tables as t
from resolvers.store.seed.cast import Kid
from resolvers.store.seed.homes import Home, address
from resolvers.store.seed.parts import Fate, Part
from resolvers.store.seed.world import World
from resolvers.store.words import ReachKind

_KINDS = {Part.MISSING: ReachKind.LAST_KNOWN, Part.UNKNOWN: ReachKind.NONE_KNOWN}
_ENDED_KINDS = {Fate.LEFT: ReachKind.LEFT_ENGLAND, Fate.CONCEALED: ReachKind.NONE_KNOWN}
_OWN_PHONE_FROM = 12


def add_reaches(world: World) -> None:
    """Add one current row per child, and an earlier, replaced one for each who moved or left."""
    for kid in world.kids:
        kind = _kind(world, kid)
        moved = world.draw.between(max(kid.born, world.draw.ago(1500)), kid.closed or world.draw.today)
        if kid.fate is Fate.LEFT or (moved > kid.born and world.draw.chance(0.1)):
            earlier = kid.home if kid.fate is Fate.LEFT else world.homes.new(kid.area)
            _add_replaced(world, kid, earlier, kid.closed or moved)
        _add_current(world, kid, kind, moved)


def _kind(world: World, kid: Kid) -> ReachKind:
    if kid.fate in _ENDED_KINDS:
        return _ENDED_KINDS[kid.fate]
    if kid.part:
        return _KINDS.get(kid.part, ReachKind.CURRENT)
    kinds = (ReachKind.CURRENT, ReachKind.LAST_KNOWN, ReachKind.NONE_KNOWN)
    return world.draw.rng.choices(kinds, (980, 13, 7))[0]


def _add_current(world: World, kid: Kid, kind: ReachKind, since: date) -> None:
    left = kind is ReachKind.LEFT_ENGLAND
    lost = kind is ReachKind.LAST_KNOWN
    known = kind in (ReachKind.CURRENT, ReachKind.LAST_KNOWN)
    _add(
        world,
        kid,
        kid.home if known else None,
        kind=kind,
        since=kid.closed if left and kid.closed else since,
        until=world.draw.between(since, world.draw.today) if lost else None,
        may_return=world.draw.pick((True, False, None)) if left else None,
        replaced_at=None,
    )


def _add_replaced(world: World, kid: Kid, home: Home, until: date) -> None:
    days = (world.draw.today - until).days
    _add(
        world,
        kid,
        home,
        kind=ReachKind.CURRENT,
        since=kid.born,
        until=until,
        may_return=None,
        replaced_at=world.draw.moment(days, hour=0),
    )


def _add(world: World, kid: Kid, home: Home | None, **facts: Any) -> None:
    """Add one row; older children mostly have a phone and a mailbox of their own."""
    draw = world.draw
    old_enough = home is not None and kid.age(draw.today) >= _OWN_PHONE_FROM
    world.rows.add(
        t.ChildReach,
        id=draw.key(),
        child_id=kid.id,
        phone=draw.mobile(hidden=kid.hidden) if old_enough and (kid.part or draw.chance(0.7)) else None,
        email=draw.mailbox(kid.given, kid.family) if old_enough and draw.chance(0.4) else None,
        **address(home),
        **facts,
    )
