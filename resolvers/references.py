"""References: how a record is spoken of where it is not opened; each has one, the same for everybody.

A reference is the record's key, encrypted so that the same key always gives the same text (AES-SIV, RFC 5297). It opens
nothing, and who has no key of the gateway's can neither read it nor make one (decision 23).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

if TYPE_CHECKING:
    from resolvers.context import Operation

_WHAT = [b"contactpoint-gateway reference to a record"]
_BYTES = 32


class Referred(NamedTuple):
    """What a reference is of: a record, or something that was sought, by the hash that the journal keeps of it."""

    record: UUID | None = None
    sought: str | None = None


@lru_cache(16)
def _cipher(secret: bytes) -> AESSIV:
    return AESSIV(hmac.digest(secret, b"references", "sha512"))


def reference(operation: "Operation", record: UUID) -> str:
    """Return the reference of a record: 43 URL-safe characters, which open nothing."""
    return _written(_cipher(operation.version_secret.current).encrypt(record.bytes, _WHAT))


def reference_to_sought(sought: str) -> str:
    """Return the reference of what was sought in vain: the keyed hash that the journal keeps of it, as long as any."""
    return _written(bytes.fromhex(sought))


def read_reference(operation: "Operation", text: str) -> Referred | None:
    """Return what `text` is the reference of; None for what is none, whatever is wrong with it (R12)."""
    try:
        raw = urlsafe_b64decode(f"{text}=".encode("ascii"))
    except (Error, ValueError):
        return None
    if len(raw) != _BYTES or _written(raw) != text:
        return None
    for secret in operation.version_secret:
        with suppress(InvalidTag):
            return Referred(record=UUID(bytes=_cipher(secret).decrypt(raw, _WHAT)))
    return Referred(sought=raw.hex())


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
