"""Sets of public keys (JWKS, RFC 7517): what is taken of one, and for what the whole of it is refused."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey

from gateway.claims import Verified

MOST_BYTES = 131_072
MOST_KEYS = 100
"""So many bytes and keys a set has at most: it is read between two requests, and must not hold them up."""
KEPT = 4_096
"""How many tokens are kept beside the keys that verified them."""
SHORTEST_RSA, LONGEST_RSA = 2_048, 8_192
"""Bits of a modulus: fewer are weak (RFC 7518 3.3), more than anybody uses cost time alone."""
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
"""The one curve of each algorithm (RFC 7518 3.4); keys on others are left out."""
_SECRET = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
"""Members that a private or a shared (`oct`) key alone has, of whatever type (RFC 7518 6, RFC 8037 2)."""


class UnusableKeys(ValueError):  # noqa: N818  # as `Refusal`
    """Refuses a set of keys as a whole; its text is the sentence about it, less its subject."""


class PublicKeys:
    """The keys of one set by `kid`, and the tokens that they have verified.

    INVARIANT (verified): what is kept of a token is kept beside the set that verified it and goes with it, so that no
    token outlives its key.
    """

    __slots__ = ("_verified", "by_kid", "left_out")

    def __init__(self, by_kid: Mapping[str, Key], left_out: int = 0) -> None:
        self.by_kid, self.left_out = by_kid, left_out
        self._verified: dict[str, Verified] = {}

    def named(self, kid: str | None) -> Key | None:
        """Return the key that `kid` names; without a `kid` the only one, if it is."""
        if kid is None:
            return next(iter(self.by_kid.values())) if len(self.by_kid) == 1 else None
        return self.by_kid.get(kid)

    def verified(self, token: str) -> Verified | None:
        """Return what is kept of a token that these keys have verified."""
        return self._verified.get(token)

    def keep(self, token: str, read: Verified) -> None:
        """Keep what was read of a token that these keys have verified; the oldest make room."""
        if len(self._verified) >= KEPT:
            del self._verified[next(iter(self._verified))]
        self._verified[token] = read


def fits(key: Key, algorithm: str) -> bool:
    """Whether `key` is made for `algorithm`: by its type, its curve, and what it says itself (RFC 8725 3.1)."""
    if key.alg not in {None, algorithm}:
        return False
    if isinstance(key, ECKey):
        return key.curve_name == CURVES.get(algorithm)
    return isinstance(key, RSAKey) and algorithm[:2] in {"RS", "PS"}


def read_keys(text: bytes, algorithms: Sequence[str]) -> PublicKeys:
    """Return the keys of a set that tokens signed by `algorithms` may be verified with.

    A key that is weak, of another kind, for another use, or has a `kid` in common with another is left out (RFC 7517
    5), and tokens that name it are refused. Raises UnusableKeys where `text` is no set, holds anything secret, is too
    large, or has no key to take.
    """
    listed = _listed(text)
    if any(not _SECRET.isdisjoint(jwk) for jwk in listed):
        raise UnusableKeys("holds a secret key: take the issuer's public keys alone")
    found = [key for jwk in listed if (key := _key(jwk)) and any(fits(key, each) for each in algorithms)]
    times = Counter(key.kid for key in found)
    by_kid = {key.kid: key for key in found if key.kid and times[key.kid] == 1}
    if not by_kid:
        raise UnusableKeys(f"holds no key to take for {', '.join(algorithms)}: look at `algorithms`, and at its keys")
    return PublicKeys(by_kid, len(listed) - len(by_kid))


def _listed(text: bytes) -> list[dict[str, Any]]:
    if len(text) > MOST_BYTES:
        raise UnusableKeys(f"is larger than {MOST_BYTES} bytes: a set of keys is smaller")
    try:
        listed: Any = orjson.loads(text)["keys"]
    except (ValueError, LookupError, TypeError):
        listed = None
    if not isinstance(listed, list) or not all(isinstance(jwk, dict) for jwk in listed):
        raise UnusableKeys("is no set of keys (JWKS, RFC 7517): get a new one from the issuer")
    if len(listed) > MOST_KEYS:
        raise UnusableKeys(f"holds more than {MOST_KEYS} keys: ask the issuer for those in use")
    return listed


def _key(jwk: dict[str, Any]) -> Key | None:
    """Return a key that may verify signatures, None for any other and for one that cannot be read."""
    try:
        if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
            return None
        if jwk.get("kty") not in {"EC", "RSA"} or not _strong(jwk):
            return None
        key = JWKRegistry.import_key(jwk)
        key.ensure_kid()
    except (JoseError, ValueError, LookupError, TypeError):
        return None
    return key


def _strong(jwk: dict[str, Any]) -> bool:
    """Whether a key is strong by its numbers, told before it is made: an overlong one is dear to make."""
    if jwk["kty"] == "EC":
        return jwk["crv"] in CURVES.values()
    modulus = int.from_bytes(base64.urlsafe_b64decode(jwk["n"] + "=="))
    return SHORTEST_RSA <= modulus.bit_length() <= LONGEST_RSA
