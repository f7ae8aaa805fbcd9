"""One read-only snapshot per operation, on one connection, opened by the first statement that needs it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.reading import Row, Statement
from resolvers.store.replica import Replica
from resolvers.store.snapshot import Reader, Snapshot

Read = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]


class Session:
    """The reading connection of one operation; statements run in turn and see one state of the directory.

    `statements` and `rows_read` count them, `waited` is for how many seconds the database was waited for. Details may
    be read from a `replica`, on a connection and in a snapshot of their own.
    """

    def __init__(self, reader: Reader, replica: Replica | None = None) -> None:
        self.reader = reader
        self._replica = replica
        self._snapshot: Snapshot | None = None
        self._copy: Snapshot | None = None
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
            try:
                return await self._counted(self._read, statement, given)
            except Exception as cause:
                self._failed = cause
                raise

    @property
    def replica_serves(self) -> bool:
        """Whether details may be read from a replica now."""
        return self._replica is not None and self._replica.serves

    async def details(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        """Return those rows of `statement` that the replica has: none where it serves no longer, or fails."""
        async with self._turn:
            replica = self._replica
            if replica is None or not replica.serves or self._ended:
                return ()
            try:
                async with asyncio.timeout(replica.patience):
                    return await self._counted(partial(self._read_copy, replica), statement, given)
            except Exception as cause:  # noqa: BLE001  # whatever it is, the primary has the rows
                replica.lost(cause)
                copy, self._copy = self._copy, None
                if copy is not None:
                    await copy.drop()
                return ()

    async def _counted(self, read: Read, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        self._reads, began = asyncio.current_task(), perf_counter()
        try:
            rows = await read(statement, given)
        finally:
            self._reads = None
            self.waited += perf_counter() - began
        self.statements += 1
        self.rows_read += len(rows)
        return rows

    async def _read_copy(self, replica: Replica, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        if self._copy is None:
            self._copy = await replica.reader.open()
        return await replica.reader.rows(self._copy, statement, given)

    async def _read(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        if self._snapshot is None:
            self._snapshot = await self.reader.open()
        return await self.reader.rows(self._snapshot, statement, given)

    async def rest(self) -> None:
        """Give the connection back for now: what is read later is read from a snapshot of its own.

        It is read from the primary alone, since it may be what a deed of this operation has just written.
        """
        async with self._turn:
            self._replica = None
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
        copy, self._copy = self._copy, None
        try:
            if snapshot is not None:
                await snapshot.close()
        finally:
            if copy is not None:
                await copy.close()


class Within(Session):
    """The reading of a deed, on the connection of its own transaction; whoever began that ends it."""

    def __init__(self, reader: Reader, connection: AsyncConnection) -> None:
        super().__init__(reader)
        self._connection = connection

    async def _read(self, statement: Statement, given: Mapping[str, Any]) -> Sequence[Row]:
        return (await self._connection.execute(statement, dict(given))).all()
