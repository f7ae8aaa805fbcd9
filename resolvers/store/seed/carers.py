"""The rows of carers: the person, how to reach the person, and the contact that ties person and child."""

from uuid import UUID

from resolvers.store import tables as t
from resolvers.store.seed.cast import Carer, Kid
from resolvers.store.seed.homes import address
from resolvers.store.seed.world import World


def add_carers(world: World) -> None:
    """Add every carer once, and a contact for each tie. Carers of hidden children have numbers of their own."""
    hidden = {tie.carer.id for kid in world.kids if kid.hidden for tie in kid.ties if tie.ended is None}
    told: set[UUID] = set()
    for kid in world.kids:
        for tie in kid.ties:
            if tie.carer.id not in told:
                told.add(tie.carer.id)
                _add_person(world, tie.carer, kid, hidden=tie.carer.id in hidden)
        _add_contacts(world, kid)


def _add_person(world: World, carer: Carer, kid: Kid, *, hidden: bool) -> None:
    draw, played = world.draw, kid.part is not None
    world.rows.add(t.Person, id=carer.id, given_names=carer.given, family_name=carer.family)
    world.rows.add(
        t.PersonReach,
        person_id=carer.id,
        phone=draw.mobile(hidden=hidden) if played or draw.chance(0.92) else None,
        email=draw.mailbox(carer.given, carer.family) if played or draw.chance(0.6) else None,
        **address(carer.home if played or draw.chance(0.97) else None),
    )


def _add_contacts(world: World, kid: Kid) -> None:
    for tie in kid.ties:
        world.rows.add(
            t.Contact,
            id=world.draw.key(),
            child_id=kid.id,
            person_id=tie.carer.id,
            relationship=tie.carer.relationship,
            parental_responsibility=tie.responsible,
            started_on=tie.started,
            ended_on=tie.ended,
        )
