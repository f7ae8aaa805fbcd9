"""R32: `version` moves when something that the viewer sees has changed, and by nothing else."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from authz.words import FieldGroup, Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldState
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, gateway_on, statements
from tests.conftest import Serve
from tests.world import NOW, World, id_of, number_of

READERS = ("teacher", "officer", "police", "team", "manager")
VERSIONS = """query($n: String) { child(directoryNumber: $n) {
  version withheld { group } contacts { id version phone withheld { group } } } }"""
PAGE = "query($first: Int) { caseload(first: $first) { edges { node { version contacts { version } } } } }"


def family(authority: str = "york") -> World:
    """Return a world in which open Anna and shielded Bea share Anna's mother; the police may see both."""
    world = cast()
    full_child(world, "anna", authority=authority)
    full_child(world, "bea")
    world.contact("bea", "mum-anna")
    world.shield("bea")
    world.application("police", "anna", "bea")
    return world


async def read(gateway: Gateway, viewer: str, child: str) -> Any:
    data = await gateway.ask(viewer, VERSIONS, purpose=PURPOSE[viewer], n=number_of(child))
    return data["child"]


async def read_all(gateway: Gateway) -> dict[tuple[str, str], Any]:
    """Return what every viewer reads of both children."""
    return {(viewer, child): await read(gateway, viewer, child) for viewer in READERS for child in ("anna", "bea")}


async def mum(gateway: Gateway, viewer: str = "teacher", child: str = "anna") -> Any:
    """Return the contact that is Anna's mother, below one child."""
    wanted = write_id(Kind.CONTACT, id_of("contact", f"{child}/mum-anna"))
    return next(row for row in (await read(gateway, viewer, child))["contacts"] if row["id"] == wanted)


async def change(gateway: Gateway, *statements: Any) -> None:
    async with gateway.database() as connection:
        for statement in statements:
            await connection.execute(statement)


def count(child: str, group: FieldGroup) -> Any:
    return insert(t.ChangeCounter).values(child_id=id_of("child", child), group=group, changes=1)


async def test_r32_a_version_is_the_same_until_something_changes(serve: Serve, tmp_path: Path) -> None:
    """Asked again, of another process and six days later, version is what it was."""
    gateway = await serve(family())
    first = await read_all(gateway)
    assert await read_all(gateway) == first
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=6)) as later:
        assert await read_all(later) == first


async def test_r32_a_version_belongs_to_one_viewer_and_one_record(serve: Serve) -> None:
    """No two viewers, records or contacts share one, not even two viewers who see the same; none holds a value."""
    world = family()
    world.account("colleague", Role.PRACTITIONER, "school", practitioner="tess")
    gateway = await serve(world)
    found = await read_all(gateway)
    found["colleague", "anna"] = (await gateway.ask("colleague", VERSIONS, n=number_of("anna")))["child"]
    versions = [child["version"] for child in found.values()]
    versions += [contact["version"] for child in found.values() for contact in child["contacts"]]
    assert len(set(versions)) == len(versions)
    assert [version for version in versions if not re.fullmatch(r"[\w-]{20}", version)] == []


async def test_r32_a_counter_moves_the_version_of_those_who_see_its_group_in_full(serve: Serve) -> None:
    """Each group's counter, for each viewer, open or shielded: version moves if and only if it is not in `withheld`."""
    gateway = await serve(family())
    for group in FieldGroup:
        if group is FieldGroup.PLACE:
            continue  # of organisations
        before = await read_all(gateway)
        await change(gateway, count("anna", group), count("bea", group))
        for key, child in (await read_all(gateway)).items():
            withheld = str(group) in [row["group"] for row in child["withheld"]]
            assert (child["version"] == before[key]["version"]) is withheld, (group, key)
            assert child["contacts"] == before[key]["contacts"], (group, key)


async def test_r32_a_change_counted_twice_moves_the_version_twice(serve: Serve) -> None:
    """The counter itself counts, not that there is one, and the version of another record stays."""
    gateway = await serve(family())
    seen, other = set(), (await read(gateway, "teacher", "bea"))["version"]
    await change(gateway, count("anna", FieldGroup.PLACES))
    for changes in (1, 2, 3):
        await change(gateway, update(t.ChangeCounter).values(changes=changes))
        seen.add((await read(gateway, "teacher", "anna"))["version"])
    assert len(seen) == 3
    assert (await read(gateway, "teacher", "bea"))["version"] == other


async def test_r32_a_shield_moves_the_version_of_everybody(serve: Serve) -> None:
    """When the shield falls, each viewer's version moves, of those too who see all as before."""
    gateway = await serve(family(authority="leeds"))
    before = await read_all(gateway)
    more = World()
    more.shield("anna")
    await change(gateway, insert(t.Shield).values(more.rows[t.Shield]))
    after = await read_all(gateway)
    assert [viewer for viewer in READERS if after[viewer, "anna"]["version"] == before[viewer, "anna"]["version"]] == []
    assert [viewer for viewer in READERS if after[viewer, "bea"]["version"] != before[viewer, "bea"]["version"]] == []


async def test_r32_names_and_care_move_the_contacts_version(serve: Serve) -> None:
    """A changed name of the carer and a changed relationship move the version of that contact, and of no other."""
    gateway = await serve(family())
    seen = {(await mum(gateway))["version"]}
    other = await mum(gateway, child="bea")
    person, link = id_of("person", "mum-anna"), id_of("contact", "anna/mum-anna")
    await change(gateway, update(t.Contact).where(t.Contact.id == link).values(changes=1))
    seen.add((await mum(gateway))["version"])
    assert (await mum(gateway, child="bea"))["version"] == other["version"]
    await change(gateway, update(t.Person).where(t.Person.id == person).values(changes=1))
    seen.add((await mum(gateway))["version"])
    assert len(seen) == 3
    assert (await mum(gateway, child="bea"))["version"] != other["version"]


def moved() -> Any:
    """Return the statement by which Anna's mother moves house."""
    row = t.PersonReach
    values = {"phone": "07700 900999", "changes": row.changes + 1}
    return update(row).where(row.person_id == id_of("person", "mum-anna")).values(values)


async def test_r32_r8_a_carers_move_shows_only_where_the_details_are_in_sight(serve: Serve) -> None:
    """A shielded sibling withholds the move below the open child; who would locate that sibling sees it."""
    world = family()
    world.override("officer", "bea")
    gateway = await serve(world)
    cases = {(viewer, child): await mum(gateway, viewer, child) for viewer in READERS for child in ("anna", "bea")}
    await change(gateway, moved())
    for (viewer, child), before in cases.items():
        after = await mum(gateway, viewer, child)
        in_sight = before["phone"] is not None
        assert in_sight is (viewer == "officer"), (viewer, child)
        assert (after["version"] != before["version"]) is in_sight, (viewer, child)


async def test_r32_r8_a_siblings_shield_moves_the_contacts_version(serve: Serve) -> None:
    """The sibling's shield, and its lifting, show in `withheld` and so in version; a move meanwhile shows at the end."""
    gateway = await serve(family())
    withheld = await mum(gateway)
    await change(gateway, update(t.Shield).values(state=ShieldState.LIFTED))
    shown = await mum(gateway)
    await change(gateway, update(t.Shield).values(state=ShieldState.ACTIVE), moved())
    assert await mum(gateway) == withheld
    await change(gateway, update(t.Shield).values(state=ShieldState.LIFTED))
    assert len({withheld["version"], shown["version"], (await mum(gateway))["version"]}) == 3


async def test_r32_nothing_stored_something_stored_and_withheld_are_three_versions(serve: Serve) -> None:
    """A reach that is first written is a change, whatever its counter begins with; so is a sibling's shield."""
    world = cast()
    world.child("anna")
    world.child("bea")
    world.person("mum-anna")
    for child in ("anna", "bea"):
        world.contact(child, "mum-anna")
    world.shield("bea", ShieldState.REFUSED)
    (reach,) = world.rows.pop(t.PersonReach)
    gateway = await serve(world)
    seen = {(await mum(gateway))["version"]}
    await change(gateway, update(t.Shield).values(state=ShieldState.REQUESTED))
    seen.add((await mum(gateway))["version"])
    await change(gateway, update(t.Shield).values(state=ShieldState.REFUSED), insert(t.PersonReach).values(reach))
    seen.add((await mum(gateway))["version"])
    assert len(seen) == 3


async def test_versions_take_one_statement_a_level(serve: Serve) -> None:
    """For one child or twenty, shielded ones among them: one statement of counters; a contact's shares the reach's."""
    world = cast()
    for n in range(20):
        full_child(world, f"kid{n}")
        world.involve(f"kid{n}", "tess", "school")
        if n % 4 == 0:
            world.shield(f"kid{n}")
    gateway = await serve(world)
    await gateway.meet("teacher", "COORDINATE_CARE")
    read_by = []
    for first in (2, 20):
        with statements() as texts:
            await gateway.ask("teacher", PAGE, first=first)
        read_by.append(texts)
    assert read_by[0] == read_by[1]
    assert [sum(table in text for text in read_by[1]) for table in ("FROM change_counter", "FROM person_reach")] == [
        1,
        1,
    ]


async def test_a_level_without_version_asks_for_no_counter(serve_small: Serve) -> None:
    """Whoever does not ask for a version pays for none."""
    gateway = await serve_small(family())
    with statements() as texts:
        await gateway.ask("teacher", "query($n: String) { child(directoryNumber: $n) { phone } }", n=number_of("anna"))
    assert not [text for text in texts if "change_counter" in text]
