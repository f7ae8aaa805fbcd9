"""The gateway's one secret, and the keys derived from it: no two uses share a key."""

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keys:
    """A key for signing cursors, and one each for the hashes of journal, budget, versions and deeds."""

    cursors: bytes
    journal: bytes
    budget: bytes
    versions: bytes
    deeds: bytes


def derive(secret: bytes) -> Keys:
    """Return the keys that belong to `secret`, the same for every worker that knows it."""
    return Keys(
        cursors=hmac.digest(secret, b"contactpoint-gateway cursors", "sha256"),
        journal=hmac.digest(secret, b"contactpoint-gateway journal", "sha256"),
        budget=hmac.digest(secret, b"contactpoint-gateway budget", "sha256"),
        versions=hmac.digest(secret, b"contactpoint-gateway versions", "sha256"),
        deeds=hmac.digest(secret, b"contactpoint-gateway deeds", "sha256"),
    )
