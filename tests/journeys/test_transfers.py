"""Transfers: a record changes hands, and with it who is responsible, who works on it and who sees what."""

from typing import Any

import pytest

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.applying import codes
from tests.cast import PURPOSE
from tests.conftest import Serve
from tests.journeys.test_broker import asked, desk, waiting
from tests.overriding import child_id, opened, record, rows_of
from tests.world import NOW, World, id_of

SHOWN = "child { shielded phone contacts { givenNames } withheld { group } }"
ALL_TASKS = "{ tasks { edges { node { kind child { givenNames } } } } }"


def body(name: str) -> str:
    return write_id(Kind.ORGANISATION, id_of("organisation", name))


async def transferred(gateway: Any, name: str = "anna", to: str = "york", by: str = "team", **given: Any) -> Any:
    values = {"childId": child_id(name), "toAuthority": body(to), "note": "the family has moved", **given}
    return await gateway.do(by, "transferRecord", values, SHOWN, purpose=PURPOSE.get(by, "CASE_REVIEW"))


def office() -> World:
    world = desk()
    world.organisation("hideout", kind=world.rows[t.Organisation][0]["kind"], authority="hideout", confidential=True)
    return world


async def test_a_record_changes_hands(serve: Serve) -> None:
    """What the one team saw as responsible the other sees from then on, open tasks included; the first sees names."""
    gateway = await serve(office())
    await asked(gateway)
    await opened(gateway)
    seen = await record(gateway, "anna", "team", "CASE_REVIEW")
    assert (seen["phone"], seen["withheld"]) == ("07700 900111", [])
    payload = await transferred(gateway)
    assert payload["problems"] == []
    assert (payload["child"]["phone"], payload["child"]["contacts"]) == (None, [{"givenNames": "Mum-Anna"}])
    assert "WHEREABOUTS" in {each["group"] for each in payload["child"]["withheld"]}
    assert await waiting(gateway) == []
    tasks = (await gateway.ask("rival", ALL_TASKS, purpose="CASE_REVIEW"))["tasks"]["edges"]
    assert sorted(edge["node"]["kind"] for edge in tasks) == ["BROKER_REQUEST", "OVERRIDE_INVESTIGATION"]
    theirs = await record(gateway, "anna", "rival", "CASE_REVIEW")
    assert (theirs["phone"], theirs["withheld"]) == ("07700 900111", [])
    assert theirs["responsibleAuthority"] == {"name": "York"}


async def test_what_a_transfer_leaves(serve: Serve) -> None:
    """Authority, time and source are anew; who did it, when and why is kept; the version of who sees it moves."""
    gateway = await serve(office())
    version = "query($id: ID!) { child(id: $id) { version } }"
    before = await gateway.ask("teacher", version, id=child_id("cleo"))
    await transferred(gateway, "cleo", clientMutationId="a")
    await transferred(gateway, "cleo", clientMutationId="a")
    assert before != await gateway.ask("teacher", version, id=child_id("cleo"))
    (moved,) = [row for row in await rows_of(gateway, t.ChildAuthority) if row.child_id == id_of("child", "cleo")]
    assert (moved.authority_id, moved.updated_at, moved.source_system) == (
        id_of("organisation", "york"),
        NOW,
        "directory",
    )
    (row,) = await rows_of(gateway, t.Transfer)
    assert (row.child_id, row.account_id, row.note) == (
        id_of("child", "cleo"),
        id_of("account", "team"),
        "the family has moved",
    )
    assert (row.from_authority_id, row.to_authority_id) == (
        id_of("organisation", "leeds"),
        id_of("organisation", "york"),
    )
    (change,) = await rows_of(gateway, t.Change)
    assert (change.deed, change.child_id, change.groups) == ("transferRecord", id_of("child", "cleo"), ["WHEREABOUTS"])


async def test_r32_a_record_of_others_is_not_found(serve: Serve) -> None:
    """Another team's record, nobody's, one in conflict and no record end alike; so does what is no authority."""
    world = office()
    world.child("own", authority="leeds")
    world.conflict("team", "own")
    gateway = await serve(world)
    answers = [await transferred(gateway, name) for name in ("dora", "eve", "own", "nobody")]
    answers += [await transferred(gateway, childId=text) for text in ("", "x", body("leeds"))]
    assert (codes(answers[0]), answers[0]["problems"][0]["field"]) == (["NOT_FOUND"], "childId")
    assert answers == [answers[0]] * len(answers)
    bodies = [await transferred(gateway, to=to) for to in ("social", "school", "hideout", "nowhere")]
    bodies.append(await transferred(gateway, toAuthority=child_id("anna")))
    assert (codes(bodies[0]), bodies[0]["problems"][0]["field"]) == (["NOT_FOUND"], "toAuthority")
    assert bodies == [bodies[0]] * len(bodies)
    assert codes(await transferred(gateway, to="leeds")) == ["INVALID"]
    assert codes(await transferred(gateway, note=" ")) == ["INVALID"]
    assert await rows_of(gateway, t.Transfer) == []


@pytest.mark.parametrize("by", ["teacher", "officer", "police", "manager", "auditor", "feed"])
async def test_only_teams_transfer(serve_small: Serve, by: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(office())
    given = {"childId": child_id("anna"), "toAuthority": body("york"), "note": "x"}
    answer = (await gateway.deed(by, "transferRecord", given, purpose=PURPOSE[by])).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_r14_a_transfer_costs_the_ids_asked_for(serve_small: Serve) -> None:
    """Record and authority are charged, each once an hour, found or not."""
    gateway = await serve_small(office(), records_per_hour=5)
    for name in ("dora", "anna"):
        await transferred(gateway, name)
    left = await gateway.ask("team", "{ viewer { recordsLeft } }", purpose="CASE_REVIEW")
    assert left["viewer"]["recordsLeft"] == 2
