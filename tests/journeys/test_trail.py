"""R30: who reads the trace of a record, and how much of it: a directory team, by the record itself and by events."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from authz.words import Role
from resolvers.ids import Kind, read_id, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldState
from tests.conftest import Serve
from tests.looking import (
    EARLIER,
    EVENTS,
    TRAIL,
    WHO,
    account_id,
    child_id,
    events,
    looked,
    rows,
    town,
    trail,
)
from tests.queries import BY_ID
from tests.world import NOW, id_of

HOUR = EARLIER.replace(minute=0, second=0, microsecond=0)


async def test_r30_of_an_open_record_the_team_reads_who_when_and_why(serve: Serve) -> None:
    """The responsible team reads account, body, purpose and reason of each look at an open record, to the instant."""
    world = town()
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    (row,) = rows(await trail(gateway, "team", "anna"))
    assert {name: row[name] for name in ("at", *WHO)} == {
        "at": EARLIER.isoformat(),
        "viewer": account_id("teacher"),
        "viewerName": "Teacher",
        "organisation": "School",
        "reason": "Asked by the family",
    }
    assert (row["kind"], row["role"], row["organisationKind"], row["purpose"]) == (
        "OPENED", "PRACTITIONER", "SCHOOL", "COORDINATE_CARE",
    )  # fmt: skip
    assert (row["disclosed"], row["withheld"], row["override"]) == (["IDENTITY"], ["SERVICES"], False)


async def test_r30_of_a_shielded_record_the_team_reads_role_and_kind_of_body_alone(serve: Serve) -> None:
    """No name, no place, no free text, and the time by the whole hour; what was disclosed under an override stays."""
    world = town()
    looked(world, "officer", "bea", shielded=True, override=True)
    gateway = await serve(world)
    for page in (await trail(gateway, "team", "bea"), await events(gateway, "team")):
        (row,) = [row for row in rows(page) if row["at"] == HOUR.isoformat()]
        assert {name: row[name] for name in WHO} == dict.fromkeys(WHO)
        assert (row["role"], row["organisationKind"], row["purpose"]) == (
            "PROTECTION_OFFICER", "LOCAL_AUTHORITY", "COORDINATE_CARE",
        )  # fmt: skip
        assert (row["kind"], row["override"], row["disclosed"]) == ("OPENED", True, ["IDENTITY"])


@pytest.mark.parametrize(("now", "then"), [(True, False), (False, True)])
async def test_r30_r41_shielded_now_or_shielded_then_is_shielded(serve: Serve, now: bool, then: bool) -> None:
    """Looks before a shield began and looks under one that has ended are told as those under one that stands."""
    world = town()
    looked(world, "teacher", "bea" if now else "anna", shielded=then)
    gateway = await serve(world)
    (row,) = rows(await trail(gateway, "team", "bea" if now else "anna"))
    assert {name: row[name] for name in WHO} == dict.fromkeys(WHO)
    assert row["at"] == HOUR.isoformat()


async def test_r30_a_worker_of_an_unknown_confidential_body_is_not_told(serve: Serve) -> None:
    """A refuge whose people the team may not know is told by its kind; its own authority's refuge by its name."""
    world = town()
    world.account("nun", Role.PRACTITIONER, "refuge", practitioner="ruth")
    looked(world, "helper", "anna")
    looked(world, "nun", "anna")
    gateway = await serve(world)
    found = rows(await trail(gateway, "team", "anna"))
    assert [(row["viewerName"], row["organisation"], row["organisationKind"]) for row in found] == [
        ("Nun", "Refuge", "CHARITY"),
        (None, None, "CHARITY"),
    ]
    assert [row["viewer"] is None or row["reason"] is None for row in found] == [False, True]


async def test_r30_a_reason_is_told_where_the_operation_touched_this_record_alone(serve: Serve) -> None:
    """The free text of a look at several records, or that sought something beside, is told on none of them."""
    world = town()
    looked(world, "teacher", "anna", "cleo", at=EARLIER)
    looked(world, "teacher", "anna", sought="ab" * 32, at=EARLIER - timedelta(minutes=1))
    looked(world, "teacher", "anna", at=EARLIER - timedelta(minutes=2))
    gateway = await serve(world)
    found = rows(await trail(gateway, "team", "anna"))
    assert [row["reason"] for row in found] == [None, None, "Asked by the family"]
    assert [row["viewerName"] for row in found] == ["Teacher"] * 3


async def test_r30_one_operation_on_an_open_and_a_shielded_record_is_not_joined(serve: Serve) -> None:
    """Neither time, id, cursor, event, viewer nor bounds of time join a shielded record's row to an open one's."""
    world = town()
    event = looked(world, "teacher", "anna", "bea")
    gateway = await serve(world)
    (opened,), (shut,) = rows(await trail(gateway, "team", "anna")), rows(await trail(gateway, "team", "bea"))
    assert (opened["at"], shut["at"]) == (EARLIER.isoformat(), HOUR.isoformat())
    assert {row["id"] for row in rows(await events(gateway, "team", event=event))} == {opened["id"]}
    assert [row["id"] for row in rows(await events(gateway, "team", event=opened["id"]))] == [opened["id"]]
    assert [row["id"] for row in rows(await events(gateway, "team", event=shut["id"]))] == [shut["id"]]
    assert [row["id"] for row in rows(await events(gateway, "team", viewer=opened["viewer"]))] == [opened["id"]]
    assert rows(await events(gateway, "team", viewer=opened["viewer"], record=shut["record"])) == []

    async def found(**asked: str) -> bool:
        return shut["id"] in {row["id"] for row in rows(await events(gateway, "team", record=shut["record"], **asked))}

    for minutes in (1, 36, 37, 38, 59):
        instant = (HOUR + timedelta(minutes=minutes)).isoformat()
        assert not await found(**{"from": instant})
        assert await found(to=instant)
    assert [await found(**{"from": HOUR.isoformat()}), await found(to=HOUR.isoformat())] == [True, False]


async def test_r30_rows_that_tell_the_hour_come_last_in_it(serve: Serve) -> None:
    """A shielded record's row stands where its hour began, whenever in the hour it was, among a team's events."""
    world = town()
    for minute, child in {5: "anna", 10: "bea", 20: "anna", 50: "bea"}.items():
        looked(world, "teacher", child, at=HOUR + timedelta(minutes=minute))
    gateway = await serve(world)
    found = [row for row in rows(await events(gateway, "team")) if row["role"] == "PRACTITIONER"]
    minutes = [row["at"][14:16] for row in found]
    assert minutes == ["20", "05", "00", "00"]
    pages, after = [], None
    while True:
        page = await events(gateway, "team", first=1, after=after, to=NOW.isoformat())
        pages += [row["id"] for row in rows(page)]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert pages == [row["id"] for row in found]


async def test_r30_a_team_reads_events_of_its_own_records_alone(serve: Serve) -> None:
    """Another authority's records are in no list, behind no reference, viewer, event or row; as if they were not."""
    world = town()
    event = looked(world, "teacher", "cleo")
    looked(world, "teacher", "dora", shielded=True)
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    theirs = rows(await events(gateway, "rival"))
    assert len(theirs) == 2
    assert [row["organisation"] for row in rows(await events(gateway, "team"))] == ["School"]
    for row in theirs:
        for asked in ({"record": row["record"]}, {"event": row["id"]}, {"event": event}):
            nothing = await gateway.raw("team", EVENTS, purpose="CASE_REVIEW", **asked)
            unknown = await gateway.raw("team", EVENTS, purpose="CASE_REVIEW", record="x" * 43)
            assert nothing.content == unknown.content
    assert [row["record"] for row in rows(await events(gateway, "team", viewer=account_id("teacher")))] == [
        rows(await trail(gateway, "team", "anna"))[0]["record"]
    ]


async def test_r30_others_have_the_trail_withheld(serve_small: Serve) -> None:
    """Whoever does not hold TRAIL reads null and its group, whether or not anybody has looked; the root is refused."""
    world = town()
    looked(world, "officer", "anna")
    gateway = await serve_small(world)
    for account in ("teacher", "officer", "manager", "rival"):
        purpose = {"teacher": "COORDINATE_CARE", "manager": "DATA_QUALITY"}.get(account, "CASE_REVIEW")
        for child in ("anna", "bea"):
            answer = await gateway.ask(account, TRAIL, purpose=purpose, id=child_id(child))
            assert answer["child"]["accessTrail"] is None
            assert {"group": "TRAIL"} in answer["child"]["withheld"]
        if account != "rival":
            assert await gateway.codes(account, EVENTS, purpose=purpose) == (403, ["FORBIDDEN"])


@pytest.mark.parametrize("how", ["conflict", "concealed", "archived", "transferred"])
async def test_r42_a_record_that_is_gone_has_no_trail(serve: Serve, how: str) -> None:
    """Where the record does not exist for the team, or is another's now, neither do its events, by any way."""
    world = town()
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    (row,) = rows(await trail(gateway, "team", "anna"))
    cursor = (await events(gateway, "team"))["edges"][0]["cursor"]
    anna = f"'{id_of('child', 'anna').hex if 'sqlite' in gateway.url else id_of('child', 'anna')}'"
    york = f"'{id_of('organisation', 'york').hex if 'sqlite' in gateway.url else id_of('organisation', 'york')}'"
    changes = {
        "concealed": f"UPDATE child SET concealed_at = '{NOW:%Y-%m-%d}' WHERE id = {anna}",
        "archived": f"UPDATE child SET date_of_birth = '2000-01-01' WHERE id = {anna}",
        "transferred": f"UPDATE child_authority SET authority_id = {york} WHERE child_id = {anna}",
    }
    async with gateway.database() as connection:
        if how == "conflict":
            more = town()
            more.conflict("team", "anna")
            await connection.execute(t.AccountConflict.__table__.insert(), more.rows[t.AccountConflict])
        else:
            await connection.exec_driver_sql(changes[how])
    for asked in ({}, {"record": row["record"]}, {"event": row["id"]}, {"viewer": row["viewer"]}):
        assert rows(await events(gateway, "team", **asked)) == []
    assert rows(await events(gateway, "team", after=cursor)) == []


async def test_r16_who_asks_for_the_trail_of_a_record_in_conflict_raises_an_alert(serve: Serve) -> None:
    """A team member with a conflict finds no trail, by reference either; the attempt is noticed."""
    world = town()
    world.account("second", Role.DIRECTORY_TEAM, "team-office")
    world.conflict("second", "anna")
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    (row,) = rows(await trail(gateway, "team", "anna"))
    assert rows(await events(gateway, "second", record=row["record"])) == []
    async with gateway.database() as connection:
        found = (await connection.execute(t.Alert.__table__.select())).all()
    assert [(alert.kind, alert.child_id) for alert in found] == [("CONFLICT", id_of("child", "anna"))]


async def test_r29_reading_a_trail_leaves_a_trace(serve: Serve) -> None:
    """The trail of a record shows that its trail was read; events name each record that they were read of."""
    world = town()
    looked(world, "teacher", "anna")
    looked(world, "teacher", "bea", shielded=True)
    gateway = await serve(world)
    await trail(gateway, "team", "anna")
    await events(gateway, "team")
    _, subjects = await gateway.journal()
    ours = [row for row in subjects if row.at == NOW]
    assert sorted((row.kind, row.child_id == id_of("child", "bea"), row.disclosed, row.shielded) for row in ours) == [
        ("OPENED", False, ["IDENTITY", "TRAIL"], False),
        ("SUMMARY", False, ["TRAIL"], False),
        ("SUMMARY", True, ["TRAIL"], True),
    ]
    found = [row for row in rows(await trail(gateway, "team", "anna")) if row["viewerName"] == "Team"]
    assert {(row["kind"], *row["disclosed"]) for row in found} == {
        ("OPENED", "IDENTITY", "TRAIL"),
        ("SUMMARY", "TRAIL"),
    }


async def test_r29_what_was_sought_of_the_journal_in_vain_is_noted(serve_small: Serve) -> None:
    """A reference, viewer or event that gave nothing leaves a row of its own, as every id does."""
    gateway = await serve_small(town())
    for asked in ({"record": "x" * 43}, {"viewer": account_id("teacher")}, {"event": "nothing"}):
        await events(gateway, "team", **asked)
    _, subjects = await gateway.journal()
    assert [(row.kind, row.child_id) for row in subjects] == [("SOUGHT", None)] * 3


async def test_r14_events_cost_what_is_asked_for_and_each_record_named(serve: Serve) -> None:
    """An id asked for costs one, a list without one costs one, and each record on a page one, once an hour."""
    world = town()
    for child in ("anna", "bea"):
        looked(world, "teacher", child)
    gateway = await serve(world, records_per_hour=10)

    async def left() -> int:
        return int((await gateway.ask("team", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"])

    await events(gateway, "team")
    assert await left() == 7
    await events(gateway, "team", viewer=account_id("teacher"))
    assert await left() == 6
    await trail(gateway, "team", "anna")
    assert await left() == 6
    for n in range(6):
        await events(gateway, "team", record=f"{n}" * 43)
    refused = await gateway.raw("team", EVENTS, purpose="CASE_REVIEW", record="z" * 43)
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BUDGET_EXCEEDED"]


async def test_r5_r6_trails_are_paged_by_cursors_that_hold_nothing(serve: Serve) -> None:
    """Pages follow one another without loss; a cursor of another viewer, record, list or filter is refused."""
    world = town()
    world.account("second", Role.DIRECTORY_TEAM, "team-office")
    for n in range(5):
        looked(world, "teacher", "anna", "bea", at=EARLIER - timedelta(hours=2 * n))
    gateway = await serve(world)
    for child in ("anna", "bea"):
        whole = rows(await trail(gateway, "team", child))
        pages, after = list[Any](), None
        while True:
            page = await trail(gateway, "team", child, first=2, after=after)
            pages += rows(page)
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        # what the reading itself has left comes before all of it
        assert len(whole) >= 5
        assert [row["id"] for row in pages[-len(whole) :]] == [row["id"] for row in whole]
    cursor = (await trail(gateway, "team", "anna"))["edges"][0]["cursor"]
    foreign = (
        ("second", TRAIL, {"id": child_id("anna")}),
        ("team", TRAIL, {"id": child_id("bea")}),
        ("team", EVENTS, {}),
    )
    for account, query, variables in foreign:
        answer = await gateway.raw(account, query, purpose="CASE_REVIEW", after=cursor, **variables)
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]
    for wrong in ("", "x", cursor[:-1], f"{cursor}A", cursor.swapcase(), "é"):
        answer = await gateway.raw("team", TRAIL, purpose="CASE_REVIEW", after=wrong, id=child_id("anna"))
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]
    later = await events(gateway, "team", to=NOW.isoformat())
    answer = await gateway.raw("team", EVENTS, purpose="CASE_REVIEW", after=later["edges"][0]["cursor"])
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_events_are_read_in_windows(serve: Serve) -> None:
    """Without times the last 92 days are read; wider, reversed and absurd windows are refused from the arguments."""
    world = town()
    for days in (1, 91, 93, 180):
        looked(world, "teacher", "anna", at=NOW - timedelta(days=days))
    gateway = await serve(world)
    assert len([row for row in rows(await events(gateway, "team")) if row["viewerName"] == "Teacher"]) == 2
    earlier = await events(gateway, "team", to=(NOW - timedelta(days=92)).isoformat())
    assert [row["at"] for row in rows(earlier)] == [(NOW - timedelta(days=d)).isoformat() for d in (93, 180)]
    since = await events(gateway, "team", **{"from": (NOW - timedelta(days=184)).isoformat()})
    assert [row["at"] for row in rows(since)] == [(NOW - timedelta(days=d)).isoformat() for d in (93, 180)]
    wrong: tuple[dict[str, Any], ...] = (
        {"from": "2026-01-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"},
        {"from": "2026-06-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31T23:59:59-14:00"},
    )
    for asked in wrong:
        answer = await gateway.raw("team", EVENTS, purpose="CASE_REVIEW", **asked)
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_r12_a_reference_opens_nothing(serve: Serve) -> None:
    """A reference is the same by every way and to everybody, is the task's subject, and is the id of nothing."""
    world = town()
    world.task("team", "anna")
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    (ours,) = rows(await trail(gateway, "team", "anna"))
    tasks = await gateway.ask("team", "{ tasks { edges { node { subject } } } }")
    assert [edge["node"]["subject"] for edge in tasks["tasks"]["edges"]] == [ours["record"]]
    theirs = [row["record"] for row in rows(await events(gateway, "auditor")) if row["viewerName"] == "Teacher"]
    assert theirs == [ours["record"]]
    assert (len(ours["record"]), read_id(ours["record"])) == (43, None)
    assert (await gateway.ask("team", BY_ID, id=ours["record"]))["child"] is None
    assert ours["id"] == write_id(Kind.ACCESS, id_of("subject", f"{id_of('event', '0')}/anna"))
    assert (await gateway.ask("team", BY_ID, id=ours["id"]))["child"] is None


async def test_r14_many_trails_are_one_statement(serve_small: Serve) -> None:
    """The trails of many records are read at once, each with a page of its own."""
    world = town()
    for child in ("anna", "bea"):
        for n in range(3):
            looked(world, "teacher", child, at=EARLIER - timedelta(minutes=n))
    gateway = await serve_small(world)
    query = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Child { accessTrail(first: 2) { edges { node { at } } } } } }"
    )
    answer = await gateway.ask("team", query, ids=[child_id("anna"), child_id("bea"), child_id("cleo")])
    lengths = [None if one["accessTrail"] is None else len(one["accessTrail"]["edges"]) for one in answer["nodes"]]
    assert lengths == [2, 2, None]


TWO_DEEDS = (
    "mutation($one: RequestContactInput!, $other: RequestContactInput!) "
    "{ a: requestContact(input: $one) { reference } b: requestContact(input: $other) { reference } }"
)


async def test_r30_a_reason_is_of_all_deeds_of_its_operation(serve: Serve) -> None:
    """Why two deeds were asked for at once may speak of either record: it is told on none, and to auditors neither."""
    gateway = await serve(town())
    one, other = ({"childId": child_id(name), "message": "please call"} for name in ("dora", "anna"))
    await gateway.ask("teacher", TWO_DEEDS, one=one, other=other)
    gateway.clock.now += timedelta(hours=1)
    told = rows(await events(gateway, "team"))
    assert [(row["viewerName"], row["reason"]) for row in told] == [("Teacher", None)]
    assert {row["reason"] for row in rows(await events(gateway, "auditor")) if row["viewerName"] == "Teacher"} == {None}


async def test_r30_why_a_shield_was_requested_is_told_to_nobody_even_when_it_is_refused(serve: Serve) -> None:
    """The reason of a request is about a shielded record, though it was open when it was asked for."""
    gateway = await serve(town())
    given = {"childId": child_id("anna"), "reason": "OTHER", "evidence": "a letter"}
    await gateway.do("teacher", "requestShield", given)
    async with gateway.database() as connection:
        await connection.execute(update(t.Shield).values(state=ShieldState.REFUSED))
    gateway.clock.now += timedelta(hours=1)
    found = [row for row in rows(await events(gateway, "auditor")) if row["viewerName"] == "Teacher"]
    assert {row["reason"] for row in found} == {None}
    by_teacher = [row for row in rows(await events(gateway, "team")) if row["role"] == "PRACTITIONER"]
    assert [(row["viewerName"], row["reason"]) for row in by_teacher] == [(None, None)]


async def test_r30_no_instant_tells_whose_deed_a_task_comes_of(serve: Serve) -> None:
    """A task and a hold are since the whole hour: their minute would find, in the trail of another record, who did it."""
    world = town()
    world.account("colleague", Role.DIRECTORY_TEAM, "team-office")
    world.person("mum")
    for name in ("anna", "cleo"):
        world.contact(name, "mum")
    gateway = await serve(world)
    gateway.clock.now = NOW.replace(minute=23, second=7, microsecond=912)
    flags = {"ground": "CHILD_MISSING", "explanation": "he is at the school gate", "acceptInvestigation": True}
    await gateway.do("officer", "openOverride", {"childId": child_id("bea"), **flags}, purpose="CHILD_PROTECTION")
    await gateway.do("teacher", "requestContact", {"childId": child_id("bea"), "message": "please call"})
    await gateway.do("teacher", "requestShield", {"childId": child_id("cleo"), "reason": "OTHER", "evidence": "said"})
    waiting = await gateway.ask("team", "{ tasks { edges { node { kind since } } } }", purpose="CASE_REVIEW")
    hour = NOW.replace(minute=0, second=0, microsecond=0).isoformat()
    assert {(edge["node"]["kind"], edge["node"]["since"]) for edge in waiting["tasks"]["edges"]} == {
        (kind, hour) for kind in ("BROKER_REQUEST", "HOUSEHOLD_SHIELD", "OVERRIDE_INVESTIGATION")
    }
    held = await gateway.ask(
        "team", "{ shieldRequests(state: HOLD) { edges { node { from } } } }", purpose="CASE_REVIEW"
    )
    assert {edge["node"]["from"] for edge in held["shieldRequests"]["edges"]} == {hour}
