"""The seal: the key that signs checkpoints of the journal and extracts from it (Ed25519; RFC 7515, RFC 9864)."""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from gateway.keys import derive
from gateway.settings import Settings
from resolvers.secret_keys import SecretKeys

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

    @classmethod
    def new(cls) -> "Seal":
        """Return a seal with a key that is made now."""
        return cls.of_bytes(secrets.token_bytes(32))

    @property
    def private(self) -> dict[str, Any]:
        """The private key as a JWK (RFC 8037), for the file that keeps it and nobody else."""
        return {**self._key.as_dict(private=True), "alg": ALGORITHM, "kid": self._kid}

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


def read_seal(settings: Settings, secret: bytes | SecretKeys) -> Seal:
    """Return the seal whose key `settings` name the file of, else one made from `secret`.

    Raises ValueError, with a sentence, for a file that holds no such key.
    """
    if settings.audit_key_file is None:
        return Seal.of_bytes(derive(secret).seal.current)
    return Seal(_keys_in(settings.audit_key_file)[0])


def public_keys(settings: Settings, secret: bytes | SecretKeys) -> dict[str, Any]:
    """Return the public keys of the seal and of those that signed before it, as a JWK set (RFC 7517).

    They stand in the seal's own file; where there is none they are made from the secrets that are understood, and those
    of retired ones are kept beside the secret's file. Raises ValueError, with a sentence.
    """
    if settings.audit_key_file is not None:
        seals = [Seal(key) for key in _keys_in(settings.audit_key_file)]
        return {"keys": [key for seal in seals for key in seal.public["keys"]]}
    keys = [key for one in derive(secret).seal for key in Seal.of_bytes(one).public["keys"]]
    if settings.secret_file is not None and (kept := retired_file(settings.secret_file)).exists():
        keys += [key for key in orjson.loads(_public_bytes(kept))["keys"] if key not in keys]
    return {"keys": keys}


def retired_file(secret_file: Path) -> Path:
    """Return the file that keeps the public keys of seals whose secrets are no longer in `secret_file`."""
    return secret_file.with_name(f"{secret_file.name}.seals.json")


def _keys_in(file: Path) -> list[OKPKey]:
    """Return the keys in a file of the seal's: the private one first, then the public ones of those before it."""
    try:
        kept = file.read_bytes()
        told = orjson.loads(kept) if kept.lstrip().startswith(b"{") else kept
        several = told["keys"] if isinstance(told, dict) and "keys" in told else [told]
        keys = [OKPKey.import_key(one) for one in several]
    except OSError as error:
        raise ValueError(f"the key in `GATEWAY_AUDIT_KEY_FILE` cannot be read ({error.strerror})") from None
    except (JoseError, ValueError, LookupError, TypeError):
        raise ValueError(_NO_KEY) from None
    if not keys or not keys[0].is_private or any(key.curve_name != ALGORITHM for key in keys):
        raise ValueError(_NO_KEY)
    return keys


_NO_KEY = (
    "the file in `GATEWAY_AUDIT_KEY_FILE` holds no private Ed25519 key: "
    "make one with `openssl genpkey -algorithm ed25519`"
)


def read_keyring(file: Path) -> Keyring:
    """Return the public keys in a file that `gateway audit key` wrote. Raises ValueError with a sentence."""
    return Keyring(orjson.loads(_public_bytes(file)))


def _public_bytes(file: Path) -> bytes:
    """Return what stands in a file of public keys, once it is known to be one. Raises ValueError with a sentence."""
    try:
        text = file.read_bytes()
        Keyring(orjson.loads(text))
    except OSError as error:
        raise ValueError(
            f"the keys in `{file}` cannot be read ({error.strerror}): look at its name and rights"
        ) from None
    except (JoseError, ValueError, LookupError, TypeError, AttributeError):
        raise ValueError(f"`{file}` is no set of keys (JWKS, RFC 7517): take what `gateway audit key` prints") from None
    return text
