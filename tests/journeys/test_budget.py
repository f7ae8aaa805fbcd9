"""R14: how many records an account may ask for in an hour, over all ways of asking."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import ServiceKind
from tests.cast import cast
from tests.client import Gateway, gateway_on, statements
from tests.conftest import Serve
from tests.queries import CASELOAD, SEARCH
from tests.world import NOW, World, id_of, number_of

LEFT = "{ viewer { recordsLeft } }"
NUMBER = "query($n: String) { child(directoryNumber: $n) { id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
ASHWORTHS = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}


def class_of(size: int) -> World:
    world = cast()
    for n in range(size):
        world.child(f"kid{n}")
        world.involve(f"kid{n}", "tess", "school", ServiceKind.EDUCATION)
    return world


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


async def left(gateway: Gateway, viewer: str = "teacher") -> int:
    return int((await gateway.ask(viewer, LEFT))["viewer"]["recordsLeft"])


async def test_r14_each_thing_asked_for_costs_one_found_or_not(serve: Serve) -> None:
    """Ids and numbers, found, forbidden, unknown or malformed, by child, node and nodes, cost one record each."""
    world = class_of(3)
    world.conflict("teacher", "kid1")
    gateway = await serve(world, records_per_hour=100)
    contact = write_id(Kind.CONTACT, id_of("contact", "nobody"))
    await gateway.ask("teacher", NUMBER, n=number_of("kid0"))
    assert await left(gateway) == 99
    await gateway.ask("teacher", NUMBER, n="rubbish")
    await gateway.ask("teacher", NUMBER, n=number_of("nobody"))
    assert await left(gateway) == 97
    await gateway.ask("teacher", NODES, ids=[child_id("kid1"), child_id("nobody"), contact, "x"])
    assert await left(gateway) == 93
    aliases = '{ a: child(directoryNumber: "1") { id } ...B } fragment B on Query { b: child(id: "2") { id } }'
    await gateway.ask("teacher", aliases)
    assert await left(gateway) == 91


async def test_r14_the_same_thing_costs_once_an_hour(serve: Serve) -> None:
    """An id costs one however often it is asked for in the hour, and one again in the next."""
    gateway = await serve(class_of(1), records_per_hour=100)
    for _ in range(3):
        await gateway.ask("teacher", NODES, ids=[child_id("kid0")] * 3)
    assert await left(gateway) == 99
    await gateway.ask("teacher", CASELOAD)
    assert await left(gateway) == 99, "the row of the caseload is the record that was opened"


async def test_r14_a_search_costs_one_and_its_rows(serve: Serve) -> None:
    """A search costs one each time, and each row that it lists one in the hour; too many matches cost one."""
    gateway = await serve(class_of(4), records_per_hour=100)
    await gateway.ask("teacher", SEARCH, search=ASHWORTHS, first=3)
    assert await left(gateway) == 100 - 1 - 3
    await gateway.ask("teacher", SEARCH, search=ASHWORTHS, first=4)
    assert await left(gateway) == 100 - 2 - 4
    crowd = await serve(class_of(30), records_per_hour=100)
    await crowd.ask("teacher", SEARCH, search=ASHWORTHS)
    assert await left(crowd) == 99


async def test_r14_a_used_up_budget_refuses_the_whole_and_reads_nothing(serve: Serve) -> None:
    """Over the budget the answer is BUDGET_EXCEEDED, 429, without data; the record is not even read."""
    gateway = await serve(class_of(3), records_per_hour=2)
    query = "query($ids: [ID!]!) { viewer { name } nodes(ids: $ids) { id } }"
    with statements() as texts:
        refused = await gateway.raw(
            "teacher", query, purpose="COORDINATE_CARE", ids=[child_id(f"kid{n}") for n in range(3)]
        )
    assert (refused.status_code, set(refused.json())) == (429, {"errors"})
    next_hour = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    assert refused.headers["retry-after"] == str(int((next_hour - NOW).total_seconds()))
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BUDGET_EXCEEDED"]
    assert not [text for text in texts if "FROM child" in text]
    assert await left(gateway) == 2, "what is refused is not charged"
    events, subjects = await gateway.journal()
    assert ({event.outcome for event in events}, subjects) == ({"BUDGET_EXCEEDED"}, [])
    assert (await gateway.post("teacher", {"query": CASELOAD})).status_code == 429, "under application/json too"
    await gateway.ask("teacher", NODES, ids=[child_id("kid0"), child_id("kid1")])
    assert await left(gateway) == 0


async def test_r14_forbidden_and_unknown_cost_alike(serve: Serve) -> None:
    """At the end of a budget a forbidden id and an unknown one are refused with the same bytes."""
    world = class_of(2)
    world.conflict("teacher", "kid1")
    gateway = await serve(world, records_per_hour=1)
    await gateway.ask("teacher", NODES, ids=[child_id("kid0")])
    answers = set()
    for name in ("kid1", "nobody"):
        response = await gateway.raw("teacher", NODES, purpose="COORDINATE_CARE", ids=[child_id(name)])
        answers.add((response.status_code, response.text))
    assert len(answers) == 1


async def test_r14_two_workers_count_together(serve: Serve, tmp_path: Any) -> None:
    """Requests at once over two workers never get more than the budget, and get all of it."""
    gateway = await serve(class_of(12), records_per_hour=5)
    async with gateway_on(gateway.url, tmp_path, records_per_hour=5) as other:
        asked = [
            (gateway, other)[n % 2].raw("teacher", NODES, purpose="COORDINATE_CARE", ids=[child_id(f"kid{n}")])
            for n in range(12)
        ]
        statuses = [response.status_code for response in await asyncio.gather(*asked)]
    assert sorted(statuses) == [200] * 5 + [429] * 7
    assert await left(gateway) == 0


async def test_r14_the_next_hour_begins_anew_and_the_past_is_forgotten(serve: Serve, tmp_path: Any) -> None:
    """After the hour the budget is whole again, and the rows of the past hour go."""
    gateway = await serve(class_of(3), records_per_hour=1)
    await gateway.ask("teacher", NODES, ids=[child_id("kid0")])
    assert await left(gateway) == 0
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(hours=1), records_per_hour=1) as later:
        assert await left(later) == 1
        await later.ask("teacher", NODES, ids=[child_id("kid1")])
        assert await left(later) == 0
    engine = make_engine(database_url(gateway.url))
    async with engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.Budget))).scalar() == 1
    await engine.dispose()


async def test_r14_a_role_may_have_a_budget_of_its_own(serve_small: Serve) -> None:
    """A setting for a role stands before the general one; null is no limit; accounts do not share."""
    roles = {"PRACTITIONER": 7, "AUDITOR": None}
    gateway = await serve_small(class_of(1), records_per_hour=3, records_per_hour_by_role=roles)
    assert [await left(gateway, viewer) for viewer in ("teacher", "officer", "auditor")] == [7, 3, 2**31 - 1]
    await gateway.ask("teacher", NODES, ids=["x"])
    assert [await left(gateway, viewer) for viewer in ("teacher", "officer")] == [6, 3]


async def test_r14_what_was_asked_for_is_kept_as_a_hash(serve_small: Serve) -> None:
    """The rows of the budget name neither id nor number."""
    gateway = await serve_small(class_of(1), records_per_hour=100)
    await gateway.ask("teacher", NUMBER, n=number_of("kid0"))
    engine = make_engine(database_url(gateway.url))
    async with engine.connect() as connection:
        (asked,) = (await connection.execute(select(t.Budget.asked))).scalars()
    await engine.dispose()
    assert (len(asked), number_of("kid0") in asked) == (64, False)
