"""The gateway's one secret, and the keys derived from it: no two uses share a key."""

import hmac
from dataclasses import dataclass

from gateway.settings import Settings

SHORTEST = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """A key for signing cursors, one each for the hashes of journal, budget, versions and deeds, and the seal's."""

    cursors: bytes
    journal: bytes
    budget: bytes
    versions: bytes
    deeds: bytes
    seal: bytes


def read_secret(settings: Settings) -> bytes:
    """Return the secret that `settings` give or name the file of. Raises ValueError, with a sentence, for none."""
    if settings.secret and settings.secret_file:
        raise ValueError("`GATEWAY_SECRET` and `GATEWAY_SECRET_FILE` are both set: set one")
    secret = settings.secret.get_secret_value().encode() if settings.secret else b""
    if settings.secret_file:
        try:
            secret = settings.secret_file.read_bytes().strip()
        except OSError as error:
            raise ValueError(f"the secret in `GATEWAY_SECRET_FILE` cannot be read ({error.strerror})") from None
    if len(secret) < SHORTEST:
        raise ValueError(
            f"no secret of {SHORTEST} bytes or more is set: make one with `openssl rand -hex 32` and name its file in "
            "`GATEWAY_SECRET_FILE`"
        )
    return secret


def derive(secret: bytes) -> Keys:
    """Return the keys that belong to `secret`, the same for every worker that knows it."""
    return Keys(
        cursors=hmac.digest(secret, b"contactpoint-gateway cursors", "sha256"),
        journal=hmac.digest(secret, b"contactpoint-gateway journal", "sha256"),
        budget=hmac.digest(secret, b"contactpoint-gateway budget", "sha256"),
        versions=hmac.digest(secret, b"contactpoint-gateway versions", "sha256"),
        deeds=hmac.digest(secret, b"contactpoint-gateway deeds", "sha256"),
        seal=hmac.digest(secret, b"contactpoint-gateway seal", "sha256"),
    )
