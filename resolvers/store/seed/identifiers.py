"""The rows of external identifiers, each issued by a body that may search by it."""

from operator import mul

from resolvers.store import tables as t
from resolvers.store.seed.bodies import Body
from resolvers.store.seed.cast import Kid
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.parts import Part
from resolvers.store.seed.trades import Trade
from resolvers.store.seed.world import World
from resolvers.store.words import ServiceKind

UNIQUE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
TEST_NUMBERS = "999"
"""NHS numbers that begin so are reserved for tests and given to nobody."""


def add_identifiers(world: World) -> None:
    """Add an NHS number for nearly all, a pupil number (UPN) at school, and a case number in social care."""
    social = {row["child_id"] for row in world.rows.tables[t.Involvement] if row["service"] is ServiceKind.SOCIAL_CARE}
    for kid in world.kids:
        if kid.part or world.draw.chance(0.93):
            _add(world, kid, "NHS_NUMBER", _nhs_number(world.draw), _health_body(world, kid))
        if kid.school:
            letter = world.draw.pick(UNIQUE_LETTERS)
            _add(world, kid, "UPN", letter + world.draw.digits(12), kid.school)
        if kid.id in social or kid.part is Part.REFUGE:
            issuer = world.bodies.first(kid.area, Trade.SOCIAL_CARE)
            _add(world, kid, "LA_CASE", f"{kid.area.postcode}-{world.draw.digits(8)}", issuer)


def _health_body(world: World, kid: Kid) -> Body:
    """Return who issued a child's NHS number: community health for those it visits, else the hospital."""
    trade = Trade.HEALTH if ServiceKind.HEALTH_VISITING in kid.staff else Trade.HOSPITAL
    return world.bodies.first(kid.area, trade)


def _nhs_number(draw: Draw) -> str:
    """Return a test number."""
    while True:
        number = check_health_number(TEST_NUMBERS + draw.digits(6))
        if number:
            return number


def check_health_number(nine: str) -> str | None:
    """Return the NHS number of nine digits, which a tenth one checks (modulus 11); None if none can."""
    weighted = sum(map(mul, map(int, nine), range(10, 1, -1)))
    check = -weighted % 11
    return nine + str(check) if check < 10 else None


def _add(world: World, kid: Kid, scheme: str, value: str, issuer: Body) -> None:
    world.rows.add(
        t.ExternalIdentifier,
        id=world.draw.key(),
        child_id=kid.id,
        scheme=scheme,
        value=value,
        issuer_id=issuer.id,
    )
