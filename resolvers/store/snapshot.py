"""Snapshots: one read-only transaction on one connection of the pool, run on the driver's own terms.

SQLAlchemy writes the statements and keeps the pool; between the two an operation speaks to the driver itself, since
what SQLAlchemy does for each statement beside that costs more than all the rest of an answer.
"""

import asyncio
import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import PoolProxiedConnection, Select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from resolvers.store.compiled import compile_for
from resolvers.store.resting import Resting

log = logging.getLogger("gateway.statements")
"""Tells each statement that an operation reads by, at level DEBUG: its text alone, which holds no value (R31)."""

GRACE = 2.0
"""For how many seconds the end of a transaction is waited for; a connection that does not end it is dropped."""

KEPT = 4_096
"""How many statements are kept compiled; the readings together have some hundreds."""


class Snapshot(ABC):
    """One state of the directory, until it is closed."""

    def __init__(self, pooled: PoolProxiedConnection, resting: Resting, grace: float = GRACE) -> None:
        self._pooled, self._resting, self._grace = pooled, resting, grace
        self.driver: Any = pooled.driver_connection

    @abstractmethod
    async def begin(self) -> None:
        """Begin the transaction."""

    @abstractmethod
    async def fetch(self, text: str, arguments: list[Any]) -> Sequence[Any]:
        """Return all rows of one statement, as the driver gives them."""

    @abstractmethod
    async def end(self, *, for_good: bool) -> None:
        """End the transaction; unless it is `for_good`, the connection may rest in one that has read nothing yet."""

    @abstractmethod
    async def interrupt(self) -> None:
        """End the statement that is running, where it does not end with the wait for it."""

    async def close(self) -> None:
        """Let the connection rest or give it back to the pool; drop it where its transaction cannot be ended.

        What was read in it stands all the same.
        """
        rests, ended = self._resting.has_room(), False
        try:
            async with asyncio.timeout(self._grace):
                await self.end(for_good=not rests)
            ended = True
        except Exception as cause:  # noqa: BLE001  # whatever it is, the connection is of no use
            log.warning("a connection is dropped", extra={"fault": type(cause).__name__})
        finally:
            if not ended:
                self._pooled.invalidate()
            if ended and rests:
                self._resting.rest(self._pooled)
            else:
                await greenlet_spawn(self._pooled.close)

    async def drop(self) -> None:
        """Be rid of the connection at once: its database is not asked to end anything."""
        self._pooled.invalidate()
        await greenlet_spawn(self._pooled.close)


class PostgresSnapshot(Snapshot):
    """A transaction takes its snapshot at its first statement.

    So one that is begun ahead, by the end of the one before, costs no round trip of its own and holds nothing back.
    """

    async def begin(self) -> None:
        if not self._pooled.info.get(_BEGUN):
            await self.driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def fetch(self, text: str, arguments: list[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = await self.driver.fetch(text, *arguments)
        return rows

    async def interrupt(self) -> None:
        pass  # the driver has the server cancel what nobody waits for any longer

    async def end(self, *, for_good: bool) -> None:
        await self.driver.execute("ROLLBACK" if for_good else "ROLLBACK AND CHAIN")
        self._pooled.info[_BEGUN] = not for_good


class SqliteSnapshot(Snapshot):
    async def begin(self) -> None:
        await self.driver.execute("BEGIN")

    async def fetch(self, text: str, arguments: list[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = await self.driver.execute_fetchall(text, arguments)
        return rows

    async def interrupt(self) -> None:
        await self.driver.interrupt()

    async def end(self, *, for_good: bool) -> None:
        if not for_good:  # else the pool does it, as with whatever comes back to it
            await self.driver.rollback()


_BEGUN = "begun"
"""The key, in what is known of a connection, that tells whether it rests in a transaction."""

_KINDS: Mapping[str, type[Snapshot]] = {"postgresql": PostgresSnapshot, "sqlite": SqliteSnapshot}


class Reader:
    """Opens snapshots on a reading engine (`make_engine`), and keeps the statements that they run compiled.

    Between two snapshots up to `resting` connections are kept at hand. The end of a snapshot is waited for `grace`
    seconds.
    """

    def __init__(self, engine: AsyncEngine, resting: int = 0, *, grace: float = GRACE) -> None:
        self.engine, self._grace = engine, grace
        self._resting = Resting(engine, resting)
        self.compiled = lru_cache(KEPT)(partial(compile_for, engine.dialect))
        self._kind = _KINDS[engine.dialect.name]

    @property
    def resting(self) -> int:
        """How many connections rest."""
        return len(self._resting)

    async def open(self) -> Snapshot:
        """Return a snapshot. Raises what the driver or the pool raise where the database is away (`is_away`)."""
        snapshot = self._kind(await self._resting.take(), self._resting, self._grace)
        try:
            await snapshot.begin()
        except BaseException:
            await snapshot.close()
            raise
        return snapshot

    async def rows(self, snapshot: Snapshot, statement: Select[Any], given: Mapping[str, Any]) -> list[Any]:
        """Return all rows of `statement` in `snapshot`, with `given` bound by name."""
        compiled = self.compiled(statement)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s", compiled.text)
        return compiled.rows(await snapshot.fetch(compiled.text, compiled.arguments(given)))

    async def dispose(self) -> None:
        """Close all connections, those that rest and those of the pool."""
        await self._resting.close()
        await self.engine.dispose()


_AWAY = ("08", "53", "57", "3D", "55P03")
"""SQLSTATEs, by their beginnings, in which a database is away: connection, resources, shut down or starting or out of
time, no such database, a lock that is not given back."""


def is_away(cause: BaseException) -> bool:
    """Tell whether `cause` says that the database cannot be reached now, whoever raised it."""
    if isinstance(cause, DBAPIError):
        known = isinstance(cause, OperationalError | InterfaceError) or cause.connection_invalidated
        # SQLAlchemy has the driver's error in a class of its own, with its SQLSTATE.
        away = str(getattr(cause.orig, "sqlstate", None) or "").startswith(_AWAY)
        return known or away or is_away(cause.orig or OSError())
    if isinstance(cause, asyncpg.PostgresError):
        return str(cause.sqlstate or "").startswith(_AWAY)
    return isinstance(cause, asyncpg.InterfaceError | sqlite3.OperationalError | PoolTimeout | OSError)
