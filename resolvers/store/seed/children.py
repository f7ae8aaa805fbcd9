"""The rows of children: who they are, which authority answers for them, and the names they had before."""

from datetime import UTC, date, datetime, time

from resolvers.store import tables as t
from resolvers.store.seed.cast import Kid
from resolvers.store.seed.parts import Fate, Part
from resolvers.store.seed.world import World
from resolvers.store.words import Ended

_WHY = {Fate.LEFT: Ended.LEFT, Fate.DECEASED: Ended.DECEASED, Fate.LONG_DECEASED: Ended.DECEASED}

_RENAMED = {
    Part.OPEN: "Denby",
    Part.REFUGE: "Warsame",
    Part.ADOPTED: "Kershaw",
    Part.WITNESS: "Lockwood",
    Part.LIVES_APART: "Adams-Reid",
}
"""The former family names of the parts; those of the adopted child and of the witness are sealed."""


def add_children(world: World) -> None:
    """Add all children, each with its authority; about one in 25 had another name."""
    for kid in world.kids:
        _add_child(world, kid)
        _add_authority(world, kid)
        if kid.part in _RENAMED or (kid.part is None and world.draw.chance(0.04)):
            _add_former_name(world, kid)


def _add_child(world: World, kid: Kid) -> None:
    why = _WHY.get(kid.fate)
    world.rows.add(
        t.Child,
        id=kid.id,
        directory_number=kid.number,
        given_names=kid.given,
        family_name=kid.family,
        date_of_birth=kid.born,
        gender=kid.gender,
        ended_on=kid.closed if why else None,
        ended_why=why,
        concealed_at=_noon(kid.closed) if kid.closed and kid.fate is Fate.CONCEALED else None,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _add_authority(world: World, kid: Kid) -> None:
    world.rows.add(
        t.ChildAuthority,
        child_id=kid.id,
        authority_id=world.bodies.council(kid.area).id,
        updated_at=world.draw.moment(world.draw.rng.randrange(1, 300), hour=3),
        source_system=kid.area.system if world.draw.chance(0.8) else "birth-registrations",
    )


def _add_former_name(world: World, kid: Kid) -> None:
    draw = world.draw
    former = _RENAMED.get(kid.part, "") if kid.part else ""
    world.rows.add(
        t.FormerName,
        id=draw.key(),
        child_id=kid.id,
        given_names=kid.given,
        family_name=former or world.names.surname(),
        until=draw.between(kid.born, kid.closed or draw.today) if former or draw.chance(0.8) else None,
    )
