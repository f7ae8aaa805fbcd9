"""Positions of a stream: up to where one viewer has been told, sealed so that nobody else can read or move it.

A position is encrypted and authentic (AES-SIV, RFC 5297), bound to its viewer, and always of one length: it tells
neither how many changes there were nor that there were any in between.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from resolvers.errors import BadInput
from resolvers.secret_keys import SecretKeys

_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@lru_cache(16)
def _cipher(secret: bytes) -> AESSIV:
    return AESSIV(hmac.digest(secret, b"positions", "sha512"))


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of one viewer. One that was given out longer than `kept` ago is of no more use."""

    secret: SecretKeys
    viewer: UUID
    kept: timedelta

    def write(self, number: int, now: datetime) -> str:
        """Return the position that says: told of all changes up to this `number`. It has 43 characters."""
        ticks = (now - _BEGAN) // _TICK
        raw = ticks.to_bytes(8, signed=True) + number.to_bytes(8)
        sealed = _cipher(self.secret.current).encrypt(raw, [self.viewer.bytes])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def read(self, text: str, now: datetime) -> int:
        """Return the number of the change up to which the viewer has been told.

        Raises BadInput for a position that is altered or another viewer's, and for one that is too old: whether it is
        goes by when it was given out, and by nothing that has happened since (R0).
        """
        for secret in self.secret:
            raw = self._opened(text, secret)
            if raw is not None:
                break
        else:
            raise BadInput("this position is none of this viewer's: take `after` from the last event that came")
        if _BEGAN + int.from_bytes(raw[:8], signed=True) * _TICK < now - self.kept:
            raise BadInput("this position is too old to go on from: begin without `after`, then read `caseload` anew")
        return int.from_bytes(raw[8:])

    def _opened(self, text: str, secret: bytes) -> bytes | None:
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            raw = _cipher(secret).decrypt(sealed, [self.viewer.bytes])
        except (Error, ValueError, InvalidTag):
            return None
        written = urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return raw if written == text and len(raw) == 16 else None
