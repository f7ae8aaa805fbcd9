"""The gateway's secret, and the keys derived from it: no two uses share a key."""

import hmac
from dataclasses import dataclass

from gateway.settings import Settings
from resolvers.secret_keys import SecretKeys

SHORTEST = 32
COMMENT = b"#"
"""With what a line of the secret's file begins that is no secret."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys for signing cursors, for the hashes of journal, budget, versions and deeds, and for the seal."""

    cursors: SecretKeys
    journal: SecretKeys
    budget: SecretKeys
    versions: SecretKeys
    deeds: SecretKeys
    seal: SecretKeys


def read_secret(settings: Settings) -> SecretKeys:
    """Return the secret that `settings` give or name the file of, with the others that are understood.

    One stands on each line, that in force first (decision 26). Raises ValueError, with a sentence, for none.
    """
    if settings.secret and settings.secret_file:
        raise ValueError("`GATEWAY_SECRET` and `GATEWAY_SECRET_FILE` are both set: set one")
    text = settings.secret.get_secret_value().encode() if settings.secret else b""
    if settings.secret_file:
        try:
            text = settings.secret_file.read_bytes()
        except OSError as error:
            raise ValueError(f"the secret in `GATEWAY_SECRET_FILE` cannot be read ({error.strerror})") from None
    return secrets_in(text)


def secrets_in(text: bytes) -> SecretKeys:
    """Return the secrets of a file. Raises ValueError, with a sentence that holds none of them."""
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith(COMMENT)]
    if not found or len(found[0]) < SHORTEST:
        raise ValueError(
            f"no secret of {SHORTEST} bytes or more is set: make one with `openssl rand -hex 32` and name its file in "
            "`GATEWAY_SECRET_FILE`"
        )
    if any(len(secret) < SHORTEST for secret in found):
        raise ValueError(f"each line of the secret's file is a secret of {SHORTEST} bytes or more: one is shorter")
    if len(set(found)) < len(found):
        raise ValueError("a secret stands twice in its file: take one of the lines out")
    return SecretKeys(found[0], tuple(found[1:]))


def derive(secret: bytes | SecretKeys) -> Keys:
    """Return the keys that belong to `secret`, the same for every worker that knows it."""
    secrets = secret if isinstance(secret, SecretKeys) else SecretKeys(secret)

    def of(use: bytes) -> SecretKeys:
        keys = [hmac.digest(one, b"contactpoint-gateway " + use, "sha256") for one in secrets]
        return SecretKeys(keys[0], tuple(keys[1:]))

    return Keys(
        cursors=of(b"cursors"),
        journal=of(b"journal"),
        budget=of(b"budget"),
        versions=of(b"versions"),
        deeds=of(b"deeds"),
        seal=of(b"seal"),
    )
