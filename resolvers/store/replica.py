"""A replica: a streaming copy of the database, read for details alone, and only while it is known to be near.

It may be lost, stand still or lag at any time. Nothing depends on it: whatever it does not give, the primary has.
"""

import asyncio
import logging
import time

from resolvers.stopping import stop
from resolvers.store.snapshot import Reader, Snapshot

log = logging.getLogger("gateway.replica")

PAUSE = 1.0
"""Seconds between two looks at how far it lags. No request looks, and none waits for a look."""

ALONE = 3.0
"""For how many seconds one that has failed is left alone."""

_LAG = """SELECT CAST(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS double precision)
WHERE pg_is_in_recovery()"""
"""How many seconds ago the primary committed what was replayed last: none for one that replays nothing.

One that is cut off is told from one that has nothing to do by nothing that cannot be late, so both are left alone.
"""


class Replica:
    """One replica of one process, looked at from `open` to `close`.

    It `serves` while its last look found it no more than `lag` seconds behind. An operation waits for `patience`
    seconds for it and no longer: then there is time for the primary.
    """

    def __init__(self, reader: Reader, *, lag: float, patience: float) -> None:
        self.reader, self.patience = reader, patience
        self._most = lag
        self._serves: bool | None = None
        self._alone_until = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def serves(self) -> bool:
        """Whether it may be asked now."""
        return self._serves is True

    async def open(self) -> None:
        """Look for the first time, and go on looking."""
        await self._look()
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Look no more, and close all connections."""
        if self._task is not None:
            await stop(self._task)
        await self.reader.dispose()

    def lost(self, cause: BaseException) -> None:
        """Leave it alone for some seconds, since it has failed somebody."""
        self._alone_until = time.monotonic() + ALONE
        self._turn(False, why="it cannot be read", fault=type(cause).__name__)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            if time.monotonic() >= self._alone_until:
                await self._look()

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            behind = await self._behind()
        except Exception as cause:  # noqa: BLE001  # whatever it is, the primary has all that the replica has
            self.lost(cause)
            return
        if self._alone_until > began:
            return  # it has failed somebody meanwhile
        if behind is None:
            self._turn(False, why="it replays nothing: it is no standby, or has had nothing to replay yet")
        else:
            self._turn(behind <= self._most, why="it lags", seconds=round(behind, 1))

    async def _behind(self) -> float | None:
        """Return how many seconds it lags; None where it does not replay. Raises whatever keeps it from saying so."""
        snapshot: Snapshot | None = None
        try:
            async with asyncio.timeout(self.patience):
                snapshot = await self.reader.open()
                rows = await snapshot.fetch(_LAG, [])
        except BaseException:
            if snapshot is not None:
                await snapshot.drop()
            raise
        await snapshot.close()
        return rows[0][0] if rows else None

    def _turn(self, serves: bool, *, why: str, **told: object) -> None:
        """Note whether it serves, and tell the log where that has changed."""
        changed, self._serves = serves is not self._serves, serves
        if changed and serves:
            log.info("a replica serves details", extra=told)
        elif changed:
            log.warning("a replica is left alone", extra={"why": why, **told})
