"""Children registered: no record is born open, nothing tells whom it matches, and two of its team open it (R19, R36)."""

from typing import Any

import pytest

from authz.words import Role
from resolvers.ids import Kind, read_id
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind
from tests.applying import codes
from tests.conftest import Serve
from tests.overriding import rows_of
from tests.world import World, ago, id_of
from tests.writing import ADDRESS, RECORD, TODAY, TOMORROW, child_id, homes, read, written

TASKS = "{ tasks(first: 50) { edges { node { id kind child { givenNames } } } } }"
SHUT = {"FORMER_NAMES", "WHEREABOUTS", "PLACES", "SERVICES", "AGENCIES", "LEAD", "SENSITIVE_SERVICES", "IDENTIFIERS"}


async def registered(gateway: Any, by: str = "teacher", **given: Any) -> Any:
    values = {"givenNames": "Nell", "familyName": "Newcome", "dateOfBirth": "2018-05-06", "gender": "FEMALE"}
    return await written(gateway, by, "registerChild", {**values, "address": ADDRESS, **given})


async def waiting(gateway: Any, by: str = "team") -> list[Any]:
    edges = (await gateway.ask(by, TASKS, purpose="CASE_REVIEW"))["tasks"]["edges"]
    return [edge["node"] for edge in edges]


async def said(gateway: Any, by: str, task: str, resolution: str, **given: Any) -> Any:
    values = {"taskId": task, "resolution": resolution, "note": f"looked into by {by}", **given}
    return await gateway.do(by, "resolveTask", values, "task { id }", purpose="CASE_REVIEW")


async def test_r22_a_record_is_born_on_hold(serve: Serve) -> None:
    """Who registers it reads who the child is and no place, not even the one just given; the team reads all of it."""
    gateway = await serve(homes())
    payload = await registered(gateway)
    assert payload["problems"] == []
    child = payload["child"]
    assert (child["givenNames"], child["familyName"], child["shielded"]) == ("Nell", "Newcome", True)
    assert (child["whereabouts"], child["phone"]) == (None, None)
    assert {each["group"] for each in child["withheld"]} >= {"WHEREABOUTS", "PLACES", "SERVICES"}
    (task,) = await waiting(gateway)
    assert (task["kind"], task["child"]["givenNames"]) == ("UNCERTAIN_MATCH", "Nell")
    asked = f"query($id: ID!) {{ {RECORD.replace('child {', 'child(id: $id) { directoryNumber', 1)} }}"
    seen = (await gateway.ask("team", asked, purpose="CASE_REVIEW", id=child["id"]))["child"]
    assert seen["whereabouts"]["address"] == ADDRESS
    numbered = "query($n: String!) { child(directoryNumber: $n) { givenNames } }"
    found = await gateway.ask("teacher", numbered, n=seen["directoryNumber"])
    assert found["child"] == {"givenNames": "Nell"}


async def test_r36_two_of_the_team_open_it(serve: Serve) -> None:
    """The first says so, the same one again does not count, a colleague opens it; another team sees no task."""
    gateway = await serve(homes())
    payload = await registered(gateway)
    (task,) = await waiting(gateway)
    assert await waiting(gateway, "rival") == []
    assert (await said(gateway, "team", task["id"], "NEW_CHILD"))["task"] is not None
    assert codes(await said(gateway, "team", task["id"], "NEW_CHILD")) == ["NEEDS_SECOND_PERSON"]
    assert (await said(gateway, "partner", task["id"], "NEW_CHILD"))["task"] is None
    asked = f"query($id: ID!) {{ {RECORD.replace('child {', 'child(id: $id) {', 1)} }}"
    seen = (await gateway.ask("teacher", asked, id=payload["child"]["id"]))["child"]
    assert (seen["shielded"], seen["whereabouts"]["address"]) == (False, ADDRESS)


@pytest.mark.parametrize("twin", ["open", "shielded", "concealed", "archived", "in conflict", "none"])
async def test_r19_r22_nothing_tells_what_it_matches(serve: Serve, twin: str) -> None:
    """Whatever record of the same name and birth there is, hidden or not, the answer and the record are the same."""
    world = homes()
    if twin != "none":
        born = ago(days=19 * 366) if twin == "archived" else None
        world.child(
            "twin",
            family="Newcome",
            given="Nell",
            born=born or _born(),
            authority="leeds",
            concealed=twin == "concealed",
        )
        if twin == "shielded":
            world.shield("twin")
        if twin == "in conflict":
            world.conflict("teacher", "twin")
    gateway = await serve(world)
    payload = await registered(gateway)
    key = read_id(payload["child"]["id"])
    assert key is not None
    (shield,) = [row for row in await rows_of(gateway, t.Shield) if row.child_id == key.key]
    (task,) = [row for row in await rows_of(gateway, t.Task) if row.child_id == key.key]
    assert (str(shield.state), shield.raised_by_id, task.shield_id) == ("HOLD", None, shield.id)
    matched = id_of("child", "twin") if twin in {"open", "shielded", "in conflict"} else None
    assert task.other_child_id == matched  # for the team alone; nothing leads to what is concealed or archived
    child = payload["child"]
    assert {name: value for name, value in child.items() if name not in {"id", "version"}} == {
        "givenNames": "Nell", "familyName": "Newcome", "shielded": True, "contacts": [], "formerNames": [],
        **dict.fromkeys(("phone", "email", "whereabouts", "agencies", "leadProfessional", "education", "gpPractice")),
        "involvements": {"edges": []}, "sensitiveInvolvements": [], "withheld": child["withheld"],
    }  # fmt: skip
    assert {each["group"] for each in child["withheld"]} >= SHUT - {"FORMER_NAMES"}


def _born() -> Any:
    return ago().replace(year=2018, month=5, day=6)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"dateOfBirth": TOMORROW}, "dateOfBirth"),
        ({"dateOfBirth": "2001-01-01"}, "dateOfBirth"),
        ({"dateOfBirth": "2008-06-15"}, "dateOfBirth"),
        ({"familyName": "--"}, "familyName"),
        ({"address": {**ADDRESS, "uprn": "x" * 300}}, "address"),
    ],
)
async def test_what_cannot_be_is_invalid(serve_small: Serve, given: dict[str, Any], field: str) -> None:
    """From the input alone; adults have no record."""
    gateway = await serve_small(homes())
    payload = await registered(gateway, **given)
    assert (codes(payload), payload["problems"][0]["field"]) == (["INVALID"], field)


async def test_a_body_in_no_authority_registers_where_the_child_lives(serve: Serve) -> None:
    """The public directory tells which authority a postcode is in; where it does not, the address is INVALID."""
    world = homes()
    world.organisation("mill", OrganisationKind.SCHOOL, authority="york")
    world.rows[t.OrganisationPlace][-1]["postcode"] = "YO1 7HH"
    gateway = await serve(world)
    payload = await registered(gateway, by="manager", address={**ADDRESS, "postcode": "YO1 9ZZ"})
    assert payload["problems"] == []
    (task,) = await waiting(gateway, "rival")
    assert task["child"]["givenNames"] == "Nell"
    for address in (None, {**ADDRESS, "postcode": "ZZ9 9ZZ"}):
        payload = await registered(gateway, by="manager", address=address)
        assert (codes(payload), payload["problems"][0]["field"]) == (["INVALID"], "address")


async def test_r20_r36_the_same_child_comes_into_an_open_record_by_two(serve: Serve) -> None:
    """Both must name the same record; then it holds what the new one held, and the new id is as an unknown one."""
    gateway = await serve(homes())
    payload = await registered(gateway, familyName="Ashworth", givenNames="Anna", dateOfBirth="2016-03-04")
    new = payload["child"]["id"]
    given = {"childId": new, "givenNames": "Gran", "familyName": "Carer", "relationship": "GRANDPARENT"}
    await written(gateway, "teacher", "addContact", {**given, "parentalResponsibility": False})
    (task,) = await waiting(gateway)
    assert codes(await said(gateway, "team", task["id"], "SAME_CHILD")) == ["INVALID"]
    assert codes(await said(gateway, "team", task["id"], "SAME_CHILD", childId=new)) == ["INVALID"]
    assert (await said(gateway, "team", task["id"], "SAME_CHILD", childId=child_id("anna")))["task"] is not None
    other = await said(gateway, "partner", task["id"], "SAME_CHILD", childId=child_id("bea"))
    assert other["problems"] == []
    assert other["task"] is None  # bea is shielded: what comes to her is opened to nobody
    assert {each["givenNames"] for each in (await read(gateway, "team", "bea"))["contacts"]} == {"Mum-Bea", "Gran"}
    assert (await read(gateway, "team", "anna"))["contacts"][0]["givenNames"] == "Mum-Anna"
    gone = "query($id: ID!) { child(id: $id) { id } }"
    answers = [await gateway.raw("team", gone, purpose="CASE_REVIEW", id=each) for each in (new, child_id("nobody"))]
    assert answers[0].content == answers[1].content


async def test_r36_one_account_opens_nothing_by_a_merge(serve: Serve) -> None:
    """One of the team alone, said twice, leaves both records; the second account makes them one, and it is open."""
    gateway = await serve(homes())
    payload = await registered(gateway, address={**ADDRESS, "postcode": "LS9 9AA"})
    (task,) = await waiting(gateway)
    same = {"childId": child_id("anna")}
    await said(gateway, "team", task["id"], "SAME_CHILD", **same)
    assert codes(await said(gateway, "team", task["id"], "SAME_CHILD", **same)) == ["NEEDS_SECOND_PERSON"]
    assert (await read(gateway, "teacher", "anna"))["whereabouts"]["address"]["postcode"] == "LS2 9JT"
    assert (await said(gateway, "partner", task["id"], "SAME_CHILD", **same))["task"] is None
    seen = await read(gateway, "teacher", "anna")
    assert (seen["shielded"], seen["whereabouts"]["since"]) == (False, TODAY)
    assert seen["whereabouts"]["address"]["postcode"] == "LS9 9AA"
    assert payload["child"]["id"] != seen["id"]


async def test_r36_a_data_manager_opens_nothing(serve: Serve) -> None:
    """To whom a match is assigned, may merge it, and then the record that is kept is on hold; NEW_CHILD takes the team."""
    world = homes()
    world.account("second", Role.DATA_MANAGER, "office")
    gateway = await serve(world)
    await registered(gateway)
    (row,) = [row for row in await rows_of(gateway, t.Task) if str(row.kind) == "UNCERTAIN_MATCH" and row.shield_id]
    async with gateway.database() as connection:
        assign = t.Task.__table__.update().where(t.Task.id == row.id)
        await connection.execute(assign.values(assignee_id=id_of("account", "manager")))
    (task,) = await waiting(gateway)
    answer = await gateway.do(
        "manager",
        "resolveTask",
        {"taskId": task["id"], "resolution": "NEW_CHILD", "note": "new"},
        purpose="DATA_QUALITY",
    )
    assert codes(answer) == ["NEEDS_SECOND_PERSON"]
    given = {"taskId": task["id"], "resolution": "SAME_CHILD", "note": "same", "childId": child_id("anna")}
    assert (await gateway.do("manager", "resolveTask", given, purpose="DATA_QUALITY"))["problems"] == []
    seen = await read(gateway, "teacher", "anna")
    assert (seen["shielded"], seen["whereabouts"]) == (True, None)
    (left,) = await waiting(gateway)
    assert left["child"]["givenNames"] == "Anna"
    for by in ("team", "partner"):
        assert (await said(gateway, by, left["id"], "NEW_CHILD"))["problems"] == []
    assert (await read(gateway, "teacher", "anna"))["shielded"] is False


def street() -> World:
    world = homes()
    world.rows[t.ChildReach] = [row for row in world.rows[t.ChildReach] if row["child_id"] != id_of("child", "anna")]
    world.reach("anna", uprn="9", address_lines="9 Open Road", postcode="LS9 1AA")
    return world


HIDDEN = {"lines": ["12 hidden  LANE"], "postcode": "ls29jt"}


@pytest.mark.parametrize("moved", ["open", "shielded"])
async def test_r9_a_home_shared_later_raises_a_task_and_changes_nothing(serve: Serve, moved: str) -> None:
    """Whichever of the two has moved: no flag, no answer and no statement tells; the open child's team is asked."""
    gateway = await serve(street())
    seen = await read(gateway, "teacher", "anna")
    if moved == "open":
        given = {"childId": child_id("anna"), "version": seen["version"], "address": HIDDEN}
        payload = await written(gateway, "teacher", "amendChild", given)
    else:
        version = (await read(gateway, "team", "bea"))["version"]
        there = {"lines": ["9 open road"], "postcode": "LS9 1AA"}
        payload = await written(
            gateway, "team", "amendChild", {"childId": child_id("bea"), "version": version, "address": there}
        )
    assert payload["problems"] == []
    after = await read(gateway, "teacher", "anna")
    assert after["shielded"] is False
    if moved == "shielded":
        assert after == seen
    (task,) = await waiting(gateway)
    assert (task["kind"], task["child"]["givenNames"]) == ("HOUSEHOLD_SHIELD", "Anna")
    assert (await said(gateway, "team", task["id"], "SHIELD_TOO"))["problems"] == []
    assert (await read(gateway, "teacher", "anna"))["whereabouts"] is None


async def test_r9_a_home_that_is_not_shared_asks_nobody(serve: Serve) -> None:
    """Nor does a home shared with a record that is concealed, or with one that is open."""
    world = street()
    world.child("gone", authority="leeds", concealed=True)
    world.reach("gone", uprn="4", address_lines="4 Road", postcode="LS4 4AA")
    world.shield("gone")
    gateway = await serve(world)
    for address in (ADDRESS, {"lines": ["4 Road"], "postcode": "LS4 4AA"}):
        version = (await read(gateway, "teacher", "anna"))["version"]
        await written(
            gateway, "teacher", "amendChild", {"childId": child_id("anna"), "version": version, "address": address}
        )
    assert await waiting(gateway) == []


async def test_r36_who_does_not_live_there_is_parted_by_two(serve: Serve) -> None:
    """The second ends what the two have in common on the open record; the shielded one stays as it is."""
    gateway = await serve(street())
    version = (await read(gateway, "teacher", "anna"))["version"]
    await written(
        gateway, "teacher", "amendChild", {"childId": child_id("anna"), "version": version, "address": HIDDEN}
    )
    before = await read(gateway, "team", "bea")
    (task,) = await waiting(gateway)
    assert (await said(gateway, "team", task["id"], "DOES_NOT_LIVE_THERE"))["task"] is not None
    assert (await said(gateway, "partner", task["id"], "DOES_NOT_LIVE_THERE"))["task"] is None
    assert (await read(gateway, "teacher", "anna"))["whereabouts"] == {"__typename": "NoAddressKnown"}
    assert await read(gateway, "team", "bea") == before


async def test_r36_a_household_is_decided_on_before_a_record_is_opened(serve: Serve) -> None:
    """A child registered at a hidden address is not opened until it is said whether it lives there."""
    gateway = await serve(street())
    await registered(gateway, address=HIDDEN)
    tasks = {task["kind"]: task["id"] for task in await waiting(gateway)}
    assert set(tasks) == {"UNCERTAIN_MATCH", "HOUSEHOLD_SHIELD"}
    assert codes(await said(gateway, "team", tasks["UNCERTAIN_MATCH"], "NEW_CHILD")) == ["INVALID"]
    assert codes(await said(gateway, "team", tasks["HOUSEHOLD_SHIELD"], "SHIELD_TOO")) == []
    for by in ("team", "partner"):
        await said(gateway, by, tasks["UNCERTAIN_MATCH"], "NEW_CHILD")
    (child,) = [row for row in await rows_of(gateway, t.Child) if row.given_names == "Nell"]
    states = sorted(str(row.state) for row in await rows_of(gateway, t.Shield) if row.child_id == child.id)
    assert states == ["ACTIVE", "LIFTED"]
    assert Kind.CHILD
