"""Cursors: a row's random key, signed for one viewer, field, parent and set of arguments (R5).

A cursor holds no value and no position: the statement looks up where the row stands. It is deterministic, so
that two worlds which look the same to a viewer give the same cursors.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from uuid import UUID

from resolvers.errors import BadInput

_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class CursorScope:
    """What a cursor is good for: these rows, in this connection, for this viewer."""

    secret: bytes
    viewer: UUID
    field: str
    parent: str = ""
    arguments: str = ""

    def _sign(self, row: UUID) -> bytes:
        bound = "\0".join([self.viewer.hex, self.field, self.parent, self.arguments, row.hex])
        return hmac.digest(self.secret, bound.encode(), "sha256")[:_SIGNATURE]

    def write(self, row: UUID) -> str:
        """Return the cursor of one row."""
        return urlsafe_b64encode(row.bytes + self._sign(row)).rstrip(b"=").decode()

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
        if not hmac.compare_digest(self.write(row), text):
            raise _foreign()
        return row


def _foreign() -> BadInput:
    return BadInput("this cursor is not one of this list: take `after` from `pageInfo.endCursor` of the same list")
