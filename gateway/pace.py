"""A pace: how many things may come within how many seconds."""

from collections import deque


class Pace:
    """Up to `most` things within `seconds`, whenever these begin; the times of the last `most` are kept."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._arrived: deque[float] = deque(maxlen=most)

    def exceeded(self, now: float) -> bool:
        """Note that something has come at `now`, in seconds of the event loop; tell whether it is one too many."""
        flood = len(self._arrived) == self._arrived.maxlen and now - self._arrived[0] < self._seconds
        self._arrived.append(now)
        return flood
