"""Brokered contact: who asks is put in touch, and never told with which team, nor where anybody is (R3)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from authz.words import Role
from resolvers.broker import spoken
from resolvers.ids import Kind, write_id
from resolvers.numbers import read_number
from resolvers.store import tables as t
from tests.applying import codes
from tests.cast import PURPOSE
from tests.client import statements
from tests.conftest import Serve
from tests.overriding import child_id, family, rows_of
from tests.world import NOW, World, id_of

TASKS = "{ tasks(kind: BROKER_REQUEST) { edges { node { id subject message child { givenNames } } } } }"
MINE = (
    "query($first: Int = 20, $after: String) { brokerRequests(first: $first, after: $after) { edges { cursor node { "
    "reference at message answer answeredAt } } pageInfo { hasNextPage } } }"
)
MESSAGE = "Please have the mother ring me: she left her tablets here"
ANSWER = "Thank you. She will ring you on 16 June 2026 at 10:30, on the number you gave"


def desk() -> World:
    """Return the family, looked after by Leeds, with dora in York's hands and eve in nobody's; and York's team."""
    world = family()
    world.child("eve")
    world.shield("eve")
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    for row in world.rows[t.ChildAuthority]:
        if row["child_id"] == id_of("child", "dora"):
            row["authority_id"] = id_of("organisation", "york")
    return world


async def asked(gateway: Any, name: str = "anna", by: str = "teacher", **given: Any) -> Any:
    key = given.pop("key", None)
    values = {"childId": child_id(name), "message": MESSAGE, **given}
    return await gateway.do(by, "requestContact", values, "reference", purpose=PURPOSE[by], key=key)


async def waiting(gateway: Any, team: str = "team") -> list[Any]:
    return [edge["node"] for edge in (await gateway.ask(team, TASKS, purpose="CASE_REVIEW"))["tasks"]["edges"]]


async def answered(gateway: Any, task: str, answer: str = ANSWER, by: str = "team", **given: Any) -> Any:
    values = {"taskId": task, "answer": answer, **given}
    return await gateway.do(by, "answerContact", values, "task { id }", purpose="CASE_REVIEW")


async def mine(gateway: Any, by: str = "teacher") -> list[Any]:
    page = (await gateway.ask(by, MINE, purpose=PURPOSE[by]))["brokerRequests"]
    return [edge["node"] for edge in page["edges"]]


async def test_r3_contact_is_brokered_from_request_to_answer(serve: Serve) -> None:
    """A teacher gets a reference, the responsible team reads the message, and its answer comes back with no place."""
    gateway = await serve(desk())
    payload = await asked(gateway)
    assert payload["problems"] == []
    reference = payload["reference"]
    assert re.fullmatch("BR(-[0-9A-HJKMNP-TV-Z]{4}){4}", reference)
    assert await mine(gateway) == [
        {"reference": reference, "at": NOW.isoformat(), "message": MESSAGE, "answer": None, "answeredAt": None}
    ]
    (task,) = await waiting(gateway)
    assert (task["subject"], task["message"], task["child"]) == (reference, MESSAGE, {"givenNames": "Anna"})
    assert await waiting(gateway, "rival") == []
    assert await answered(gateway, task["id"]) == {"clientMutationId": None, "problems": [], "task": None}
    assert await waiting(gateway) == []
    (row,) = await mine(gateway)
    assert (row["answer"], row["answeredAt"]) == (ANSWER, NOW.isoformat())
    assert await mine(gateway, "officer") == []
    changes = [(change.deed, change.account_id) for change in await rows_of(gateway, t.Change)]
    assert changes == [(deed, id_of("account", "teacher")) for deed in ("requestContact", "answerContact")]
    (stored,) = await rows_of(gateway, t.BrokerRequest)
    assert stored.answered_by_id == id_of("account", "team")


async def test_r3_a_request_tells_no_team(serve: Serve) -> None:
    """Whoever is responsible, or nobody, the answer has the same form, and the same statements are read for it."""
    gateway = await serve(desk())
    told = []
    for name in ("anna", "dora", "eve"):
        with statements() as texts:
            payload = await asked(gateway, name)
        told.append((texts, sorted(payload), len(payload["reference"]), payload["problems"]))
    assert told == [told[0]] * 3
    assert len({row["reference"] for row in await mine(gateway)}) == 3
    assert [len(await waiting(gateway, team)) for team in ("team", "rival")] == [1, 1]


def test_a_reference_reads_as_nothing_else() -> None:
    """It is neither a directory number nor a postcode, whatever the key: it begins with letters that no place has."""
    for number in range(200):
        text = spoken(id_of("reference", str(number)))
        assert read_number(text) is None
        assert text.startswith("BR-")


async def test_r32_whom_nobody_may_be_asked_about(serve: Serve) -> None:
    """Concealed, conflicted, archived and unknown children, other ids and no ids end alike; nothing is kept."""
    world = desk()
    for name in ("gone", "grown", "own"):
        world.child(name, concealed=name == "gone", **({"born": NOW.date().replace(2000)} if name == "grown" else {}))
    world.conflict("teacher", "own")
    gateway = await serve(world)
    targets = [
        *map(child_id, ("gone", "grown", "own", "nobody")),
        write_id(Kind.ACCOUNT, id_of("child", "anna")),
        "x",
        "",
    ]
    answers = [await asked(gateway, childId=target) for target in targets]
    assert (codes(answers[0]), answers[0]["reference"]) == (["NOT_FOUND"], None)
    assert answers == [answers[0]] * len(answers)
    assert [await rows_of(gateway, table) for table in (t.BrokerRequest, t.Task)] == [[], []]


@pytest.mark.parametrize("message", ["", " ", "x" * 2001, "a\x00b"])
async def test_a_message_is_bounded(serve_small: Serve, message: str) -> None:
    """An empty message and a long one are refused, and so is such an answer."""
    gateway = await serve_small(desk())
    refused = await asked(gateway, message=message)
    assert (codes(refused), refused["problems"][0]["field"]) == (["INVALID"], "message")
    await asked(gateway)
    (task,) = await waiting(gateway)
    assert codes(await answered(gateway, task["id"], message)) == ["INVALID"]


PLACED = {
    "a postcode": "She is at LS2 9JT now",
    "a postcode in small letters": "look around ls29jt",
    "a postcode in wide letters": "\N{FULLWIDTH LATIN CAPITAL LETTER L}S2 9JT",
    "a telephone number": "ring 07700 900111",
    "a number with dots": "ring 0113.496.0000",
    "a number abroad": "+44 (0)113 / 496 0000",
    "a number in other digits": "".join(chr(0x660 + int(digit)) for digit in "01134960000"),
    "a number broken by what nobody sees": "0113\N{ZERO WIDTH SPACE}496\N{ZERO WIDTH SPACE}0000",
    "an e-mail address": "write to mum@carers.example",
    "a web address": "see www.refuge.example",
    "a domain": "see refuge.org.uk",
    "the child's street": "She lives in hidden  LANE",
    "the child's house": "at 12, Hidden Lane",
    "the child's town": "she is in Leeds.",
    "the first half of a postcode": "somewhere in LS2",
    "a carer's street": "at Carer Close since May",
    "the school": "ask at the School",
    "the practice": "the Practice knows",
    "a service": "the Charity has helped",
    "a sensitive service": "the CLINIC has seen her",
    "a worker": "ask for Carl",
    "the team's own body": "Greetings, the Team-Office",
}


@pytest.mark.parametrize("what", PLACED)
async def test_r3_an_answer_holds_no_place(serve_small: Serve, what: str) -> None:
    """A place of any shape, and any that stands on the record, is refused in the same words; the task still waits."""
    gateway = await serve_small(desk())
    await asked(gateway)
    (task,) = await waiting(gateway)
    refused = await answered(gateway, task["id"], PLACED[what])
    (problem,) = refused["problems"]
    assert (problem["code"], problem["field"]) == ("INVALID", "answer")
    assert "LS2" not in problem["message"]
    assert len(await waiting(gateway)) == 1
    assert [row["answer"] for row in await mine(gateway)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        "On 2026-06-20 10:30 or 21/06/2026, 14:00",
        "In Year 7, aged 11; KS2 is over",
        "between 10:00-12:00 by 10am, 5 to 6 calls",
        "National contact desk will know",
    ],
)
async def test_an_answer_may_tell_when_and_who(serve_small: Serve, text: str) -> None:
    """Days, times, ages and ordinary words are no places."""
    gateway = await serve_small(desk())
    await asked(gateway)
    (task,) = await waiting(gateway)
    assert codes(await answered(gateway, task["id"], text)) == []


async def test_r8_an_answer_is_not_held_against_what_the_team_does_not_see(serve: Serve) -> None:
    """Where R8 withholds a carer's street from the team, whether an answer holds that street is not told."""
    world = desk()
    world.contact("cleo", "mum-dora")
    for row in world.rows[t.PersonReach]:
        if row["person_id"] == id_of("person", "mum-dora"):
            row |= {"address_lines": "3 Elsewhere Row", "town": "Whitby"}
    gateway = await serve(world)
    await asked(gateway, "cleo")
    await asked(gateway, "anna")
    tasks = {task["child"]["givenNames"]: task["id"] for task in await waiting(gateway)}
    assert codes(await answered(gateway, tasks["Cleo"], "not in Elsewhere Row, Whitby")) == []


async def test_r32_a_task_that_is_not_the_teams_is_not_found(serve: Serve) -> None:
    """Another team's task, one that is answered, one of a child in conflict and no task at all end alike."""
    world = desk()
    world.child("own", authority="leeds")
    world.conflict("team", "own")
    gateway = await serve(world)
    for name in ("anna", "dora", "own"):
        await asked(gateway, name)
    requests = await rows_of(gateway, t.BrokerRequest)
    tasks = {row.child_id: write_id(Kind.TASK, row.task_id) for row in requests}
    mine_, theirs, hidden = (tasks[id_of("child", name)] for name in ("anna", "dora", "own"))
    assert codes(await answered(gateway, mine_)) == []
    nothing = [write_id(Kind.TASK, id_of("task", "none")), write_id(Kind.CHILD, id_of("child", "anna")), "x", ""]
    answers = [await answered(gateway, task) for task in (mine_, theirs, hidden, *nothing)]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * len(answers)
    assert [row["answer"] for row in await mine(gateway)].count(None) == 2


async def test_a_task_of_another_kind_is_not_answered(serve_small: Serve) -> None:
    """A task that waits for the team and is no request is told to be none."""
    world = desk()
    world.task("manager", "anna")
    gateway = await serve_small(world)
    task = write_id(Kind.TASK, id_of("task", "manager/anna/None"))
    assert codes(await answered(gateway, task)) == ["INVALID"]
    refused = await gateway.do("manager", "answerContact", {"taskId": task, "answer": "x"}, purpose="DATA_QUALITY")
    assert codes(refused) == ["INVALID"]


@pytest.mark.parametrize("how", ["conflict", "concealed", "archived"])
async def test_r42_a_request_about_a_child_who_is_gone_is_gone(serve: Serve, how: str) -> None:
    """Once the child does not exist for the requester, neither request nor answer is listed, and no cursor tells."""
    gateway = await serve(desk())
    for name in ("bea", "cleo", "anna"):
        gateway.clock.now += timedelta(minutes=1)
        await asked(gateway, name)
    page = (await gateway.ask("teacher", MINE))["brokerRequests"]["edges"]
    keys = {row.reference: row.child_id for row in await rows_of(gateway, t.BrokerRequest)}
    cursor = next(edge["cursor"] for edge in page if keys[edge["node"]["reference"]] == id_of("child", "anna"))
    async with gateway.database() as connection:
        if how == "conflict":
            row = {"id": id_of("conflict", "new"), "since": NOW, "source": t.ConflictSource.DECLARED, "ended_at": None}
            keyed = {"account_id": id_of("account", "teacher"), "child_id": id_of("child", "anna")}
            await connection.execute(t.AccountConflict.__table__.insert(), [row | keyed])
        else:
            changed: dict[str, Any] = {"concealed_at": NOW}
            if how == "archived":
                changed = {"date_of_birth": NOW.date().replace(2000)}
            await connection.execute(update(t.Child).where(t.Child.id == id_of("child", "anna")).values(**changed))
    assert len(await mine(gateway)) == 2
    assert (await gateway.ask("teacher", MINE, after=cursor))["brokerRequests"]["edges"] == []


async def test_requests_are_paged_noted_and_charged(serve: Serve) -> None:
    """Pages follow one another, newest first; each child is noted in the journal and costs one record an hour."""
    gateway = await serve(desk(), records_per_hour=10)
    for name in ("anna", "bea", "cleo"):
        await asked(gateway, name)
    rows = await rows_of(gateway, t.BrokerRequest)
    async with gateway.database() as connection:
        for n, row in enumerate(rows):
            at = NOW.replace(minute=n)
            await connection.execute(update(t.BrokerRequest).where(t.BrokerRequest.id == row.id).values(at=at))
    first = (await gateway.ask("teacher", MINE, first=2))["brokerRequests"]
    rest = (await gateway.ask("teacher", MINE, first=2, after=first["edges"][-1]["cursor"]))["brokerRequests"]
    edges = [*first["edges"], *rest["edges"]]
    assert len({edge["node"]["reference"] for edge in edges}) == 3
    assert [edge["node"]["at"] for edge in edges] == sorted((edge["node"]["at"] for edge in edges), reverse=True)
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    noted = {row.child_id for row in (await gateway.journal())[1] if row.kind == "SUMMARY"}
    assert noted == {id_of("child", name) for name in ("anna", "bea", "cleo")}
    assert (await gateway.ask("teacher", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 7


async def test_r32_a_request_is_made_once_under_a_key(serve: Serve) -> None:
    """Asked again under its key a request is not made anew, and has the same reference."""
    gateway = await serve(desk())
    assert await asked(gateway, key="a") == await asked(gateway, key="a")
    assert [len(await rows_of(gateway, table)) for table in (t.BrokerRequest, t.Task)] == [1, 1]
    (task,) = await waiting(gateway)
    first, again = [await answered(gateway, task["id"], clientMutationId="b") for _ in range(2)]
    assert first == again
    assert codes(await answered(gateway, task["id"], "another", clientMutationId="b")) == ["DUPLICATE_KEY"]


@pytest.mark.parametrize("by", ["police", "manager", "auditor", "feed"])
async def test_only_some_roles_ask_for_contact(serve_small: Serve, by: str) -> None:
    """Who holds no act BROKER is refused before anything is read."""
    gateway = await serve_small(desk())
    given = {"childId": child_id("anna"), "message": MESSAGE}
    answer = (await gateway.deed(by, "requestContact", given, purpose=PURPOSE[by])).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert (403, ["FORBIDDEN"]) == await gateway.codes(by, MINE, purpose=PURPOSE[by])


@pytest.mark.parametrize("by", ["teacher", "officer", "police", "auditor", "feed"])
async def test_only_teams_answer(serve_small: Serve, by: str) -> None:
    """Who has no tasks is refused before anything is read."""
    gateway = await serve_small(desk())
    given = {"taskId": write_id(Kind.TASK, id_of("task", "any")), "answer": "x"}
    answer = (await gateway.deed(by, "answerContact", given, purpose=PURPOSE[by])).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
