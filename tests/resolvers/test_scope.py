"""The law in SQL is the law in Python: facts read as they are stored, and the twin equals the verdict."""

import random
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import insert, join, select
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.rules import Facts
from authz.sight import sight_of
from authz.table import standings_that_matter
from authz.words import FieldGroup, NarrowGroup, Role, Shield, Standing, Status
from resolvers.account import find_viewer
from resolvers.child import child_columns, read_child
from resolvers.clock import Moment
from resolvers.contact import contact_columns, details_in_sight, read_contact
from resolvers.context import Operation
from resolvers.facts import FACTS
from resolvers.scope import facts_code, sees_where
from resolvers.secret_keys import SecretKeys
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.snapshot import Reader
from resolvers.store.words import (
    SEALING_REASONS,
    STANDING_STATES,
    ApplicationState,
    Ended,
    Relationship,
    ShieldReason,
    ShieldState,
)
from tests.cast import ACCOUNTS, cast
from tests.client import unlimited
from tests.databases import Template
from tests.world import NOW, World, ago, id_of

LIVES: dict[Status, list[dict[str, Any]]] = {
    Status.LIVE: [{}, {"born": date(2008, 6, 16)}, {"ended": (Ended.LEFT, ago(days=-3))}],
    Status.LEFT: [{"ended": (Ended.LEFT, ago(days=0))}, {"ended": (Ended.LEFT, ago(days=900))}],
    Status.DECEASED: [{"ended": (Ended.DECEASED, ago(days=0))}, {"ended": (Ended.DECEASED, date(2025, 6, 16))}],
    Status.ARCHIVED: [
        {"ended": (Ended.DECEASED, date(2025, 6, 15))},
        {"born": date(2008, 6, 15)},
        {"born": date(1990, 1, 1)},
    ],
}
TIED = ("teacher", "officer", "police", "team", "manager")


def _shields(world: World, name: str, rng: random.Random) -> tuple[Shield, bool]:
    states = rng.sample(list(ShieldState), rng.choice((0, 0, 1, 1, 2)))
    standing, sealed = False, False
    for state in states:
        reason = rng.choice([None, *ShieldReason])
        world.shield(name, state, reason)
        standing |= state in STANDING_STATES
        sealed |= state in STANDING_STATES and reason in SEALING_REASONS
    return (Shield.SHIELDED if standing else Shield.OPEN), sealed


def _ties(world: World, name: str, account: str, rng: random.Random) -> Standing:
    """Tie `account` to the child by chance, by live and by past ties; return the standings that hold."""
    held = Standing.NONE
    worker = {"teacher": ("tess", "school"), "officer": ("olaf", "social")}.get(account)
    if worker and rng.random() < 0.4:
        past = rng.random() < 0.4
        world.involve(name, *worker, ended_on=ago(days=0) if past else None)
        held |= Standing.NONE if past else Standing.INVOLVED
    if rng.random() < 0.3:
        ended = rng.random() < 0.4
        world.conflict(account, name, ended=ended)
        held |= Standing.NONE if ended else Standing.CONFLICTED
    if account == "officer" and rng.random() < 0.5:
        closed, minutes = rng.random() < 0.3, rng.choice((10, 0))
        world.override(account, name, closed=closed, minutes_left=minutes)
        held |= Standing.OVERRIDING if minutes and not closed else Standing.NONE
    if account == "police" and rng.random() < 0.7:
        state, days = rng.choice((ApplicationState.APPROVED, rng.choice(list(ApplicationState)))), rng.choice((7, 7, 0))
        world.application(account, name, state=state, days_left=days, name=name)
        held |= Standing.IN_SCOPE if days and state is ApplicationState.APPROVED else Standing.NONE
    if account == "manager" and rng.random() < 0.5:
        resolved = rng.random() < 0.4
        world.task(account, *rng.choice([(name, None), ("elsewhere", name)]), resolved=resolved)
        held |= Standing.NONE if resolved else Standing.TASKED
    return held


def _random_world(seed: int, children: int) -> tuple[World, dict[tuple[str, str], Facts]]:
    rng, world, expected = random.Random(seed), cast(), {}
    world.child("elsewhere", concealed=True)
    for n in range(children):
        name, status = f"kid{n}", rng.choice(list(Status))
        authority = rng.choice((None, "leeds", "york"))
        concealed = rng.random() < 0.1
        world.child(name, authority=authority, concealed=concealed, **rng.choice(LIVES[status]))
        shield, sealed = _shields(world, name, rng)
        shield, sealed = (Shield.CONCEALED, False) if concealed else (shield, sealed)
        for account in TIED:
            held = _ties(world, name, account, rng)
            if account == "team" and authority == "leeds":
                held |= Standing.RESPONSIBLE
            expected[account, name] = Facts(shield, status, held, sealed)
    return world, expected


@pytest_asyncio.fixture
async def engine(template: Template, tmp_path: Path) -> AsyncIterator[tuple[AsyncEngine, dict[tuple[str, str], Facts]]]:
    world, expected = _random_world(seed=20260615, children=300)
    async with template.copy(tmp_path) as url:
        writing, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
        await world.write(writing)
        await writing.dispose()
        yield reading, expected
        await reading.dispose()


Prepared = tuple[AsyncEngine, dict[tuple[str, str], Facts]]


async def _operation(engine: AsyncEngine, account: str) -> Operation:
    session, moment = Session(Reader(engine)), Moment(NOW)
    viewer = await find_viewer(session, account, moment)
    assert viewer is not None
    return Operation(viewer, moment, session, SecretKeys(b"secret"), unlimited(engine), SecretKeys(b"versions"))


async def test_facts_are_read_as_they_are_stored(engine: Prepared) -> None:
    """For 300 random records and every role, the one number in the row gives the facts that were stored."""
    reading, expected = engine
    for account in TIED:
        operation = await _operation(reading, account)
        role = operation.viewer.role
        rows = await operation.rows(select(t.Child.id, facts_code(role, t.Child).label("facts")))
        found = {row.id: FACTS[row.facts] for row in rows}
        matter = standings_that_matter(role) | Standing.INVOLVED
        for (who, name), facts in expected.items():
            if who == account:
                told = Facts(facts.shield, facts.status, facts.standing & matter, facts.former_names_sealed)
                assert (name, told) == (name, found[id_of("child", name)])
        await operation.session.close()


async def test_the_sql_twin_equals_the_verdict(engine: Prepared) -> None:
    """For every role and group, `sees_where` finds exactly the records whose sight holds the group."""
    reading, expected = engine
    for account in ACCOUNTS:
        operation = await _operation(reading, account)
        role = operation.viewer.role
        rows = await operation.rows(select(t.Child.id, facts_code(role, t.Child).label("facts")))
        sights = {row.id: sight_of(operation.viewer, FACTS[row.facts]) for row in rows}
        for group in (*FieldGroup, *NarrowGroup):
            seen = await operation.rows(select(t.Child.id).where(sees_where(role, (group,), t.Child)))
            assert {row.id for row in seen} == {key for key, sight in sights.items() if sight.sees(group.bit)}, group
        await operation.session.close()
    assert {Role.AUDITOR, Role.FEED_CLIENT} < set(ACCOUNTS.values())
    assert expected


async def test_several_groups_are_asked_as_any_of_them(engine: Prepared) -> None:
    """`sees_where` of two groups finds what either finds."""
    reading, _ = engine
    operation = await _operation(reading, "teacher")
    groups = (FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES)
    both = await operation.rows(select(t.Child.id).where(sees_where(operation.viewer.role, groups, t.Child)))
    either = set()
    for group in groups:
        either |= set(
            await operation.rows(select(t.Child.id).where(sees_where(operation.viewer.role, (group,), t.Child)))
        )
    assert set(both) == either
    await operation.session.close()


async def test_r8_the_twin_is_the_verdict_on_contacts(engine: Prepared) -> None:
    """For every role, `details_in_sight` finds exactly the contacts whose own sight holds WHEREABOUTS.

    The random children are put into households of three, so that every mix of siblings occurs.
    """
    reading, _ = engine
    writing = make_engine(reading.url)
    async with writing.begin() as connection:
        for row in household_rows(await known_children(connection)):
            await connection.execute(insert(row[0]), row[1])
    await writing.dispose()
    shown, withheld = 0, 0
    for account in TIED:
        operation = await _operation(reading, account)
        role, viewer = operation.viewer.role, operation.viewer
        statement = select(*contact_columns(role, t.Contact, t.Person), *child_columns(role, t.Child)).select_from(
            join(t.Contact, t.Person, t.Person.id == t.Contact.person_id).join(
                t.Child, t.Child.id == t.Contact.child_id
            )
        )
        rows = await operation.rows(statement)
        contacts = [read_contact(row, child, viewer) for row in rows if (child := read_child(row, viewer)) is not None]
        bit = FieldGroup.WHEREABOUTS.bit
        expected = {contact.key for contact in contacts if contact.sight.sees(bit)}
        found = await operation.rows(
            select(t.Contact.id)
            .join(t.Child, t.Child.id == t.Contact.child_id)
            .where(details_in_sight(role, t.Contact, t.Child))
        )
        assert {row.id for row in found} == expected
        shown, withheld = shown + len(expected), withheld + len(contacts) - len(expected)
        await operation.session.close()
    assert shown > 50
    assert withheld > 50


async def known_children(connection: Any) -> list[Any]:
    """Return the keys of all children, in a fixed order that mixes them."""
    keys = list((await connection.execute(select(t.Child.id).order_by(t.Child.id))).scalars())
    random.Random(3).shuffle(keys)
    return keys


def household_rows(children: list[Any]) -> list[tuple[Any, dict[str, Any]]]:
    """Return a carer for every three children, the care of some of whom has ended."""
    rows: list[tuple[Any, dict[str, Any]]] = []
    for n in range(0, len(children), 3):
        person = id_of("person", f"carer{n}")
        rows.append((t.Person, {"id": person, "given_names": "Carer", "family_name": "Shared"}))
        for child in children[n : n + 3]:
            ended = ago(days=1) if child.int % 7 == 0 else None
            link = {"id": id_of("contact", f"{n}/{child}"), "child_id": child, "person_id": person}
            care = {"relationship": Relationship.MOTHER, "parental_responsibility": True}
            rows.append((t.Contact, {**link, **care, "started_on": ago(days=90), "ended_on": ended}))
    return rows
