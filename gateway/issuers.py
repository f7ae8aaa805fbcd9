"""The issuers whose tokens are taken, as the settings name them, each with a file of public keys (JWKS, RFC 7517)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.demo import ISSUER as DEMO
from gateway.settings import IssuerSetting
from gateway.tokens import Issuer


def read_issuers(settings: Sequence[IssuerSetting]) -> list[Issuer]:
    """Return the issuers that `settings` name, with their keys read.

    Raises ValueError with a sentence where there is none, where one is the demo's, and where a file of keys cannot be
    used.
    """
    if not settings:
        raise ValueError("no issuer of tokens is set: name one in `GATEWAY_ISSUERS` (docs/settings.md shows how)")
    names = [setting.issuer for setting in settings]
    if DEMO in names:
        raise ValueError("the demo's issuer opens everything and belongs to `gateway demo`: take it out")
    if len(set(names)) < len(names):
        raise ValueError("an issuer stands twice in `GATEWAY_ISSUERS`: put its keys into one file")
    return [
        Issuer(setting.issuer, _keys(setting.jwks), audience=setting.audience, algorithms=setting.algorithms)
        for setting in settings
    ]


def _keys(file: Path) -> KeySet:
    """Return the public keys in `file`. Raises ValueError where there are none, or some are secret."""
    try:
        kept: Any = orjson.loads(file.read_bytes())
        keys = KeySet.import_key_set(kept)
    except OSError as error:
        raise ValueError(
            f"the keys in `{file}` cannot be read ({error.strerror}): look at its name and rights"
        ) from None
    except (ValueError, LookupError, TypeError, JoseError):
        raise ValueError(f"`{file}` is no set of keys (JWKS, RFC 7517): get a new one from the issuer") from None
    if any(key.key_type == "oct" or key.is_private for key in keys.keys):
        raise ValueError(f"`{file}` holds a secret key: take the issuer's public keys alone")
    return keys
