"""Shields requested, decided on and lifted, as tests ask for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from authz.words import Role
from resolvers.ids import Kind, read_id, write_id
from resolvers.store import tables as t
from resolvers.store.words import Ended
from tests.cast import PURPOSE, cast
from tests.client import Gateway
from tests.world import NOW, World, ago, id_of, number_of

CASE = "id state reason evidence requestedBy decidedBy liftProposedBy from reviewBy"
SHOWN = f"reference shield {{ {CASE} child {{ givenNames shielded }} }}"
LIST = (
    "query($state: ShieldState, $first: Int = 20, $after: String) { shieldRequests(state: $state, first: $first, "
    f"after: $after) {{ edges {{ cursor node {{ {CASE} child {{ givenNames shielded }} }} }} "
    "pageInfo { hasNextPage } } }"
)
TASKS = (
    "query($kind: TaskKind) { tasks(kind: $kind, first: 100) { edges { node { id kind subject since "
    "child { givenNames } } } } }"
)
RECORD = (
    "query($number: String!) { child(directoryNumber: $number) { shielded version phone "
    "whereabouts { __typename ... on CurrentAddress { address { postcode } } } withheld { group } "
    "contacts { givenNames } shield { state reason requestedBy } } }"
)
PURPOSES = PURPOSE | dict.fromkeys(("partner", "third", "rival"), "CASE_REVIEW")
LEEDS = ("team", "partner", "third")


def street() -> World:
    """Return a world with a household of four, each tied to Anna in another way, and those who are not of it."""
    world = cast()
    for name in ("partner", "third"):
        world.account(name, Role.DIRECTORY_TEAM, "team-office")
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    _add(world, "anna", uprn="0100", lines="Flat 2\n12 Hidden Lane", carer="mum")
    _add(world, "ben", uprn="200", lines="9 Elsewhere", postcode="LS9 9ZZ", carer="mum", authority="york")
    _add(world, "cleo", uprn="100", lines="12b, Hidden Ln", postcode="LS2 9JU")
    _add(world, "dora", uprn=None, lines="FLAT 2, 12 hidden lane", postcode="ls29jt")
    _add(world, "eve", uprn="500", lines="5 Other Road", postcode="LS5 5AA")
    return world


def neighbours(world: World) -> None:
    """Add those whom no shield on Anna puts on hold, though each has something in common with her household."""
    _add(world, "past", uprn="600", lines="6 Other Road", postcode="LS6 6AA")
    world.contact("past", "mum", ended=ago(days=1))
    _add(world, "moved", uprn="700", lines="7 Other Road", postcode="LS7 7AA")
    world.reach("moved", id=id_of("reach", "moved/old"), uprn="100", replaced_at=NOW - timedelta(days=9))
    _add(world, "left", uprn="100", lines="Flat 2\n12 Hidden Lane", ended=(Ended.LEFT, ago(days=9)))
    _add(world, "grown", uprn="100", lines="Flat 2\n12 Hidden Lane", born=ago(days=19 * 366))
    _add(world, "gone", uprn="100", lines="Flat 2\n12 Hidden Lane", concealed=True)
    _add(world, "nowhere", uprn="100", lines="Flat 2\n12 Hidden Lane", postcode=None)


def _add(world: World, name: str, *, uprn: str | None, lines: str, carer: str | None = None, **row: Any) -> None:
    postcode, authority = row.pop("postcode", "LS2 9JT"), row.pop("authority", "leeds")
    world.child(name, authority=authority, **row)
    world.reach(name, uprn=uprn, address_lines=lines, postcode=postcode)
    if carer is not None:
        if not any(one["id"] == id_of("person", carer) for one in world.rows[t.Person]):
            world.person(carer)
        world.contact(name, carer)


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def codes(payload: Any) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]


async def requested(gateway: Gateway, child: str = "anna", by: str = "teacher", **given: Any) -> Any:
    """Request a shield and return the payload."""
    asked = {"childId": child_id(child), "reason": "DOMESTIC_VIOLENCE", "evidence": "a police report", **given}
    return await gateway.do(by, "requestShield", asked, SHOWN, purpose=PURPOSES[by])


async def decided(gateway: Gateway, by: str, shield: str, *, approve: bool = True, **given: Any) -> Any:
    """Decide on a shield and return the payload."""
    asked = {"shieldId": shield, "approve": approve, "note": f"seen by {by}", **given}
    return await gateway.do(by, "decideShield", asked, SHOWN, purpose=PURPOSES[by])


async def lifted(gateway: Gateway, by: str, shield: str, **given: Any) -> Any:
    """Propose to lift a shield, or lift it, and return the payload."""
    asked = {"shieldId": shield, "note": f"lifted by {by}", **given}
    return await gateway.do(by, "liftShield", asked, SHOWN, purpose=PURPOSES[by])


async def resolved(gateway: Gateway, by: str, task: str, resolution: str, **given: Any) -> Any:
    """Resolve a task and return the payload."""
    asked = {"taskId": task, "resolution": resolution, "note": f"resolved by {by}", **given}
    return await gateway.do(by, "resolveTask", asked, "task { id kind }", purpose=PURPOSES[by])


async def cases(gateway: Gateway, by: str = "team", **variables: Any) -> list[Any]:
    """Return the cases that an account reads."""
    page = (await gateway.ask(by, LIST, purpose=PURPOSES[by], **variables))["shieldRequests"]
    return [edge["node"] for edge in page["edges"]]


async def case_of(gateway: Gateway, child: str, by: str = "team", state: str | None = None) -> Any:
    """Return the newest case of a child that an account reads."""
    return next(one for one in await cases(gateway, by, state=state) if one["child"]["givenNames"] == child.title())


async def work(gateway: Gateway, by: str = "team", kind: str | None = None) -> list[Any]:
    """Return the tasks that wait for an account."""
    page = (await gateway.ask(by, TASKS, purpose=PURPOSES[by], kind=kind))["tasks"]
    return [edge["node"] for edge in page["edges"]]


async def task_of(gateway: Gateway, child: str, by: str = "team", kind: str = "HOUSEHOLD_SHIELD") -> Any:
    """Return the task about a child that waits for an account, None where none does."""
    return next((one for one in await work(gateway, by, kind) if one["child"]["givenNames"] == child.title()), None)


async def record(gateway: Gateway, child: str, by: str = "teacher") -> Any:
    return (await gateway.ask(by, RECORD, purpose=PURPOSES[by], number=number_of(child)))["child"]


async def shielded(gateway: Gateway, *children: str, by: str = "officer") -> list[str]:
    """Return which of the children are shielded, as an account sees it."""
    return [name for name in children if (await record(gateway, name, by))["shielded"]]


async def rows_of(gateway: Gateway, table: type[t.Base]) -> list[Any]:
    """Return the rows of a table that the deeds of a test have written: no canary among them."""
    async with gateway.database() as connection:
        return list((await connection.execute(select(table))).all())


async def changes(gateway: Gateway, deed: str) -> dict[UUID, list[str]]:
    """Return the groups that a deed has changed, by child."""
    return {row.child_id: row.groups for row in await rows_of(gateway, t.Change) if row.deed == deed and row.child_id}


def key_of(shield: Any) -> UUID:
    """Return the key of a shield that an answer showed."""
    found = read_id(shield["id"])
    assert found is not None
    assert found.kind is Kind.SHIELD
    return found.key
