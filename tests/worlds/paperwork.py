"""What offices write down: applications and decisions, the journal, what deeds left, in random directories."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from authz.policy import PURPOSES
from authz.trail import AccessKind
from authz.words import Role
from resolvers.store import tables as t
from resolvers.store.words import (
    OWN_STATES,
    AlertKind,
    ApplicationState,
    CheckpointKind,
    ShieldState,
    ShieldStep,
    TaskKind,
    TaskResolution,
)
from tests.world import NOW, World, id_of

DECIDERS = ("team", "rivals", "officer")
BODIES = ("school", "social", "charity", "clinic", "refuge", "force")


def add_applications(world: World, rng: random.Random, children: list[str]) -> None:
    """Add what the police applied for: in every state, run out, decided by nobody, one and two."""
    states = [ApplicationState.APPROVED, ApplicationState.APPROVED, *ApplicationState]
    for n, state in enumerate(states):
        children = rng.sample(children, 14 if n < 2 else 4)
        days = 0 if n == 1 else 7
        world.application("police", *children, state=state, days_left=days, name=f"case{n}")
        application = world.rows[t.Application][-1]["id"]
        for account in ("officer", "rivals")[: rng.randrange(3)]:
            world.decision(account, application, approve=rng.random() < 0.7)


def add_journal(world: World, rng: random.Random, children: list[str], accounts: Mapping[str, Role]) -> None:
    """Add what the journal, the alerts and the budget hold of an earlier hour."""
    for n in range(24):
        account = rng.choice(tuple(accounts))
        role, at = accounts[account], NOW - timedelta(hours=30 + n, minutes=rng.choice((0, 7, 7, 41)))
        event = id_of("event", str(n))
        common = {"event_id": event, "at": at}
        world._add(
            t.AccessEvent,
            id=event,
            at=at,
            account_id=id_of("account", account),
            on_behalf_of=None,
            role=role,
            organisation_id=id_of("organisation", rng.choice(BODIES)),
            route="graphql",
            purpose=rng.choice(PURPOSES[role]),
            reason="Planning support with the family",
            operation_name=None,
            document_hash="0" * 64,
            outcome="OK",
            deed=rng.choice((None, "requestShield")),
            searches=[],
        )
        for m, name in enumerate(rng.sample(children, rng.choice((0, 1, 1, 1, 2, 3)))):
            _touch(world, rng, f"{n}/{m}", child_id=id_of("child", name), sought=None, **common)
        if rng.random() < 0.2:
            _touch(world, rng, f"{n}/sought", child_id=None, sought=f"{n:064}", **common)
        kind, child = rng.choice(list(AlertKind)), id_of("child", rng.choice(children))
        world._add(t.Alert, id=id_of("alert", str(n)), kind=kind, child_id=child, **common)
    for n, kind in enumerate(CheckpointKind):
        where = {"writer": id_of("writer", str(n)), "position": n, "token": f"signed {n}"}
        world._add(t.JournalCheckpoint, number=n + 1, kind=kind, **where)
    for account in accounts:
        hour = NOW.replace(minute=0) - timedelta(hours=1)
        world._add(t.Budget, account_id=id_of("account", account), hour=hour, asked="0" * 64)


def add_correspondence(world: World, rng: random.Random, children: list[str]) -> None:
    """Add who asked to be put in touch, answered or not, each with its task; and records that have changed hands."""
    for n in range(18):
        name, by, answered = (
            rng.choice(children),
            rng.choice(("teacher", "officer", "nurse", "team")),
            rng.random() < 0.5,
        )
        at, task = NOW - timedelta(hours=5 + n), id_of("task", f"request {n}")
        child = id_of("child", name)
        done = NOW - timedelta(hours=1) if answered else None
        named = {"other_child_id": None, "assignee_id": None}
        world._add(t.Task, id=task, kind=TaskKind.BROKER_REQUEST, child_id=child, since=at, resolved_at=done, **named)
        world._add(
            t.BrokerRequest,
            id=id_of("request", str(n)),
            reference=f"BR-{n:04}-0000-0000-0000",
            account_id=id_of("account", by),
            child_id=child,
            task_id=task,
            at=at,
            message=f"please ring me, case {n}",
            answer=f"somebody will, case {n}" if answered else None,
            answered_at=done,
            answered_by_id=id_of("account", "team") if answered else None,
        )
    for n, name in enumerate(rng.sample(children, 4)):
        common = {"child_id": id_of("child", name), "account_id": id_of("account", "team"), "at": NOW, "note": "moved"}
        ways = {"from_authority_id": id_of("organisation", "york"), "to_authority_id": id_of("organisation", "leeds")}
        world._add(t.Transfer, id=id_of("transfer", str(n)), **ways, **common)
        world._add(t.Concealment, id=id_of("concealment", str(n)), **common)


def _touch(world: World, rng: random.Random, name: str, **row: Any) -> None:
    """Add one record that an operation of the past touched, or something that it sought in vain."""
    nothing = row["child_id"] is None
    world._add(
        t.AccessSubject,
        id=id_of("subject", name),
        kind=AccessKind.SOUGHT if nothing else rng.choice((AccessKind.OPENED, AccessKind.SUMMARY)),
        disclosed=[] if nothing else ["IDENTITY"],
        withheld=[],
        standing=[],
        override=False,
        shielded=nothing or rng.random() < 0.3,
        **row,
    )


def add_deeds(world: World, rng: random.Random, children: list[str], accounts: Mapping[str, Role]) -> None:
    """Add what deeds of an earlier hour left: changes, keys to ask again under, suspensions."""
    at = NOW - timedelta(hours=3)
    for n, account in enumerate(accounts):
        key = id_of("account", account)
        world._add(
            t.Change,
            position=10**9 + n,
            at=at,
            deed=rng.choice(("amendChild", "decideApplication")),
            child_id=id_of("child", rng.choice(children)),
            account_id=key,
            groups=["WHEREABOUTS"],
            event_id=id_of("event", str(n)),
        )
        world._add(
            t.Idempotency, account_id=key, key=f"{n:064}", digest="1" * 64, answer_id=id_of("answer", account), at=at
        )
        world._add(
            t.Merge,
            id=id_of("merge", account),
            kept_id=id_of("child", children[n % len(children)]),
            merged_id=id_of("child", children[(n + 1) % len(children)]),
            account_id=key,
            at=at,
            note="one child, by both schools",
        )
        world._add(
            t.Trace,
            id=id_of("trace", account),
            account_id=key,
            role=accounts[account],
            until=NOW + timedelta(minutes=5),
            verdicts=[[id_of("child", children[n % len(children)]).hex, 0, 1, 1, []]],
        )
        world._add(
            t.Suspension,
            id=id_of("suspension", account),
            account_id=key,
            suspended_by_id=id_of("account", "team"),
            at=at,
            note="a token was found",
        )


def add_cases(world: World, rng: random.Random) -> None:
    """Add what is written of shields: whom holds follow, what was said of each, the tasks of holds and reviews."""
    shields = world.rows[t.Shield]
    roots = [row for row in shields if row["state"] in OWN_STATES]
    for n, row in enumerate(shields):
        if row["state"] is ShieldState.HOLD and rng.random() < 0.8:
            row["raised_by_id"] = rng.choice(roots)["id"]
        for step in rng.sample(list(ShieldStep), rng.choice((0, 0, 1, 2))):
            by = id_of("account", rng.choice(DECIDERS))
            said = {"shield_id": row["id"], "account_id": by, "step": step, "at": NOW - timedelta(days=2)}
            world._add(t.ShieldDecision, id=id_of("said", f"{n}/{step}"), note="seen with the team", **said)
        if row["requested_by_id"] is not None:
            at = NOW - timedelta(hours=rng.choice((1, 30)))
            world._add(t.ShieldRequest, shield_id=row["id"], account_id=row["requested_by_id"], at=at)
        if rng.random() < 0.5:
            _add_task(world, rng, row, n)


def _add_task(world: World, rng: random.Random, shield: Any, n: int) -> None:
    hold, task = shield["state"] is ShieldState.HOLD, id_of("task", f"shield {n}")
    world._add(
        t.Task,
        id=task,
        kind=TaskKind.HOUSEHOLD_SHIELD if hold else TaskKind.SHIELD_REVIEW,
        child_id=shield["child_id"],
        other_child_id=None,
        assignee_id=None,
        shield_id=shield["id"],
        since=NOW - timedelta(days=rng.choice((3, 3, -3))),
        resolved_at=rng.choice((None, None, None, NOW)),
    )
    for resolution in rng.sample(list(TaskResolution), rng.choice((0, 0, 1))):
        by = id_of("account", rng.choice(DECIDERS))
        said = {"task_id": task, "account_id": by, "resolution": resolution, "at": NOW - timedelta(days=2)}
        world._add(t.Resolution, id=id_of("resolution", f"{n}"), note="seen with the team", **said)
