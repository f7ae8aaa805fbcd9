"""A rotation of the secret, in the middle of everything: two processes, each with another one in force (decision 26)."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from resolvers.belief import AGREEMENT_VERSION
from resolvers.secret_keys import SecretKeys
from resolvers.store import tables as t
from tests.cast import cast
from tests.client import Gateway, gateway_on
from tests.conftest import Serve
from tests.looking import events, looked, rows, town
from tests.world import World, number_of

OLD, NEW = b"the old secret, in force until now", b"the new secret, in force from now on"
BEFORE, AFTER, ALONE = SecretKeys(OLD, (NEW,)), SecretKeys(NEW, (OLD,)), SecretKeys(NEW)
PAGE = """query($after: String) { caseload(first: 2, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
ONE = "query($n: String) { child(directoryNumber: $n) { id } }"
IN_FORCE = {"version": AGREEMENT_VERSION}


class Rotating:
    """One database, served by as many processes as there are secrets."""

    def __init__(self, stack: AsyncExitStack, serve: Serve, folder: Path) -> None:
        self._stack, self._serve, self._folder = stack, serve, folder

    async def __call__(self, world: World, *secrets: SecretKeys, **settings: Any) -> list[Gateway]:
        url = (await self._serve(world)).url
        made = (gateway_on(url, self._folder, secret=secret, **settings) for secret in secrets)
        return [await self._stack.enter_async_context(one) for one in made]


@pytest.fixture
async def rotating(serve: Serve, tmp_path: Path) -> Any:
    async with AsyncExitStack() as stack:
        yield Rotating(stack, serve, tmp_path)


def class_of(size: int) -> World:
    world = cast()
    for n in range(size):
        world.child(f"kid{n}")
        world.involve(f"kid{n}", "tess", "school")
    return world


async def test_r5_pages_go_on_across_a_rotation(rotating: Rotating) -> None:
    """Cursors of processes before and after it are good with both, page after page; once the old one is out, no more."""
    before, after, alone = await rotating(class_of(5), BEFORE, AFTER, ALONE)
    whole, cursor = [], None
    for gateway in (before, after, before):
        page = (await gateway.ask("teacher", PAGE, after=cursor))["caseload"]
        whole += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
    assert (len(whole), len(set(whole)), page["pageInfo"]["hasNextPage"]) == (5, 5, False)
    assert "not one of this list" in (await alone.raw("teacher", PAGE, purpose="COORDINATE_CARE", after=cursor)).text


async def test_r30_pages_and_references_of_a_trail_outlive_a_rotation(rotating: Rotating) -> None:
    """Sealed cursors go on, and a reference finds the same events, before and after it."""
    world = town()
    for _ in range(3):
        looked(world, "teacher", "anna")
    before, after = await rotating(world, BEFORE, AFTER)
    first = await events(before, "auditor", first=1)
    (row,), cursor = rows(first), first["pageInfo"]["endCursor"]
    assert len(rows(await events(after, "auditor", first=1, after=cursor))) == 1
    found = rows(await events(after, "auditor", record=row["record"]))
    assert [told["viewerName"] for told in found].count("Teacher") == 3


async def test_r32_a_deed_asked_again_across_a_rotation_is_done_once(rotating: Rotating) -> None:
    """The same key and input, sent to processes before and after it, is one deed; another input is a duplicate key."""
    world = cast()
    for name in ("one", "two"):
        world.account(name, "PRACTITIONER", "school", agreement_version="2019-1")  # type: ignore[arg-type]
    before, after, alone = await rotating(world, BEFORE, AFTER, ALONE)
    for name, gateways in (("one", (before, after, before)), ("two", (after, before, alone))):
        for gateway in gateways:
            for key in ("header", None):
                given = {**IN_FORCE, "clientMutationId": "key"}
                payload = await gateway.do(name, "acceptAgreement", given, purpose=None, key=key)
                assert payload["problems"] == []
        for gateway in gateways:
            other = {"version": "2019-1", "clientMutationId": "key"}
            payload = await gateway.do(name, "acceptAgreement", other, purpose=None)
            assert [problem["code"] for problem in payload["problems"]] == ["DUPLICATE_KEY"]
    async with before.database() as connection:
        deeds = [row.deed for row in (await connection.execute(select(t.Change))).all()]
    assert deeds == ["acceptAgreement"] * 4  # of each account one under the header, one under the key of the input


async def test_r14_a_rotation_refills_no_budget_and_charges_nothing_twice(rotating: Rotating) -> None:
    """What was asked for under the old secret counts on, and costs nothing more when it is asked for under the new one."""
    before, after = await rotating(class_of(3), BEFORE, AFTER, records_per_hour=2)
    for gateway in (before, after, before):
        await gateway.ask("teacher", ONE, n=number_of("kid0"))
    await after.ask("teacher", ONE, n=number_of("kid1"))
    await before.ask("teacher", ONE, n=number_of("kid1"))
    for gateway in (before, after):
        assert (429, ["BUDGET_EXCEEDED"]) == await gateway.codes("teacher", ONE, n=number_of("kid2"))
