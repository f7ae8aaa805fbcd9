"""The watch: raises the alerts of what operations tried, a moment after their answers have left.

To raise an alert takes longer than to raise none. An answer that waited for it would tell by its time that there is
something to be alarmed about, a record in conflict for one (R35). So the journal notes what is to be looked at once the
event is kept, and the watch looks at all that has gathered after a pause of no fixed length.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from secrets import SystemRandom
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.attempt import TOGETHER

log = logging.getLogger("gateway.watch")

Noted = tuple[Insert, dict[str, Any]]
"""A statement that raises an alert if one is due, and what it binds."""

SHORTEST, LONGEST = 0.2, 1.0
"""Between how many seconds a pause lasts."""

MOST = 20_000
"""How much is kept to be looked at while the database takes no alerts; what comes first is kept."""


def _pause() -> float:
    return SystemRandom().uniform(SHORTEST, LONGEST)


class Watch:
    """Raises alerts in the database of `engine`, all that has gathered in one `pause` (seconds) at once."""

    def __init__(self, engine: AsyncEngine, pause: Callable[[], float] = _pause) -> None:
        self._engine, self.pause = engine, pause
        self._noted: list[Noted] = []
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def note(self, noted: Iterable[Noted]) -> None:
        """Have these looked at; nobody waits for it."""
        self._noted += noted
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
                if not await self._raised(taken):
                    self._noted = [] if self._hurry.is_set() else [*taken, *self._noted][:MOST]
        finally:
            # Nothing is awaited between the last look at what is noted and this: nothing can be noted and not be seen.
            self._task = None
            self._hurry.clear()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pause()):
                await self._hurry.wait()

    async def _raised(self, noted: list[Noted]) -> bool:
        """Tell whether all alerts that are due are raised; else none is."""
        try:
            async with self._engine.begin() as connection:
                for statement, bound in _by_statement(noted).items():
                    together = statement.get_execution_options().get(TOGETHER)
                    await connection.execute(statement, bound if together is None else together(bound))
        except Exception as cause:  # noqa: BLE001  # whatever it is, it is tried again: nobody else would tell
            log.error("alerts are not raised", extra={"fault": type(cause).__name__, "noted": len(noted)})
            return False
        return True


def _by_statement(noted: list[Noted]) -> dict[Insert, list[dict[str, Any]]]:
    """Return each statement once, with all that it is to be run for, in order."""
    found: dict[Insert, list[dict[str, Any]]] = {}
    for statement, bound in noted:
        found.setdefault(statement, []).append(bound)
    return found
