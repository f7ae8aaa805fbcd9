"""The watch: raises the alerts of what operations tried, a moment after their answers have left.

To raise an alert takes longer than to raise none. An answer that waited for it would tell by its time that there is
something to be alarmed about, a record in conflict for one (R35). So the journal notes what is to be looked at once the
event is kept, and the watch looks at all that has gathered after a pause of no fixed length.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from secrets import SystemRandom
from typing import Any

from sqlalchemy import Insert, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.attempt import TOGETHER
from resolvers.store.faults import is_of_the_rows

log = logging.getLogger("gateway.watch")

Noted = tuple[Insert, dict[str, Any]]
"""A statement that raises an alert if one is due, and what it binds."""

SHORTEST, LONGEST = 0.2, 1.0
"""Between how many seconds a pause lasts."""

LONGEST_BACKOFF = 64
"""How many times as long a pause becomes, at most, while the database takes no alerts."""

MOST = 20_000
"""How much is kept to be looked at; what comes first is kept."""


_TURN = 0x616C65727473
"""The advisory lock on PostgreSQL that gives watches their turn; it takes no right on any table."""


def _pause() -> float:
    return SystemRandom().uniform(SHORTEST, LONGEST)


class Watch:
    """Raises alerts in the database of `engine`, all that has gathered in one `pause` (seconds) at once.

    While the database takes none, pauses grow, and no more than `most` is kept; `lost` counts what never will be.
    """

    def __init__(self, engine: AsyncEngine, pause: Callable[[], float] = _pause, most: int = MOST) -> None:
        self._engine, self.pause, self._most = engine, pause, most
        self._noted: list[Noted] = []
        self.lost = 0
        self._failures = 0
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    @property
    def failing(self) -> bool:
        """Whether the last look raised nothing, since the database took no alerts."""
        return self._failures > 0

    def note(self, noted: Sequence[Noted]) -> None:
        """Have these looked at; nobody waits for it."""
        self._keep([*self._noted, *noted], self._most)
        if self._noted and self._task is None:
            self._task = asyncio.create_task(self._look())

    async def drain(self) -> None:
        """Return once all that was noted has been looked at, or cannot be."""
        while self._task is not None:
            self._hurry.set()
            await asyncio.wait([self._task])

    async def _look(self) -> None:
        try:
            while self._noted:
                await self._wait()
                taken, self._noted = self._noted, []
                left = await self._raised(taken)
                self._failures = self._failures + 1 if left else 0
                if left:
                    self._keep([*left, *self._noted], most=0 if self._hurry.is_set() else self._most)
        finally:
            # Nothing is awaited between the last look at what is noted and this: nothing can be noted and not be seen.
            self._task = None
            self._hurry.clear()

    def _keep(self, noted: list[Noted], most: int) -> None:
        """Keep what is to be looked at, and say in the log what is too much: its events are in the journal."""
        self._noted = noted[:most]
        if len(noted) > most:
            self.lost += len(noted) - most
            log.error("alerts are lost", extra={"lost": len(noted) - most})

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pause() * min(2**self._failures, LONGEST_BACKOFF)):
                await self._hurry.wait()

    async def _raised(self, noted: list[Noted]) -> list[Noted]:
        """Raise the alerts that are due, in one transaction; return what the database did not take.

        Where something that was noted is at fault itself, and not the database, the others are raised without it.
        """
        try:
            await self._raise(noted)
        except Exception as cause:  # noqa: BLE001  # whatever it is, it is tried again: nobody else would tell
            if not is_of_the_rows(cause):
                log.error("alerts are not raised", extra={"fault": type(cause).__name__, "noted": len(noted)})
                return noted
            if len(noted) == 1:
                self.lost += 1
                log.error("alerts are lost", extra={"fault": type(cause).__name__, "lost": 1})
                return []
            half = len(noted) // 2
            return [*await self._raised(noted[:half]), *await self._raised(noted[half:])]
        return []

    async def _raise(self, noted: list[Noted]) -> None:
        async with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # One worker at a time: two would each raise the one alert of an hour.
                await connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
            for statement, bound in _by_statement(noted).items():
                together = statement.get_execution_options().get(TOGETHER)
                await connection.execute(statement, bound if together is None else together(bound))


def _by_statement(noted: list[Noted]) -> dict[Insert, list[dict[str, Any]]]:
    """Return each statement once, with all that it is to be run for, in order."""
    found: dict[Insert, list[dict[str, Any]]] = {}
    for statement, bound in noted:
        found.setdefault(statement, []).append(bound)
    return found
