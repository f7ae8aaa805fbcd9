"""The directory of bodies and workers: who is listed to whom, by roots, by ids and by the edge from a body."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind
from tests.cast import ACCOUNTS, PURPOSE, cast
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.world import NOW, World, id_of

BODIES = """query($name: String, $kind: OrganisationKind, $first: Int, $after: String) {
  organisations(name: $name, kind: $kind, first: $first, after: $after) {
    edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
WORKERS = """query($name: String, $organisation: ID, $first: Int, $after: String) {
  practitioners(name: $name, organisation: $organisation, first: $first, after: $after) {
    edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
EDGE = """query($first: Int, $after: String) { organisations(name: "school") { edges { node {
  practitioners(first: $first, after: $after) {
    edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } } } } }"""
NODE = "query($id: ID!) { node(id: $id) { __typename id ... on Organisation { name } ... on Practitioner { name } } }"
EMPTY = {
    "edges": [],
    "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None},
}


def body_id(name: str) -> str:
    return write_id(Kind.ORGANISATION, id_of("organisation", name))


def worker_id(name: str) -> str:
    return write_id(Kind.PRACTITIONER, id_of("practitioner", name))


def names(page: Any) -> list[str]:
    return [edge["node"]["name"] for edge in page["edges"]]


async def bodies(gateway: Gateway, viewer: str, **asked: Any) -> Any:
    return (await gateway.ask(viewer, BODIES, **asked))["organisations"]


async def workers(gateway: Gateway, viewer: str, **asked: Any) -> Any:
    return (await gateway.ask(viewer, WORKERS, **asked))["practitioners"]


async def of_school(gateway: Gateway, viewer: str, **asked: Any) -> Any:
    (edge,) = (await gateway.ask(viewer, EDGE, **asked))["organisations"]["edges"]
    return edge["node"]["practitioners"]


LISTS = {"bodies": (BODIES, bodies), "workers": (WORKERS, workers), "edge": (EDGE, of_school)}


def town() -> World:
    """Return the cast, a member of the refuge, a team of another authority, and more workers of the school."""
    world = cast()
    world.organisation("york-office", OrganisationKind.LOCAL_AUTHORITY, authority="york")
    world.account("member", Role.PRACTITIONER, "refuge", practitioner="ruth")
    world.account("york-team", Role.DIRECTORY_TEAM, "york-office")
    for n in range(8):
        world.practitioner(f"sam{n}", "school", title=f"Sam {'Same' if n % 2 else n}")
    return world


# Who is listed to whom.


@pytest.mark.parametrize("viewer", [*ACCOUNTS, "york-team"])
async def test_r6_a_confidential_body_is_in_no_list_and_no_count(serve: Serve, viewer: str) -> None:
    """The refuge and its worker are listed to its members and its authority's team; to others lists are as without."""
    knows = viewer == "team"
    gateway, without = await serve(town()), await serve(without_refuge())
    for ask in (bodies, workers):
        for first in (1, 3, 12, 16, 17, 100):
            seen = await ask(gateway, viewer, first=first)
            if not knows:
                assert await ask(without, viewer, first=first) == seen
        assert {"Refuge", "Ruth"}.isdisjoint(names(seen)) is not knows
    assert seen["pageInfo"]["hasNextPage"] is False


def without_refuge() -> World:
    """Return the same town in which there is no refuge."""
    world, gone = town(), id_of("organisation", "refuge")
    for table, column in ((t.Organisation, "id"), (t.OrganisationPlace, "organisation_id")):
        world.rows[table] = [row for row in world.rows[table] if row[column] != gone]
    for table in (t.Practitioner, t.Account):
        world.rows[table] = [row for row in world.rows[table] if row["organisation_id"] != gone]
    return world


async def test_r6_members_of_a_confidential_body_see_it_and_each_other(serve: Serve) -> None:
    """Its own member finds the refuge and its workers, by both roots and by the edge; the count is one more."""
    gateway = await serve(town())
    assert names(await bodies(gateway, "member", name="refuge")) == ["Refuge"]
    assert names(await workers(gateway, "member", organisation=body_id("refuge"))) == ["Ruth"]
    query = '{ organisations(name: "refuge") { edges { node { phone withheld { group } practitioners { edges { node { name } } } } } } }'
    (edge,) = (await gateway.ask("member", query))["organisations"]["edges"]
    assert (edge["node"]["phone"], edge["node"]["withheld"]) == ("0113 496 0000", [])
    assert names(edge["node"]["practitioners"]) == ["Ruth"]
    counts = [len((await bodies(gateway, viewer, first=100))["edges"]) for viewer in ("member", "teacher")]
    assert counts[0] == counts[1] + 1


async def test_the_workers_of_a_confidential_body_are_withheld_below_an_involvement(serve: Serve) -> None:
    """Where an involvement leads to a refuge, its practitioners are null and PLACE is named; for its team they are there."""
    world = town()
    world.child("anna")
    world.involve("anna", "ruth", "refuge")
    world.involve("anna", "tess", "school")
    gateway = await serve(world)
    query = """{ children(search: { familyName: "Ashworth", dateOfBirth: "2016-03-04" }) { edges { node { childId } } }
      node(id: "%s") { ... on Child { involvements { edges { node { organisation {
        name withheld { group } practitioners { edges { node { name } } } } } } } } } }"""
    query %= write_id(Kind.CHILD, id_of("child", "anna"))
    found = {}
    for viewer in ("teacher", "team"):
        rows = (await gateway.ask(viewer, query))["node"]["involvements"]["edges"]
        for body in (row["node"]["organisation"] for row in rows):
            shown = body["practitioners"] and "Ruth" in names(body["practitioners"])
            found[viewer, body["name"]] = (shown, [group["group"] for group in body["withheld"]])
    assert found == {
        ("teacher", "Refuge"): (None, ["PLACE"]),
        ("teacher", "School"): (False, []),
        ("team", "Refuge"): (True, []),
        ("team", "School"): (False, []),
    }


# Lists: order, pages, cursors, filters.


@pytest.mark.parametrize("kind", LISTS)
async def test_pages_give_every_row_once_in_order(serve: Serve, kind: str) -> None:
    """Followed page by page, a list gives the rows of the whole, by name, doubled names too, and says of more."""
    gateway, (_, ask) = await serve(town()), LISTS[kind]
    whole = await ask(gateway, "teacher", first=100)
    assert [name.lower() for name in names(whole)] == sorted(name.lower() for name in names(whole))
    assert len(whole["edges"]) >= 9
    rows, after = [], None
    while True:
        page = await ask(gateway, "teacher", first=4, after=after)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        rows, after = rows + page["edges"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert len(page["edges"]) == 4
    assert rows == whole["edges"]


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_between_1_and_100_rows(serve_small: Serve, kind: str, first: int) -> None:
    """`first` outside 1 to 100 is refused from the argument."""
    gateway = await serve_small(town())
    answer = (await gateway.raw("teacher", LISTS[kind][0], purpose=None, first=first)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_r5_a_cursor_of_the_directory_is_good_for_its_viewer_list_and_arguments_alone(serve: Serve) -> None:
    """A cursor of another viewer, root, body or filter is refused."""
    world = town()
    world.practitioner("zed", "charity")
    world.practitioner("zoe", "charity")
    gateway = await serve(world)
    body = (await bodies(gateway, "teacher", first=1))["pageInfo"]["endCursor"]
    worker = (await workers(gateway, "teacher", first=1))["pageInfo"]["endCursor"]
    edge = (await of_school(gateway, "teacher", first=1))["pageInfo"]["endCursor"]
    charity = EDGE.replace('"school"', '"charity"')
    tries = [
        ("officer", BODIES, {"after": body}),
        ("teacher", WORKERS, {"after": body}),
        ("teacher", BODIES, {"after": worker}),
        ("teacher", EDGE, {"after": worker}),
        ("teacher", WORKERS, {"after": edge}),
        ("teacher", WORKERS, {"after": edge, "organisation": body_id("school")}),
        ("teacher", charity, {"after": edge}),
        ("teacher", BODIES, {"after": body, "name": "c"}),
        ("teacher", BODIES, {"after": body, "kind": "CHARITY"}),
        ("teacher", WORKERS, {"after": worker, "name": ""}),
        ("teacher", WORKERS, {"after": worker, "organisation": "x"}),
        ("teacher", WORKERS, {"after": worker[:-1] + ("A" if worker[-1] != "A" else "B")}),
    ]
    for viewer, query, variables in tries:
        answer = (await gateway.raw(viewer, query, purpose=None, **variables)).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"], variables
    for query, after in ((BODIES, body), (WORKERS, worker), (EDGE, edge)):
        assert "errors" not in (await gateway.raw("teacher", query, purpose=None, after=after)).json()


async def test_r5_an_old_cursor_tells_nothing_of_a_body_that_is_confidential_now(serve: Serve) -> None:
    """Behind a body or worker that has become confidential the page is empty, as behind one that is gone."""
    answers = []
    for gone in (False, True):
        world = town()
        world.organisation("haven", authority="york", title="Beth House")
        world.practitioner("hana", "haven", title="Beth Hana")
        gateway = await serve(world)
        cursors = [
            (BODIES, (await bodies(gateway, "teacher", name="beth"))["pageInfo"]["endCursor"], {"name": "beth"}),
            (WORKERS, (await workers(gateway, "teacher", name="beth"))["pageInfo"]["endCursor"], {"name": "beth"}),
        ]
        every = (await workers(gateway, "teacher", first=1))["edges"]
        assert [edge["node"]["name"] for edge in every] == ["Beth Hana"]
        cursors.append((WORKERS, every[0]["cursor"], {}))
        every = (await bodies(gateway, "teacher", first=1))["edges"]
        assert [edge["node"]["name"] for edge in every] == ["Beth House"]
        cursors.append((BODIES, every[0]["cursor"], {}))
        async with gateway.database() as connection:
            if gone:
                await connection.execute(
                    delete(t.Practitioner).where(t.Practitioner.id == id_of("practitioner", "hana"))
                )
                for table, key in ((t.OrganisationPlace, "organisation_id"), (t.Organisation, "id")):
                    await connection.execute(delete(table).where(getattr(table, key) == id_of("organisation", "haven")))
            else:
                hide = update(t.Organisation).where(t.Organisation.id == id_of("organisation", "haven"))
                await connection.execute(hide.values(confidential=True))
        asked = [
            await gateway.raw("teacher", query, purpose=None, after=after, **given) for query, after, given in cursors
        ]
        answers.append([response.content for response in asked])
        for response in asked:
            (page,) = response.json()["data"].values()
            assert page == {**EMPTY, "pageInfo": {**EMPTY["pageInfo"], "hasPreviousPage": True}}  # type: ignore[dict-item]  # it is a dict
    assert answers[0] == answers[1]


async def test_r5_an_old_cursor_below_a_body_tells_nothing_of_a_worker_who_went_to_a_confidential_one(
    serve: Serve,
) -> None:
    """Behind a worker who works for a refuge now, the page of the former body is empty, as behind one who is gone."""
    answers = []
    for gone in (False, True):
        gateway = await serve(town())
        page = await of_school(gateway, "teacher", first=3)
        worker = t.Practitioner.id == id_of("practitioner", "sam4")
        assert names(page)[-1] == "Sam 4"
        async with gateway.database() as connection:
            away = update(t.Practitioner).where(worker).values(organisation_id=id_of("organisation", "refuge"))
            await connection.execute(delete(t.Practitioner).where(worker) if gone else away)
        answers.append(await of_school(gateway, "teacher", after=page["pageInfo"]["endCursor"]))
    assert answers[0] == answers[1]
    assert answers[0]["edges"] == []


CALLED = {
    "Saint Mary's Primary School": ["mary", "SAINT", "saint prim", "marys", "Mary’s", "mary-s scho".replace("-s", "")],  # noqa: RUF001  # as clients type it
    "Zoë Müller-O'Brien": ["zoe", "muller", "obrien", "ZOË MÜLLER", "Mu", "zoe obr", "Muller-OBrien"],
    "Łódź 24 Hour Aid": ["lodz", "24", "2", "lodz aid"],
}
NOT_CALLED = [
    "ary", "school mary", "aint", "marysx", "mary school saint",
    "%", "_", "%%", "m%y", "ma_y", "mary %%x", "\\", "\\%", "*", "?", "[a-z]", "\N{FULLWIDTH PERCENT SIGN}", "\N{FULLWIDTH LOW LINE}", "'", "\x00", "", " ", "-", "٪",
]  # fmt: skip


@pytest.mark.parametrize("root", ["organisations", "practitioners"])
async def test_a_name_finds_words_by_their_beginning(serve: Serve, root: str) -> None:
    """Each word asked for begins a word of the name, in this order; case, accents and signs do not matter."""
    world = cast()
    for n, title in enumerate(CALLED):
        world.organisation(f"body{n}", title=title)
        world.practitioner(f"worker{n}", "school", title=title)
    gateway = await serve(world)
    query = (
        f"query($name: String) {{ {root}(name: $name) {{ edges {{ node {{ name }} }} pageInfo {{ hasNextPage }} }} }}"
    )
    for title, asked in CALLED.items():
        for name in asked:
            found = (await gateway.ask("teacher", query, name=name))[root]
            assert title in names(found), name
    for name in NOT_CALLED:
        found = (await gateway.ask("teacher", query, name=name))[root]
        assert found == {"edges": [], "pageInfo": {"hasNextPage": False}}, name


async def test_filters_hold_together(serve: Serve) -> None:
    """A name with a kind, or with a body, finds what both allow; null filters nothing."""
    gateway = await serve(town())
    assert names(await bodies(gateway, "teacher", kind="CHARITY")) == ["Charity"]
    assert names(await bodies(gateway, "team", kind="CHARITY")) == ["Charity", "Refuge"]
    assert names(await bodies(gateway, "teacher", kind="LOCAL_AUTHORITY", name="le")) == ["Leeds"]
    assert names(await workers(gateway, "teacher", organisation=body_id("social"))) == ["Olaf"]
    assert names(await workers(gateway, "teacher", organisation=body_id("school"), name="t")) == ["Tess"]
    assert await workers(gateway, "teacher", organisation=body_id("social"), name="t") == EMPTY
    whole = await workers(gateway, "teacher")
    assert names(await workers(gateway, "teacher", organisation=None, name=None)) == names(whole)


@pytest.mark.parametrize("query", [BODIES, WORKERS])
async def test_a_name_of_more_than_100_characters_is_refused(serve_small: Serve, query: str) -> None:
    """A hundred characters are looked for, one more is BAD_USER_INPUT, from the argument alone."""
    gateway = await serve_small(cast())
    assert "errors" not in (await gateway.raw("teacher", query, purpose=None, name="a b" * 33 + "c")).json()
    with statements() as texts:
        answer = (await gateway.raw("teacher", query, purpose=None, name="x" * 101)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert len(texts) == 1, "the account's own"


# Ids.


async def test_r12_an_organisation_that_is_none_finds_no_worker(serve: Serve) -> None:
    """Confidential, unknown, malformed and foreign ids give the same empty page, byte for byte."""
    gateway = await serve(town())
    ids = [body_id("refuge"), body_id("nobody"), "", "nonsense", worker_id("tess"), body_id("school") + "A"]
    asked = [await gateway.raw("teacher", WORKERS, purpose=None, organisation=wire) for wire in ids]
    assert len({(response.status_code, response.content) for response in asked}) == 1
    assert asked[0].json()["data"]["practitioners"] == EMPTY
    for name in (None, "ruth"):
        seen = set()
        for wire in ids[:2]:
            with statements() as texts:
                await workers(gateway, "teacher", organisation=wire, name=name)
            seen.add(tuple(texts))
        assert len(seen) == 1


async def test_r12_bodies_and_workers_are_opened_by_id(serve: Serve) -> None:
    """`node` and `nodes` open what is known to the viewer, and the team of its authority opens the refuge."""
    gateway = await serve(town())
    for wire, kind, name in (
        (body_id("school"), "Organisation", "School"),
        (worker_id("olaf"), "Practitioner", "Olaf"),
    ):
        assert (await gateway.ask("teacher", NODE, id=wire))["node"] == {"__typename": kind, "id": wire, "name": name}
    ids = [worker_id("ruth"), body_id("charity"), body_id("refuge"), worker_id("carl"), worker_id("ruth")]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for viewer, found in (("teacher", {1, 3}), ("team", {0, 1, 2, 3, 4}), ("member", {0, 1, 2, 3, 4})):
        nodes = (await gateway.ask(viewer, query, ids=ids))["nodes"]
        assert nodes == [{"id": wire} if n in found else None for n, wire in enumerate(ids)]


async def test_r12_a_confidential_body_answers_as_an_unknown_one(serve: Serve) -> None:
    """Refuge, its worker and ids that nobody has: the same bytes, the same statements, the same note of what was sought."""
    for make, names_ in ((body_id, ("refuge", "nobody")), (worker_id, ("ruth", "nobody"))):
        answers, texts_seen, notes = set(), set(), []
        for name in names_:
            gateway = await serve(town())
            with statements() as texts:
                response = await gateway.raw("teacher", NODE, purpose="COORDINATE_CARE", id=make(name))
            answers.add((response.status_code, response.content, str(sorted(response.headers.items()))))
            texts_seen.add(tuple(texts))
            _, subjects = await gateway.journal()
            notes.append([(row.kind, row.child_id, row.standing) for row in subjects])
        assert (len(answers), len(texts_seen)) == (1, 1)
        assert notes[0] == notes[1]
        assert [kind for kind, *_ in notes[0]] == ["SOUGHT"]


async def test_r14_ids_of_bodies_and_workers_cost_one_found_or_not(serve: Serve) -> None:
    """Each id costs one record of the hour, known, confidential or unknown, and lists of the directory cost none."""
    gateway = await serve(town(), records_per_hour=100)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [body_id("school"), body_id("refuge"), body_id("nobody"), worker_id("tess"), worker_id("ruth")]
    await gateway.ask("teacher", query, ids=ids)
    assert (await gateway.ask("teacher", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 95
    await bodies(gateway, "teacher")
    await workers(gateway, "teacher", organisation=body_id("refuge"))
    assert (await gateway.ask("teacher", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 95


# Who may ask.


@pytest.mark.parametrize("viewer", ACCOUNTS)
async def test_the_directory_needs_no_purpose_and_leaves_no_event(serve_small: Serve, viewer: str) -> None:
    """Every role lists bodies and workers without purpose or reason; nothing about a child is read."""
    gateway = await serve_small(town())
    access = {"access": {"purpose": "NONE", "reason": "x"}}
    query = '{ practitioners { edges { node { name organisation { name phone } } } } organisations(name: "school") { edges { node { practitioners { edges { node { id } } } } } } }'
    with statements() as texts:
        answer = (await gateway.post(viewer, {"query": query, "extensions": access})).json()
    assert "errors" not in answer
    assert not [text for text in texts if " child" in text or "involvement" in text]
    assert await gateway.journal() == ([], [])


@pytest.mark.parametrize(
    "query",
    [
        "{ practitioners { pageInfo { hasNextPage } } }",
        "{ organisations { pageInfo { hasNextPage } } }",
        "query { viewer { name } ...A } fragment A on Query { practitioners @skip(if: true) { edges { cursor } } }",
    ],
)
async def test_r28_a_lapsed_account_is_refused_the_directory(serve: Serve, query: str) -> None:
    """The whole operation is FORBIDDEN, in the words of every other root, and no body or worker is read."""
    world = town()
    world.account("lapsed", Role.PRACTITIONER, "school", practitioner="tess", suspended_at=NOW)
    gateway = await serve(world)
    with statements() as texts:
        refused = await gateway.raw("lapsed", query, purpose=None)
    assert len(texts) == 1, "the account's own"
    asked = "{ caseload { pageInfo { hasNextPage } } }"
    elsewhere = await gateway.raw("lapsed", asked, purpose=PURPOSE["teacher"])
    assert (
        (refused.status_code, refused.content) == (elsewhere.status_code, elsewhere.content) == (403, refused.content)
    )
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["FORBIDDEN"]
