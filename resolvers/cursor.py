"""Cursors: a row's random key, signed for one viewer, field, parent and set of arguments (R5).

A cursor holds no value and no position: the statement looks up where the row stands. It is deterministic, so
that two worlds which look the same to a viewer give the same cursors.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from resolvers.errors import BadInput
from resolvers.sealing import INSTANT, Sealer, instant_from_bytes, instant_to_bytes
from resolvers.secret_keys import SecretKeys

_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class CursorScope:
    """What a cursor is good for: these rows, in this connection, for this viewer."""

    secret: SecretKeys
    viewer: UUID
    field: str
    parent: str = ""
    arguments: str = ""

    def of(self, row: Any) -> str:
        """Return the cursor of a record."""
        return self.write(row.key)

    def _write(self, row: UUID, secret: bytes) -> str:
        bound = "\0".join([self.viewer.hex, self.field, self.parent, self.arguments, row.hex])
        signature = hmac.digest(secret, bound.encode(), "sha256")[:_SIGNATURE]
        return urlsafe_b64encode(row.bytes + signature).rstrip(b"=").decode()

    def write(self, row: UUID) -> str:
        """Return the cursor of one row."""
        return self._write(row, self.secret.current)

    def mark(self, after: str | None) -> UUID | None:
        """Return the row after which to go on, None to begin. Raises BadInput, as `read` does."""
        return None if after is None else self.read(after)

    def read(self, text: str) -> UUID:
        """Return the row after which to go on.

        Raises BadInput for a cursor that is altered, or was made for another viewer, field, parent or
        arguments; the message does not say which.
        """
        try:
            raw = urlsafe_b64decode(f"{text}=".encode("ascii"))
            row = UUID(bytes=raw[:16])
        except (Error, ValueError):
            raise _foreign() from None
        if not any(hmac.compare_digest(self._write(row, secret), text) for secret in self.secret):
            raise _foreign()
        return row


class Place(NamedTuple):
    """Where a row of the journal stands: when it is told to have been, and its key."""

    at: datetime
    key: UUID


class SealedScope(CursorScope):
    """The same for rows of the journal, whose cursors hold where they stand: encrypted and authentic (RFC 5297).

    So that a page need not look for its mark in every day of the journal (decision 24).
    """

    __slots__ = ()

    def of(self, row: Any) -> str:
        return self.seal(Place(row.at, row.key))

    def seal(self, place: Place) -> str:
        """Return the cursor of a row that stands at `place`."""
        return self._sealer.seal(instant_to_bytes(place.at) + place.key.bytes, self.secret.current)

    def unseal(self, text: str) -> Place:
        """Return where to go on. Raises BadInput, as `read` does."""
        raw = self._sealer.unseal(text, self.secret)
        if raw is None or len(raw) != INSTANT + 16:
            raise _foreign()
        return Place(instant_from_bytes(raw[:INSTANT]), UUID(bytes=raw[INSTANT:]))

    @property
    def _sealer(self) -> Sealer:
        bound = (self.viewer.hex, self.field, self.parent, self.arguments)
        return Sealer(b"places", tuple(part.encode() for part in bound))


def _foreign() -> BadInput:
    return BadInput("this cursor is not one of this list: take `after` from `pageInfo.endCursor` of the same list")
