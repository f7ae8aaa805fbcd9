"""Shedding: what is too much at once is refused at once, so that what has begun is answered in time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.errors import Code, Refusal

AGAIN = 1
"""After how many seconds a request that was shed may be sent again."""


class Load:
    """The requests under way in one process: `most` in all, `most_of_one` of each account; None is no limit."""

    def __init__(self, most: int | None, most_of_one: int | None) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._all = 0
        self._by: Counter[str] = Counter()

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Count a request of the account `subject` while it is received and answered.

        Raises Refusal UNAVAILABLE, status 503, where it is one too many.
        """
        if self._most_of_one is not None and self._by[subject] >= self._most_of_one:
            raise _shed("this account has as many requests under way as it may")
        self._by[subject] += 1
        try:
            yield
        finally:
            self._by[subject] -= 1
            if not self._by[subject]:
                del self._by[subject]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count a request while it is answered. Raises Refusal UNAVAILABLE, status 503, where it is one too many."""
        if self._most is not None and self._all >= self._most:
            raise _shed("the gateway has as many requests under way as it can answer in time")
        self._all += 1
        try:
            yield
        finally:
            self._all -= 1


def _shed(why: str) -> Refusal:
    return Refusal(Code.UNAVAILABLE, f"{why}: send this one again when `Retry-After` has gone by", wait=AGAIN)
