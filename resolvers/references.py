"""References: how a record is spoken of where it is not opened; each has one, the same for everybody."""

import hmac
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from resolvers.context import Operation

BYTES = 15
"""How much of the hash is shown: 120 bits, 20 characters."""


def reference(operation: "Operation", record: UUID) -> str:
    """Return the reference of a record: 20 URL-safe characters of a keyed hash, which open nothing."""
    text = b"reference\0" + record.bytes
    return urlsafe_b64encode(hmac.digest(operation.version_secret, text, "sha256")[:BYTES]).decode()
