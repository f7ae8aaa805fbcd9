"""The chain: each event of a writer is tied to the one before it, so that none changes, moves or goes unseen.

A digest is SHA-256 in hexadecimal digits. That of an event is over its row, that of its subjects over the sorted
digests of their rows, and that of a link over both of these, the writer, the position and the digest before
(docs/audit.md has the form to the letter).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import orjson

ORIGIN = "0" * 64
"""What stands for the digest before the first event of a writer."""

CHAINED = ("writer", "position", "digest")
"""The columns of an event by which it is tied; they are no part of its own digest."""


def canonical(row: Mapping[str, Any]) -> bytes:
    """Return a row as it is hashed: JSON with sorted keys and no space between (RFC 8785), instants in UTC with `Z`."""
    # The drivers' UUIDs are of classes of their own.
    return orjson.dumps(row, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def digest_of(told: bytes) -> str:
    """Return the digest of bytes."""
    return sha256(told).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """What one event says: its row and those of its subjects, in canonical form."""

    event: bytes
    subjects: Sequence[bytes]

    @classmethod
    def of(cls, event: Mapping[str, Any], subjects: Sequence[Mapping[str, Any]]) -> "Content":
        return cls(canonical(event), [canonical(subject) for subject in subjects])

    def digests(self) -> tuple[str, str]:
        """Return the digest of the event and that of its subjects."""
        parts = sorted([sha256(subject).hexdigest() for subject in self.subjects])
        return digest_of(self.event), digest_of("".join(parts).encode())


def tied(writer: UUID, position: int, previous: str, digests: tuple[str, str]) -> str:
    """Return the digest of a link: that of canonical JSON, written out, since every event takes one."""
    event, subjects = digests
    place = f'"position":{position},"previous":"{previous}"'
    return digest_of(f'{{"event":"{event}",{place},"subjects":"{subjects}","writer":"{writer}"}}'.encode())


@dataclass(frozen=True, slots=True)
class Link:
    """Where one event stands."""

    writer: UUID
    position: int
    digest: str

    def row(self) -> dict[str, Any]:
        return {"writer": self.writer, "position": self.position, "digest": self.digest}


class Chain:
    """The chain of one writer, up to the last event that is known to be kept.

    INVARIANT (one-pen): at any time one round or one deed is written to a chain, and a chain is left for good once
    nobody knows what has become of the last one. So no position is ever given to two events that are kept, and none
    is left out: what is not kept was the last, or is written again in the same place.
    """

    def __init__(self) -> None:
        self.left: list[UUID] = []
        self._begin()

    def _begin(self) -> None:
        self.writer, self.position, self.digest, self.signed = uuid4(), 0, ORIGIN, 0

    @property
    def begun(self) -> bool:
        """Whether an event of this writer is kept, and its first checkpoint with it."""
        return self.position > 0

    def tie(self, contents: Sequence[Content]) -> list[Link]:
        """Return where `contents` will stand, one after the other, if they are kept."""
        links, digest = [], self.digest
        for position, content in enumerate(contents, start=self.position + 1):
            digest = tied(self.writer, position, digest, content.digests())
            links.append(Link(self.writer, position, digest))
        return links

    def kept(self, links: Sequence[Link]) -> None:
        """Go on after `links`, which are kept."""
        self.position, self.digest = links[-1].position, links[-1].digest

    def end(self) -> None:
        """Go on as a new writer: this one's last checkpoint is signed."""
        self._begin()

    def leave(self) -> None:
        """Go on as a new writer: whether what was written last is kept, nobody knows."""
        self.left.append(self.writer)
        self._begin()
