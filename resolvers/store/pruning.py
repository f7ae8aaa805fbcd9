"""Pruning: changes that nobody can go on from any longer are taken out of the outbox, from time to time."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.stopping import stop
from resolvers.store import tables as t

log = logging.getLogger("gateway.streams")

FIRST, PAUSE = 600.0, 3_600.0
"""Seconds until a process looks for the first time, and between two looks."""

AT_ONCE = 1_000
"""How many changes one transaction takes out."""

MARGIN = timedelta(hours=1)
"""For how much longer changes are kept than their positions are good: a deed is told to have been when it began."""


async def prune(engine: AsyncEngine, before: datetime) -> int:
    """Take out the changes of before that instant, return how many. The latest of all stays: no number comes again."""
    change, taken = t.Change, 0
    latest = select(func.max(change.position)).scalar_subquery()
    old = select(change.position).where(change.at < before, change.position < latest).order_by(change.at).limit(AT_ONCE)
    while True:
        async with engine.begin() as connection:
            # Chosen first: by a condition that chooses as well, a database would look at the whole table.
            chosen = (await connection.execute(old)).scalars().all()
            await connection.execute(delete(change).where(change.position.in_(chosen)))
        taken += len(chosen)
        if len(chosen) < AT_ONCE:
            return taken


class Pruning:
    """Prunes the outbox of one database, from `open` to `close`; positions in it are good for as long as `kept`."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime], kept: timedelta) -> None:
        self._engine, self._clock, self._kept = engine, clock, kept
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to prune."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Prune no more."""
        if self._task is not None:
            await stop(self._task)

    async def _run(self) -> None:
        await asyncio.sleep(FIRST)
        while True:
            try:
                await prune(self._engine, self._clock() - self._kept - MARGIN)
            except Exception as cause:  # noqa: BLE001  # whatever it is, it is tried again
                log.warning("changes are not pruned", extra={"fault": type(cause).__name__})
            await asyncio.sleep(PAUSE)
