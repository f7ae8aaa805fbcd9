"""R8 and R18 on every path: who shares a carer with a shielded child, and what a child was called before."""

from typing import Any

from sqlalchemy import update

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldReason, ShieldState
from tests.cast import PURPOSE as CAST
from tests.cast import cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.world import World, id_of, number_of

STANDING = {"REQUESTED", "HOLD", "ACTIVE", "LIFT_PROPOSED"}
SEALING = {"ADOPTION", "WITNESS_PROTECTION"}
PURPOSE = CAST | {"matcher": "DATA_QUALITY"}
PARTS = "id givenNames phone email address { postcode } withheld { group }"
PATHS = f"""query Paths($child: ID!, $contact: ID!, $number: String!) {{
  byNumber: child(directoryNumber: $number) {{ contacts {{ {PARTS} }} }}
  first: child(id: $child) {{ id contacts {{ {PARTS} }} }}
  again: child(id: $child) {{ contacts {{ givenNames }} contacts {{ {PARTS} }} }}
  byNode: node(id: $child) {{ ... on Child {{ contacts {{ {PARTS} }} }} }}
  contact: node(id: $contact) {{ ... on Contact {{ {PARTS} }} }}
  nodes(ids: [$contact, $child, $contact]) {{
    ... on Contact {{ {PARTS} }}
    ... on Child {{ contacts {{ {PARTS} }} }}
  }}
}}"""
CASELOAD = f"{{ caseload {{ edges {{ node {{ contacts {{ {PARTS} }} }} }} }} }}"
BEFORE = """query Before($child: ID!, $number: String!) {
  child(directoryNumber: $number) { formerNames { familyName } withheld { group } }
  node(id: $child) { ... on Child { formerNames { familyName } withheld { group } } }
  nodes(ids: [$child]) { ... on Child { formerNames { familyName } withheld { group } } }
}"""


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(child: str, person: str = "mum-anna") -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{child}/{person}"))


def household(*others: str) -> World:
    """Return a world with open Anna and `others`, all in the care of Anna's mother and worked with by the teacher."""
    world = cast()
    for name in ("anna", *others):
        full_child(world, name)
        world.involve(name, "tess", "school")
        world.involve(name, "olaf", "social")
        if name != "anna":
            world.contact(name, "mum-anna")
    return world


def every(answer: Any, wanted: str) -> list[Any]:
    """Return everything in `answer` whose id is `wanted`, however deep."""
    if isinstance(answer, list):
        return [found for part in answer for found in every(part, wanted)]
    if not isinstance(answer, dict):
        return []
    return [answer] if answer.get("id") == wanted else every(list(answer.values()), wanted)


async def mothers(gateway: Gateway, viewer: str, child: str = "anna") -> list[Any]:
    """Return Anna's mother below `child`, as `viewer` gets her by every path that there is."""
    variables = {"child": child_id(child), "contact": contact_id(child), "number": number_of(child)}
    data = await gateway.ask(viewer, PATHS, purpose=PURPOSE[viewer], **variables)
    del data["first"]["id"]
    listed = await gateway.ask(viewer, CASELOAD, purpose=PURPOSE[viewer])
    found = every([data, listed], contact_id(child))
    assert len(found) == 9, "one path each by number, twice by id, by node, by contact, thrice by nodes, and listed"
    return found


async def now(gateway: Gateway, *which: Any, **values: Any) -> None:
    """Change the shields of the directory as a deed between two requests would."""
    async with gateway.database() as connection:
        await connection.execute(update(t.Shield).where(*which).values(values))


def phones(found: list[Any]) -> set[Any]:
    return {(row["phone"], row["email"], str(row["address"]), str(row["withheld"])) for row in found}


WITHHELD = {(None, None, "None", "[{'group': 'WHEREABOUTS'}]")}
SHOWN = {("07700 900222", "mum-anna@carers.example", "{'postcode': 'LS3 1AB'}", "[]")}


async def test_r8_r21_every_path_follows_the_siblings_shield_from_the_next_request_on(serve: Serve) -> None:
    """A shield requested, on hold, active or proposed to be lifted withholds by every path; refused or lifted, none."""
    world = household("bea")
    world.shield("bea")
    gateway = await serve(world)
    for state in ShieldState:
        reason = None if state is ShieldState.HOLD else ShieldReason.OTHER
        await now(gateway, state=state, reason=reason)
        for viewer in ("teacher", "officer"):
            expected = WITHHELD if state in STANDING else SHOWN
            assert phones(await mothers(gateway, viewer)) == expected, (state, viewer)


async def test_r8_one_carer_is_shown_and_withheld_in_one_operation(serve: Serve) -> None:
    """Of one mother's contacts in one answer, each follows its own child's verdict, in whatever order they come."""
    world = household("bea", "cleo")
    for name in ("bea", "cleo"):
        world.shield(name)
    world.override("officer", "bea")
    gateway = await serve(world)
    expected = {contact_id("anna"): WITHHELD, contact_id("bea"): SHOWN, contact_id("cleo"): WITHHELD}
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contact {{ {PARTS} }} }} }}"
    for order in (list(expected), list(reversed(expected))):
        data = await gateway.ask("officer", query, purpose=PURPOSE["officer"], ids=order)
        assert {row["id"]: phones([row]) for row in data["nodes"]} == expected
    for child in ("anna", "bea", "cleo"):
        assert phones(await mothers(gateway, "officer", child)) == expected[contact_id(child)]


async def test_r8_a_carer_whom_no_shielded_child_shares_stays_in_sight(serve: Serve) -> None:
    """The father of Anna alone is shown beside the mother who is withheld, and the mother of no shielded child."""
    world = household("bea")
    world.person("dad", phone="07700 900333")
    world.contact("anna", "dad")
    world.shield("bea")
    gateway = await serve(world)
    query = f"query($id: ID!) {{ child(id: $id) {{ contacts {{ {PARTS} }} }} }}"
    data = await gateway.ask("teacher", query, id=child_id("anna"))
    shown = {row["givenNames"]: row["phone"] for row in data["child"]["contacts"]}
    assert shown == {"Mum-Anna": None, "Dad": "07700 900333"}


async def former_names(gateway: Gateway, viewer: str, child: str = "anna") -> list[Any]:
    """Return the former names as `viewer` gets them by each path, None where withheld and said so."""
    variables = {"child": child_id(child), "number": number_of(child)}
    data = await gateway.ask(viewer, BEFORE, purpose=PURPOSE[viewer], **variables)
    records = [data["child"], data["node"], *data["nodes"]]
    for record in records:
        withheld = "FORMER_NAMES" in [row["group"] for row in record["withheld"]]
        assert (record["formerNames"] is None) is withheld
    return [record["formerNames"] and [name["familyName"] for name in record["formerNames"]] for record in records]


async def test_r18_sealed_former_names_are_for_the_responsible_team_and_a_task_alone(serve: Serve) -> None:
    """Under adoption and witness protection no other viewer sees them, an override included; else many do."""
    world = household()
    full_child(world, "bea", authority="leeds")
    for name in ("anna", "bea"):
        world.shield(name)
    world.override("officer", "anna")
    world.account("matcher", Role.DATA_MANAGER, "office")
    world.task("matcher", "anna")
    gateway = await serve(world)
    for reason in ShieldReason:
        await now(gateway, reason=reason)
        expected = None if reason in SEALING else ["Formerly"]
        for viewer in ("teacher", "officer", "team", "manager"):
            assert await former_names(gateway, viewer) == [expected] * 3, (reason, viewer)
        assert await former_names(gateway, "matcher") == [["Formerly"]] * 3, reason
        assert await former_names(gateway, "team", "bea") == [["Formerly"]] * 3, reason


async def test_r18_the_seal_stands_as_long_as_its_shield(serve: Serve) -> None:
    """From the request on they are sealed; refused or lifted, the seal is gone though another shield stands."""
    world = household()
    world.shield("anna", reason=ShieldReason.ADOPTION)
    world.shield("anna", reason=ShieldReason.DOMESTIC_VIOLENCE)
    gateway = await serve(world)
    for state in ShieldState:
        await now(gateway, t.Shield.reason == ShieldReason.ADOPTION, state=state)
        expected = None if state in STANDING else ["Formerly"]
        assert await former_names(gateway, "teacher") == [expected] * 3, state


async def test_r18_a_sealed_former_name_finds_nobody(serve: Serve) -> None:
    """A search by the former name finds nobody, for whoever sees it too, alone or beside the right number."""
    world = household()
    full_child(world, "bea", authority="leeds")
    for name in ("anna", "bea"):
        world.shield(name, reason=ShieldReason.ADOPTION)
    gateway = await serve(world)
    query = "query($search: ChildSearch!) { children(search: $search) { tooMany edges { cursor } } }"
    for viewer in ("teacher", "officer", "team", "manager"):
        for more in ({}, {"directoryNumber": number_of("bea")}):
            search = {"familyName": "Formerly", "dateOfBirth": "2016-03-04", **more}
            data = await gateway.ask(viewer, query, purpose=PURPOSE[viewer], search=search)
            assert data["children"] == {"tooMany": False, "edges": []}
