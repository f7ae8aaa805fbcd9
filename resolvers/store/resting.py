"""Connections that rest between two uses: made, counted and closed by SQLAlchemy's pool, and taken without it.

To take a connection from the pool and to give it back costs as much as a statement.
"""

from typing import Any

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn


class Resting:
    """Up to `most` connections of `engine` that are checked out of its pool and used by nobody now."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self._engine, self._most = engine, most
        self._idle: list[PoolProxiedConnection] = []
        self._waiting = 0

    async def take(self) -> PoolProxiedConnection:
        """Return a connection, one that rests if any does. Raises OSError, or what the pool raises, for none."""
        while self._idle:
            pooled = self._idle.pop()
            if not _is_closed(pooled.driver_connection):
                return pooled
            pooled.invalidate()
        self._waiting += 1
        try:
            return await self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as cause:  # SQLAlchemy makes its own of it everywhere but here
            raise ConnectionError("the database gives no connection") from cause
        finally:
            self._waiting -= 1

    def __len__(self) -> int:
        """Return how many rest."""
        return len(self._idle)

    def has_room(self) -> bool:
        """Tell whether one more may rest: never while somebody waits for the pool to have one."""
        return not self._waiting and len(self._idle) < self._most

    def rest(self, pooled: PoolProxiedConnection) -> None:
        """Have `pooled` rest until it is taken again."""
        self._idle.append(pooled)

    async def close(self) -> None:
        """Give back all that rest, and let none rest from now on: who comes late gives its own back to the pool."""
        self._most = 0
        await self.dispose()

    async def dispose(self) -> None:
        """Give back all that rest."""
        while self._idle:
            await greenlet_spawn(self._idle.pop().close)


def _is_closed(driver: Any) -> bool:
    """Tell whether a driver's connection has ended meanwhile, by a restart of the database for one."""
    told = getattr(driver, "is_closed", None)
    return told is not None and bool(told())
