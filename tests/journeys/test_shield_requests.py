"""R9, R21: a request shields at once, and puts the rest of the household on hold, whatever household there is."""

from typing import Any

import pytest

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldState
from tests.cast import PURPOSE
from tests.conftest import Serve
from tests.shielding import (
    LIST,
    SHOWN,
    cases,
    changes,
    child_id,
    codes,
    decided,
    neighbours,
    record,
    requested,
    rows_of,
    shielded,
    street,
    task_of,
    work,
)
from tests.world import id_of

HOUSEHOLD = ("anna", "ben", "cleo", "dora")
NOBODY = ("past", "moved", "left", "nowhere", "eve")


async def test_r21_a_request_is_in_force_from_its_commit(serve: Serve) -> None:
    """The next request of anybody sees a shielded record; the requester gets a reference and no case."""
    gateway = await serve(street())
    before = await record(gateway, "anna")
    assert (before["shielded"], before["phone"]) == (False, "07700 900111")
    payload = await requested(gateway)
    assert (payload["problems"], payload["shield"], len(payload["reference"])) == ([], None, 43)
    for by in ("teacher", "officer", "rival"):
        after = await record(gateway, "anna", by)
        assert (after["shielded"], after["phone"], after["whereabouts"], after["shield"]) == (True, None, None, None)
    assert after["version"] != before["version"]


async def test_r9_the_household_is_put_on_hold(serve: Serve) -> None:
    """A carer in common, the same property or the same address, however written: each on hold, each with its task."""
    world = street()
    neighbours(world)
    gateway = await serve(world)
    assert await shielded(gateway, *HOUSEHOLD, *NOBODY) == []
    await requested(gateway)
    assert await shielded(gateway, *HOUSEHOLD, *NOBODY) == list(HOUSEHOLD)
    seen = {one["child"]["givenNames"]: (one["state"], one["reason"]) for one in await cases(gateway)}
    assert seen == {"Anna": ("REQUESTED", "DOMESTIC_VIOLENCE"), "Cleo": ("HOLD", None), "Dora": ("HOLD", None)}
    assert {one["child"]["givenNames"] for one in await work(gateway, kind="HOUSEHOLD_SHIELD")} == {"Cleo", "Dora"}
    assert {one["child"]["givenNames"] for one in await work(gateway, "rival")} == {"Ben"}
    holds = [row for row in await rows_of(gateway, t.Shield) if row.state is ShieldState.HOLD]
    assert {row.child_id for row in holds} == {id_of("child", name) for name in HOUSEHOLD[1:]}
    assert {row.raised_by_id for row in holds} == {row.shield_id for row in await rows_of(gateway, t.ShieldRequest)}


async def test_r9_what_is_put_on_hold_is_written_as_changed(serve: Serve) -> None:
    """Each record whose flag turns has a change row; one that was shielded before changes in its case alone."""
    world = street()
    world.shield("dora")
    gateway = await serve(world)
    await requested(gateway)
    told = await changes(gateway, "requestShield")
    turned = {id_of("child", name): ["IDENTITY", "SHIELD_CASE"] for name in ("anna", "ben", "cleo")}
    assert told == turned | {id_of("child", "dora"): ["SHIELD_CASE"]}
    counted = {(row.child_id, str(row.group)): row.changes for row in await rows_of(gateway, t.ChangeCounter)}
    assert counted == {(child, group): 1 for child, groups in told.items() for group in groups}


async def test_r9_a_request_on_a_shielded_record_adds_a_case_alone(serve: Serve) -> None:
    """No flag changes and nobody is put on hold: else a request would tell where a shielded child lives."""
    world = street()
    world.shield("anna")
    gateway = await serve(world)
    versions = [(await record(gateway, name, "officer"))["version"] for name in HOUSEHOLD]
    payload = await requested(gateway, reason="OTHER")
    assert (payload["problems"], payload["shield"], bool(payload["reference"])) == ([], None, True)
    assert await shielded(gateway, *HOUSEHOLD) == ["anna"]
    assert [(await record(gateway, name, "officer"))["version"] for name in HOUSEHOLD] == versions
    assert sorted(one["state"] for one in await cases(gateway)) == ["ACTIVE", "REQUESTED"]
    assert (await record(gateway, "anna", "team"))["shield"]["state"] == "ACTIVE"
    assert await changes(gateway, "requestShield") == {id_of("child", "anna"): ["SHIELD_CASE"]}
    assert await work(gateway) == []


async def test_r9_the_answer_is_the_same_whatever_household_there_is(serve: Serve) -> None:
    """With a household and with none, on an open record and on a shielded one, the payload differs by reference alone."""
    alone, held = street(), street()
    for table in (t.Contact, t.ChildReach):
        alone.rows[table] = [row for row in alone.rows[table] if row["child_id"] == id_of("child", "anna")]
    held.shield("anna")
    answers = []
    for world in (street(), alone, held):
        gateway = await serve(world)
        asked = {"childId": child_id("anna"), "reason": "OTHER", "evidence": "a call"}
        response = await gateway.deed("teacher", "requestShield", asked, SHOWN)
        answers.append(
            (
                response.status_code,
                len(response.content),
                {**response.json()["data"]["requestShield"], "reference": None},
            )
        )
    assert answers == [answers[0]] * 3


@pytest.mark.parametrize("target", ["nobody", "kin", "gone", "grown", "no id", "another kind"])
async def test_r32_who_is_none_to_the_viewer_cannot_be_shielded(serve: Serve, target: str) -> None:
    """Absent, in conflict, concealed, archived: NOT_FOUND in the same words, and nothing is left."""
    world = street()
    neighbours(world)
    world.child("kin")
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    text = {"no id": "x", "another kind": write_id(Kind.SHIELD, id_of("child", "anna"))}.get(target, child_id(target))
    payload = await requested(gateway, childId=text)
    assert payload["problems"] == [
        {"code": "NOT_FOUND", "field": "childId", "message": "`childId` names nothing that this account may change"}
    ]
    assert (payload["shield"], payload["reference"]) == (None, None)
    assert (await rows_of(gateway, t.ShieldRequest), await rows_of(gateway, t.Change)) == ([], [])


async def test_requests_are_counted_by_account_and_day(serve: Serve) -> None:
    """Beyond the day's number a request is refused; others have their own, and the refused one has done nothing."""
    gateway = await serve(street(), shield_requests_per_day=2)
    for child in ("anna", "eve"):
        assert codes(await requested(gateway, child)) == []
    asked = {"childId": child_id("eve"), "reason": "OTHER", "evidence": "a call"}
    refused = await gateway.deed("teacher", "requestShield", asked, SHOWN)
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BUDGET_EXCEEDED"]
    assert len(await rows_of(gateway, t.ShieldRequest)) == 2
    assert codes(await requested(gateway, "eve", by="officer")) == []


async def test_r16_every_request_is_an_alert(serve: Serve) -> None:
    """A request raises SHIELD_REQUEST with the event of its deed, on a shielded record as on an open one."""
    gateway = await serve(street())
    for _ in range(2):
        await requested(gateway)
    events = [event.id for event in (await gateway.journal())[0] if event.deed == "requestShield"]
    alerts = await rows_of(gateway, t.Alert)
    assert {(str(row.kind), row.event_id) for row in alerts} == {("SHIELD_REQUEST", event) for event in events}
    assert len(alerts) == len(events) == 2


async def test_r32_a_request_sent_twice_under_one_key_is_one(serve: Serve) -> None:
    """The same key gives the same reference, and one case; another input under it is refused."""
    gateway = await serve(street())
    first, again = [await requested(gateway, clientMutationId="case 9") for _ in range(2)]
    assert first == again
    assert len(await rows_of(gateway, t.ShieldRequest)) == 1
    assert codes(await requested(gateway, "eve", clientMutationId="case 9")) == ["DUPLICATE_KEY"]


@pytest.mark.parametrize("evidence", ["", " \n ", "x" * 2_001])
async def test_a_request_without_evidence_is_invalid(serve_small: Serve, evidence: str) -> None:
    """Evidence of 1 to 2,000 characters is asked for; nothing is shielded without."""
    gateway = await serve_small(street())
    payload = await requested(gateway, evidence=evidence)
    assert [(problem["code"], problem["field"]) for problem in payload["problems"]] == [("INVALID", "evidence")]
    assert await shielded(gateway, "anna") == []


@pytest.mark.parametrize("account", ["police", "manager", "auditor", "feed"])
async def test_who_may_not_request_is_refused(serve_small: Serve, account: str) -> None:
    """Roles without the act are refused before anything is read."""
    gateway = await serve_small(street())
    asked = {"childId": child_id("anna"), "reason": "OTHER", "evidence": "a call"}
    answer = (await gateway.deed(account, "requestShield", asked, purpose=PURPOSE[account])).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_team_that_requests_reads_the_case(serve: Serve) -> None:
    """A requester of the responsible team gets the case itself; one of another team gets a reference."""
    gateway = await serve(street())
    own = await requested(gateway, "eve", by="team")
    assert (own["shield"]["state"], own["shield"]["requestedBy"]) == ("REQUESTED", "Team")
    other = await requested(gateway, "anna", by="rival")
    assert (other["shield"], bool(other["reference"])) == (None, True)


@pytest.mark.parametrize("account", ["teacher", "officer", "police", "manager", "auditor", "feed"])
async def test_r23_only_teams_list_cases(serve_small: Serve, account: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(street())
    assert (403, ["FORBIDDEN"]) == await gateway.codes(account, LIST, purpose=PURPOSE[account])


async def test_r23_a_team_lists_the_cases_of_its_own_records(serve: Serve) -> None:
    """By no state, page or cursor does a team learn of a case of another authority, or of a child in conflict."""
    world = street()
    for name, state in (("anna", ShieldState.ACTIVE), ("ben", ShieldState.ACTIVE), ("cleo", ShieldState.LIFTED)):
        world.shield(name, state)
    world.conflict("partner", "anna")
    gateway = await serve(world)

    async def named(by: str, **variables: Any) -> list[str]:
        return sorted(one["child"]["givenNames"] for one in await cases(gateway, by, **variables))

    assert await named("team") == ["Anna", "Cleo"]
    assert await named("team", state="ACTIVE") == ["Anna"]
    assert await named("rival", state="ACTIVE") == ["Ben"]
    assert await named("rival", state="LIFTED") == []
    assert await named("partner") == ["Cleo"]


async def test_r23_cases_are_paged(serve: Serve) -> None:
    """Pages follow one another without loss; a cursor is good for its viewer and state alone."""
    gateway = await serve(street())
    await requested(gateway)
    whole = [one["id"] for one in await cases(gateway)]
    page = (await gateway.ask("team", LIST, first=2))["shieldRequests"]
    rest = (await gateway.ask("team", LIST, first=2, after=page["edges"][-1]["cursor"]))["shieldRequests"]
    assert [edge["node"]["id"] for edge in (*page["edges"], *rest["edges"])] == whole
    assert (len(set(whole)), rest["pageInfo"]["hasNextPage"]) == (3, False)
    for by, state in (("partner", None), ("team", "HOLD")):
        refused = await gateway.raw(by, LIST, purpose="CASE_REVIEW", after=page["edges"][0]["cursor"], state=state)
        assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_r29_cases_that_are_listed_open_their_records(serve: Serve) -> None:
    """Each case leaves a row that says SHIELD_CASE was disclosed, and costs one record."""
    gateway = await serve(street(), records_per_hour=10)
    await requested(gateway)
    await cases(gateway)
    opened = [row for row in (await gateway.journal())[1] if row.disclosed == ["IDENTITY", "SHIELD_CASE"]]
    assert {(row.kind, row.child_id) for row in opened} == {
        ("OPENED", id_of("child", name)) for name in ("anna", "cleo", "dora")
    }
    assert (await gateway.ask("team", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 7


async def test_r9_a_hold_has_its_own_task_for_every_shield_that_raised_it(serve: Serve) -> None:
    """A second shield on an open record of a household that is half shielded holds all the others once more."""
    world = street()
    gateway = await serve(world)
    await requested(gateway, "ben", by="officer")
    assert await shielded(gateway, *HOUSEHOLD) == ["anna", "ben"]
    await requested(gateway, "cleo", by="officer")
    assert await shielded(gateway, *HOUSEHOLD) == ["anna", "ben", "cleo"]
    assert len([one for one in await work(gateway) if one["child"]["givenNames"] == "Anna"]) == 2
    assert await task_of(gateway, "cleo") is None


async def test_r23_a_case_is_read_on_the_record_by_its_team_alone(serve: Serve) -> None:
    """`Child.shield` shows the case to the responsible team; to all others null, with SHIELD_CASE withheld."""
    gateway = await serve(street())
    await requested(gateway, by="officer")
    shown = await record(gateway, "anna", "team")
    assert shown["shield"] == {"state": "REQUESTED", "reason": "DOMESTIC_VIOLENCE", "requestedBy": "Officer"}
    for by in ("teacher", "officer", "rival", "manager"):
        hidden = await record(gateway, "anna", by)
        assert hidden["shield"] is None
        assert "SHIELD_CASE" in [one["group"] for one in hidden["withheld"]]
    await decided(gateway, "team", (await cases(gateway, state="REQUESTED"))[0]["id"])
    assert (await record(gateway, "anna", "team"))["shield"]["state"] == "ACTIVE"
    assert (await record(gateway, "eve", "team"))["shield"] is None
