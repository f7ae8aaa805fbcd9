"""R7, R10, R11, R26: the caseload of a practitioner, own and a colleague's, by every route to one."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import Ended, OrganisationKind, ServiceKind, ShieldState
from tests.cast import ACCOUNTS, PURPOSE, cast
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.world import NOW, World, ago, id_of

ROWS = """edges { cursor node { childId givenNames shielded involved } }
  tooMany pageInfo { hasNextPage hasPreviousPage endCursor }"""
LIST = f"""query($id: ID!, $first: Int, $after: String) {{ node(id: $id) {{ ... on Practitioner {{
  name caseload(first: $first, after: $after) {{ {ROWS} }} }} }} }}"""
ROUTES = {
    "practitioners": "{ practitioners(first: 100) { edges { node { name caseload { edges { node { givenNames } } } } } } }",
    "organisations": "{ organisations(first: 100) { edges { node { practitioners(first: 10) { edges { node { name caseload(first: 10) { edges { node { givenNames } } } } } } } } } }",
    "viewer": "{ viewer { organisation { practitioners(first: 10) { edges { node { name caseload(first: 10) { edges { node { givenNames } } } } } } } } }",
    "fragments": "{ practitioners(first: 100) { edges { node { ...Worker } } } } fragment Worker on Practitioner { name ...List } fragment List on Practitioner { caseload { edges { node { givenNames } } } }",
}
NAME_ONLY = "{ practitioners { edges { node { name organisation { name } } } } }"
EMPTY: dict[str, Any] = {
    "edges": [],
    "tooMany": False,
    "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None},
}


def worker_id(name: str) -> str:
    return write_id(Kind.PRACTITIONER, id_of("practitioner", name))


async def caseload(gateway: Gateway, viewer: str, worker: str, **asked: Any) -> Any:
    data = await gateway.ask(
        viewer, LIST, purpose=PURPOSE.get(viewer, "COORDINATE_CARE"), id=worker_id(worker), **asked
    )
    return data["node"]["caseload"]


def children(page: Any) -> list[str]:
    return [edge["node"]["givenNames"] for edge in page["edges"]]


def workers_in(data: Any) -> dict[str, list[str]]:
    """Return the children listed for each worker, by whatever route the answer shows workers."""
    if isinstance(data, dict):
        if "caseload" in data:
            return {data["name"]: children(data["caseload"])}
        return {name: found for part in data.values() for name, found in workers_in(part).items()}
    if isinstance(data, list):
        return {name: found for part in data for name, found in workers_in(part).items()}
    return {}


def offices() -> World:
    """Return the cast with a colleague in each office, and a child whom each worker works with."""
    world = cast()
    world.organisation("branch", OrganisationKind.LOCAL_AUTHORITY, authority="leeds")
    colleagues = {"otto": "social", "tina": "team-office", "tom": "school", "bob": "branch", "max": "office"}
    for worker, body in colleagues.items():
        world.practitioner(worker, body)
    world.practitioner("mine", "office")
    world.account("mining", Role.DATA_MANAGER, "office", practitioner="mine")
    homes = {**colleagues, "tess": "school", "olaf": "social", "carl": "charity", "nora": "clinic", "mine": "office"}
    for worker, body in homes.items():
        world.child(f"of-{worker}")
        world.involve(f"of-{worker}", worker, body)
    return world


OPEN_TO = {
    "teacher": {"Tess"},
    "officer": {"Olaf", "Otto"},
    "team": {"Tina"},
    "police": set(),
    "manager": set(),
    "mining": set(),
    "auditor": set(),
    "feed": set(),
}
"""The workers of the offices above whose caseloads each account may ask for."""


@pytest.mark.parametrize("viewer", OPEN_TO)
async def test_r7_a_caseload_answers_for_the_own_practitioner_and_colleagues_alone(serve: Serve, viewer: str) -> None:
    """Own, and for officers and teams those of the same organisation, lists of children; all others are empty."""
    gateway = await serve(offices())
    purpose = PURPOSE.get(viewer, "DATA_QUALITY")
    for route in ("practitioners", "organisations", "fragments"):
        found = workers_in(await gateway.ask(viewer, ROUTES[route], purpose=purpose))
        assert len(found) == 10 + (viewer == "team"), route
        listed = {worker: names for worker, names in found.items() if names}
        assert listed == {worker: [f"Of-{worker}"] for worker in OPEN_TO[viewer]}


async def test_r7_the_way_by_the_viewers_own_organisation_is_the_same(serve: Serve) -> None:
    """By `viewer` the same lists are open, and the colleagues of a teacher stay closed."""
    gateway = await serve(offices())
    found = {
        viewer: workers_in(await gateway.ask(viewer, ROUTES["viewer"], purpose=PURPOSE[viewer]))
        for viewer in ("teacher", "officer", "team")
    }
    assert found == {
        "teacher": {"Tess": ["Of-Tess"], "Tom": []},
        "officer": {"Olaf": ["Of-Olaf"], "Otto": ["Of-Otto"]},
        "team": {"Tina": ["Of-Tina"]},
    }


@pytest.mark.parametrize("viewer", OPEN_TO)
async def test_r7_a_closed_caseload_is_empty_without_a_statement_on_involvements(serve: Serve, viewer: str) -> None:
    """Whoever may not ask for a list gets an empty one, for which neither involvements nor children are read."""
    gateway = await serve(offices())
    closed = {"Tess", "Tom", "Olaf", "Otto", "Tina", "Bob", "Carl", "Max", "Mine"} - OPEN_TO[viewer]
    for worker in closed:
        query = f'{{ practitioners(name: "{worker}") {{ edges {{ node {{ name caseload {{ {ROWS} }} }} }} }} }}'
        with statements() as texts:
            data = await gateway.ask(viewer, query, purpose=PURPOSE.get(viewer, "DATA_QUALITY"))
        (edge,) = data["practitioners"]["edges"]
        assert edge["node"] == {"name": worker, "caseload": EMPTY}
        assert not [text for text in texts if "involvement" in text or " child" in text]
    _, subjects = await gateway.journal()
    assert subjects == []


async def test_r7_a_list_of_workers_reads_the_open_lists_in_one_statement(serve: Serve) -> None:
    """Own and a colleague's list stand in one statement, which binds the keys of no other worker."""
    gateway = await serve(offices())
    with statements() as texts:
        await gateway.ask("officer", ROUTES["practitioners"], purpose=PURPOSE["officer"])
    assert len([text for text in texts if "involvement" in text]) == 1
    assert len(texts) == 3


# Which children: the law on rows.


async def test_r7_the_own_caseload_has_every_child_that_exists(serve: Serve) -> None:
    """Open, shielded and left children, sensitive work too; no ended, coming, archived, concealed or conflicted ones."""
    world = cast()
    for name in ("anna", "bea", "past", "next", "gone", "kin", "grown", "dead", "left", "private"):
        born = date(2008, 6, 15) if name == "grown" else None
        ended = {"dead": (Ended.DECEASED, ago(days=400)), "left": (Ended.LEFT, ago(days=4))}.get(name)
        world.child(name, born=born, ended=ended, concealed=name == "gone")
        kind = ServiceKind.MENTAL_HEALTH if name == "private" else ServiceKind.EDUCATION
        dates = {"past": {"ended_on": ago(days=0)}, "next": {"started_on": ago(days=-1)}}.get(name, {})
        world.involve(name, "tess", "school", kind, **dates)
    world.shield("bea")
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    page = await caseload(gateway, "teacher", "tess")
    assert children(page) == ["Anna", "Bea", "Left", "Private"]
    assert [edge["node"]["shielded"] for edge in page["edges"]] == [False, True, False, False]
    assert {edge["node"]["involved"] for edge in page["edges"]} == {True}


def desk() -> World:
    """Return the cast with Otto beside the officer and Tina in the team's office, who work with the same children."""
    world = cast()
    world.practitioner("otto", "social")
    world.practitioner("tina", "team-office")
    for worker, body in (("otto", "social"), ("tina", "team-office")):
        for name in ("anna", "bea", "ours", "past", "kin", "gone", "grown", "private", "marked", "both"):
            kind = ServiceKind.MENTAL_HEALTH if name == "private" else ServiceKind.SOCIAL_CARE
            row = {"ended_on": ago(days=0)} if name == "past" else {}
            world.involve(name, worker, body, kind, sensitive=name in {"private", "marked"}, **row)
        world.involve("both", worker, body, ServiceKind.PROBATION)
    for name in ("anna", "bea", "ours", "past", "kin", "gone", "grown", "private", "marked", "both"):
        born = date(2008, 6, 15) if name == "grown" else None
        authority = "leeds" if name in {"ours", "private", "marked"} else "york"
        world.child(name, born=born, concealed=name == "gone", authority=authority)
    world.shield("bea")
    world.shield("ours", ShieldState.REQUESTED)
    for account in ACCOUNTS:
        world.conflict(account, "kin")
    return world


async def test_r10_r11_a_colleagues_caseload_never_has_sensitive_work(serve: Serve) -> None:
    """No child is there by sensitive work, not even for the team responsible; ordinary work beside it lists the child."""
    gateway = await serve(desk())
    assert children(await caseload(gateway, "officer", "otto")) == ["Anna", "Both"]
    assert children(await caseload(gateway, "team", "tina")) == ["Anna", "Both", "Ours"]
    query = "query($id: ID!) { node(id: $id) { ... on Child { sensitiveInvolvements { service } } } }"
    child = write_id(Kind.CHILD, id_of("child", "private"))
    shown = (await gateway.ask("team", query, id=child))["node"]["sensitiveInvolvements"]
    assert [row["service"] for row in shown] == ["MENTAL_HEALTH", "MENTAL_HEALTH"], "the team may see them, elsewhere"


async def test_r7_a_colleagues_caseload_follows_services(serve: Serve) -> None:
    """A shielded child is not there, until an override opens its services; for the team responsible it is."""
    world = desk()
    world.override("officer", "bea")
    gateway = await serve(world)
    page = await caseload(gateway, "officer", "otto")
    assert [(edge["node"]["givenNames"], edge["node"]["shielded"]) for edge in page["edges"]] == [
        ("Anna", False),
        ("Bea", True),
        ("Both", False),
    ]
    assert {edge["node"]["involved"] for edge in page["edges"]} == {False}


async def test_r7_a_colleagues_work_for_a_confidential_body_is_not_listed(serve: Serve) -> None:
    """Where `Involvement.practitioner` is null for the sake of a refuge, no caseload names the worker instead."""
    world = cast()
    world.child("anna")
    for worker, body in (("otto", "social"), ("tina", "team-office")):
        world.practitioner(worker, body)
        world.involve("anna", worker, "refuge", ServiceKind.VOLUNTARY)
    world.involve("anna", "olaf", "refuge", ServiceKind.YOUTH_SERVICE)
    gateway = await serve(world)
    assert children(await caseload(gateway, "officer", "otto")) == []
    assert children(await caseload(gateway, "officer", "olaf")) == ["Anna"], "the viewer's own work"
    assert children(await caseload(gateway, "team", "tina")) == ["Anna"], "the refuge is known to its authority's team"


async def test_r11_what_is_hidden_on_a_colleagues_caseload_changes_nothing(serve: Serve) -> None:
    """With and without sensitive and shielded rows, archived, concealed and conflicted ones, a list is the same bytes."""
    answers = []
    for full in (False, True):
        world = desk()
        if not full:
            hidden = {id_of("child", name) for name in ("bea", "past", "kin", "gone", "grown", "private", "marked")}
            rows = world.rows[t.Involvement]
            world.rows[t.Involvement] = [
                row for row in rows if row["child_id"] not in hidden and row["service"] != "PROBATION"
            ]
        gateway = await serve(world)
        asked = []
        for first in (1, 2, 3, 50):
            with statements() as texts:
                response = await gateway.raw(
                    "officer", LIST, purpose=PURPOSE["officer"], id=worker_id("otto"), first=first
                )
            asked.append((response.content, texts))
        answers.append(asked)
    assert answers[0] == answers[1]


# Pages and cursors.


def class_of(size: int) -> World:
    """Return a world in which Tess and Otto each work with `size` children, some of them twice."""
    world = cast()
    world.practitioner("otto", "social")
    for worker, body in (("tess", "school"), ("otto", "social")):
        for n in range(size):
            name = f"{worker}{n}"
            world.child(name, family=f"Family{n // 3}", given="Same" if n % 2 else f"Given{n}")
            world.involve(name, worker, body, ServiceKind.EDUCATION)
            if n % 3 == 0:
                world.involve(name, worker, body, ServiceKind.YOUTH_SERVICE)
    return world


@pytest.mark.parametrize(("viewer", "worker"), [("teacher", "tess"), ("officer", "otto")])
async def test_r6_pages_of_a_caseload_give_every_child_once_in_order(serve: Serve, viewer: str, worker: str) -> None:
    """Followed page by page, a list gives the rows of the whole; a child with two services is one row."""
    gateway = await serve(class_of(10))
    whole = await caseload(gateway, viewer, worker, first=100)
    assert len({edge["node"]["childId"] for edge in whole["edges"]}) == len(whole["edges"]) == 10
    rows, after = [], None
    for _ in range(4):
        page = await caseload(gateway, viewer, worker, first=3, after=after)
        rows, after = rows + page["edges"], page["pageInfo"]["endCursor"]
    assert rows == whole["edges"]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert (await caseload(gateway, viewer, worker, first=10))["pageInfo"]["hasNextPage"] is False
    assert (await caseload(gateway, viewer, worker, first=9))["pageInfo"]["hasNextPage"] is True


async def test_r6_a_caseload_leaves_out_what_does_not_exist_for_the_viewer(serve: Serve) -> None:
    """Conflicted children are in no page and no count of the own caseload or a colleague's, and pages stay full."""
    world = class_of(6)
    for viewer, worker in (("teacher", "tess"), ("officer", "otto")):
        world.conflict(viewer, f"{worker}0")
        world.conflict(viewer, f"{worker}4")
    gateway = await serve(world)
    for viewer, worker in (("teacher", "tess"), ("officer", "otto")):
        for first, more in ((3, True), (4, False)):
            page = await caseload(gateway, viewer, worker, first=first)
            assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (first, more)


async def test_a_caseload_is_in_the_order_of_the_root(serve: Serve) -> None:
    """The own caseload by the edge has the children of the root `caseload`, in its order."""
    gateway = await serve(class_of(10))
    root = (await gateway.ask("teacher", "{ caseload { edges { node { id } } } }"))["caseload"]["edges"]
    listed = (await caseload(gateway, "teacher", "tess"))["edges"]
    assert [edge["node"]["id"] for edge in root] == [edge["node"]["childId"] for edge in listed]


@pytest.mark.parametrize("first", [0, 101])
async def test_a_page_of_a_caseload_has_between_1_and_100_rows(serve_small: Serve, first: int) -> None:
    """`first` outside 1 to 100 is refused from the argument."""
    gateway = await serve_small(class_of(1))
    answer = await gateway.raw("teacher", LIST, purpose=PURPOSE["teacher"], id=worker_id("tess"), first=first)
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_r5_a_cursor_of_a_caseload_is_good_for_its_viewer_and_worker_alone(serve: Serve) -> None:
    """Another viewer's, another worker's and the root's cursors are refused, closed lists included."""
    world = class_of(4)
    world.account("second", Role.PROTECTION_OFFICER, "social")
    gateway = await serve(world)
    mine = (await caseload(gateway, "officer", "otto", first=1))["pageInfo"]["endCursor"]
    query = "{ caseload(first: 1) { pageInfo { endCursor } } }"
    root = (await gateway.ask("teacher", query))["caseload"]["pageInfo"]["endCursor"]
    tries = [("second", "otto", mine), ("officer", "olaf", mine), ("teacher", "otto", mine), ("teacher", "tess", root)]
    for viewer, worker, after in tries:
        purpose = PURPOSE.get(viewer, "CHILD_PROTECTION")
        answer = await gateway.raw(viewer, LIST, purpose=purpose, id=worker_id(worker), after=after)
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]
    assert len((await caseload(gateway, "officer", "otto", after=mine))["edges"]) == 3


async def test_r5_an_old_cursor_of_a_caseload_tells_nothing_of_a_child_that_is_gone(serve: Serve) -> None:
    """Behind a child that does not exist any more the page is empty, and a shield behind which work ends tells nothing."""
    pages = []
    for change in ("concealed", "shielded", "shielded and ended"):
        gateway = await serve(class_of(4))
        first = await caseload(gateway, "officer", "otto", first=2)
        names = {write_id(Kind.CHILD, id_of("child", name)): name for name in ("otto0", "otto1", "otto2", "otto3")}
        name = names[first["edges"][1]["node"]["childId"]]
        key = id_of("child", name)
        async with gateway.database() as connection:
            if change == "concealed":
                gone = update(t.Child).where(t.Child.id == key)
                await connection.execute(gone.values(concealed_at=NOW))
            else:
                shield = World()
                shield.shield(name)
                await connection.execute(t.Shield.__table__.insert(), shield.rows[t.Shield])
            if change == "shielded and ended":
                ended = update(t.Involvement).where(t.Involvement.child_id == key)
                await connection.execute(ended.values(ended_on=ago(days=0)))
        pages.append(await caseload(gateway, "officer", "otto", after=first["pageInfo"]["endCursor"]))
    assert pages[0]["edges"] == []
    assert pages[1] == pages[2]


# What it needs and what it leaves.


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("viewer", ["teacher", "officer", "team", "auditor"])
async def test_r15_a_caseload_is_refused_without_a_purpose(serve_small: Serve, viewer: str, route: str) -> None:
    """By every route the whole operation is PURPOSE_REQUIRED, before the directory is read; bodies alone need none."""
    gateway = await serve_small(offices())
    stated = {"access": {"purpose": "NONE", "reason": "Planning support with the family"}}
    for document in (ROUTES[route], ROUTES[route].replace("edges { node { givenNames } }", "pageInfo { hasNextPage }")):
        with statements() as texts:
            body = {"query": document, "extensions": stated}
            response = await gateway.post(viewer, body, accept="application/graphql-response+json")
        assert (response.status_code, set(response.json())) == (400, {"errors"})
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["PURPOSE_REQUIRED"]
        assert len(texts) == 1, "the account's own"
    answer = (await gateway.post(viewer, {"query": NAME_ONLY, "extensions": stated})).json()
    assert "errors" not in answer
    assert len(answer["data"]["practitioners"]["edges"]) == 10 + (viewer == "team")


async def test_r28_a_lapsed_account_has_no_caseload_by_any_route(serve: Serve) -> None:
    """Own practitioner or colleague, by root, id or organisation: FORBIDDEN, and nothing of the directory is read."""
    world = offices()
    world.account("lapsed", Role.PROTECTION_OFFICER, "social", practitioner="olaf", trained_until=None)
    gateway = await serve(world)
    with statements() as texts:
        for query in (*ROUTES.values(), LIST):
            found = await gateway.codes("lapsed", query, purpose="CHILD_PROTECTION", id=worker_id("olaf"))
            assert found == (403, ["FORBIDDEN"])
    assert not [text for text in texts if "involvement" in text or " practitioner" in text]


async def test_r29_every_row_of_a_caseload_is_noted(serve: Serve) -> None:
    """Each child listed, and no other, is in the journal as a row that named it, with IDENTITY alone."""
    gateway = await serve(desk())
    await caseload(gateway, "officer", "otto", first=1)
    _, subjects = await gateway.journal()
    assert [(row.kind, row.child_id, row.disclosed) for row in subjects] == [
        ("SUMMARY", id_of("child", "anna"), ["IDENTITY"])
    ]


async def test_r14_each_row_of_a_caseload_costs_one(serve: Serve) -> None:
    """A row costs one record of the hour, once, whichever list names the child; over the budget nothing is shown."""
    left = "{ viewer { recordsLeft } }"
    query = (
        '{ practitioners(name: "otto") { edges { node { caseload(first: %d) { edges { node { givenNames } } } } } } }'
    )
    gateway = await serve(class_of(4), records_per_hour=5)
    for first, rest in ((2, 3), (2, 3), (4, 1)):
        await gateway.ask("officer", query % first, purpose=PURPOSE["officer"])
        assert (await gateway.ask("officer", left))["viewer"]["recordsLeft"] == rest
    small = await serve(class_of(4), records_per_hour=3)
    refused = await small.raw("officer", query % 4, purpose=PURPOSE["officer"])
    assert (refused.status_code, set(refused.json())) == (429, {"errors"})
    assert "Given" not in refused.text
    assert (await small.ask("officer", left))["viewer"]["recordsLeft"] == 3


# R26: no chain lists the children of a service.


@pytest.mark.parametrize("viewer", ACCOUNTS)
async def test_r26_no_chain_of_edges_lists_a_services_children(serve: Serve, viewer: str) -> None:
    """Bodies by kind, their workers and those workers' lists give nobody another body's children, or a sensitive service's."""
    world = offices()
    for n in range(5):
        world.child(f"patient{n}", authority="leeds")
        world.involve(f"patient{n}", "nora", "clinic", ServiceKind.SEXUAL_HEALTH)
        world.child(f"helped{n}", authority="leeds")
        world.involve(f"helped{n}", "carl", "charity", ServiceKind.VOLUNTARY)
        world.involve(f"helped{n}", None, "school", ServiceKind.EDUCATION)
    gateway = await serve(world)
    own = {f"Of-{worker}" for worker in OPEN_TO[viewer]}
    for kind in ("HOSPITAL", "CHARITY", "SCHOOL", "LOCAL_AUTHORITY", "OTHER"):
        query = ROUTES["organisations"].replace("(first: 100)", f"(first: 100, kind: {kind})")
        found = workers_in(await gateway.ask(viewer, query, purpose=PURPOSE[viewer]))
        assert {child for names in found.values() for child in names} <= own
