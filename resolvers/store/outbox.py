"""The outbox: up to where its changes are settled, and the bell that a deed rings for those who wait for them.

Changes are numbered when they are written and seen when they are committed. On PostgreSQL a later one may be committed
before an earlier one, so the latest that can be seen tells nothing of those before it. INVARIANT (settled): up to the
number that `settled` returns each change is committed, and seen by whatever is read afterwards, or never will be.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Executable, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.reading import reading
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.snapshot import Reader

CHANNEL = "gateway_changes"
"""The channel on which PostgreSQL says that there are changes, and nothing about them."""

_NOTIFY: Executable = text(f"NOTIFY {CHANNEL}")

_LAST = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('change', 'position')::regclass), 0)"
_WRITING = """SELECT virtualtransaction FROM pg_locks WHERE granted AND mode = 'RowExclusiveLock'
AND relation = 'change'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
"""The transactions that may have numbered a change and are not over: each has had this lock since before it did."""


class Bell:
    """Rung by deeds: on PostgreSQL within their transaction, for all processes; for this process after its commit."""

    def __init__(self) -> None:
        self._heard: list[Callable[[], None]] = []

    def heard_by(self, hear: Callable[[], None]) -> None:
        """Have `hear` called each time."""
        self._heard.append(hear)

    async def within(self, connection: AsyncConnection) -> None:
        """Ring at the commit of the transaction of `connection`, if it comes to that, wherever somebody listens."""
        if connection.dialect.name == "postgresql":
            await connection.execute(_NOTIFY)

    def rung(self) -> None:
        """Ring in this process."""
        for hear in self._heard:
            hear()


class Outbox(ABC):
    """The outbox as one process sees it: opened each time when somebody wants to know, and closed after."""

    behind = False
    """Whether changes have been numbered that are not settled."""

    @abstractmethod
    async def open(self, rung: Callable[[], None]) -> None:
        """Have `rung` called when there are changes; where it is open do nothing. Raises what the database does."""

    @abstractmethod
    async def settled(self) -> int:
        """Return the number up to which changes are settled."""

    @abstractmethod
    async def close(self) -> None:
        """Listen no more."""


@reading()
def _last() -> Select[Any]:
    return select(func.coalesce(func.max(t.Change.position), 0))


class SqliteOutbox(Outbox):
    """On SQLite one transaction writes at a time, so the last that is seen is the last there is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def open(self, rung: Callable[[], None]) -> None:
        pass

    async def settled(self) -> int:
        session = Session(self._reader)
        try:
            rows = await session.rows(_last(), {})
        finally:
            await session.close()
        return int(rows[0][0])

    async def close(self) -> None:
        pass


class PostgresOutbox(Outbox):
    """On PostgreSQL: one connection that listens, and asks which transactions are writing changes.

    Whoever numbers a change holds a lock on the table from before that until its end. So once all have ended who held
    it after a number was the last one, there is nothing more to come up to that number. No time is waited for, and a
    transaction that writes elsewhere holds up nobody.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._settled = 0
        self._awaited: tuple[int, frozenset[str]] | None = None
        """A number, and those of its time who have not ended."""

    async def open(self, rung: Callable[[], None]) -> None:
        if self._driver is not None and not self._driver.is_closed():
            return
        await self.close()
        self._connection = await self._engine.connect()
        await self._connection.execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        await driver.add_listener(CHANNEL, lambda *_: rung())
        driver.add_termination_listener(lambda *_: rung())
        self._driver = driver

    async def settled(self) -> int:
        last = int(await self._driver.fetchval(_LAST))
        writing = frozenset(row[0] for row in await self._driver.fetch(_WRITING))
        if self._awaited is not None:
            number, those = self._awaited
            self._awaited = (number, those & writing) if those & writing else None
            if self._awaited is None:
                self._settled = number
        if self._awaited is None and last != self._settled:
            if writing:
                self._awaited = last, writing
            else:
                self._settled = last
        self.behind = self._awaited is not None
        return self._settled

    async def close(self) -> None:
        connection, self._connection, self._driver = self._connection, None, None
        self.behind = False
        if connection is not None:
            with suppress(Exception):
                async with asyncio.timeout(2):
                    await connection.invalidate()
            await connection.close()


def outbox_of(reader: Reader, engine: AsyncEngine) -> Outbox:
    """Return the outbox of the database of `engine`."""
    return PostgresOutbox(engine) if engine.dialect.name == "postgresql" else SqliteOutbox(reader)
