"""The seal: the key that signs checkpoints of the journal and extracts from it (Ed25519; RFC 7515, RFC 9864)."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from gateway.keys import derive
from gateway.settings import Settings

ALGORITHM = "Ed25519"
_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
"""What stands before the 32 bytes of such a key in PKCS #8 (RFC 8410 7)."""


class Seal:
    """A private key that signs. Its public half is what others check with."""

    def __init__(self, key: OKPKey) -> None:
        self._key, self._kid = key, key.thumbprint()

    @classmethod
    def of_bytes(cls, seed: bytes) -> "Seal":
        """Return the seal whose key is these 32 bytes."""
        pem = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(_PKCS8 + seed) + b"\n-----END PRIVATE KEY-----\n"
        return cls(OKPKey.import_key(pem))

    def sign(self, told: bytes) -> str:
        """Return a token that holds `told`: a JWS in compact form."""
        return jws.serialize_compact({"alg": ALGORITHM, "kid": self._kid}, told, self._key, algorithms=[ALGORITHM])

    @property
    def public(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517)."""
        public = {name: self._key.as_dict(private=False)[name] for name in ("kty", "crv", "x")}
        return {"keys": [{**public, "alg": ALGORITHM, "kid": self._kid, "use": "sig"}]}


class Keyring:
    """Public keys that tokens may be signed with."""

    def __init__(self, keys: Mapping[str, Any]) -> None:
        self._keys = {key.thumbprint(): key for key in KeySet.import_key_set(dict(keys)).keys}  # type: ignore[arg-type]  # a mapping as JSON has it

    def read(self, token: str) -> dict[str, Any] | None:
        """Return what `token` says, None where none of the keys has signed it."""
        try:
            header = orjson.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
            key = self._keys[header["kid"]]
            told: dict[str, Any] = orjson.loads(jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload)
        except (JoseError, ValueError, LookupError, TypeError):
            return None
        return told if isinstance(told, dict) else None


def read_seal(settings: Settings, secret: bytes) -> Seal:
    """Return the seal whose key `settings` name the file of, else one made from `secret`.

    Raises ValueError, with a sentence, for a file that holds no such key.
    """
    file = settings.audit_key_file
    if file is None:
        return Seal.of_bytes(derive(secret).seal)
    try:
        kept = file.read_bytes()
        key = OKPKey.import_key(orjson.loads(kept) if kept.lstrip().startswith(b"{") else kept)
    except OSError as error:
        raise ValueError(f"the key in `GATEWAY_AUDIT_KEY_FILE` cannot be read ({error.strerror})") from None
    except (JoseError, ValueError, LookupError, TypeError):
        raise ValueError(_NO_KEY) from None
    if not key.is_private or key.curve_name != ALGORITHM:
        raise ValueError(_NO_KEY)
    return Seal(key)


_NO_KEY = (
    "the file in `GATEWAY_AUDIT_KEY_FILE` holds no private Ed25519 key: "
    "make one with `openssl genpkey -algorithm ed25519`"
)


def read_keyring(file: Path) -> Keyring:
    """Return the public keys in a file that `gateway audit key` wrote. Raises ValueError with a sentence."""
    try:
        return Keyring(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise ValueError(
            f"the keys in `{file}` cannot be read ({error.strerror}): look at its name and rights"
        ) from None
    except (JoseError, ValueError, LookupError, TypeError, AttributeError):
        raise ValueError(f"`{file}` is no set of keys (JWKS, RFC 7517): take what `gateway audit key` prints") from None
