"""Homes that come to be shared with a shielded child, by whatever deed: somebody is asked about each (R9)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.applying import codes
from tests.client import gateway_on
from tests.conftest import Serve
from tests.journeys.test_merge_attacks import HOME, household_of, moved, said
from tests.journeys.test_registering import registered, street, waiting
from tests.world import id_of
from tests.writing import child_id, homes, read, written


async def test_r36_a_household_is_decided_on_before_a_record_goes_into_an_open_one(serve: Serve) -> None:
    """A hidden address that somebody registered does not come into an open record while it is not said who lives there."""
    gateway = await serve(street())
    await registered(gateway, address={"lines": ["12 hidden  LANE"], "postcode": "ls29jt"})
    tasks = {task["kind"]: task["id"] for task in await waiting(gateway)}
    for by in ("team", "partner"):
        answer = await said(gateway, by, tasks["UNCERTAIN_MATCH"], "SAME_CHILD", childId=child_id("anna"))
        assert codes(answer) == ["INVALID"]
    assert (await read(gateway, "teacher", "anna"))["whereabouts"]["address"]["postcode"] == "LS9 1AA"
    for by in ("team", "partner"):
        assert codes(await said(gateway, by, tasks["HOUSEHOLD_SHIELD"], "DOES_NOT_LIVE_THERE")) == []
    for by in ("team", "partner"):
        answer = await said(gateway, by, tasks["UNCERTAIN_MATCH"], "SAME_CHILD", childId=child_id("anna"))
        assert codes(answer) == []


async def test_r9_each_hidden_home_is_asked_about(serve: Serve) -> None:
    """Who moves from one hidden home to another while the first is asked about is asked about the second as well."""
    world = street()
    world.child("cleo", authority="york")
    household_of(world, "cleo")
    world.shield("cleo")
    gateway = await serve(world)
    await moved(gateway, "anna", "12 Hidden Lane", "LS2 9JT")
    (first,) = await waiting(gateway)
    await moved(gateway, "anna", HOME["address_lines"], HOME["postcode"])
    for by in ("team", "partner"):
        assert codes(await said(gateway, by, first["id"], "DOES_NOT_LIVE_THERE")) == []
    (second,) = await waiting(gateway)
    assert (second["kind"], second["child"]["givenNames"]) == ("HOUSEHOLD_SHIELD", "Anna")
    for by in ("team", "partner"):
        assert codes(await said(gateway, by, second["id"], "DOES_NOT_LIVE_THERE")) == []
    assert (await read(gateway, "teacher", "anna"))["whereabouts"] == {"__typename": "NoAddressKnown"}


async def test_r9_a_shield_on_a_record_born_on_hold_is_told_to_who_lives_there(serve: Serve) -> None:
    """It took no household when it was requested, since the record was closed: those at home are asked about in the end."""
    world = homes()
    world.child("brother", authority="york")
    household_of(world, "brother")
    gateway = await serve(world)
    payload = await registered(gateway, address={"lines": ["3 Shared Row"], "postcode": "LS3 3AA"})
    given = {"childId": payload["child"]["id"], "reason": "DOMESTIC_VIOLENCE", "evidence": "told by the mother"}
    assert codes(await gateway.do("officer", "requestShield", given, purpose="CHILD_PROTECTION")) == []
    (match,) = [task for task in await waiting(gateway) if task["kind"] == "UNCERTAIN_MATCH"]
    for by in ("team", "partner"):
        assert codes(await said(gateway, by, match["id"], "NEW_CHILD")) == []
    assert (await read(gateway, "teacher", "brother"))["shielded"] is False
    (task,) = await waiting(gateway, "rival")
    assert (task["kind"], task["child"]["givenNames"]) == ("HOUSEHOLD_SHIELD", "Brother")


async def shielded_two(serve: Serve, *, before: bool) -> Any:
    """Serve a home in which xena and yan are each shielded by a case of their own; yan's came first, or followed hers."""
    world = homes()
    world.rows[t.ChildReach] = [row for row in world.rows[t.ChildReach] if row["child_id"] != id_of("child", "bea")]
    for name in ("xena", "yan"):
        world.child(name, authority="leeds")
    household_of(world, "xena", "yan")
    world.shield("xena")
    world.shield("yan")
    hers, his = world.rows[t.Shield][-2:]
    his |= {"since": hers["since"] - timedelta(days=1), "raised_by_id": None if before else hers["id"]}
    return await serve(world), his["id"]


@pytest.mark.parametrize("before", [True, False])
async def test_r9_who_lives_there_is_asked_about_until_nobody_is_shielded_there(serve: Serve, before: bool) -> None:
    """A later match names one shield of a home; when that one is lifted, the question is asked about the one that stands."""
    gateway, his = await shielded_two(serve, before=before)
    await moved(gateway, "anna", HOME["address_lines"], HOME["postcode"])
    (first,) = await waiting(gateway)
    for by in ("team", "partner"):
        given = {"shieldId": write_id(Kind.SHIELD, his), "note": "seen"}
        assert codes(await gateway.do(by, "liftShield", given, purpose="CASE_REVIEW")) == []
    assert (await read(gateway, "teacher", "anna"))["shielded"] is False
    asked = [task for task in await waiting(gateway) if task["child"]["givenNames"] == "Anna"]
    assert [task["kind"] for task in asked] == ["HOUSEHOLD_SHIELD"]
    assert asked[0]["id"] != first["id"]


@asynccontextmanager
async def before_commit(gateway: Any) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Have deeds do all but commit, or wait for one another; give what returns once so many do. SQLite has one writer."""
    if gateway.url.startswith("sqlite"):
        yield lambda _: asyncio.sleep(0)
        return
    async with gateway.database() as connection:
        await connection.execute(text("LOCK TABLE access_event IN SHARE MODE"))

        async def arrived(deeds: int) -> None:
            async with asyncio.timeout(20):
                while (await connection.execute(_WAITING)).scalar_one() < deeds:  # noqa: ASYNC110  # nobody says so
                    await asyncio.sleep(0.01)

        yield arrived


_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)


@pytest.mark.parametrize("first", ["the move", "the request"])
async def test_r9_a_move_and_a_request_at_once_do_not_miss_one_another(
    serve: Serve, tmp_path: Path, first: str
) -> None:
    """Who moves to a child while a shield is requested on it is on hold with it, or asked about: neither is overlooked."""
    world = street()
    world.child("xena", authority="leeds")
    household_of(world, "xena")
    gateway = await serve(world)
    version = (await read(gateway, "teacher", "anna"))["version"]
    there = {"lines": [HOME["address_lines"]], "postcode": HOME["postcode"]}
    move = written(
        gateway, "teacher", "amendChild", {"childId": child_id("anna"), "version": version, "address": there}
    )
    given = {"childId": child_id("xena"), "reason": "OTHER", "evidence": "told by the mother"}
    async with gateway_on(gateway.url, tmp_path) as other:  # another process, that waits for no turn of the first one
        request = other.do("officer", "requestShield", given, purpose="CHILD_PROTECTION")
        deeds = (move, request) if first == "the move" else (request, move)
        async with before_commit(gateway) as arrived:
            running = []
            for number, deed in enumerate(deeds):
                running.append(asyncio.create_task(deed))
                await arrived(number + 1)
        assert [codes(payload) for payload in await asyncio.gather(*running)] == [[], []]
    shut = (await read(gateway, "teacher", "anna"))["shielded"]
    asked = [task for task in await waiting(gateway) if task["child"]["givenNames"] == "Anna"]
    assert shut or asked
