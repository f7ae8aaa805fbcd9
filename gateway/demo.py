"""The demo's keys and its own issuer: made at first start and kept beside the demo's database, nowhere else."""

import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from authz.policy import PURPOSES
from authz.words import Role
from gateway.tokens import ALGORITHMS, AUDIENCE, Issuer

ISSUER = "urn:contactpoint-gateway:demo"
REASON = "Trying out the demo directory"
LIFETIME = timedelta(hours=12)
FILE = "keys.json"


class DamagedKeys(ValueError):  # noqa: N818  # as `Refusal`
    """The kept file is not what the demo wrote."""


class DemoKeys:
    """What the demo keeps secret: the issuer's signing key, and one secret for cursors and journal hashes.

    `older` are public keys that tokens were signed with before the key was rotated, as long as any is good.
    """

    def __init__(self, key: ECKey, secret: bytes, older: Sequence[ECKey] = ()) -> None:
        self._key = key
        self.secret = secret
        self._older = older

    @classmethod
    def at(cls, folder: Path) -> "DemoKeys":
        """Return the keys kept in `folder`, made on first use, readable by their owner alone.

        Raises OSError where that cannot be, and DamagedKeys.
        """
        if not (folder / FILE).exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            signing = _new_key().as_dict(private=True)
            _write_once(folder / FILE, {"signing": signing, "secret": secrets.token_hex(32)})
        return cls.read(folder)

    @classmethod
    def read(cls, folder: Path) -> "DemoKeys":
        """Return the keys kept in `folder`. Raises OSError where there are none to read, and DamagedKeys."""
        text = (folder / FILE).read_bytes()
        try:
            kept = orjson.loads(text)
            key, secret = ECKey.import_key(kept["signing"]), bytes.fromhex(kept["secret"])
            older = [ECKey.import_key(one["key"]) for one in _good(kept, datetime.now(UTC))]
        except (ValueError, LookupError, TypeError, JoseError) as error:
            raise DamagedKeys(FILE) from error
        if not key.is_private or key.curve_name != "P-256" or len(secret) != 32:
            raise DamagedKeys(FILE)
        return cls(key, secret, older)

    @classmethod
    def rotated(cls, folder: Path, now: datetime) -> bytes:
        """Return what the file in `folder` is to hold from now on: a new key that signs, the old one still taken.

        It is taken until its last token has run out. Raises OSError and DamagedKeys.
        """
        old = cls.read(folder)._key
        kept = orjson.loads((folder / FILE).read_bytes())
        until = (now + LIFETIME).isoformat()
        older = [*_good(kept, now), {"key": old.as_dict(private=False), "until": until}]
        return orjson.dumps({**kept, "signing": _new_key().as_dict(private=True), "older": older})

    @property
    def issuer(self) -> Issuer:
        """The issuer that takes this key's tokens."""
        public = [self._key.as_dict(private=False), *(key.as_dict(private=False) for key in self._older)]
        return Issuer.given(ISSUER, {"keys": public}, demo=True)

    def token(self, persona: str, role: Role, now: datetime) -> str:
        """Return a token for one persona, good for 12 hours, with the first purpose of its role."""
        issued = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": persona,
            "client_id": "demo",
            "jti": uuid4().hex,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "demo_purpose": PURPOSES[role][0],
            "demo_reason": REASON,
        }
        header = {"alg": ALGORITHMS[0], "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=list(ALGORITHMS))


def _new_key() -> ECKey:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True)
    key.ensure_kid()
    return key


def _good(kept: Mapping[str, Any], now: datetime) -> list[Any]:
    """Return the older keys of a file that some token may still be signed with."""
    return [one for one in kept.get("older", ()) if datetime.fromisoformat(one["until"]) > now]


def _write_once(file: Path, kept: dict[str, Any]) -> None:
    """Write `kept` unless another process has just done so; whoever comes first wins."""
    temporary = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(orjson.dumps(kept))
    try:
        os.link(temporary, file)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
