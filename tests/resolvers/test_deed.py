"""What every deed can rely on: targets under the law, versions, and all of it in one transaction or none of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.words import FieldGroup
from resolvers.account import find_viewer
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.deed import Act, Asking, Deed, Overtaken
from resolvers.deeds import Deeds
from resolvers.errors import Forbidden
from resolvers.idempotency import Keys
from resolvers.ids import Kind, write_id
from resolvers.problem import NotDone, ProblemCode
from resolvers.secret_keys import SecretKeys
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Journal
from resolvers.store.snapshot import Reader
from resolvers.store.words import AlertKind
from tests.cast import cast, full_child
from tests.client import unlimited
from tests.databases import Template
from tests.sealing import CHECKPOINTS
from tests.world import NOW, World, id_of

VERSIONS = SecretKeys(b"versions")


@dataclass
class Office:
    """A directory in which accounts do deeds."""

    writing: AsyncEngine
    reader: Reader
    deeds: Deeds
    versions: SecretKeys = VERSIONS

    async def operation(self, account: str) -> Operation:
        session, moment = Session(self.reader), Moment(NOW)
        viewer = await find_viewer(session, account, moment)
        assert viewer is not None
        budget, asking = unlimited(self.writing), Asking("graphql", None, "0" * 64)
        return Operation(
            viewer, moment, session, SecretKeys(b"secret"), budget, self.versions, deeds=self.deeds, asking=asking
        )

    async def do(self, account: str, act: Act) -> UUID | None:
        operation = await self.operation(account)
        try:
            return await self.deeds.do(operation, "testDeed", act, None)
        finally:
            await operation.session.close()

    async def refused(self, account: str, act: Act) -> list[tuple[ProblemCode, str | None, str]]:
        with pytest.raises(NotDone) as raised:
            await self.do(account, act)
        return [(problem.code, problem.field, problem.message) for problem in raised.value.problems]

    async def version(self, account: str, child: str) -> str:
        operation = await self.operation(account)
        record = await operation.loaders.child.load(id_of("child", child))
        assert record is not None
        version = await operation.loaders.child_version.load(record)
        await operation.session.close()
        return version

    async def rows(self, table: type[t.Base]) -> list[Any]:
        async with self.writing.connect() as connection:
            return list((await connection.execute(select(table))).all())


@asynccontextmanager
async def office(world: World, template: Template, folder: Path) -> AsyncIterator[Office]:
    async with template.copy(folder) as url:
        writing, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
        await world.write(writing)
        journal = Journal(writing, b"journal", CHECKPOINTS)
        yield Office(writing, Reader(reading), Deeds(writing, journal, Keys(SecretKeys(b"deeds"))))
        await journal.watch.drain()
        for engine in (reading, writing):
            await engine.dispose()


def household() -> World:
    world = cast()
    for name in ("anna", "bea", "gone"):
        full_child(world, name)
    world.shield("bea")
    world.conflict("teacher", "gone")
    return world


def on(text: str, *groups: FieldGroup, version: str | None = None, alert: bool = False) -> Act:
    """Return a deed that says it has changed groups of a child's record, and does nothing else."""

    async def act(deed: Deed) -> UUID:
        child = await deed.child("childId", text)
        if version is not None:
            await deed.check_version(child, version)
        await deed.changed(child.key, *groups)
        if alert:
            deed.alert(AlertKind.OVERRIDE, child.key)
        return child.key

    return act


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


async def test_r32_a_target_that_is_absent_forbidden_or_hidden_is_not_found(template: Template, tmp_path: Path) -> None:
    """A child in conflict, one that nobody is, another kind of id and no id at all end a deed in the same words."""
    async with office(household(), template, tmp_path) as place:
        others = (child_id("gone"), child_id("nobody"), write_id(Kind.CONTACT, id_of("child", "anna")), "x", "")
        answers = [await place.refused("teacher", on(text)) for text in others]
        assert answers[0][0][:2] == (ProblemCode.NOT_FOUND, "childId")
        assert answers == [answers[0]] * len(others)
        assert await place.do("teacher", on(child_id("bea"), FieldGroup.IDENTITY)) == id_of("child", "bea")


async def test_r32_versions_move_for_those_who_see_what_changed(template: Template, tmp_path: Path) -> None:
    """A deed counts the groups that it changes: a version that is out of sight of them stays, and one that sees moves."""
    async with office(household(), template, tmp_path) as place:
        before = {name: await place.version("teacher", name) for name in ("anna", "bea")}
        for name in before:
            await place.do("teacher", on(child_id(name), FieldGroup.WHEREABOUTS))
        after = {name: await place.version("teacher", name) for name in ("anna", "bea")}
        assert (before["anna"] != after["anna"], before["bea"] == after["bea"]) == (True, True)
        stale = await place.refused("teacher", on(child_id("anna"), version=before["anna"]))
        assert [code for code, *_ in stale] == [ProblemCode.STALE_VERSION]
        assert await place.do("teacher", on(child_id("anna"), version=after["anna"])) is not None
        assert await place.do("teacher", on(child_id("bea"), version=before["bea"])) is not None


async def test_r32_a_version_outlives_a_rotation_of_the_secret(template: Template, tmp_path: Path) -> None:
    """A version made under a secret that is still understood is not stale, until what the viewer sees has changed."""
    async with office(household(), template, tmp_path) as place:
        old, place.versions = await place.version("teacher", "anna"), SecretKeys(b"newer", (b"versions",))
        assert await place.version("teacher", "anna") != old
        assert await place.do("teacher", on(child_id("anna"), FieldGroup.PLACES, version=old)) is not None
        stale = await place.refused("teacher", on(child_id("anna"), version=old))
        place.versions = SecretKeys(b"newer")
        gone = await place.refused("teacher", on(child_id("anna"), version=old))
        assert [told[0][0] for told in (stale, gone)] == [ProblemCode.STALE_VERSION] * 2


async def test_r29_a_deed_leaves_event_subject_change_and_alert_or_nothing(template: Template, tmp_path: Path) -> None:
    """All that a deed leaves names its event; one that stops on the way has left none of it."""
    async with office(household(), template, tmp_path) as place:
        await place.do("teacher", on(child_id("anna"), FieldGroup.PLACES, FieldGroup.LEAD, alert=True))
        (event,), (change,) = await place.rows(t.AccessEvent), await place.rows(t.Change)
        (subject,), (alert,) = await place.rows(t.AccessSubject), await place.rows(t.Alert)
        assert event.deed == change.deed == "testDeed"
        assert {change.event_id, subject.event_id, alert.event_id} == {event.id}
        assert {change.child_id, subject.child_id, alert.child_id} == {id_of("child", "anna")}
        assert change.groups == ["PLACES", "LEAD"]

        async def stopping(deed: Deed) -> UUID:
            await on(child_id("anna"), FieldGroup.PLACES, alert=True)(deed)
            raise deed.missing("other", "x")

        await place.refused("teacher", stopping)
        left = [len(await place.rows(table)) for table in (t.AccessEvent, t.AccessSubject, t.Change, t.Alert)]
        assert left == [1, 1, 1, 1]
        counted = {(row.group, row.changes) for row in await place.rows(t.ChangeCounter)}
        assert counted == {(FieldGroup.PLACES, 1), (FieldGroup.LEAD, 1)}


async def test_what_was_sought_by_a_deed_that_stopped_is_the_operations(template: Template, tmp_path: Path) -> None:
    """What a deed sought in vain is kept for the event of the operation, which is written after it."""
    async with office(household(), template, tmp_path) as place:
        operation = await place.operation("teacher")
        with pytest.raises(NotDone):
            await place.deeds.do(operation, "testDeed", on(child_id("gone")), None)
        assert list(operation.trail.sought) == [child_id("gone")]
        await operation.session.close()


async def test_after_a_deed_is_read_what_it_has_done(template: Template, tmp_path: Path) -> None:
    """Loaders of before a deed are not asked again: the same operation reads the record as it is then."""
    async with office(household(), template, tmp_path) as place:
        operation = await place.operation("teacher")
        before = await operation.loaders.child.load(id_of("child", "anna"))

        async def rename(deed: Deed) -> None:
            await deed.write(update(t.Child).where(t.Child.id == id_of("child", "anna")).values(given_names="Anne"))

        await place.deeds.do(operation, "testDeed", rename, None)
        after = await operation.loaders.child.load(id_of("child", "anna"))
        assert before is not None
        assert after is not None
        assert (before.given_names, after.given_names) == ("Anna", "Anne")
        await operation.session.close()


@pytest.mark.parametrize("change", [{"suspended_at": NOW}, {"role": "AUDITOR"}, {"purposes": []}])
async def test_r28_an_account_that_has_lost_a_right_on_the_way_does_nothing(
    template: Template, tmp_path: Path, change: dict[str, Any]
) -> None:
    """Between the request and its deed the account was changed: the deed is refused, and nothing is left of it."""
    async with office(household(), template, tmp_path) as place:
        operation = await place.operation("teacher")
        async with place.writing.begin() as connection:
            await connection.execute(update(t.Account).where(t.Account.subject == "teacher").values(**change))
        with pytest.raises(Forbidden):
            await place.deeds.do(operation, "testDeed", on(child_id("anna")), None)
        assert await place.rows(t.Change) == []
        await operation.session.close()


async def test_a_deed_neither_charges_nor_selects(template: Template, tmp_path: Path) -> None:
    """Within its transaction a deed charges nothing, which would wait for itself, and reads proven statements alone."""
    async with office(household(), template, tmp_path) as place:

        async def charging(deed: Deed) -> None:
            await deed.operation.budget.charge(deed.viewer, deed.moment, ["x"])

        async def selecting(deed: Deed) -> None:
            await deed.write(select(t.ChildReach.phone))

        with pytest.raises(RuntimeError, match="charges before it begins"):
            await place.do("teacher", charging)
        with pytest.raises(TypeError, match="a deed reads by"):
            await place.do("teacher", selecting)


async def test_ids_of_a_deed_do_not_tell_how_many_were_made(template: Template, tmp_path: Path) -> None:
    """The id of a thing follows from the deed and its name, whatever else the deed made; two deeds never share one."""
    async with office(household(), template, tmp_path) as place:
        seen: list[UUID] = []

        async def making(deed: Deed) -> None:
            seen.append(deed.new_id("thing"))
            deed.new_id("another")
            assert deed.new_id("thing") == seen[-1]
            assert replace(deed).new_id("thing") == seen[-1]

        for _ in range(2):
            await place.do("teacher", making)
        assert len(set(seen)) == 2
        assert {key.version for key in seen} == {4}


async def test_deeds_of_one_account_take_one_connection(template: Template, tmp_path: Path) -> None:
    """However many deeds an account sends at once, they wait for each other before they take a connection each."""
    async with office(household(), template, tmp_path) as made:
        busy = most = 0

        async def act(_: Deed) -> None:
            nonlocal busy, most
            busy += 1
            most = max(most, busy, made.writing.pool.checkedout())  # type: ignore[attr-defined]  # a queue's
            await asyncio.sleep(0.01)
            busy -= 1

        await asyncio.gather(*(made.do("teacher", act) for _ in range(12)))
        assert most == 1
        assert not made.deeds.turns, "nothing is kept of whose turn it was"


async def test_a_deed_that_was_overtaken_is_begun_anew(template: Template, tmp_path: Path) -> None:
    """What another deed has come between is undone and done again, three times at most."""
    async with office(household(), template, tmp_path) as made:
        begun = 0

        async def act(_: Deed) -> None:
            nonlocal begun
            begun += 1
            if begun < 3:
                raise Overtaken

        await made.do("teacher", act)
        assert begun == 3
