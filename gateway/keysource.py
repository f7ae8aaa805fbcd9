"""The public keys of one issuer, kept fresh: looked at again from time to time, and when a token names an unknown one.

Whoever reads a token takes the keys as they are known at this moment (`known`) and waits for nothing. Looks are tasks
of their own: one at a time for an issuer, and one in some seconds, however many tokens ask for it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from random import uniform
from types import TracebackType
from typing import Self

from gateway.jwks import PublicKeys, UnusableKeys, read_keys
from gateway.places import Found, Place

log = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often keys are looked at, in seconds.

    `period` is between two looks, unless the answer says that it is fresh for less, though never less than `shortest`;
    `cooldown` is after a look, whoever asks for another. After a look in vain the next comes after `cooldown`, then
    after twice as long, up to `period`.
    """

    period: float = 300.0
    shortest: float = 30.0
    cooldown: float = 10.0


class KeySource:
    """The public keys of `issuer` at `place`, None until they have been got. Within its context it keeps them fresh."""

    def __init__(
        self,
        issuer: str,
        place: Place,
        algorithms: Sequence[str],
        pace: Pace = Pace(),  # it is frozen
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.known: PublicKeys | None = None
        self._issuer, self._place, self._algorithms = issuer, place, algorithms
        self._pace, self._clock = pace, clock
        self.failures = 0
        self._fresh: float = inf
        self._cool = -inf
        self._looking: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None

    @property
    def looking(self) -> bool:
        """Whether a look is being taken."""
        return self._looking is not None

    @property
    def pause(self) -> float:
        """For how many seconds the keys are left alone now."""
        pace = self._pace
        if self.failures:
            return min(pace.period, pace.cooldown * float(2 ** min(self.failures - 1, 10)))
        return min(pace.period, max(self._fresh, pace.shortest))

    async def look(self) -> None:
        """Look at the keys again, or wait for the look that is being taken; do nothing soon after one."""
        if self._looking is not None or self._clock() >= self._cool:
            await self._shared()

    async def _shared(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._looked)
        await asyncio.shield(self._looking)  # who waits may go away; the look is for the others too

    def take(self, found: Found) -> None:
        """Know the keys that were found, and no others from now on. Raises UnusableKeys, and knows those of before."""
        keys = read_keys(found.text, self._algorithms)
        if self.known is None or keys.by_kid != self.known.by_kid:
            self.known = keys
        self._fresh = inf if found.fresh is None else found.fresh

    async def _look(self) -> None:
        before = self.known
        try:
            self.take(await self._place.look())
            self.failures = 0
            if self.known is not before:
                log.info("keys of an issuer are taken", extra={"issuer": self._issuer, **_change(before, self.known)})
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a set, the one of before stays
            self.failures += 1
            wrong = str(error) if isinstance(error, UnusableKeys) else f"cannot be used ({type(error).__name__})"
            told = {"issuer": self._issuer, "why": f"`{self._place}` {wrong}", **_change(before, before)}
            log.warning("keys of an issuer were not got", extra=told)

    def _looked(self, _: asyncio.Task[None]) -> None:
        self._cool = self._clock() + self._pace.cooldown
        self._looking = None

    async def _refresh(self) -> None:
        if self.known is not None:
            await self._rest()
        while True:
            await self._shared()
            await self._rest()

    async def _rest(self) -> None:
        # A little less each time, so that the processes of a machine do not ask all at once.
        await asyncio.sleep(self.pause * uniform(0.9, 1.0))  # noqa: S311  # nothing secret hangs on it

    async def __aenter__(self) -> Self:
        self._refreshing = asyncio.create_task(self._refresh())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for task in (self._refreshing, self._looking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _change(before: PublicKeys | None, after: PublicKeys | None) -> dict[str, object]:
    """Return what is logged of a set after another: names of keys, which are public, and numbers."""
    old, new = (set(keys.by_kid) if keys else set() for keys in (before, after))
    left_out = after.left_out if after else 0
    return {"known": len(new), "came": sorted(new - old), "went": sorted(old - new), "left_out": left_out}
