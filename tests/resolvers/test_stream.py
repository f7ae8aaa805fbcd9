"""What waits in a stream, and the positions that its viewer is given."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.errors import BadInput
from resolvers.position import Positions
from resolvers.secret_keys import SecretKeys
from resolvers.store.words import CaseloadChange
from resolvers.stream import MOST_WAITING, Pending, Slow, Stream
from tests.world import NOW

DETAILS, ENDED = CaseloadChange.DETAILS_CHANGED, CaseloadChange.INVOLVEMENT_ENDED
A, B = UUID(int=1), UUID(int=2)
DAY = timedelta(hours=24)


async def taken(stream: Stream) -> list[Pending]:
    return [await anext(stream) for _ in range(len(stream))]


async def test_changes_of_one_kind_on_one_record_wait_as_one() -> None:
    """However often it changes, a record waits once for each kind of change, in the order of the last ones."""
    stream = Stream(A)
    for position, child, kind in ((5, A, DETAILS), (6, B, DETAILS), (7, A, ENDED), (9, A, DETAILS)):
        stream.offer(child, kind, position)
    assert await taken(stream) == [Pending(B, DETAILS, 6, 6), Pending(A, ENDED, 7, 7), Pending(A, DETAILS, 5, 9)]


async def test_what_was_missed_is_told_before_what_has_come_meanwhile() -> None:
    """Changes that came while it was asked what was missed wait behind that, and join those of their kind."""
    stream = Stream(A)
    stream.since = 10
    for position, child in ((11, B), (10, A), (12, A)):
        stream.offer(child, DETAILS, position)
    stream.before([(A, DETAILS, 3), (A, ENDED, 4)])
    assert await taken(stream) == [Pending(A, ENDED, 4, 4), Pending(B, DETAILS, 11, 11), Pending(A, DETAILS, 3, 12)]


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(list(CaseloadChange)))), st.data())
def test_whoever_goes_on_from_any_event_misses_nothing_and_hears_nothing_twice(
    changes: list[tuple[int, CaseloadChange]], data: st.DataObject
) -> None:
    """All changes up to an event's position have been told with or before it, and none after it."""

    async def run() -> None:
        stream, told, offered = Stream(A), 0, 0
        for position, (child, kind) in enumerate(changes, start=1):
            stream.offer(UUID(int=child), kind, position)
            offered = position
            while len(stream) and data.draw(st.booleans()):
                pending = await anext(stream)
                assert told < pending.last <= offered
                told = pending.last
                assert all(first > 0 and last > told for first, last in stream._waiting.values())

    asyncio.run(run())


async def test_more_than_may_wait_ends_a_stream() -> None:
    """A stream that nobody reads keeps no more than so many entries, and then none at all."""
    stream = Stream(A)
    for number in range(MOST_WAITING * 3):
        stream.offer(UUID(int=number), DETAILS, number + 1)
        assert len(stream) <= MOST_WAITING
    with pytest.raises(Slow):
        await anext(stream)


def test_positions_are_of_one_length_and_read_by_their_viewer_alone() -> None:
    """Whatever the number, a position has 43 characters; it is read back under an older key, and by nobody else."""
    old, new = SecretKeys(b"old"), SecretKeys(b"new", (b"old",))
    mine = Positions(new, A, DAY)
    for number in (0, 1, 2**40):
        text = Positions(old, A, DAY).write(number, NOW)
        assert (len(text), mine.read(text, NOW)) == (43, number)
        for stranger in (Positions(new, B, DAY), Positions(SecretKeys(b"other"), A, DAY)):
            with pytest.raises(BadInput, match="none of this viewer's"):
                stranger.read(text, NOW)


@given(st.integers(0, 42), st.characters(codec="ascii"))
def test_a_position_that_is_altered_is_refused(place: int, letter: str) -> None:
    """Another letter at any place is no position, the last one's idle bits included."""
    mine = Positions(SecretKeys(b"key"), A, DAY)
    text = mine.write(7, NOW)
    altered = text[:place] + letter + text[place + 1 :]
    if altered != text:
        with pytest.raises(BadInput):
            mine.read(altered, NOW)


def test_a_position_is_good_for_as_long_as_changes_are_kept() -> None:
    """It is too old a moment after that, and says so, whatever is stored."""
    mine = Positions(SecretKeys(b"key"), A, DAY)
    text = mine.write(7, NOW)
    assert mine.read(text, NOW + DAY) == 7
    with pytest.raises(BadInput, match="too old"):
        mine.read(text, NOW + DAY + timedelta(seconds=1))
