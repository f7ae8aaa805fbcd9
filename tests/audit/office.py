"""A journal on a real database, and hands that tamper with it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.trail import AccessKind, Touched, Trail
from authz.viewer import Viewer
from authz.words import Purpose, Role, Standing
from resolvers.audit.checkpoints import Read
from resolvers.audit.verify import Kept, Verified, Verifier
from resolvers.store import tables as t
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Event, Journal
from tests.sealing import CHECKPOINTS, KEYRING
from tests.world import NOW

VIEWER = Viewer(
    account=uuid4(),
    name="Tess",
    role=Role.PRACTITIONER,
    organisation=uuid4(),
    purpose=Purpose.COORDINATE_CARE,
    reason="Planning \u201csupport\u201d\twith caf\u00e9",
)
EVENTS = t.AccessEvent.__table__


def read_of(*names: str, subjects: int = 2) -> list[Event]:
    """Return the events of operations with these names, each of which opened so many records."""
    return [
        Event(
            at=NOW,
            viewer=replace(VIEWER),
            route="graphql",
            operation_name=name,
            document_hash="0" * 64,
            outcome="OK",
            trail=Trail(
                {(uuid4(), AccessKind.OPENED): Touched(Standing.INVOLVED, disclosed=1) for _ in range(subjects)}
            ),
        )
        for name in names
    ]


def journal_on(engine: AsyncEngine, checkpoints: Checkpoints = CHECKPOINTS) -> Journal:
    return Journal(engine, b"key", checkpoints)


@dataclass
class Office:
    """A database with a journal; `journal` is the one of a process that runs now."""

    engine: AsyncEngine
    reading: AsyncEngine
    journal: Journal

    async def note(self, *names: str, subjects: int = 2) -> None:
        """Write an event for each name, one after the other."""
        for event in read_of(*names, subjects=subjects):
            await self.journal.append(event)

    async def deed(self, name: str, *, kept: bool = True) -> None:
        """Write the event of a deed, in its own transaction, which is undone unless it is `kept`."""
        (event,) = read_of(name)
        async with self.engine.connect() as connection:
            if kept:
                await self.journal.commit(connection, replace(event, deed=name))

    async def restart(self) -> None:
        """Drain the journal and open another, as a process that is started anew does."""
        await self.journal.drain()
        self.journal = journal_on(self.engine)
        await self.journal.open(3600)

    async def faults(self, read: Read = KEYRING.read, kept: Mapping[int, Kept] | None = None) -> list[str]:
        """Return what `gateway audit verify` finds."""
        return (await self.verified(read, kept))[1]

    async def verified(
        self, read: Read = KEYRING.read, kept: Mapping[int, Kept] | None = None
    ) -> tuple[Verified, list[str]]:
        async with self.reading.connect() as connection:
            verifier = Verifier(connection, read, lambda *_: None, kept or {})
            faults = [fault async for fault in verifier.faults()]
        return verifier.seen, faults

    async def run(self, statement: str, **given: Any) -> None:
        """Tamper: whoever has the database can run any statement."""
        async with self.engine.begin() as connection:
            await self._run(connection, statement, given)

    async def _run(self, connection: AsyncConnection, statement: str, given: Mapping[str, Any]) -> None:
        if connection.dialect.name == "sqlite":
            given = {name: value.hex if isinstance(value, UUID) else value for name, value in given.items()}
        await connection.execute(text(statement), dict(given))

    async def event(self, name: str) -> Any:
        """Return the stored event of an operation."""
        async with self.reading.connect() as connection:
            return (await connection.execute(select(EVENTS).where(EVENTS.c.operation_name == name))).one()

    async def checkpoints(self) -> list[Any]:
        rows = t.JournalCheckpoint.__table__
        async with self.reading.connect() as connection:
            return list((await connection.execute(select(rows).order_by(rows.c.number))).all())


@asynccontextmanager
async def office_on(url: str, checkpoints: Checkpoints = CHECKPOINTS) -> AsyncIterator[Office]:
    engine, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
    try:
        office = Office(engine, reading, journal_on(engine, checkpoints))
        yield office
        await office.journal.watch.drain()
    finally:
        await engine.dispose()
        await reading.dispose()
