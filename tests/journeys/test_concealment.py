"""R22: a concealed record exists for nobody, its links end, and nothing that is stored leads on from it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from resolvers.store import tables as t
from tests.applying import applied, codes, decided
from tests.cast import PURPOSE
from tests.conftest import Serve
from tests.journeys.test_broker import MINE, TASKS, answered, asked, desk, mine, waiting
from tests.overriding import child_id, opened, record, rows_of
from tests.queries import BY_ID, CASELOAD, CHILD, CONTACTS, LISTS, SEARCH
from tests.world import NOW, TODAY, World, id_of, number_of

ALERTS = "{ alerts { edges { node { kind } } } }"
VIEWERS = ("teacher", "officer", "police", "team", "rival", "manager")


def archive() -> World:
    """Return the family with everybody tied to anna: work, an approval, a task, an account of every kind."""
    world = desk()
    for name in ("anna", "bea", "cleo"):
        world.involve(name, "tess", "school")
        world.involve(name, "olaf", "social")
    world.application("police", "anna", "cleo")
    world.task("manager", "cleo", "anna")
    world.account("keeper", "DATA_MANAGER", "office")  # type: ignore[arg-type]
    return world


def purpose(account: str) -> str:
    return PURPOSE.get(account, "CASE_REVIEW")


async def concealed(gateway: Any, name: str = "anna", by: str = "keeper", **given: Any) -> Any:
    key = given.pop("key", None)
    values = {"childId": child_id(name), "note": "by order of the family court", **given}
    return await gateway.do(by, "concealChild", values, purpose="DATA_QUALITY", key=key)


async def everything(gateway: Any, account: str) -> list[bytes]:
    """Return the answers to whatever an account can ask that might tell of anna."""
    search = {"search": {"familyName": "Ashworth", "bornBetween": {"from": "2016-01-01", "to": "2016-12-31"}}}
    carers = {"search": {"familyName": "Carer", "givenNames": "Mum-Anna"}}
    by_number = {"search": {"directoryNumber": number_of("anna")}}
    questions: list[tuple[str, dict[str, Any]]] = [
        *((BY_ID, {"id": child_id(name)}) for name in ("anna", "bea", "cleo", "nobody")),
        (CHILD, {"number": number_of("anna")}),
        *((SEARCH, each) for each in (search, by_number)),
        (CONTACTS, carers),
        *((query, {"first": 10}) for query in (CASELOAD, LISTS)),
        (TASKS, {}),
        (MINE, {}),
        ("{ accessApplications { edges { node { children { givenNames } } } } }", {}),
        (ALERTS, {}),
    ]
    told = []
    for query, variables in questions:
        told.append((await gateway.raw(account, query, purpose=purpose(account), **variables)).content)
    return told


async def test_r22_a_concealed_record_exists_for_nobody(serve: Serve) -> None:
    """From the commit on it answers every viewer, by id and number, as one that nobody has; the answer names nothing."""
    gateway = await serve(archive())
    await opened(gateway)
    assert await concealed(gateway) == {"clientMutationId": None, "problems": []}
    for account in (*VIEWERS, "keeper"):
        for name, number in ((child_id("anna"), number_of("anna")), (child_id("nobody"), number_of("nobody"))):
            answer = await gateway.ask(
                account, BY_ID, purpose=purpose(account) if account != "keeper" else "DATA_QUALITY", id=name
            )
            assert answer == {"node": None, "child": None}
            assert (
                await gateway.ask(
                    account, CHILD, purpose=purpose(account) if account != "keeper" else "DATA_QUALITY", number=number
                )
            )["child"] is None


async def test_r42_a_concealed_record_leaves_no_trace(serve: Serve) -> None:
    """For whatever anybody asks, the answer is that of a directory in which the child had long been concealed."""
    before = archive()
    (row,) = [row for row in before.rows[t.Child] if row["id"] == id_of("child", "anna")]
    row["concealed_at"] = NOW
    for task in before.rows[t.Task]:
        task["resolved_at"] = NOW if id_of("child", "anna") in {task["child_id"], task["other_child_id"]} else None
    gateway, never = await serve(archive()), await serve(before)
    tokens = {account: gateway.token(account) for account in VIEWERS}
    never.token = tokens.__getitem__
    assert codes(await concealed(gateway)) == []
    for account in VIEWERS:
        assert await everything(gateway, account) == await everything(never, account), account


async def test_r8_a_concealed_sibling_withholds_nothing(serve: Serve) -> None:
    """Below an open record the carer's details come back, as if the concealed sibling had never been."""
    world = archive()
    world.rows[t.Shield] = [row for row in world.rows[t.Shield] if row["child_id"] != id_of("child", "bea")]
    gateway = await serve(world)

    async def reach() -> list[Any]:
        return [contact["phone"] for contact in (await record(gateway, "cleo"))["contacts"]]

    assert None in await reach()
    await concealed(gateway)
    assert None not in await reach()


async def test_r22_its_links_end(serve: Serve) -> None:
    """Care, work, places, approvals, overrides and tasks end today; the journal and the record itself stay."""
    gateway = await serve(archive())
    await opened(gateway)
    await asked(gateway)
    await concealed(gateway)
    anna = id_of("child", "anna")
    for table in (t.Contact, t.Involvement, t.Placement, t.Registration):
        rows = [row for row in await rows_of(gateway, table) if row.child_id == anna]
        assert rows
        assert all(row.ended_on is not None and row.ended_on <= TODAY for row in rows)
        assert any(row.ended_on is None for row in await rows_of(gateway, table)), "the links of others go on"
    assert all(row.replaced_at for row in await rows_of(gateway, t.ChildReach) if row.child_id == anna)
    assert anna not in {row.child_id for row in await rows_of(gateway, t.ApplicationChild)}
    (override,) = [row for row in await rows_of(gateway, t.Override) if row.child_id == anna]
    assert override.closed_at == NOW
    tasks = [row for row in await rows_of(gateway, t.Task) if anna in {row.child_id, row.other_child_id}]
    assert len(tasks) == 3
    assert all(row.resolved_at == NOW for row in tasks)
    (row,) = [row for row in await rows_of(gateway, t.Child) if row.id == anna]
    assert (row.concealed_at, row.given_names) == (NOW, "Anna")
    (kept,) = await rows_of(gateway, t.Concealment)
    assert (kept.child_id, kept.account_id) == (anna, id_of("account", "keeper"))
    events, subjects = await gateway.journal()
    (event,) = [event for event in events if event.deed == "concealChild"]
    assert [row.child_id for row in subjects if row.event_id == event.id] == [anna]
    (change,) = [row for row in await rows_of(gateway, t.Change) if row.deed == "concealChild"]
    assert (change.child_id, change.account_id) == (anna, None)


async def test_r22_nothing_stored_refers_to_both(serve: Serve) -> None:
    """No column of what a concealment writes can hold another record; what it kept holds no number of one."""
    gateway = await serve(archive())
    number = number_of("bea")
    for note in (f"now {number}", f"now {number[:4]}-{number[4:8]} {number[8:]}", f"1{number}"):
        refused = await concealed(gateway, note=note)
        assert (codes(refused), refused["problems"][0]["field"]) == (["INVALID"], "note")
    await concealed(gateway)
    async with gateway.database() as connection:
        kept = (await connection.execute(select(func.count()).select_from(t.Idempotency))).scalar_one()
    assert kept == 0
    references = {name for name, column in t.Concealment.__table__.c.items() if column.foreign_keys}
    assert references == {"child_id", "account_id"}


async def test_r22_the_same_key_answers_the_same(serve: Serve) -> None:
    """Under its key a concealment is done once and answers as before; without one the record is not found."""
    gateway = await serve(archive())
    first, again = [await concealed(gateway, key="a") for _ in range(2)]
    assert first == again == {"clientMutationId": None, "problems": []}
    assert codes(await concealed(gateway)) == ["NOT_FOUND"]
    assert len(await rows_of(gateway, t.Concealment)) == 1
    (row,) = await rows_of(gateway, t.Idempotency)
    assert row.answer_id is None


async def test_r22_what_does_not_exist_is_not_found(serve: Serve) -> None:
    """A record in conflict, a concealed one, an unknown one, other ids and no ids end alike; an archived one can be."""
    world = archive()
    world.child("own")
    world.conflict("keeper", "own")
    world.child("gone", concealed=True)
    world.child("grown", born=NOW.date().replace(2000))
    gateway = await serve(world)
    answers = [await concealed(gateway, name) for name in ("own", "gone", "nobody")]
    answers += [await concealed(gateway, childId=text) for text in ("", "x", child_id("anna")[1:])]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * len(answers)
    assert codes(await concealed(gateway, note=" ")) == ["INVALID"]
    assert await rows_of(gateway, t.Concealment) == []
    assert codes(await concealed(gateway, "grown")) == []


async def test_r22_whoever_was_at_work_on_it_finds_nothing(serve: Serve) -> None:
    """An override in force, a task in hand, a request and an approval under way come to nothing."""
    gateway = await serve(archive())
    await opened(gateway)
    await asked(gateway)
    (task,) = await waiting(gateway)
    application = await applied(gateway, "anna")
    assert codes(await decided(gateway, "officer", application["id"])) == []
    await concealed(gateway)
    assert codes(await answered(gateway, task["id"])) == ["NOT_FOUND"]
    assert await mine(gateway) == []
    assert codes(await opened(gateway)) == ["NOT_FOUND"]
    await decided(gateway, "rival", application["id"])
    assert id_of("child", "anna") not in {row.child_id for row in await rows_of(gateway, t.ApplicationChild)}


@pytest.mark.parametrize("by", ["teacher", "officer", "police", "team", "auditor", "feed"])
async def test_r22_only_data_managers_conceal(serve_small: Serve, by: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(archive())
    given = {"childId": child_id("anna"), "note": "x"}
    answer = (await gateway.deed(by, "concealChild", given, purpose=PURPOSE[by])).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_r22_a_concealment_races_with_an_override(serve: Serve) -> None:
    """Sent at once, whichever is first: the record exists for nobody afterwards, and no override of it is in force."""
    gateway = await serve(archive())
    done, late = await asyncio.gather(concealed(gateway), opened(gateway))
    assert codes(done) == []
    assert codes(late) in ([], ["NOT_FOUND"])
    assert await record(gateway, "anna") is None
    assert all(row.closed_at == NOW for row in await rows_of(gateway, t.Override))
    assert all(row.resolved_at for row in await rows_of(gateway, t.Task) if row.child_id == id_of("child", "anna"))
