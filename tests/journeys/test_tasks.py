"""Tasks: the work of a team on its own records, and of data managers; nobody else's, and never of a hidden child."""

from datetime import timedelta
from typing import Any

import pytest

from authz.trail import AccessKind
from authz.words import Role
from resolvers.store import tables as t
from resolvers.store.words import TaskKind
from tests.cast import PURPOSE, cast, full_child
from tests.conftest import Serve
from tests.world import NOW, World, id_of

TASKS = (
    "query($kind: TaskKind, $first: Int = 20, $after: String) { tasks(kind: $kind, first: $first, after: $after) "
    "{ edges { cursor node { id kind subject since child { givenNames } } } pageInfo { hasNextPage } } }"
)


def office() -> World:
    """Return a world with tasks on records of Leeds and of York: matches for the manager, the rest for the teams."""
    world = cast()
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    for name, authority in {"anna": "leeds", "bea": "leeds", "cleo": "york", "dora": "leeds"}.items():
        full_child(world, name, authority=authority)
    kinds = {"anna": "BROKER_REQUEST", "bea": "SHIELD_REVIEW", "cleo": "BROKER_REQUEST", "dora": "UNCERTAIN_MATCH"}
    for days, (name, kind) in enumerate(kinds.items()):
        world.task("manager" if kind == "UNCERTAIN_MATCH" else "team", name)
        world.rows[t.Task][-1] |= {"kind": TaskKind(kind), "since": NOW - timedelta(days=9 - days)}
    return world


async def waiting(gateway: Any, account: str, **variables: Any) -> list[Any]:
    page = (await gateway.ask(account, TASKS, purpose=PURPOSE.get(account, "CASE_REVIEW"), **variables))["tasks"]
    return [edge["node"] for edge in page["edges"]]


def named(tasks: list[Any]) -> list[str]:
    return [task["child"]["givenNames"] for task in tasks]


async def test_a_team_reads_the_work_on_its_own_records(serve: Serve) -> None:
    """A team reads open tasks on records for which it is responsible, oldest first; a manager the matches assigned."""
    gateway = await serve(office())
    assert named(await waiting(gateway, "team")) == ["Anna", "Bea", "Dora"]
    assert named(await waiting(gateway, "team", kind="SHIELD_REVIEW")) == ["Bea"]
    assert named(await waiting(gateway, "rival")) == ["Cleo"]
    assert named(await waiting(gateway, "manager")) == ["Dora"]


async def test_what_is_done_waits_no_more(serve_small: Serve) -> None:
    """A resolved task is in no list."""
    world = office()
    for row in world.rows[t.Task]:
        row["resolved_at"] = NOW
    gateway = await serve_small(world)
    assert [await waiting(gateway, account) for account in ("team", "rival", "manager")] == [[], [], []]


@pytest.mark.parametrize("how", ["conflict", "concealed", "archived"])
async def test_r42_a_task_of_a_child_who_does_not_exist_is_none(serve: Serve, how: str) -> None:
    """Where the child does not exist for the viewer, neither does the task, nor a gap in its place."""
    world = office()
    anna = next(row for row in world.rows[t.Child] if row["id"] == id_of("child", "anna"))
    if how == "conflict":
        world.conflict("team", "anna")
    anna |= {
        "conflict": {},
        "concealed": {"concealed_at": NOW},
        "archived": {"date_of_birth": NOW.date().replace(2000)},
    }[how]
    gateway = await serve(world)
    assert named(await waiting(gateway, "team", first=2)) == ["Bea", "Dora"]


async def test_tasks_are_paged_and_noted(serve: Serve) -> None:
    """Pages follow one another; each child named leaves a row and costs one record; a subject opens nothing."""
    gateway = await serve(office(), records_per_hour=10)
    page = (await gateway.ask("team", TASKS, first=2))["tasks"]
    rest = (await gateway.ask("team", TASKS, first=2, after=page["edges"][-1]["cursor"]))["tasks"]
    assert named([edge["node"] for edge in (*page["edges"], *rest["edges"])]) == ["Anna", "Bea", "Dora"]
    assert {(row.kind, row.child_id) for row in (await gateway.journal())[1]} == {
        ("SUMMARY", id_of("child", name)) for name in ("anna", "bea", "dora")
    }
    assert (await gateway.ask("team", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 7
    subjects = [edge["node"]["subject"] for edge in page["edges"]]
    assert len(set(subjects)) == 2
    opened = await gateway.ask("team", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=subjects)
    assert opened == {"nodes": [None, None]}


@pytest.mark.parametrize("account", ["teacher", "officer", "police", "auditor", "feed"])
async def test_only_teams_and_managers_have_tasks(serve_small: Serve, account: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(office())
    assert (403, ["FORBIDDEN"]) == await gateway.codes(account, TASKS, purpose=PURPOSE[account])


async def test_r29_a_list_of_tasks_leaves_a_trace_of_each_record(serve: Serve) -> None:
    """What is asked about a child may tell of that child: each row is noted and charged, whatever of it is selected."""
    gateway = await serve(office(), records_per_hour=3)
    await gateway.ask("team", "{ tasks { edges { node { message } } } }", purpose="CASE_REVIEW")
    events, subjects = await gateway.journal()
    assert [event.outcome for event in events] == ["OK"]
    assert {(row.child_id, row.kind) for row in subjects} == {
        (id_of("child", name), AccessKind.SUMMARY) for name in ("anna", "bea", "dora")
    }
    left = await gateway.ask("team", "{ viewer { recordsLeft } }")
    assert left["viewer"]["recordsLeft"] == 0
