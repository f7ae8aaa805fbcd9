"""Attacks by merging, with every right of a data manager or a team: nothing of a shielded record is opened by it (R20)."""

from typing import Any

import pytest

from resolvers.ids import Kind
from resolvers.store import tables as t
from resolvers.store.words import ServiceKind, ShieldState
from tests.applying import codes
from tests.conftest import Serve
from tests.journeys.test_registering import registered, waiting
from tests.world import World, ago, id_of
from tests.writing import child_id, homes, read, wire, written

HOME = {"address_lines": "3 Shared Row", "postcode": "LS3 3AA", "uprn": "303"}


async def merged(gateway: Any, keep: str, merge: str) -> Any:
    given = {"keep": child_id(keep), "merge": child_id(merge), "note": "one child, seen by both schools"}
    payload = await written(gateway, "manager", "mergeChildren", given)
    assert payload["problems"] == []
    return payload


async def said(gateway: Any, by: str, task: str, resolution: str, **given: Any) -> Any:
    values = {"taskId": task, "resolution": resolution, "note": f"looked into by {by}", **given}
    purpose = "DATA_QUALITY" if by == "manager" else "CASE_REVIEW"
    return await gateway.do(by, "resolveTask", values, "task { id }", purpose=purpose)


def assigned(*pair: str) -> World:
    """Return the homes with a match of two other records, of which the first is on hold, assigned to the manager."""
    world = homes()
    for name in pair:
        world.child(name, authority="leeds")
    world.shield("bait", ShieldState.HOLD, None)
    world.task("manager", *pair)
    world.rows[t.Task][-1]["shield_id"] = world.rows[t.Shield][-1]["id"]
    return world


HIDDEN = ("whereabouts", "phone", "education", "involvements", "agencies", "contacts", "withheld")


@pytest.mark.parametrize("how", ["merged", "merged as the other", "same child"])
async def test_r20_a_match_that_is_merged_away_opens_nothing_elsewhere(serve: Serve, how: str) -> None:
    """Who is assigned a match, and merges its record into a shielded one that it does not name, sees no more of that."""
    world = assigned(*(("else", "bait") if how == "merged as the other" else ("bait", "else")))
    gateway = await serve(world)
    before = await read(gateway, "manager", "bea")
    if how == "same child":
        given = {"childId": child_id("bea")}
        assert codes(await said(gateway, "manager", wire(Kind.TASK, "manager/bait/else"), "SAME_CHILD", **given)) == []
    else:
        await merged(gateway, "bea", "bait")
    after = await read(gateway, "manager", "bea")
    assert {name: after[name] for name in HIDDEN} == {name: before[name] for name in HIDDEN}


@pytest.mark.parametrize("how", ["a case of its own", "a hold"])
async def test_r20_the_team_of_a_shielded_record_stays_responsible_for_it(serve: Serve, how: str) -> None:
    """A team that has a double registered, into which the shielded record is merged, sees no more of it by that."""
    world = homes()
    for row in world.rows[t.ChildAuthority]:
        row["authority_id"] = id_of("organisation", "york")
    if how == "a hold":
        world.child("other", authority="york")
        world.shield("other")
        world.rows[t.Shield][0] |= {"state": ShieldState.HOLD, "reason": None, "evidence": None}
        world.rows[t.Shield][0]["raised_by_id"] = world.rows[t.Shield][-1]["id"]
        world.rows[t.Shield].reverse()
    gateway = await serve(world)
    payload = await registered(gateway, familyName="Ashworth", givenNames="Bea", dateOfBirth="2016-03-04")
    given = {"keep": payload["child"]["id"], "merge": child_id("bea"), "note": "one child, seen by both schools"}
    assert codes(await written(gateway, "manager", "mergeChildren", given)) == []
    asked = "query($id: ID!) { child(id: $id) { shielded phone whereabouts { __typename } shield { state } } }"
    seen = {}
    for by in ("team", "rival"):
        seen[by] = (await gateway.ask(by, asked, purpose="CASE_REVIEW", id=payload["child"]["id"]))["child"]
    assert seen["team"] == {"shielded": True, "phone": None, "whereabouts": None, "shield": None}
    assert seen["rival"]["whereabouts"] is not None
    assert [task["kind"] for task in await waiting(gateway, "rival")] == ["UNCERTAIN_MATCH"]
    assert await waiting(gateway) == []


def household_of(world: World, *names: str, **row: Any) -> None:
    """Put children into one home."""
    for name in names:
        world.reach(name, **HOME, **row)


@pytest.mark.parametrize("tie", ["a carer", "an address"])
async def test_r9_whoever_lives_with_a_record_merged_into_a_shielded_one_is_asked_about(serve: Serve, tie: str) -> None:
    """An open sibling would show where the shielded child lives now: its team is asked, and nothing else changes."""
    world = homes()
    for name in ("again", "sister"):
        world.child(name, authority="leeds")
    household_of(world, "again", since=ago(days=5))
    if tie == "a carer":
        world.person("dad")
        world.contact("again", "dad")
        world.contact("sister", "dad")
    else:
        household_of(world, "sister")
    gateway = await serve(world)
    await merged(gateway, "bea", "again")
    assert (await read(gateway, "teacher", "sister"))["shielded"] is False
    (task,) = await waiting(gateway)
    assert (task["kind"], task["child"]["givenNames"]) == ("HOUSEHOLD_SHIELD", "Sister")


async def moved(gateway: Any, name: str, lines: str, postcode: str) -> None:
    version = (await read(gateway, "teacher", name))["version"]
    address = {"lines": [lines], "postcode": postcode}
    given = {"childId": child_id(name), "version": version, "address": address}
    assert codes(await written(gateway, "teacher", "amendChild", given)) == []


async def test_r20_nobody_is_asked_whether_a_child_lives_with_itself(serve: Serve) -> None:
    """A later match between two records ends when they are one: to answer it would end the child's own carers and home."""
    world = homes()
    world.child("again", authority="leeds")
    household_of(world, "again")
    gateway = await serve(world)
    await moved(gateway, "again", "12 Hidden Lane", "LS2 9JT")
    assert [task["child"]["givenNames"] for task in await waiting(gateway) if task["kind"] == "HOUSEHOLD_SHIELD"]
    await merged(gateway, "bea", "again")
    left = [task["child"]["givenNames"] for task in await waiting(gateway)]
    assert "Bea" not in left
    assert "Again" not in left


async def test_r10_sensitive_work_stays_so_where_the_other_record_has_it_as_ordinary(serve: Serve) -> None:
    """Of two rows of one work that are merged the confidential one decides."""
    world = homes()
    world.child("again", authority="leeds")
    for name, sensitive in (("anna", False), ("again", True)):
        how = {"sensitive": sensitive, "basis": "CONSENT" if sensitive else None}
        world.involve(name, "olaf", "social", ServiceKind.YOUTH_SERVICE, **how)
    gateway = await serve(world)
    await merged(gateway, "anna", "again")
    seen = await read(gateway, "teacher", "anna")
    assert "YOUTH_SERVICE" not in str(seen)
    assert "YOUTH_SERVICE" in str((await read(gateway, "team", "anna"))["sensitiveInvolvements"])


async def test_a_carer_whom_both_records_have_is_there_once(serve: Serve) -> None:
    """One person with the same care is one contact of the record that is kept."""
    world = homes()
    world.child("again", authority="leeds")
    world.contact("again", "mum-anna")
    gateway = await serve(world)
    await merged(gateway, "anna", "again")
    seen = await read(gateway, "teacher", "anna")
    assert len(seen["contacts"]) == 1


async def test_r14_the_other_child_of_a_match_costs_a_record(serve: Serve) -> None:
    """An id is paid for by whichever input field it comes."""
    world = homes()
    world.task("manager", "anna")
    world.rows[t.Task][-1] |= {"assignee_id": None}
    gateway = await serve(world, records_per_hour=50)
    left = "{ viewer { recordsLeft } }"
    before = (await gateway.ask("team", left, purpose="CASE_REVIEW"))["viewer"]["recordsLeft"]
    task = wire(Kind.TASK, "manager/anna/None")
    assert codes(await said(gateway, "team", task, "SAME_CHILD", childId=child_id("nobody"))) == ["NOT_FOUND"]
    after = (await gateway.ask("team", left, purpose="CASE_REVIEW"))["viewer"]["recordsLeft"]
    assert before - after == 2
