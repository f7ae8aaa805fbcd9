"""Stories put on stage: each as a child of its own in the world of its file, with what the story says of it."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from authz.rules import Facts
from authz.words import Shield, Standing, Status
from resolvers.store import tables as t
from resolvers.store.words import (
    ApplicationState,
    Ended,
    ReachKind,
    ServiceKind,
    ShieldReason,
    ShieldState,
    TaskKind,
)
from tests.cast import ACCOUNTS, cast, full_child
from tests.scenarios.reading import Told
from tests.world import NOW, TODAY, World, ago

BORN = date(2016, 3, 4)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WORKERS = {"teacher": ("tess", "school", ServiceKind.EDUCATION), "officer": ("olaf", "social", ServiceKind.SOCIAL_CARE)}
OWN_SENSITIVE = ServiceKind.MENTAL_HEALTH
IN_FORCE = {"REQUESTED", "HOLD", "ACTIVE", "LIFT_PROPOSED"}
SEALING = {"ADOPTION", "WITNESS_PROTECTION"}

LIVES: dict[str | None, tuple[Status, dict[str, Any]]] = {
    None: (Status.LIVE, {}),
    "turns 18 today": (Status.ARCHIVED, {"date_of_birth": TODAY.replace(year=TODAY.year - 18)}),
    "turns 18 tomorrow": (Status.LIVE, {"date_of_birth": TOMORROW.replace(year=TODAY.year - 18)}),
    "died last month": (Status.DECEASED, {"ended_why": Ended.DECEASED, "ended_on": ago(days=30)}),
    "died a year ago today": (
        Status.ARCHIVED,
        {"ended_why": Ended.DECEASED, "ended_on": TODAY.replace(year=TODAY.year - 1)},
    ),
    "died a year ago tomorrow": (
        Status.DECEASED,
        {"ended_why": Ended.DECEASED, "ended_on": TOMORROW.replace(year=TODAY.year - 1)},
    ),
    "left England last month": (Status.LEFT, {"ended_why": Ended.LEFT, "ended_on": ago(days=30)}),
    "leaves England tomorrow": (Status.LIVE, {"ended_why": Ended.LEFT, "ended_on": TOMORROW}),
}
"""What a record's `life` says: its status in the law, and how it is stored."""

ACCOUNT: dict[str, dict[str, Any]] = {
    "vetting ran out yesterday": {"vetted_until": YESTERDAY},
    "vetting runs out today": {"vetted_until": TODAY},
    "never vetted": {"vetted_until": None},
    "training ran out yesterday": {"trained_until": YESTERDAY},
    "training runs out today": {"trained_until": TODAY},
    "never trained": {"trained_until": None},
    "signed last year's agreement": {"agreement_version": "2025-1"},
    "signed no agreement": {"agreement_version": None},
    "suspended": {"suspended_at": NOW - timedelta(days=1)},
    "works for a body without accreditation": {},
}


def _involve(world: World, viewer: str, child: str, **dates: Any) -> None:
    worker, body, service = WORKERS[viewer]
    world.involve(child, worker, body, service, **dates)
    world.involve(child, worker, body, OWN_SENSITIVE, **dates)


def _apply(world: World, viewer: str, child: str, **how: Any) -> None:
    world.application(viewer, child, name=child, **how)


def _other_task(world: World, viewer: str, child: str) -> None:
    world.task(viewer, child)
    world.rows[t.Task][-1]["kind"] = TaskKind.SHIELD_REVIEW


def _second(world: World, viewer: str, child: str) -> None:
    full_child(world, f"{child}-first")
    world.task(viewer, f"{child}-first", child)


Tie = Callable[[World, str, str], None]
TIES: dict[str, tuple[Standing, Tie]] = {
    "INVOLVED": (Standing.INVOLVED, _involve),
    "RESPONSIBLE": (Standing.RESPONSIBLE, lambda _, __, ___: None),  # the record is made with its authority
    "OVERRIDING": (Standing.OVERRIDING, lambda world, viewer, child: world.override(viewer, child)),
    "IN_SCOPE": (Standing.IN_SCOPE, _apply),
    "TASKED": (Standing.TASKED, lambda world, viewer, child: world.task(viewer, child)),
    "TASKED, as the second record of the match": (Standing.TASKED, _second),
    "CONFLICTED": (Standing.CONFLICTED, lambda world, viewer, child: world.conflict(viewer, child)),
}
IDLE_TIES: dict[str, Tie] = {
    "involvement that ended yesterday": lambda w, viewer, child: _involve(w, viewer, child, ended_on=YESTERDAY),
    "involvement that ended today": lambda w, viewer, child: _involve(w, viewer, child, ended_on=TODAY),
    "involvement that begins tomorrow": lambda w, viewer, child: _involve(w, viewer, child, started_on=TOMORROW),
    "conflict that has ended": lambda w, viewer, child: w.conflict(viewer, child, ended=True),
    "override that runs out this minute": lambda w, viewer, child: w.override(viewer, child, minutes_left=0),
    "override that ran out": lambda w, viewer, child: w.override(viewer, child, minutes_left=-1),
    "override that was closed": lambda w, viewer, child: w.override(viewer, child, closed=True),
    "application that ran out": lambda w, viewer, child: _apply(w, viewer, child, days_left=0),
    "task that is done": lambda w, viewer, child: w.task(viewer, child, resolved=True),
    "task of another kind": _other_task,
    **{
        f"application that is {state.lower().replace('_', ' ')}": lambda w, viewer, child, state=state: _apply(
            w, viewer, child, state=state
        )
        for state in ApplicationState
        if state is not ApplicationState.APPROVED
    },
    "override of a colleague": lambda w, viewer, child: w.override(_colleague(w, viewer, child), child),
    "application of a colleague": lambda w, viewer, child: _apply(w, _colleague(w, viewer, child), child),
    "task of a colleague": lambda w, viewer, child: w.task(_colleague(w, viewer, child), child),
    "conflict of a colleague": lambda w, viewer, child: w.conflict(_colleague(w, viewer, child), child),
}
"""What looks like a tie and is none; the record must read as if it were not there."""


def _colleague(world: World, viewer: str, child: str) -> str:
    """Add an account with the viewer's role and body, and return its name."""
    name = f"{viewer}-colleague-{child}"
    home = next(row["organisation_id"] for row in world.rows[t.Account] if row["subject"] == viewer)
    world.account(name, ACCOUNTS[viewer], "office", organisation_id=home)
    return name


def account_of(told: Told) -> str:
    """Return the subject of the account that asks."""
    return told.viewer if told.account is None else f"{told.viewer}-{told.name}"


def birthday_of(record: dict[str, Any]) -> date:
    return LIVES[record.get("life")][1].get("date_of_birth", BORN)


def family_of(told: Told) -> str:
    """Return a family name that no other child of the same world has."""
    return f"Ashworth {told.number}"


def facts_of(record: dict[str, Any], ties: Iterable[str]) -> Facts:
    """Return what the law asks of a record that a story describes so."""
    shields = [(record.get("shield"), record.get("reason")), (record.get("another shield"), record.get("its reason"))]
    in_force = [reason for state, reason in shields if state in IN_FORCE]
    standing = Standing.NONE
    for tie in ties:
        standing |= TIES[tie][0]
    shield = Shield.CONCEALED if record.get("concealed") else Shield.SHIELDED if in_force else Shield.OPEN
    return Facts(shield, LIVES[record.get("life")][0], standing, bool(SEALING & {*in_force}))


def stage(stories: Iterable[Told]) -> World:
    """Return the world in which all of `stories` happen, each to a child of its own."""
    world = cast()
    world.organisation("unaccredited", accredited=False)
    for told in stories:
        viewer = account_of(told)
        if told.account is not None:
            _account(world, told, viewer)
        _child(world, told.name, told.record, told.ties, family=family_of(told))
        _tie(world, told, told.name, told.ties)
        for tie in told.idle_ties:
            IDLE_TIES[tie](world, told.viewer, told.name)
        if told.brother is not None:
            brother = f"{told.name}-brother"
            _child(world, brother, told.brother, told.brother_ties, family=f"{family_of(told)} brother")
            _tie(world, told, brother, told.brother_ties)
            world.contact(brother, f"mum-{told.name}")
    return world


def _account(world: World, told: Told, name: str) -> None:
    worker, body, _ = WORKERS.get(told.viewer, (None, "office", None))
    home = "unaccredited" if "accreditation" in str(told.account) else body
    world.account(name, ACCOUNTS[told.viewer], home, practitioner=worker, **ACCOUNT[str(told.account)])


def _child(world: World, name: str, record: dict[str, Any], ties: tuple[str, ...], *, family: str) -> None:
    full_child(world, name, authority="leeds" if "RESPONSIBLE" in ties else "york")
    status, stored = LIVES[record.get("life")]
    concealed = {"concealed_at": NOW - timedelta(days=3)} if record.get("concealed") else {}
    world.rows[t.Child][-1] |= {"family_name": family, **stored, **concealed}
    if status is Status.LEFT:
        world.rows[t.ChildReach][-1] |= {"kind": ReachKind.LEFT_ENGLAND, "may_return": True}
    for state, reason in (("shield", "reason"), ("another shield", "its reason")):
        if state in record:
            why = ShieldReason(record[reason]) if reason in record else None
            world.shield(name, ShieldState(record[state]), why)


def _tie(world: World, told: Told, child: str, ties: tuple[str, ...]) -> None:
    for tie in ties:
        _, make = TIES[tie]
        make(world, told.viewer if tie == "INVOLVED" else account_of(told), child)
