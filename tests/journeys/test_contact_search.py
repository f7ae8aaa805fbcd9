"""The search for contacts: carers by name, narrowed by what the viewer sees of them."""

from typing import Any

import pytest

from resolvers.store.words import Ended
from tests.cast import PURPOSE, cast
from tests.client import statements
from tests.conftest import Serve
from tests.queries import CONTACTS
from tests.world import World, ago

JANE = {"familyName": "okafor", "givenNames": "Jane"}
DETAILS = ({"phone": "07700900222"}, {"email": "JANE@carers.example"}, {"postcode": "LS31AB"})


def household() -> World:
    """Return a world in which Jane Okafor cares for two children."""
    world = cast()
    world.person("jane", family="Okafor")
    for name in ("open", "other"):
        world.child(name)
        world.contact(name, "jane")
    world.application("police", "open")
    return world


async def found(gateway: Any, viewer: str, search: dict[str, Any]) -> list[str]:
    page = (await gateway.ask(viewer, CONTACTS, purpose=PURPOSE[viewer], search=search))["contacts"]
    return sorted(edge["node"]["child"]["givenNames"] for edge in page["edges"])


async def test_a_contact_is_found_below_each_child_in_sight(serve: Serve) -> None:
    """A carer of two children is two contacts; a police applicant finds those of approved children alone."""
    gateway = await serve(household())
    for viewer in ("teacher", "officer", "team", "manager"):
        assert await found(gateway, viewer, JANE) == ["Open", "Other"]
    assert await found(gateway, "police", JANE) == ["Open"]
    assert await found(gateway, "teacher", {"familyName": "Okafor", "givenNames": "Jan*"}) == ["Open", "Other"]
    assert await found(gateway, "teacher", {"familyName": "Okafor", "givenNames": "Joan"}) == []


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: next(iter(detail)))
async def test_r4_r8_a_contacts_details_find_it_only_in_sight(serve: Serve, detail: dict[str, str]) -> None:
    """A true phone, e-mail or postcode finds a carer until one child is shielded: then neither child's contact."""
    world = household()
    gateway = await serve(world)
    asked = {"familyName": "Okafor"} | detail
    assert await found(gateway, "teacher", asked) == ["Open", "Other"]
    world = household()
    world.shield("other")
    gateway = await serve(world)
    for viewer in ("teacher", "officer", "team", "manager", "police"):
        assert await found(gateway, viewer, asked) == []
        assert await found(gateway, viewer, JANE | detail) == []
    assert await found(gateway, "teacher", JANE) == ["Open", "Other"]


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: next(iter(detail)))
async def test_r8_an_override_finds_a_carer_below_its_one_child(serve: Serve, detail: dict[str, str]) -> None:
    """Below the shielded child itself the override decides; below the open sibling it would be seen, so it is."""
    world = household()
    world.shield("other")
    world.override("officer", "other")
    gateway = await serve(world)
    assert await found(gateway, "officer", {"familyName": "Okafor"} | detail) == ["Open", "Other"]
    assert await found(gateway, "teacher", {"familyName": "Okafor"} | detail) == []


async def test_r42_past_care_and_hidden_children_are_not_found(serve: Serve) -> None:
    """Care that has ended, and carers of concealed, archived and conflicted children, find nobody."""
    world = cast()
    world.person("jane", family="Okafor")
    world.child("past")
    world.contact("past", "jane", ended=ago(days=1))
    world.child("gone", concealed=True)
    world.child("dead", ended=(Ended.DECEASED, ago(days=400)))
    world.child("kin")
    world.conflict("teacher", "kin")
    for name in ("gone", "dead", "kin"):
        world.contact(name, "jane")
    gateway = await serve(world)
    assert await found(gateway, "teacher", JANE) == []
    assert await found(gateway, "manager", JANE) == ["Dead", "Kin"]


async def test_r6_too_many_contacts_are_none(serve: Serve) -> None:
    """Above 25 reachable matches nothing is listed and nothing counted; contacts out of reach do not count."""
    world = cast()
    world.person("jane", family="Okafor")
    for n in range(30):
        world.child(f"kid{n}")
        world.contact(f"kid{n}", "jane")
    world.application("police", *(f"kid{n}" for n in range(25)))
    gateway = await serve(world)
    page = (await gateway.ask("teacher", CONTACTS, search=JANE))["contacts"]
    assert (page["tooMany"], page["edges"], page["pageInfo"]["hasNextPage"]) == (True, [], False)
    page = (await gateway.ask("police", CONTACTS, purpose=PURPOSE["police"], search=JANE, first=5))["contacts"]
    assert (page["tooMany"], len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (False, 5, True)


@pytest.mark.parametrize(
    "search",
    [
        {"familyName": "Okafor"},
        {"familyName": "'", "givenNames": "Jane"},
        {"familyName": "Okafor", "givenNames": "Ja"},
        {"familyName": "Okafor", "givenNames": None, "phone": None},
    ],
)
async def test_r13_a_search_for_contacts_needs_a_second_thing(serve_small: Serve, search: dict[str, Any]) -> None:
    """A family name alone, none at all, or too short a given name is refused before the directory is read."""
    gateway = await serve_small(cast())
    with statements() as texts:
        assert await gateway.codes("teacher", CONTACTS, search=search) == (200, ["BAD_USER_INPUT"])
    assert len(texts) == 1


async def test_r29_a_search_for_contacts_opens_their_records(serve: Serve) -> None:
    """The journal holds the names of the criteria, the hits, and each record with its groups, shown or withheld."""
    world = household()
    world.shield("other")
    gateway = await serve(world)
    await gateway.ask("teacher", CONTACTS, search=JANE)
    (event,), subjects = await gateway.journal()
    assert event.searches == [{"root": "contacts", "criteria": ["familyName", "givenNames"], "hits": 2}]
    opened = {subject.child_id: subject for subject in subjects if subject.kind == "OPENED"}
    assert len(opened) == 2
    for subject in opened.values():
        assert subject.disclosed == ["IDENTITY", "CONTACT_NAMES"]
        assert subject.withheld == ["WHEREABOUTS"]


async def test_r14_a_search_for_contacts_costs_one_and_its_records(serve: Serve) -> None:
    """Two contacts of two children cost three records: the search and each record, once."""
    gateway = await serve(household(), records_per_hour=10)
    await gateway.ask("teacher", CONTACTS, search=JANE)
    assert (await gateway.ask("teacher", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 7
    await gateway.ask("teacher", CONTACTS, search=JANE)
    assert (await gateway.ask("teacher", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 6


async def test_a_search_for_contacts_takes_three_statements(serve: Serve) -> None:
    """The account, the search, and one for all carers' reach, however many rows there are."""
    gateway = await serve(household())
    with statements() as texts:
        await gateway.ask("teacher", CONTACTS, search=JANE)
    assert len(texts) == 3
