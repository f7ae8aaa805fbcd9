"""Loaders of levels keep aiodataloader's contract: each promise is asked of both."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from aiodataloader import DataLoader

from resolvers.batching import LevelLoader

KINDS = (DataLoader, LevelLoader)


class Asked:
    """A batch function that keeps what it was asked for; `7` has an error, and `13` fails its whole batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def load(self, keys: list[int]) -> list[Any]:
        self.batches.append(keys)
        if 13 in keys:
            raise RuntimeError("the batch failed")
        return [LookupError("no such row") if key == 7 else key * 10 for key in keys]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each kind of loader in turn."""
    made: Callable[..., Any] = request.param
    return made


async def test_keys_of_a_tick_are_one_batch_in_the_order_they_came(kind: Any) -> None:
    """`load` and `load_many` of one tick are one batch without repetition, and each gets its own order back."""
    asked = Asked()
    loader = kind(asked.load)
    one, many, more = loader.load(3), loader.load_many([1, 3, 2]), loader.load_many([2, 2])
    assert [await one, await many, await more] == [30, [10, 30, 20], [20, 20]]
    assert asked.batches == [[3, 1, 2]]


async def test_keys_of_the_next_tick_still_join(kind: Any) -> None:
    """What a task started in the same moment asks for is in the same batch."""
    asked = Asked()
    loader = kind(asked.load)

    async def ask(key: int) -> Any:
        return await loader.load(key)

    assert await asyncio.gather(ask(1), ask(2), loader.load_many([3, 4])) == [10, 20, [30, 40]]
    assert asked.batches == [[3, 4, 1, 2]]


async def test_what_is_known_is_not_asked_again(kind: Any) -> None:
    """A key is loaded once, by whichever way it comes back; the same key has the same future."""
    asked = Asked()
    loader = kind(asked.load)
    assert await loader.load_many([1, 2]) == [10, 20]
    assert await loader.load_many([2, 3, 1]) == [20, 30, 10]
    assert loader.load(3) is loader.load(3)
    assert await loader.load(3) == 30
    assert asked.batches == [[1, 2], [3]]


async def test_keys_under_way_are_waited_for(kind: Any) -> None:
    """A key that another batch is loading is not asked for again, and a level may wait for two batches."""
    asked, gate = Asked(), asyncio.Event()

    async def load(keys: list[int]) -> list[Any]:
        found = await asked.load(keys)
        await gate.wait()
        return found

    loader = kind(load)
    first = loader.load_many([1, 2])
    for _ in range(5):
        await asyncio.sleep(0)
    both = loader.load_many([2, 3])
    for _ in range(5):
        await asyncio.sleep(0)
    gate.set()
    assert [await first, await both] == [[10, 20], [20, 30]]
    assert asked.batches == [[1, 2], [3]]


async def test_a_key_that_fails_stays_failed(kind: Any) -> None:
    """The error of one key is its own, is raised again without asking, and fails a level that has it."""
    asked = Asked()
    loader = kind(asked.load)
    good, bad = loader.load(1), loader.load(7)
    assert await good == 10
    for future in (bad, loader.load(7), loader.load_many([1, 7])):
        with pytest.raises(LookupError, match="no such row"):
            await future
    assert asked.batches == [[1, 7]]


async def test_a_batch_that_fails_is_forgotten(kind: Any) -> None:
    """Every key of the batch has its error, and may be asked for again."""
    asked = Asked()
    loader = kind(asked.load)
    one, many = loader.load(1), loader.load_many([2, 13])
    for future in (one, many):
        with pytest.raises(RuntimeError, match="the batch failed"):
            await future
    assert await loader.load_many([1, 2]) == [10, 20]
    assert asked.batches == [[1, 2, 13], [1, 2]]


async def test_keys_are_one_by_their_cache_key(kind: Any) -> None:
    """Two objects with one cache key are one key; the first of them is asked for."""
    asked = Asked()
    loader = kind(asked.load, get_cache_key=lambda key: key % 5)
    assert await loader.load_many([1, 6, 2]) == [10, 10, 20]
    assert asked.batches == [[1, 2]]


async def test_primed_and_cleared_keys(kind: Any) -> None:
    """A primed key is not asked for, an existing one is not primed over, and a cleared one is asked for again."""
    asked = Asked()
    loader = kind(asked.load)
    loader.prime(1, 11).prime(1, 12).prime(2, LookupError("primed"))
    assert await loader.load_many([1, 3]) == [11, 30]
    with pytest.raises(LookupError, match="primed"):
        await loader.load(2)
    assert await loader.clear(1).load(1) == 10
    loader.clear_all()
    assert await loader.load_many([1, 3]) == [10, 30]
    assert asked.batches == [[3], [1], [1, 3]]


async def test_batches_have_a_size_at_most(kind: Any) -> None:
    """A batch greater than allowed is several, and one that fails does not fail the others."""
    asked = Asked()
    loader = kind(asked.load, max_batch_size=2)
    futures = [loader.load(key) for key in (1, 2, 13, 4, 5)]
    found = await asyncio.gather(*futures, return_exceptions=True)
    assert [one if isinstance(one, int) else type(one) for one in found] == [10, 20, RuntimeError, RuntimeError, 50]
    assert asked.batches == [[1, 2], [13, 4], [5]]


async def test_without_batches_each_key_goes_alone(kind: Any) -> None:
    """A loader that does not batch asks for each key by itself, once."""
    asked = Asked()
    loader = kind(asked.load, batch=False)
    assert await loader.load_many([1, 2, 1]) == [10, 20, 10]
    assert asked.batches == [[1], [2]]


async def test_without_a_cache_every_key_is_asked_for(kind: Any) -> None:
    """A loader that does not cache repeats what it is asked."""
    asked = Asked()
    loader = kind(asked.load, cache=False)
    assert await loader.load_many([1, 1]) == [10, 10]
    assert await loader.load(1) == 10
    assert asked.batches == [[1, 1], [1]]


async def _of_one(_keys: list[int]) -> list[int]:
    return [1]


async def _of_none(_keys: list[int]) -> Any:
    return None


@pytest.mark.parametrize("broken", [_of_one, _of_none])
async def test_a_batch_function_that_answers_wrongly_is_told(kind: Any, broken: Any) -> None:
    """One value a key in a list, or a TypeError for every key."""
    loader = kind(broken)
    with pytest.raises(TypeError):
        await loader.load_many([1, 2])


async def test_a_batch_function_that_is_not_async_is_told() -> None:
    """What gives no coroutine once it is called fails every key."""

    class Loader(LevelLoader[int, int]):
        async def batch_load_fn(self, keys: list[int]) -> list[int]:
            return keys

    loader = Loader()
    loader.batch_load_fn = lambda keys: keys  # type: ignore[method-assign,assignment,return-value]  # the fault
    with pytest.raises(TypeError, match="coroutine function"):
        await loader.load(1)


async def test_none_is_no_key_and_a_number_no_keys(kind: Any) -> None:
    """What cannot be a key is refused at once."""
    loader = kind(Asked().load)
    for ask in (lambda: loader.load(None), lambda: loader.load_many(5)):
        with pytest.raises(TypeError):
            ask()


async def test_no_keys_need_no_batch() -> None:
    """A level without rows is answered without asking."""
    asked = Asked()
    loader = LevelLoader(asked.load)
    assert (await loader.load_many([]), await loader.load_each([])) == ([], [])
    await asyncio.sleep(0)
    assert asked.batches == []


async def test_each_key_of_a_level_has_its_own_outcome() -> None:
    """`load_each` gives values and errors in order, of single keys and of whole batches, and raises nothing."""
    asked = Asked()
    loader = LevelLoader(asked.load)
    values = await loader.load_each([1, 7, 2])
    assert [values[0], type(values[1]), values[2]] == [10, LookupError, 20]
    failed = await loader.load_each([1, 13])
    assert [failed[0], type(failed[1])] == [10, RuntimeError]
    gc.collect()  # an error that was given is not warned of as one that nobody took


async def test_a_level_that_was_given_up_hurts_nobody() -> None:
    """A cancelled future is left alone, and whoever else asked gets an answer."""
    asked = Asked()
    loader = LevelLoader(asked.load)
    given_up, one, kept = loader.load_many([1, 2]), loader.load(1), loader.load_many([2, 3])
    given_up.cancel()
    one.cancel()
    assert await kept == [20, 30]
    assert asked.batches == [[1, 2, 3]]
