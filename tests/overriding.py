"""Overrides as tests ask for them, on a family with shielded siblings."""

from typing import Any

from sqlalchemy import select

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.cast import cast, full_child
from tests.client import Gateway
from tests.world import World, id_of

WHY = "The child was not collected and the carer is threatened"
LOCATED = (
    "shielded phone whereabouts { __typename } education { from } gpPractice { since } agencies { name } "
    "responsibleAuthority { name } leadProfessional { service } withheld { group } contacts { givenNames phone email "
    "address { postcode } withheld { group } }"
)
SHOWN = f"child {{ {LOCATED} }} until"
RECORD = f"query($id: ID!) {{ child(id: $id) {{ {LOCATED} }} }}"
SHUT = {"phone", "whereabouts", "education", "gpPractice", "agencies", "responsibleAuthority", "leadProfessional"}
"""What a shield hides of a record, and an override opens."""


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def family() -> World:
    """Return the cast with a family, of whom anna and bea are shielded and cleo is not, and another, dora's."""
    world = cast()
    for name in ("anna", "bea", "cleo", "dora"):
        full_child(world, name, authority="leeds")
    for name in ("bea", "cleo"):
        world.contact(name, "mum-anna")
    for name in ("anna", "bea", "dora"):
        world.shield(name)
    world.account("colleague", Role.PROTECTION_OFFICER, "social")
    return world


async def opened(gateway: Gateway, name: str = "anna", account: str = "officer", **given: Any) -> Any:
    """Open an override, and return the payload."""
    how = {"purpose": given.pop("purpose", "IMMEDIATE_RISK"), "key": given.pop("key", None)}
    asked = {"childId": child_id(name), "ground": "CHILD_AT_IMMEDIATE_RISK", "explanation": WHY}
    return await gateway.do(account, "openOverride", asked | {"acceptInvestigation": True} | given, SHOWN, **how)


async def closed(gateway: Gateway, name: str = "anna", account: str = "officer", **how: Any) -> Any:
    """Close an override, and return the payload."""
    given, purpose = {"childId": child_id(name)}, "IMMEDIATE_RISK"
    return await gateway.do(account, "closeOverride", given, SHOWN, purpose=purpose, **how)


async def record(gateway: Gateway, name: str, account: str = "officer", purpose: str = "CHILD_PROTECTION") -> Any:
    """Return what an account reads of a child's record."""
    return (await gateway.ask(account, RECORD, purpose=purpose, id=child_id(name)))["child"]


def is_open(record: Any) -> bool:
    """Tell whether a shielded record is open; one that is neither open nor shut as a whole fails."""
    groups = {each["group"] for each in record["withheld"]}
    reach = [contact["phone"] for contact in record["contacts"]]
    seen = {name for name in SHUT if record[name] is not None}
    assert (seen == SHUT and all(reach) and "WHEREABOUTS" not in groups) or (
        not seen and not any(reach) and groups >= {"WHEREABOUTS", "PLACES", "SERVICES", "AGENCIES", "LEAD"}
    ), record
    return bool(seen)


async def rows_of(gateway: Gateway, table: type[t.Base]) -> list[Any]:
    async with gateway.database() as connection:
        return list((await connection.execute(select(table))).all())
