"""Rounds: what concurrent operations put is written together, in order, and each hears of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers.store.rounds import Refusing, Rounds, Unwritten


class Book:
    """Takes rounds down once its gate is open; refuses the items in `bad`, and every round while `away`."""

    def __init__(self, most: int = 100) -> None:
        self.rounds: list[list[int]] = []
        self.gate = asyncio.Event()
        self.bad: set[int] = set()
        self.away = False
        self.queue = Rounds(self._write, lambda item: 1 if item < 100 else item, most)

    async def _write(self, items: Sequence[int]) -> None:
        await self.gate.wait()
        if self.away:
            raise OSError("away")
        if self.bad & set(items):
            raise Refusing from ValueError("a bad one")
        self.rounds.append(list(items))

    async def put(self, *items: int) -> list[asyncio.Task[None]]:
        """Put each of `items` by a task of its own, in order; they wait."""
        tasks = [asyncio.create_task(self.queue.put(item)) for item in items]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return tasks


async def outcomes(tasks: list[asyncio.Task[None]]) -> list[str]:
    """Return of each task whether it was told that its item is written, or what else."""
    told = await asyncio.gather(*tasks, return_exceptions=True)
    return ["written" if one is None else type(one).__name__ for one in told]


async def test_a_round_begins_at_once_and_takes_what_has_gathered_since() -> None:
    """The first is written alone, without waiting for company; all that come meanwhile are the next round."""
    book = Book()
    first = await book.put(1)
    others = await book.put(2, 3, 4)
    book.gate.set()
    assert await outcomes(first + others) == ["written"] * 4
    assert book.rounds == [[1], [2, 3, 4]]
    await book.queue.put(5)
    assert book.rounds[2:] == [[5]], "a writer that had nothing to do begins anew"


async def test_a_backlog_is_written_in_rounds_of_bounded_weight() -> None:
    """No round weighs more than it may, in the order of the queue; what weighs more alone goes alone."""
    book = Book(most=150)
    tasks = await book.put(1, *range(2, 50), 120, 140, 900, 50)
    book.gate.set()
    assert set(await outcomes(tasks)) == {"written"}
    assert [item for taken in book.rounds for item in taken] == [*range(1, 50), 120, 140, 900, 50]
    assert book.rounds[-4:] == [[120], [140], [900], [50]]


async def test_who_is_cancelled_while_waiting_hurts_nobody_and_takes_nothing_back() -> None:
    """One of several waiters is cancelled: the others are told as ever, and what it had put is written."""
    book = Book()
    tasks = await book.put(1) + await book.put(2, 3, 4)
    for cancelled in (tasks[0], tasks[2]):
        cancelled.cancel()
    book.gate.set()
    assert await outcomes(tasks) == ["CancelledError", "written", "CancelledError", "written"]
    assert book.rounds == [[1], [2, 3, 4]]


async def test_a_round_that_fails_fails_for_all_of_it_and_the_next_tries_anew() -> None:
    """All that were in the round are told that theirs is not written, each by an exception of its own, with the cause."""
    book = Book()
    book.away = True
    tasks = await book.put(1) + await book.put(2, 3)
    book.gate.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in told] == [Unwritten] * 3
    assert len({id(one) for one in told}) == 3
    assert {str(one.__cause__) for one in told if isinstance(one, BaseException)} == {"away"}
    book.away = False
    await book.queue.put(4)
    assert book.rounds == [[4]]


async def test_one_that_cannot_be_written_takes_nobody_else_with_it() -> None:
    """A round refused for something in it is written item by item: only what cannot be written is refused."""
    book = Book()
    book.bad = {3}
    tasks = await book.put(1) + await book.put(2, 3, 4)
    book.gate.set()
    assert await outcomes(tasks) == ["written", "written", "Unwritten", "written"]
    assert book.rounds == [[1], [2], [4]]
    with pytest.raises(Unwritten) as alone:
        await book.queue.put(3)
    assert isinstance(alone.value.__cause__, ValueError)


async def test_draining_waits_for_all_that_was_put() -> None:
    """Draining ends once the queue is written, those included whose waiters have gone; with nothing put, at once."""
    book = Book()
    await book.queue.drain()
    tasks = await book.put(1, 2) + await book.put(3)
    for task in tasks:
        task.cancel()
    draining = asyncio.create_task(book.queue.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    book.gate.set()
    await draining
    assert [item for taken in book.rounds for item in taken] == [1, 2, 3]


async def test_a_writer_that_is_stopped_leaves_nobody_waiting() -> None:
    """Where the loop is torn down and takes the writer with it, all who wait are told."""
    book = Book()
    tasks = await book.put(1) + await book.put(2)
    assert book.queue._task is not None
    book.queue._task.cancel()
    assert await outcomes(tasks) == ["Unwritten", "CancelledError"]
