"""Secret keys that can be rotated: one makes what is given out, and what older or coming ones made is understood."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretKeys:
    """Keys of one use: the one in force makes, all of them are understood (decision 26).

    INVARIANT (understood): whatever is compared with what was made before is compared under each of them, so that a
    rotation breaks no cursor, does no deed twice and charges nothing twice.
    """

    current: bytes
    others: tuple[bytes, ...] = ()

    def __iter__(self) -> Iterator[bytes]:
        """Yield each key, the one in force first."""
        yield self.current
        yield from self.others
