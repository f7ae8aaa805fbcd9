"""Signing: a process signs for its own chains from time to time and when it stops, and for what others left behind."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store.chain import Chain
from resolvers.store.checkpoints import Checkpoints, Head, take_turn, tell
from resolvers.store.keys import among
from resolvers.store.tables import JournalCheckpoint
from resolvers.store.walk import sound_end
from resolvers.store.words import CheckpointKind

log = logging.getLogger("gateway.checkpoints")

EVENTS = 1_000
"""How many events of a chain call for a checkpoint before its time has come."""

Told = list[Mapping[str, Any]]


class Signing:
    """Signs checkpoints for `chains`, those of this process, by transactions of their own on `engine`.

    What is signed is kept already, so it waits for nobody and nobody waits for it. Where it fails the journal goes on,
    and the next time signs for more.
    """

    def __init__(self, engine: AsyncEngine, checkpoints: Checkpoints, chains: Sequence[Chain]) -> None:
        self._engine, self._checkpoints, self._chains = engine, checkpoints, chains
        self.failed = 0
        """How often nothing could be signed."""
        self._due = asyncio.Event()
        self._signs = True
        """Whether the last signing went well; after one that did not, the next waits for its time."""
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    async def open(self, seconds: float) -> None:
        """Sign for what others left, and begin to sign every so many `seconds`."""
        await self._try(CheckpointKind.FOUND)
        self._task = asyncio.create_task(self._run(seconds))

    async def close(self) -> None:
        """Sign for the last time; what is written after that is by new writers."""
        if self._task is not None:
            self._closing = True
            self._due.set()
            await self._task  # a signing that is under way is not cut off: its connection would be nobody's
            self._task = None
        await self._try(CheckpointKind.END)
        for chain in self._chains:
            chain.end()

    def notice(self) -> None:
        """Say that something was written."""
        if self._signs and any(chain.position - chain.signed >= EVENTS for chain in self._chains):
            self._due.set()

    async def _run(self, seconds: float) -> None:
        while not self._closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), seconds)
            self._due.clear()
            if not self._closing:
                await self._try(CheckpointKind.HELD)

    async def _try(self, kind: CheckpointKind) -> None:
        try:
            await self._sign(kind)
            self._signs = True
        except Exception as cause:  # noqa: BLE001  # the journal is written without; the next one signs for more
            self._signs = False
            self.failed += 1
            log.warning("a checkpoint is not signed", extra={"fault": type(cause).__name__})

    async def _sign(self, kind: CheckpointKind) -> None:
        ended, told = kind is CheckpointKind.END, Told()
        heads = [(chain, chain.position, chain.digest, chain.writer) for chain in self._chains]
        due = [head for head in heads if head[0].begun and (ended or head[1] > head[0].signed)]
        left = [writer for chain in self._chains for writer in chain.left]
        if kind is not CheckpointKind.FOUND and not due and not left:
            return
        async with self._engine.begin() as connection:
            told += await sign_for_left(connection, self._checkpoints, None if kind is CheckpointKind.FOUND else left)
            for _, position, digest, writer in due:
                told.append(await self._checkpoints.add(connection, kind, Head(writer, position, digest)))
        for chain, position, _, writer in due:
            if chain.writer == writer:
                chain.signed = position
        for chain in self._chains:
            chain.left = [writer for writer in chain.left if writer not in left]
        for one in told:
            tell(one)


async def sign_for_left(
    connection: AsyncConnection, checkpoints: Checkpoints, writers: Sequence[UUID] | None = None
) -> Told:
    """Sign for what `writers` that have not ended left after their last checkpoints, all of them if none are named.

    Nobody knows whether such a writer still writes; a checkpoint says how far it had come, and hinders it in nothing.
    What does not fit its chain is not signed for: the last event before it is the last.
    """
    await take_turn(connection)
    row = JournalCheckpoint
    ended = select(row.writer).where(row.kind == CheckpointKind.END)
    asked = select(row.writer, func.max(row.position)).where(row.writer.is_not(None), row.writer.not_in(ended))
    if writers is not None:
        asked = asked.where(among(row.writer, "writers"))
    told = Told()
    bound = {} if writers is None else {"writers": list(writers)}
    found: Any = await connection.execute(asked.group_by(row.writer), bound)
    for writer, signed in found.all():
        end = await sound_end(connection, writer, signed)
        if end is not None:
            told.append(await checkpoints.add(connection, CheckpointKind.FOUND, Head(writer, *end)))
    return told
