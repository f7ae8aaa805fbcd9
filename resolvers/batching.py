"""A loader that is asked for whole levels: one future a level, where aiodataloader makes one a key."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader, get_chunks

K = TypeVar("K")
V = TypeVar("V")


class _Slot:
    """One key that was asked for, with its value or error once its round is over, and a future if one was wanted."""

    __slots__ = ("future", "key", "outcome", "round")

    def __init__(self, key: Any, of: "_Round | None") -> None:
        self.key, self.round = key, of
        self.outcome: Any = None
        self.future: asyncio.Future[Any] | None = None

    def resolve(self, future: "asyncio.Future[Any]") -> None:
        """Give `future` the outcome, unless somebody has given up on it."""
        if future.done():
            return
        if isinstance(self.outcome, Exception):
            future.set_exception(self.outcome)
        else:
            future.set_result(self.outcome)


class _Round:
    """Keys that are loaded together, and the levels that wait for them."""

    __slots__ = ("levels", "slots", "task")

    def __init__(self) -> None:
        self.slots: list[_Slot] = []
        self.levels: list[_Level] = []
        self.task: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Tell the levels that every key of this round has its outcome."""
        for level in self.levels:
            level.rounds -= 1
            if not level.rounds:
                level.settle()


class _Level:
    """One call for several keys, and of how many rounds it waits for the end."""

    __slots__ = ("each", "future", "rounds", "slots")

    def __init__(self, slots: list[_Slot], future: "asyncio.Future[Any]", *, each: bool) -> None:
        self.slots, self.future, self.each = slots, future, each
        self.rounds = 0

    def settle(self) -> None:
        """Resolve the future with every outcome or, unless each counts, with the first error among them."""
        if self.future.done():
            return
        outcomes = [slot.outcome for slot in self.slots]
        failed = None if self.each else next((one for one in outcomes if isinstance(one, Exception)), None)
        if failed is None:
            self.future.set_result(outcomes)
        else:
            self.future.set_exception(failed)


class LevelLoader(DataLoader[K, V], Generic[K, V]):
    """aiodataloader's contract (batch, cache, order, errors), with `load_many` at the cost of one future.

    Keys of one tick go into one batch, by whichever of `load`, `load_many` and `load_each` they came. A key that
    failed stays failed; one whose whole batch failed is forgotten and may be asked for again.
    """

    def __init__(
        self,
        batch_load_fn: Callable[[list[K]], Coroutine[Any, Any, list[V]]] | None = None,
        *,
        batch: bool | None = None,
        max_batch_size: int | None = None,
        cache: bool | None = None,
        get_cache_key: Callable[[K], Any] | None = None,
    ) -> None:
        super().__init__(batch_load_fn, batch, max_batch_size, cache, get_cache_key)
        self._slots: dict[Any, _Slot] = {}
        self._open: _Round | None = None

    def load(self, key: K) -> "asyncio.Future[V]":
        """Return a future of what `key` stands for; the same one for the same key. Raises TypeError for None."""
        (slot,) = self._slots_of((key,))
        if slot.future is None:
            slot.future = self.loop.create_future()
            if slot.round is None:
                slot.resolve(slot.future)
        return slot.future

    def load_many(self, keys: Iterable[K]) -> "asyncio.Future[list[V]]":
        """Return a future of one value for each of `keys`, in order; it fails as soon as one of them does."""
        return self._level(keys, each=False)

    def load_each(self, keys: Iterable[K]) -> "asyncio.Future[Sequence[V | Exception]]":
        """Return a future of one value or exception for each of `keys`, in order."""
        return self._level(keys, each=True)

    def clear(self, key: K) -> "LevelLoader[K, V]":
        """Forget `key`."""
        self._slots.pop(self.get_cache_key(key), None)
        return self

    def clear_all(self) -> "LevelLoader[K, V]":
        """Forget every key."""
        self._slots.clear()
        return self

    def prime(self, key: K, value: Any) -> "LevelLoader[K, V]":
        """Have `value`, or an exception, for `key` from now on, unless there is something for it already."""
        cache_key = self.get_cache_key(key)
        if cache_key not in self._slots:
            slot = self._slots[cache_key] = _Slot(key, None)
            slot.outcome = value
        return self

    def _level(self, keys: Iterable[K], *, each: bool) -> "asyncio.Future[Any]":
        if not isinstance(keys, Iterable):
            raise TypeError(f"a loader takes keys that can be iterated over, and got `{type(keys).__name__}`")
        slots = self._slots_of(keys)
        level = _Level(slots, self.loop.create_future(), each=each)
        for awaited in {slot.round for slot in slots}:
            if awaited is not None:
                level.rounds += 1
                awaited.levels.append(level)
        if not level.rounds:
            level.settle()
        return level.future

    def _slots_of(self, keys: Iterable[K]) -> list[_Slot]:
        """Return the slot of each key: the one that is there, or one that is asked for in the open round."""
        slots, known, cache_key_of, kept = [], self._slots, self.get_cache_key, self.cache
        for key in keys:
            if key is None:
                raise TypeError("a loader takes a key, and got None")
            cache_key = cache_key_of(key) if kept else None
            slot = known.get(cache_key) if kept else None
            if slot is None:
                of = self._open or self._opened()
                slot = _Slot(key, of)
                of.slots.append(slot)
                if kept:
                    known[cache_key] = slot
            slots.append(slot)
        return slots

    def _opened(self) -> _Round:
        """Return a new round: sent in two ticks, as aiodataloader does, so that what a tick asks for joins it."""
        made = _Round()
        if self.batch:
            self._open = made
            self.loop.call_soon(self.loop.call_soon, self._send, made)
        else:
            self._send(made)
        return made

    def _send(self, sent: _Round) -> None:
        self._open = None
        sent.task = self.loop.create_task(self._load(sent))

    async def _load(self, sent: _Round) -> None:
        size = self.max_batch_size or len(sent.slots)
        if size < len(sent.slots):
            chunks = get_chunks(sent.slots, size)
            await asyncio.gather(*map(self._load_chunk, chunks))
        else:
            await self._load_chunk(sent.slots)
        sent.end()

    async def _load_chunk(self, slots: list[_Slot]) -> None:
        try:
            values = await self._values([slot.key for slot in slots])
        except Exception as error:  # noqa: BLE001  # whatever a batch raises is the error of each of its keys
            for slot in slots:
                self.clear(slot.key)
            values = [error] * len(slots)
        for slot, value in zip(slots, values, strict=True):
            slot.outcome, slot.round = value, None
            if slot.future is not None:
                slot.resolve(slot.future)

    async def _values(self, keys: list[K]) -> list[Any]:
        loading = self.batch_load_fn(keys)
        if not asyncio.iscoroutine(loading):
            raise TypeError(f"`batch_load_fn` must be a coroutine function, and gave `{type(loading).__name__}`")
        values = await loading
        if not isinstance(values, Iterable):
            raise TypeError(f"`batch_load_fn` must give one value a key, and gave `{type(values).__name__}`")
        found = list(values)
        if len(found) != len(keys):
            raise TypeError(f"`batch_load_fn` must give one value a key, and gave {len(found)} for {len(keys)}")
        return found
