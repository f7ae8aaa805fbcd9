"""One read-only snapshot per operation, on one connection, opened by the first statement that needs it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.reading import Statement


class Session:
    """The reading connection of one operation; statements run in turn and see one state of the directory."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._ended = False
        self._turn = asyncio.Lock()

    async def rows(self, statement: Statement, parameters: dict[str, Any]) -> Sequence[Row[Any]]:
        """Return all rows of `statement`. Raises SQLAlchemy's errors; the door makes them UNAVAILABLE."""
        async with self._turn:
            if self._ended:
                # A loader that outlives its operation must not open a connection that nobody gives back.
                raise RuntimeError("this operation has ended: its session reads no more")
            if self._connection is None:
                self._connection = await self._engine.connect()
            return (await self._connection.execute(statement, parameters)).all()

    async def rest(self) -> None:
        """Give the connection back for now: what is read later is read from a snapshot of its own."""
        async with self._turn:
            await self._give_back()

    async def close(self) -> None:
        """Give the connection back; called before the journal is awaited, and always."""
        async with self._turn:
            self._ended = True
            await self._give_back()

    async def _give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class Within(Session):
    """The reading of a deed, on the connection of its own transaction; whoever began that ends it."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection.engine)
        self._connection = connection

    async def _give_back(self) -> None:
        self._connection = None
