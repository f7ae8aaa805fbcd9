"""Records written, as tests ask for it: a family of which one is open and one is shielded, and who works with them."""

from typing import Any

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store.words import OrganisationKind
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.world import World, id_of

TODAY, YESTERDAY, TOMORROW, LONG_AGO = "2026-06-15", "2026-06-14", "2026-06-16", "2001-01-01"
ADDRESS = {"lines": ["5 New Street"], "town": "Leeds", "postcode": "LS6 1AA", "uprn": "77"}
RECORD = (
    "child { id givenNames familyName shielded version phone email formerNames { familyName } "
    "whereabouts { __typename ... on CurrentAddress { since address { lines town postcode uprn } } } "
    "involvements(first: 50, current: false) { edges { node { id service from to lead assessment own } } } "
    "sensitiveInvolvements { id service own } agencies { name } leadProfessional { service } "
    "education { from to organisation { name } } gpPractice { since organisation { name } } "
    "contacts { id givenNames version phone email address { postcode } withheld { group } } withheld { group } }"
)
PURPOSES = PURPOSE | {"rival": "CASE_REVIEW", "partner": "CASE_REVIEW", "nurse": "COORDINATE_CARE"}


def homes() -> World:
    """Return the cast with anna, open, and bea, shielded, both with something behind every group."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name, authority="leeds")
    world.shield("bea")
    world.organisation("gp-two", OrganisationKind.GP_PRACTICE, authority="leeds")
    world.organisation("hidden-school", OrganisationKind.SCHOOL, authority="york", confidential=True)
    world.account("partner", Role.DIRECTORY_TEAM, "team-office")
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    world.account("nurse", Role.PRACTITIONER, "clinic", practitioner="nora")
    world.account("helper", Role.PRACTITIONER, "charity", practitioner="carl")
    return world


def wire(kind: Kind, name: str) -> str:
    return write_id(kind, id_of(kind.name.lower(), name))


def child_id(name: str) -> str:
    return wire(Kind.CHILD, name)


async def written(gateway: Gateway, by: str, deed: str, given: dict[str, Any], **how: Any) -> Any:
    """Do one deed on a record, and return its payload."""
    return await gateway.do(by, deed, given, RECORD, purpose=PURPOSES.get(by, "COORDINATE_CARE"), **how)


async def read(gateway: Gateway, by: str, name: str) -> Any:
    """Return what an account reads of a child's record."""
    asked = f"query($id: ID!) {{ {RECORD.replace('child {', 'child(id: $id) {', 1)} }}"
    return (await gateway.ask(by, asked, purpose=PURPOSES.get(by, "COORDINATE_CARE"), id=child_id(name)))["child"]


def services(record: Any) -> list[str]:
    return [edge["node"]["service"] for edge in record["involvements"]["edges"]]
