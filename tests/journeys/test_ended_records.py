"""R22 and R42: a record that is archived or concealed leaves no trace where it would have stood."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from resolvers.ids import Kind, write_id
from resolvers.store.words import Ended, ServiceKind
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, gateway_on, statements
from tests.conftest import Serve
from tests.queries import BY_ID, CASELOAD, CHILD, SEARCH
from tests.world import NOW, World, ago, id_of, number_of

ENDED: dict[str, dict[str, Any]] = {
    "bea": {"born": date(2008, 6, 15)},
    "bob": {"ended": (Ended.DECEASED, ago(days=365))},
    "boy": {"concealed": True},
    "bud": {"born": date(2008, 6, 15), "concealed": True},
}
"""Who came of age today, who died a year ago, and who is concealed, in a live record and in an archived one."""

LIVE = {name: {"authority": "leeds"} for name in ENDED}
NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { id
  ... on Child { version contacts { id phone version withheld { group } } } ... on Contact { phone child { childId } } } }"""
ROWS = """query($n: String, $first: Int, $after: String) { child(directoryNumber: $n) {
  involvements(first: $first, after: $after, current: false) {
    edges { cursor node { id service organisation { name } } } pageInfo { hasNextPage endCursor } } } }"""
BORN = {"bornBetween": {"from": "2007-06-15", "to": "2009-06-14"}}
ALIKE = 6
"""How many operations may answer alike with the records alive: those whose first row is Amy's, or which find nobody."""

VIEWERS = ("teacher", "police", "team")


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(child: str, person: str = "mum-amy") -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{child}/{person}"))


def school_class(between: dict[str, dict[str, Any]]) -> World:
    """Return a world in which the teacher and the officer work with Amy, Cat, and those described as `between` them.

    These are shielded, in the care of Amy's mother, within the scope of the police, and in the register of the team.
    """
    world = cast()
    names = ("amy", *between, "cat")
    for name in names:
        full_child(world, name, **({"authority": "leeds"} | between.get(name, {})))
        world.involve(name, "tess", "school", ServiceKind.EDUCATION)
        world.involve(name, "olaf", "social")
    for name in between:
        world.contact(name, "mum-amy")
        world.shield(name)
    world.application("police", *names)
    return world


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Return the operations in which the ended records would stand, if they existed."""
    named = {"familyName": "Ashworth"}
    searches = [named | {"dateOfBirth": "2016-03-04"}, named | BORN]
    searches += [{"directoryNumber": number_of(name)} for name in ENDED]
    searches += [search | {"dateOfBirth": "2016-03-04"} for search in searches[2:]]
    ids = [child_id("amy"), contact_id("amy")]
    ids += [make for name in ENDED for make in (child_id(name), contact_id(name), contact_id(name, f"mum-{name}"))]
    return [
        *((SEARCH, {"search": search, "first": first}) for search in searches[:2] for first in (1, 25)),
        *((SEARCH, {"search": search}) for search in searches[2:]),
        *((CHILD, {"number": number_of(name)}) for name in ENDED),
        *((BY_ID, {"id": child_id(name)}) for name in ENDED),
        (NODES, {"ids": ids}),
        *((ROWS, {"n": number_of(name), "first": first}) for name in ("amy", "bob") for first in (1, 50)),
    ]


async def walked(ask: Callable[..., Any], query: str, **variables: Any) -> list[Any]:
    """Return the answers to a list asked page by page, one row each, by the cursors that it gives."""
    pages, after = [], None
    for _ in range(8):
        page = await ask(query, **variables, first=1, after=after)
        pages.append(page)
        info = (page.get("caseload") or page["child"]["involvements"])["pageInfo"]
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    return pages


async def answers(gateway: Gateway, viewer: str) -> list[Any]:
    """Return what `viewer` is answered in bytes and by which statements, and the lists as they are walked."""

    async def ask(query: str, **variables: Any) -> Any:
        return await gateway.ask(viewer, query, purpose=PURPOSE[viewer], **variables)

    found: list[Any] = []
    for query, variables in operations():
        with statements() as texts:
            response = await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)
        found.append((query, variables, response.status_code, response.content, texts))
    if viewer != "police":
        found += [(await ask(CASELOAD, first=first)) for first in (1, 50)]
        found.append(await walked(ask, CASELOAD))
        found.append(await walked(ask, ROWS, n=number_of("amy")))
    return found


async def test_r22_r42_every_answer_is_that_of_a_directory_without_the_record(serve: Serve) -> None:
    """Searches, counts, caseloads, cursors, nodes, contacts and pages of involvements know nothing of the records."""
    ended, without = await serve(school_class(ENDED)), await serve(school_class({}))
    for viewer in VIEWERS:
        for ours, theirs in zip(await answers(ended, viewer), await answers(without, viewer), strict=True):
            assert ours == theirs, viewer


async def test_r42_a_live_record_stands_in_all_of_these(serve_small: Serve) -> None:
    """The comparison is able to fail: were they alive, nearly every operation would be answered differently."""
    live, without = await serve_small(school_class(LIVE)), await serve_small(school_class({}))
    for viewer in ("teacher", "police"):
        both = list(zip(await answers(live, viewer), await answers(without, viewer), strict=True))
        assert len(both) - sum(ours != theirs for ours, theirs in both) <= ALIKE, viewer


async def test_r22_r42_ended_records_do_not_make_a_search_too_wide(serve: Serve) -> None:
    """Twenty-five live matches are listed, however many ended ones there are beside."""
    world = cast()
    for n in range(25):
        world.child(f"kid{n}", family="Crowd")
    for n in range(5):
        world.child(f"dead{n}", family="Crowd", ended=(Ended.DECEASED, ago(days=400)))
        world.child(f"gone{n}", family="Crowd", concealed=True)
    gateway = await serve(world)
    search = {"familyName": "crowd", "dateOfBirth": "2016-03-04"}
    page = (await gateway.ask("teacher", SEARCH, search=search))["children"]
    assert (page["tooMany"], len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (False, 25, False)


async def test_r42_who_comes_of_age_is_gone_the_next_day(serve: Serve, tmp_path: Path) -> None:
    """The evening before, the record is opened and listed; the day after it is not, and its old cursor marks nothing."""
    world = school_class({"bob": {"born": date(2008, 6, 16)}})
    gateway = await serve(world)

    async def listed(now: Gateway, after: str | None = None) -> list[Any]:
        page = (await now.ask("teacher", CASELOAD, first=50, after=after))["caseload"]
        return [(edge["node"]["givenNames"], edge["cursor"]) for edge in page["edges"]]

    before = await listed(gateway)
    assert [name for name, _ in before] == ["Amy", "Bob", "Cat"]
    cursor = dict(before)["Bob"]
    assert [name for name, _ in await listed(gateway, cursor)] == ["Cat"]
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=1)) as tomorrow:
        assert [name for name, _ in await listed(tomorrow)] == ["Amy", "Cat"]
        assert await listed(tomorrow, cursor) == []
        assert (await tomorrow.ask("teacher", CHILD, number=number_of("bob")))["child"] is None
        found = (await tomorrow.ask("teacher", NODES, ids=[contact_id("bob"), contact_id("amy")]))["nodes"]
        assert [node and node["phone"] for node in found] == [None, "07700 900222"], "archived, he withholds no more"


async def test_r42_a_data_manager_finds_the_archived_and_nobody_the_concealed(serve: Serve) -> None:
    """Of the ended records a data manager lists and opens those that are archived, and their contacts."""
    gateway = await serve(school_class(ENDED))
    for name, row in ENDED.items():
        search = {"search": {"directoryNumber": number_of(name)}}
        page = (await gateway.ask("manager", SEARCH, purpose=PURPOSE["manager"], **search))["children"]
        ids = [child_id(name), contact_id(name)]
        nodes = (await gateway.ask("manager", NODES, purpose=PURPOSE["manager"], ids=ids))["nodes"]
        found = [bool(page["edges"]), *(node is not None for node in nodes)]
        assert found == ["concealed" not in row] * 3, name
