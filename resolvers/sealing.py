"""Short texts for one viewer that nobody else can read or alter: encrypted and authentic (AES-SIV, RFC 5297).

They are deterministic, and as long as what is in them demands: neither tells anything.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
INSTANT = 8
"""How many bytes an instant takes."""


def instant_to_bytes(at: datetime) -> bytes:
    """Return an instant, to the microsecond, as bytes."""
    return ((at - _BEGAN) // _TICK).to_bytes(INSTANT, signed=True)


def instant_from_bytes(raw: bytes) -> datetime:
    """Return the instant that `instant_to_bytes` gave as bytes."""
    return _BEGAN + int.from_bytes(raw, signed=True) * _TICK


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts of one kind, `purpose`, for whatever they are `bound` to."""

    purpose: bytes
    bound: tuple[bytes, ...]

    def seal(self, raw: bytes, secret: bytes) -> str:
        """Return `raw` as a URL-safe text."""
        sealed = _cipher(self.purpose, secret).encrypt(raw, list(self.bound))
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unseal(self, text: str, secrets: Iterable[bytes]) -> bytes | None:
        """Return what was sealed under one of `secrets`; None for any text but the one that `seal` gave."""
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except (Error, ValueError):
            return None
        if urlsafe_b64encode(sealed).rstrip(b"=").decode() != text:
            return None
        return next((raw for secret in secrets if (raw := self._opened(sealed, secret)) is not None), None)

    def _opened(self, sealed: bytes, secret: bytes) -> bytes | None:
        try:
            return _cipher(self.purpose, secret).decrypt(sealed, list(self.bound))
        except (ValueError, InvalidTag):
            return None


@lru_cache(32)
def _cipher(purpose: bytes, secret: bytes) -> AESSIV:
    return AESSIV(hmac.digest(secret, purpose, "sha512"))
