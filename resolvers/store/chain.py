"""The chain: each event of a writer is tied to the one before it, so that none changes, moves or goes unseen.

A digest is SHA-256. That of an event is over its row, that of its subjects over the sorted digests of their rows, and
that of a link over both of these, the writer, the position and the digest before (docs/audit.md has the form to the
letter).
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
    """Return a row as it is hashed: JSON with sorted keys and no space between (RFC 8785), instants in UTC with `Z`.

    What is null is left out: a column that the journal gets later changes no digest of what was written before.
    """
    # The drivers' UUIDs are of classes of their own.
    kept = {name: value for name, value in row.items() if value is not None}
    return orjson.dumps(kept, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def written(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows that are to be written as one JSON array in the same form: without nulls, their keys in order."""
    return orjson.dumps(rows, default=str, option=orjson.OPT_UTC_Z)


def digest_of(told: bytes) -> str:
    """Return the digest of bytes in hexadecimal digits."""
    return sha256(told).hexdigest()


def digest_of_all(parts: list[bytes]) -> str:
    """Return the digest of several, in whatever order they come."""
    return sha256(b"".join(sorted(parts))).hexdigest()


Digests = tuple[str, str]
"""The digest of an event and that of its subjects."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one event says as it is to be written: its row, and an array of the rows of its subjects."""

    event: bytes
    subjects: bytes

    @classmethod
    def of(cls, event: Mapping[str, Any], subjects: Sequence[Mapping[str, Any]]) -> "Content":
        """Return the content of rows whose keys are in order."""
        return cls(written([event])[1:-1], written(subjects))

    def digests(self) -> Digests:
        # INVARIANT (flat-subjects): a subject holds no object and no free text, so rows meet at this mark alone.
        rows = self.subjects[2:-2].split(b"},{") if len(self.subjects) > 2 else []
        return digest_of(self.event), digest_of_all([sha256(b"{%b}" % row).digest() for row in rows])


def digests_of(event: Mapping[str, Any], subjects: Sequence[Mapping[str, Any]]) -> Digests:
    """Return the same for rows as they were read."""
    parts = [sha256(canonical(subject)).digest() for subject in subjects]
    return digest_of(canonical(event)), digest_of_all(parts)


def tied(writer: UUID, position: int, previous: str, digests: Digests) -> str:
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
