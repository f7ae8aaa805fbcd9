"""One read-only snapshot per operation, on one connection, opened by the first statement that needs it."""

import asyncio
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.reading import Row, Statement
from resolvers.store.snapshot import Reader, Snapshot


class Session:
    """The reading connection of one operation; statements run in turn and see one state of the directory.

    `statements` and `rows_read` count them, `waited` is for how many seconds the database was waited for.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._snapshot: Snapshot | None = None
        self._ended = False
        self._turn = asyncio.Lock()
        self._reads: asyncio.Task[Any] | None = None
        self._failed: Exception | None = None
        self.statements = self.rows_read = 0
        self.waited = 0.0

    async def rows(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        """Return all rows of `statement`. Raises what the driver raises; the door makes it UNAVAILABLE."""
        async with self._turn:
            if self._ended:
                # A loader that outlives its operation must not open a connection that nobody gives back.
                raise RuntimeError("this operation has ended: its session reads no more")
            if self._failed is not None:
                raise self._failed  # a transaction in which a statement failed takes no other, and does not say why
            self._reads, began = asyncio.current_task(), perf_counter()
            try:
                rows = await self._read(statement, given)
            except Exception as cause:
                self._failed = cause
                raise
            finally:
                self._reads = None
                self.waited += perf_counter() - began
            self.statements += 1
            self.rows_read += len(rows)
            return rows

    async def _read(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        if self._snapshot is None:
            self._snapshot = await self.reader.open()
        return await self.reader.rows(self._snapshot, statement, given)

    async def rest(self) -> None:
        """Give the connection back for now: what is read later is read from a snapshot of its own."""
        async with self._turn:
            await self._give_back()

    async def abandon(self) -> None:
        """End the statement that is running, in the database too, and read no more: nobody waits for it any longer."""
        self._ended = True
        if self._snapshot is not None:
            await self._snapshot.interrupt()
        if self._reads is not None:
            self._reads.cancel()

    async def close(self) -> None:
        """Give the connection back; called before the journal is awaited, and always."""
        async with self._turn:
            self._ended = True
            await self._give_back()

    async def _give_back(self) -> None:
        snapshot, self._snapshot, self._failed = self._snapshot, None, None
        if snapshot is not None:
            await snapshot.close()


class Within(Session):
    """The reading of a deed, on the connection of its own transaction; whoever began that ends it."""

    def __init__(self, reader: Reader, connection: AsyncConnection) -> None:
        super().__init__(reader)
        self._connection = connection

    async def rows(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        async with self._turn:
            if self._ended:
                raise RuntimeError("this deed has ended: its session reads no more")
            self._reads = asyncio.current_task()
            try:
                return (await self._connection.execute(statement, dict(given))).all()
            finally:
                self._reads = None

    async def close(self) -> None:
        """Read no more, and return once nothing is being read: the transaction is then its owner's alone."""
        self._ended = True
        if self._reads is not None:
            self._reads.cancel()
        async with self._turn:
            pass
