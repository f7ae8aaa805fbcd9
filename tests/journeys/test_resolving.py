"""R9, R36: the tasks that end holds, reviews and investigations, by one account or by two."""

from typing import Any

import pytest
from sqlalchemy import select

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ReachKind, TaskKind
from tests.conftest import Serve
from tests.journeys.test_shield_decisions import HOUSEHOLD, at_home, begun
from tests.shielding import (
    case_of,
    changes,
    child_id,
    codes,
    decided,
    lifted,
    record,
    resolved,
    rows_of,
    shielded,
    street,
    task_of,
    work,
)
from tests.world import NOW, TODAY, id_of


async def test_r9_a_hold_becomes_a_shield_of_its_own(serve: Serve) -> None:
    """SHIELD_TOO makes it ACTIVE with the reason of the case it followed; it outlives that one, and opens by two."""
    gateway, case = await begun(serve)
    task = await task_of(gateway, "cleo")
    payload = await resolved(gateway, "team", task["id"], "SHIELD_TOO")
    assert (payload["problems"], payload["task"]) == ([], None)
    own = await case_of(gateway, "cleo")
    assert (own["state"], own["reason"], own["decidedBy"], own["evidence"]) == (
        "ACTIVE", "DOMESTIC_VIOLENCE", "Team", "resolved by team",
    )  # fmt: skip
    assert await changes(gateway, "resolveTask") == {id_of("child", "cleo"): ["SHIELD_CASE"]}
    assert await task_of(gateway, "cleo") is None
    for by in ("team", "partner"):
        await decided(gateway, by, case["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD), "they follow Cleo's shield now"
    await lifted(gateway, "team", own["id"])
    assert (await lifted(gateway, "partner", own["id"]))["shield"]["state"] == "LIFTED"
    assert await shielded(gateway, *HOUSEHOLD) == []


async def test_r23_the_reason_of_another_teams_case_is_not_copied(serve: Serve) -> None:
    """A team that may not read the case which a hold follows gets OTHER, and learns nothing of that case."""
    gateway, _ = await begun(serve, street())
    task = await task_of(gateway, "ben", "rival")
    await resolved(gateway, "rival", task["id"], "SHIELD_TOO")
    own = await case_of(gateway, "ben", "rival")
    assert (own["state"], own["reason"], own["requestedBy"]) == ("ACTIVE", "OTHER", None)


async def test_r36_that_a_child_does_not_live_there_takes_two(serve: Serve) -> None:
    """After the first statement the task waits and the record is on hold; the second opens it and ends the links."""
    gateway, _ = await begun(serve)
    task = await task_of(gateway, "ben")
    first = await resolved(gateway, "team", task["id"], "DOES_NOT_LIVE_THERE")
    assert first == {"clientMutationId": None, "problems": [], "task": {"id": task["id"], "kind": "HOUSEHOLD_SHIELD"}}
    assert codes(await resolved(gateway, "team", task["id"], "DOES_NOT_LIVE_THERE")) == ["NEEDS_SECOND_PERSON"]
    assert await shielded(gateway, "ben") == ["ben"]
    assert (await record(gateway, "ben", "team"))["contacts"] == [{"givenNames": "Mum"}]
    second = await resolved(gateway, "partner", task["id"], "DOES_NOT_LIVE_THERE")
    assert (second["problems"], second["task"]) == ([], None)
    assert await shielded(gateway, *HOUSEHOLD) == ["anna", "cleo", "dora"]
    opened = await record(gateway, "ben")
    assert (opened["contacts"], opened["whereabouts"]["__typename"], opened["phone"]) == (
        [], "CurrentAddress", "07700 900111",
    )  # fmt: skip
    assert (await record(gateway, "anna", "team"))["contacts"] == [{"givenNames": "Mum"}]
    async with gateway.database() as connection:
        ended = select(t.Contact.ended_on).where(t.Contact.id == id_of("contact", "ben/mum"))
        assert (await connection.execute(ended)).scalar_one() == TODAY
    told = [row.groups for row in await rows_of(gateway, t.Change) if row.deed == "resolveTask" and row.child_id]
    assert sorted(told) == [["CONTACT_NAMES"], ["IDENTITY", "SHIELD_CASE"], ["WHEREABOUTS"]]
    assert codes(await resolved(gateway, "third", task["id"], "DOES_NOT_LIVE_THERE")) == ["NOT_FOUND"]


@pytest.mark.parametrize("child", ["cleo", "dora"])
async def test_r9_an_address_in_common_ends_with_its_hold(serve: Serve, child: str) -> None:
    """The record that opens shows no address of the shielded household, nor its telephone; what was known is kept."""
    gateway, _ = await begun(serve)
    task = await task_of(gateway, child)
    for by in ("team", "partner"):
        await resolved(gateway, by, task["id"], "DOES_NOT_LIVE_THERE")
    opened = await record(gateway, child)
    assert (opened["shielded"], opened["phone"], opened["whereabouts"]["__typename"]) == (False, None, "NoAddressKnown")
    kept = [row for row in await rows_of(gateway, t.ChildReach) if row.child_id == id_of("child", child)]
    past = [
        row.kind for row in kept if row.replaced_at == NOW and row.postcode is not None and row.postcode != "CA1 1RY"
    ]
    assert past == [ReachKind.CURRENT]
    assert (await record(gateway, "anna", "team"))["whereabouts"]["__typename"] == "CurrentAddress"


async def test_r36_a_child_who_is_shielded_otherwise_stays_so(serve: Serve) -> None:
    """Where another shield stands on the record, the hold ends and the flag does not turn."""
    world = at_home()
    world.shield("ben")
    gateway, _ = await begun(serve, world)
    task = await task_of(gateway, "ben")
    for by in ("team", "partner"):
        await resolved(gateway, by, task["id"], "DOES_NOT_LIVE_THERE")
    assert await shielded(gateway, "ben") == ["ben"]
    told = [row.groups for row in await rows_of(gateway, t.Change) if row.deed == "resolveTask" and row.child_id]
    assert ["SHIELD_CASE"] in told


async def test_r41_a_statement_of_somebody_suspended_does_not_count(serve: Serve) -> None:
    """A first statement whose account is suspended since is none."""
    gateway, _ = await begun(serve)
    task = await task_of(gateway, "ben")
    await resolved(gateway, "team", task["id"], "DOES_NOT_LIVE_THERE")
    account = write_id(Kind.ACCOUNT, id_of("account", "team"))
    await gateway.do("third", "suspendAccount", {"accountId": account, "note": "left"}, purpose="CASE_REVIEW")
    assert (await resolved(gateway, "partner", task["id"], "DOES_NOT_LIVE_THERE"))["task"] is not None
    assert await shielded(gateway, "ben") == ["ben"]
    assert (await resolved(gateway, "third", task["id"], "DOES_NOT_LIVE_THERE"))["task"] is None
    assert await shielded(gateway, "ben") == []


KINDS = ["HOUSEHOLD_SHIELD", "SHIELD_REVIEW", "UNCERTAIN_MATCH", "BROKER_REQUEST", "OVERRIDE_INVESTIGATION"]
WAYS = {
    "HOUSEHOLD_SHIELD": {"SHIELD_TOO", "DOES_NOT_LIVE_THERE"},
    "SHIELD_REVIEW": {"DONE"},
    "OVERRIDE_INVESTIGATION": {"DONE"},
    "UNCERTAIN_MATCH": {"SAME_CHILD", "NEW_CHILD"},
}


@pytest.mark.parametrize("resolution", ["SHIELD_TOO", "DOES_NOT_LIVE_THERE", "SAME_CHILD", "NEW_CHILD", "DONE"])
@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_of_task_has_its_own_ways(serve_small: Serve, kind: str, resolution: str) -> None:
    """What does not fit is INVALID, and the task waits on; broker requests are not ended here."""
    world = street()
    world.task("team", "eve")
    world.rows[t.Task][-1] |= {"kind": TaskKind(kind), "assignee_id": None}
    gateway = await serve_small(world)
    (task,) = await work(gateway)
    other = {"childId": child_id("anna")} if resolution == "SAME_CHILD" else {}
    payload = await resolved(gateway, "team", task["id"], resolution, **other)
    fits = resolution in WAYS.get(kind, set())
    assert codes(payload) == ([] if fits else ["INVALID"])
    assert (await work(gateway) == []) is fits


async def test_a_resolution_is_kept_with_its_note(serve: Serve) -> None:
    """Who said what, when and why stays with the task."""
    world = street()
    world.task("team", "eve")
    world.rows[t.Task][-1] |= {"kind": TaskKind.OVERRIDE_INVESTIGATION}
    gateway = await serve(world)
    (task,) = await work(gateway)
    for more in ({"note": " "}, {"childId": child_id("anna")}):
        assert codes(await resolved(gateway, "team", task["id"], "DONE", **more)) == ["INVALID"]
    await resolved(gateway, "team", task["id"], "DONE")
    (row,) = await rows_of(gateway, t.Resolution)
    assert (row.account_id, row.at, str(row.resolution), row.note) == (
        id_of("account", "team"), NOW, "DONE", "resolved by team",
    )  # fmt: skip


async def test_r32_a_task_that_does_not_wait_for_the_viewer_is_not_found(serve: Serve) -> None:
    """Tasks of another team, of a child in conflict, done or yet to come, and what is no task: the same words."""
    world = street()
    for name, more in {
        "ben": {},
        "anna": {},
        "cleo": {"resolved_at": NOW},
        "dora": {"since": NOW.replace(year=2027)},
    }.items():
        world.task("team", name)
        world.rows[t.Task][-1] |= {"kind": TaskKind.OVERRIDE_INVESTIGATION, "assignee_id": None, **more}
    world.conflict("team", "anna")
    gateway = await serve(world)
    ids: list[Any] = [
        write_id(Kind.TASK, id_of("task", f"team/{name}/None")) for name in ("ben", "anna", "cleo", "dora")
    ]
    ids += [write_id(Kind.TASK, id_of("task", "nobody")), child_id("eve"), "x"]
    answers = [await resolved(gateway, "team", target, "DONE") for target in ids]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * len(ids)
    assert await rows_of(gateway, t.Resolution) == []


async def test_r32_a_version_does_not_move_for_carers_who_stay(serve: Serve) -> None:
    """Cleo, whose own shield stands, is parted from an address in common: to who sees names of carers all is as before."""
    world = at_home()
    world.shield("cleo")
    gateway, _ = await begun(serve, world)
    before = (await record(gateway, "cleo"))["version"]
    task = await task_of(gateway, "cleo")
    for by in ("team", "partner"):
        await resolved(gateway, by, task["id"], "DOES_NOT_LIVE_THERE")
    assert (await record(gateway, "cleo"))["version"] == before
    told = [row.groups for row in await rows_of(gateway, t.Change) if row.deed == "resolveTask" and row.child_id]
    assert sorted(told) == [["SHIELD_CASE"], ["WHEREABOUTS"]]
