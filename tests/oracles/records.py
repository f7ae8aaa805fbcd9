"""Records that must not be told apart: shielded ones, full and empty, and ids that give nothing, for every reason."""

from datetime import date

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ServiceKind, ShieldReason
from tests.cast import ACCOUNTS, cast, full_child
from tests.world import NOW, World, ago, id_of

VIEWERS = ("teacher", "officer", "police", "team", "manager")
FULL, EMPTY = "fay", "eve"
"""Two shielded children: something is stored behind every group of the first, nothing of the second."""

SEARCHED = ({}, {"postcode": "LS2 9JT"}, {"phone": "07700 900111"}, {"email": "fay@reach.example"})
MORE = (ServiceKind.YOUTH_SERVICE, ServiceKind.HEALTH_VISITING, ServiceKind.PRIMARY_CARE, ServiceKind.EDUCATION_WELFARE)
NOTHING = ("nobody", "kim", "gone", "grown")
"""What gives nothing: unknown, in conflict, concealed, archived (for all but data managers)."""


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(name: str) -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{name}/mum-{name}"))


def malformed(name: str) -> list[str]:
    """Return texts that are no id, though each is all but the id of this child."""
    wire = child_id(name)
    foreign = [write_id(kind, id_of("child", name)) for kind in (Kind.ORGANISATION, Kind.INVOLVEMENT, Kind.ACCOUNT)]
    return [wire[:-1], wire + "A", wire[:-1] + "_", *foreign]


def directory() -> World:
    """Return a world with both children, and a record for each way of not existing."""
    world = cast()
    full_child(world, FULL, authority="york")
    world.rows[t.ChildReach][-1]["email"] = SEARCHED[-1]["email"]
    world.child(EMPTY)
    world.person(f"mum-{EMPTY}")
    world.rows[t.PersonReach].pop()
    world.contact(EMPTY, f"mum-{EMPTY}")
    for name in (FULL, EMPTY):
        world.shield(name, reason=ShieldReason.ADOPTION)
        world.involve(name, "tess", "school", ServiceKind.EDUCATION, started_on=ago(days=20))
        world.involve(name, "olaf", "social", ServiceKind.SOCIAL_CARE, started_on=ago(days=30))
    for n, (service, body) in enumerate(zip(MORE, ("social", "clinic", "refuge", "practice"), strict=True)):
        world.involve(FULL, "carl", "charity", service, started_on=ago(days=n))
        world.placement(FULL, body)
        world.identifier(FULL, body, f"MORE-{n}")
    world.application("police", FULL, EMPTY)
    _nothing(world)
    return world


def _nothing(world: World) -> None:
    full_child(world, "kim")
    full_child(world, "gone", concealed=True)
    full_child(world, "grown", born=date(NOW.year - 18, 6, 15))
    for account in ACCOUNTS:
        world.conflict(account, "kim")
    for name in ("kim", "gone", "grown"):
        world.involve(name, "tess", "school", ServiceKind.EDUCATION)
        world.application("police", name, name=name)
