"""A shield from request to review, and its races: with readers, with a request on a sibling, with a decision (R9, R21)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from resolvers.store import tables as t
from resolvers.store.words import STANDING_STATES
from tests import observing
from tests.client import Gateway, gateway_on, statements
from tests.conftest import Serve
from tests.journeys.test_shield_decisions import HOUSEHOLD, at_home, begun
from tests.shielding import (
    SHOWN,
    case_of,
    child_id,
    codes,
    decided,
    lifted,
    neighbours,
    record,
    requested,
    resolved,
    rows_of,
    shielded,
    task_of,
    work,
)
from tests.world import NOW, TODAY, World, id_of

ONE_OF_TWO = ({"shielded": False, "phone": "07700 900111"}, {"shielded": True, "phone": None})
"""A record as it was before a request, and as it is from its commit on; there is nothing between."""


def told(seen: Any) -> dict[str, Any]:
    return {name: seen[name] for name in ("shielded", "phone")}


async def test_r21_a_shield_from_request_to_review(serve: Serve, tmp_path: Path) -> None:
    """Requested while others read, approved, its household sorted out, reviewed when due, and lifted by two."""
    gateway = await serve(at_home())
    done = asyncio.Event()

    async def reading(by: str) -> list[dict[str, Any]]:
        found = []
        while not done.is_set():
            found.append(told(await record(gateway, "anna", by)))
        return found

    async def requesting() -> Any:
        payload = await requested(gateway)
        after = await asyncio.gather(*(record(gateway, name, "officer") for name in HOUSEHOLD for _ in range(3)))
        done.set()
        return payload, after

    (payload, after), *seen = await asyncio.gather(
        requesting(), *(reading(by) for by in ("officer", "rival", "manager"))
    )
    assert codes(payload) == []
    assert [told(one) for one in after] == [ONE_OF_TWO[1]] * len(after), "whoever begins after the answer sees a shield"
    for each in seen:
        turned = [ONE_OF_TWO.index(one) for one in each]
        assert turned == sorted(turned), "an answer is of before or of after, and none of before follows one of after"
    case = await case_of(gateway, "anna")
    await decided(gateway, "team", case["id"], reviewBy=str(TODAY + timedelta(days=10)))
    await resolved(gateway, "team", (await task_of(gateway, "cleo"))["id"], "SHIELD_TOO")
    for by in ("team", "partner"):
        await resolved(gateway, by, (await task_of(gateway, "ben"))["id"], "DOES_NOT_LIVE_THERE")
    assert await shielded(gateway, *HOUSEHOLD) == ["anna", "cleo", "dora"]
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=10)) as later:
        task = await task_of(later, "anna", kind="SHIELD_REVIEW")
        assert (await record(later, "anna", "officer"))["shielded"] is True
        await lifted(later, "team", case["id"])
        await lifted(later, "partner", case["id"])
        assert await task_of(later, "anna", kind="SHIELD_REVIEW") is None
        assert codes(await resolved(later, "team", task["id"], "DONE")) == ["NOT_FOUND"]
        assert await shielded(later, *HOUSEHOLD) == ["anna", "cleo", "dora"], "Cleo's own shield stands for all"
        own = await case_of(later, "cleo", state="ACTIVE")
        for by in ("team", "partner"):
            await lifted(later, by, own["id"])
        assert await shielded(later, *HOUSEHOLD) == []
    deeds = [event.deed for event in (await gateway.journal())[0] if event.deed]
    assert deeds == ["requestShield", "decideShield", *["resolveTask"] * 3, *["liftShield"] * 4]


@pytest.mark.parametrize("pair", [("anna", "cleo"), ("cleo", "anna"), ("anna", "anna"), ("ben", "dora")])
async def test_r9_requests_on_siblings_at_once_both_hold(serve: Serve, pair: tuple[str, str]) -> None:
    """Sent together, both are taken; all of both households is shielded, whichever came first, and nobody waits."""
    gateway = await serve(at_home())
    first, second = await asyncio.gather(
        requested(gateway, pair[0], by="teacher"), requested(gateway, pair[1], by="officer")
    )
    assert codes(first) == codes(second) == []
    assert await shielded(gateway, "anna", *pair) == ["anna", *pair] if "anna" not in pair else [*pair]
    own = {row.shield_id for row in await rows_of(gateway, t.ShieldRequest)}
    assert len(own) == 2
    shields = {row.id: row for row in await rows_of(gateway, t.Shield)}
    for row in shields.values():
        if row.raised_by_id in own:
            assert shields[row.raised_by_id].raised_by_id is None, "what a hold follows follows nothing"


@pytest.mark.parametrize("deed", ["refuse", "lift"])
@pytest.mark.parametrize("child", ["anna", "cleo"])
async def test_r9_a_request_and_the_end_of_a_shield_at_once_leave_no_gap(serve: Serve, deed: str, child: str) -> None:
    """A request on the record, or on one on hold, while its shield ends: whichever is first, the household is closed."""
    gateway, case = await begun(serve)
    if deed == "lift":
        await decided(gateway, "team", case["id"])
        await lifted(gateway, "team", case["id"])
        ending = lifted(gateway, "partner", case["id"])
    else:
        await decided(gateway, "team", case["id"], approve=False)
        ending = decided(gateway, "partner", case["id"], approve=False)
    ended, asked = await asyncio.gather(ending, requested(gateway, child, by="officer", reason="OTHER"))
    assert codes(ended) == codes(asked) == []
    assert ended["shield"]["state"] in {"REFUSED", "LIFTED"}
    closed = set(await shielded(gateway, *HOUSEHOLD))
    assert {"anna", "cleo"} <= closed
    for row in await rows_of(gateway, t.Shield):
        if row.raised_by_id is not None and row.state in STANDING_STATES:
            root = next(one for one in await rows_of(gateway, t.Shield) if one.id == row.raised_by_id)
            assert root.state in STANDING_STATES, "no hold stands under a shield that has ended"


async def test_r36_two_who_decide_at_once_are_two(serve: Serve) -> None:
    """Two first refusals sent together refuse; one account that sends its own twice is one."""
    gateway, case = await begun(serve)
    answers = await asyncio.gather(*(decided(gateway, "team", case["id"], approve=False) for _ in range(2)))
    assert sorted(codes(one) for one in answers) == [[], ["NEEDS_SECOND_PERSON"]]
    assert (await case_of(gateway, "anna"))["state"] == "REQUESTED"
    answers = await asyncio.gather(
        decided(gateway, "partner", case["id"], approve=False), decided(gateway, "third", case["id"], approve=False)
    )
    assert sorted(codes(one) for one in answers) == [[], ["INVALID"]]
    assert await shielded(gateway, *HOUSEHOLD) == []


async def test_r9_ends_of_siblings_at_once_open_all(serve: Serve) -> None:
    """Both shields of one household end together: no hold is left under the one or the other."""
    gateway, case = await begun(serve)
    await requested(gateway, "cleo", by="officer", reason="OTHER")
    other = await case_of(gateway, "cleo", state="REQUESTED")
    for one in (case, other):
        await decided(gateway, "team", one["id"], approve=False)
    answers = await asyncio.gather(
        decided(gateway, "partner", case["id"], approve=False), decided(gateway, "third", other["id"], approve=False)
    )
    assert [codes(one) for one in answers] == [[], []]
    assert (await shielded(gateway, *HOUSEHOLD), await work(gateway)) == ([], [])


async def test_r9_many_requests_on_one_household_at_once(serve: Serve) -> None:
    """Twelve requests by two accounts on all four: each is taken or none is lost to a deadlock."""
    gateway = await serve(at_home())
    asked = [requested(gateway, name, by=by) for name in HOUSEHOLD for by in ("teacher", "officer", "rival")]
    answers = await asyncio.gather(*asked)
    assert [codes(one) for one in answers] == [[]] * len(asked)
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)


def _alone() -> World:
    """Return the street with nobody who shares anything with Anna, but those whom the teacher may not know."""
    world = at_home()
    for name in ("ben", "cleo", "dora"):
        world.conflict("teacher", name)
    return world


async def _told(gateway: Gateway) -> tuple[Any, list[str], list[str]]:
    """Request a shield on Anna; return the answer, what was read for it, and all that was written."""
    asked = {"childId": child_id("anna"), "reason": "OTHER", "evidence": "a call"}
    run: list[str] = []
    with statements() as read, observing.run(run.append):
        response = await gateway.deed("teacher", "requestShield", asked, SHOWN)
        await gateway.watched()
    return (response.status_code, response.headers["content-length"]), read, run


async def test_r0_a_request_runs_the_same_statements_whatever_household_there_is(serve: Serve) -> None:
    """With four on hold whom the requester may not know, and with nobody: the same texts, in the same number."""
    lonely = _alone()
    for table in (t.Contact, t.ChildReach):
        lonely.rows[table] = [
            row for row in lonely.rows[table] if row["child_id"] in {id_of("child", "anna"), id_of("child", "eve")}
        ]
    told = [await _told(await serve(world)) for world in (_alone(), lonely)]
    assert told[0] == told[1]


async def test_r0_who_is_held_unseen_changes_no_answer(serve: Serve) -> None:
    """A sibling in conflict with the requester is put on hold, and nothing that the requester reads tells of it."""
    seen = []
    for tied in (True, False):
        world = _alone()
        if not tied:
            world.rows[t.Contact] = [row for row in world.rows[t.Contact] if row["child_id"] != id_of("child", "ben")]
        gateway = await serve(world)
        await requested(gateway)
        async with gateway.database() as connection:
            held = select(t.Shield.id).where(t.Shield.child_id == id_of("child", "ben"))
            held = held.where(t.Shield.state.in_(STANDING_STATES))
            assert ((await connection.execute(held)).first() is not None) is tied
        seen.append([await record(gateway, name) for name in ("anna", "eve")])
    assert seen[0] == seen[1]


async def test_r9_neighbours_stay_open_when_all_is_raced(serve: Serve) -> None:
    """Nobody outside the household is ever on hold, however many requests come at once."""
    world = at_home()
    neighbours(world)
    gateway = await serve(world)
    await asyncio.gather(*(requested(gateway, name, by="officer") for name in HOUSEHOLD))
    assert await shielded(gateway, "past", "moved", "left", "nowhere", "eve") == []


@asynccontextmanager
async def locked(gateway: Gateway, *children: str) -> AsyncIterator[None]:
    """Have another transaction lock the rows of children; SQLite locks no rows, its writers go one after the other."""
    if gateway.url.startswith("sqlite"):
        yield
        return
    async with gateway.database() as connection:
        rows = select(t.Child.id).where(t.Child.id.in_([id_of("child", name) for name in children]))
        await connection.execute(rows.with_for_update())
        yield


HIDDEN = {"conflict": "NOT_FOUND", "concealed": "NOT_FOUND", "shielded": None}


@pytest.mark.parametrize("why", HIDDEN)
async def test_r35_no_household_is_locked_for_whom_a_request_takes_none(serve: Serve, why: str) -> None:
    """A request on a hidden record, or on a shielded one, waits for nobody of its household: it would tell who that is."""
    world = at_home()
    if why == "conflict":
        world.conflict("teacher", "anna")
    elif why == "shielded":
        world.shield("anna")
    else:
        (child,) = (row for row in world.rows[t.Child] if row["id"] == id_of("child", "anna"))
        child["concealed_at"] = NOW
    gateway = await serve(world)
    async with locked(gateway, *HOUSEHOLD[1:]), asyncio.timeout(20):
        payload = await requested(gateway)
    assert codes(payload) == ([HIDDEN[why]] if HIDDEN[why] else [])
