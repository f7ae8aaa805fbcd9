"""What is withheld is not even read: no hidden value, and no key that leads to one, enters the process."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from authz.words import FieldGroup
from resolvers.account import find_viewer
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.involvement import services
from resolvers.loading import key_lists
from resolvers.session import Session
from resolvers.store.engine import database_url, make_engine
from resolvers.store.snapshot import Reader, Snapshot
from resolvers.store.words import ServiceKind
from resolvers.version import COUNTED, counters
from tests.cast import cast, full_child
from tests.client import unlimited
from tests.databases import Template
from tests.world import NOW, World, id_of, number_of


@asynccontextmanager
async def operation_of(account: str, world: World, template: Template, folder: Path) -> AsyncIterator[Operation]:
    """Give an operation of `account` on `world`, as the door would make it."""
    async with template.copy(folder) as url:
        writing, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
        await world.write(writing)
        session, moment = Session(NotingReader(reading)), Moment(NOW)
        viewer = await find_viewer(session, account, moment)
        assert viewer is not None
        yield Operation(viewer, moment, session, b"secret", unlimited(writing), b"versions")
        await session.close()
        for engine in (reading, writing):
            await engine.dispose()


class NotingReader(Reader):
    """A reader that keeps what statements bind, as text, and counts the rows that they give."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.bound: list[str] = []
        self.given = 0

    async def rows(self, snapshot: Snapshot, statement: Any, given: Mapping[str, Any]) -> list[Any]:
        self.bound.append(str(self.compiled(statement).arguments(given)))
        rows = await super().rows(snapshot, statement, given)
        self.given += len(rows)
        return rows


@contextmanager
def bound(operation: Operation) -> Iterator[list[str]]:
    """Collect what the statements of `operation` bind, as text."""
    reader = operation.session.reader
    assert isinstance(reader, NotingReader)
    reader.bound = []
    yield reader.bound


def mentions(seen: list[str], key: UUID) -> bool:
    return any(key.hex in text or str(key) in text for text in seen)


async def test_what_is_loaded_by_its_key_is_read_alone(template: Template, tmp_path: Path) -> None:
    """Of a directory of several children, carers, bodies and workers one row is read for each that is asked for."""
    world = cast()
    full_child(world, "anna")
    full_child(world, "bea")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        loaders, reader = operation.loaders, operation.session.reader
        assert isinstance(reader, NotingReader)
        by_key: dict[Any, Any] = {
            loaders.child: id_of("child", "anna"),
            loaders.number: number_of("anna"),
            loaders.owner: id_of("contact", "anna/mum-anna"),
            loaders.organisation: id_of("organisation", "school"),
            loaders.practitioner: id_of("practitioner", "tess"),
        }
        for loader, key in by_key.items():
            reader.given = 0
            assert await loader.load(key) is not None
            assert reader.given == 1


async def test_a_confidential_bodys_place_and_workers_are_not_read(template: Template, tmp_path: Path) -> None:
    """The record of a refuge holds no phone, e-mail or address and no worker: they were never selected."""
    world = cast()
    world.child("anna")
    world.involve("anna", "ruth", "refuge")
    world.involve("anna", "ruth", "charity", ServiceKind.VOLUNTARY)
    world.involve("anna", "carl", "refuge", ServiceKind.YOUTH_SERVICE)
    async with operation_of("teacher", world, template, tmp_path) as operation:
        child = await operation.loaders.child.load(id_of("child", "anna"))
        assert child is not None
        rows = (await services(operation, child, 20, None, current_only=True)).items
    refuges = [row.organisation for row in rows if row.organisation.name == "Refuge"]
    assert [(body.phone, body.email, body.address) for body in refuges] == [(None, None, None)] * 2
    assert [row.practitioner for row in rows] == [None] * 3


async def test_the_key_of_a_confidential_body_is_in_no_statement_on_workers(template: Template, tmp_path: Path) -> None:
    """Asked for a school and a refuge together, the statement on practitioners binds the school's key alone."""
    world = cast()
    world.child("anna")
    world.involve("anna", "ruth", "refuge")
    world.involve("anna", "tess", "school")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        child = await operation.loaders.child.load(id_of("child", "anna"))
        assert child is not None
        rows = (await services(operation, child, 20, None, current_only=True)).items
        bodies = {row.organisation.name: row.organisation for row in rows}
        with bound(operation) as seen:
            found = await operation.loaders.workers(50, None).load_many([bodies["Refuge"], bodies["School"]])
    assert [[worker.name for worker in workers] for workers in found] == [[], ["Tess"]]
    assert mentions(seen, id_of("organisation", "school"))
    assert not mentions(seen, id_of("organisation", "refuge"))


async def test_a_closed_caseload_binds_no_key(template: Template, tmp_path: Path) -> None:
    """Asked for own, a colleague's and a stranger's caseload together, the statement binds the first two keys alone."""
    world = cast()
    world.practitioner("otto", "social")
    for worker, body in (("olaf", "social"), ("otto", "social"), ("carl", "charity")):
        world.child(f"of-{worker}")
        world.involve(f"of-{worker}", worker, body)
    async with operation_of("officer", world, template, tmp_path) as operation:
        keys = [id_of("practitioner", name) for name in ("olaf", "otto", "carl")]
        workers = [worker for worker in await operation.loaders.practitioner.load_many(keys) if worker is not None]
        with bound(operation) as seen:
            found = await operation.loaders.caseloads(50, None).load_many(workers)
    assert [[child.given_names for child in children] for children in found] == [["Of-Olaf"], ["Of-Otto"], []]
    assert [mentions(seen, key) for key in keys] == [True, True, False]


async def test_a_withheld_carers_reach_is_not_asked_for(template: Template, tmp_path: Path) -> None:
    """Of two carers below an open child, one shared with a shielded sibling, the other's key alone is bound."""
    world = cast()
    full_child(world, "anna")
    world.person("dad")
    world.contact("anna", "dad")
    world.child("bea")
    world.contact("bea", "mum-anna")
    world.shield("bea")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        child = await operation.loaders.child.load(id_of("child", "anna"))
        assert child is not None
        contacts = await operation.loaders.contacts.load(child)
        with bound(operation) as seen:
            found = await operation.loaders.person_reach.load_many(contacts)
    assert {contact.given_names: reach is None for contact, reach in zip(contacts, found, strict=True)} == {
        "Mum-Anna": True,
        "Dad": False,
    }
    assert mentions(seen, id_of("person", "dad"))
    assert not mentions(seen, id_of("person", "mum-anna"))


async def test_the_key_of_a_shielded_child_is_in_no_locating_statement(template: Template, tmp_path: Path) -> None:
    """Asked for an open and a shielded child together, the statements that locate bind the open one's key alone."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name)
    world.shield("bea")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        children = await operation.loaders.child.load_many([id_of("child", "anna"), id_of("child", "bea")])
        loaders = operation.loaders
        with bound(operation) as seen:
            for loader in (loaders.reach, loaders.placements, loaders.registrations, loaders.agencies, loaders.leading):
                await loader.load_many(children)
    assert mentions(seen, id_of("child", "anna"))
    assert not mentions(seen, id_of("child", "bea"))


async def test_r32_no_counter_of_a_hidden_group_is_read(template: Template, tmp_path: Path) -> None:
    """Of an open and a shielded child with a counter for every group, those alone are selected that are in sight."""
    world = cast()
    for name in ("anna", "bea"):
        world.child(name)
        world.changed(name, **{group.lower(): 1 for group in FieldGroup})
    world.shield("bea")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        children = await operation.loaders.child.load_many([id_of("child", "anna"), id_of("child", "bea")])
        rows = await operation.rows(counters(), **key_lists(counters.keys, children))
    assert {(row.child_id, row.group) for row in rows} == {
        (child.key, group) for child in children for group in COUNTED if child.sight.sees(group.bit)
    }
    assert len(rows) == 8 + 3


async def test_a_record_that_does_not_exist_leaves_the_database_not_at_all(template: Template, tmp_path: Path) -> None:
    """By key and by number, whatever does not exist for the viewer is None, in one statement a route."""
    world = cast()
    full_child(world, "kin")
    world.conflict("teacher", "kin")
    async with operation_of("teacher", world, template, tmp_path) as operation:
        keys = [id_of("child", "kin"), id_of("child", "nobody")]
        with bound(operation) as seen:
            assert await operation.loaders.child.load_many(keys) == [None, None]
        assert len(seen) == 1
