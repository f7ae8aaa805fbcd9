"""Sets of public keys: what is taken of one, and what is left out."""

import json
import warnings
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.claims import Bearer, Verified
from gateway.jwks import KEPT, PublicKeys, UnusableKeys, read_keys

ALL = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
GOOD = ECKey.generate_key("P-256", {"kid": "good"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)


def weak(bits: int) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return RSAKey.import_key(rsa.generate_private_key(65537, bits).public_key(), {"kid": "weak"}).as_dict()


def taken(*keys: Any, algorithms: tuple[str, ...] = ALL) -> set[str]:
    """Return the names of those that are taken of a set with these keys."""
    listed = [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]
    return set(read_keys(json.dumps({"keys": listed}).encode(), algorithms).by_kid)


def key(**changed: Any) -> dict[str, Any]:
    jwk = {**GOOD.as_dict(private=False), "kid": "other", **changed}
    return {name: value for name, value in jwk.items() if value is not ...}


LEFT_OUT: dict[str, dict[str, Any]] = {
    "RSA of 1,024 bits": weak(1024),
    "RSA of 2,047 bits": weak(2047),
    "RSA of more bits than anybody uses": {**RSA, "kid": "long", "n": "v" * 60_000},
    "RSA with an even exponent": {**RSA, "kid": "even", "e": "Ag"},
    "secp256k1": ECKey.generate_key("secp256k1", {"kid": "k1"}).as_dict(private=False),
    "P-192": key(crv="P-192"),
    "a point that is not on the curve": key(x="AAAA"),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}).as_dict(private=False),
    "a key of no known kind": {"kty": "AKP", "alg": "ML-DSA-44", "kid": "pq", "pub": "AAAA"},
    "a key of no kind": key(kty=...),
    "a key for encryption": key(use="enc"),
    "a key for other operations": key(key_ops=["encrypt"]),
    "a key for an algorithm of another kind": key(alg="RS256"),
    "a key for an algorithm that is not taken": key(alg="ES256K"),
    "a name that is no text": key(kid=7),
    "an empty name": key(kid=""),
    "a part that is missing": key(y=...),
    "a part that is no text": key(x=7),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_keys_that_cannot_be_meant_are_left_out(kind: str) -> None:
    """Weak keys and those of another kind, use or form are not taken; the rest of their set is."""
    assert taken(GOOD, LEFT_OUT[kind]) == {"good"}
    with pytest.raises(UnusableKeys, match="holds no key to take for ES256"):
        taken(LEFT_OUT[kind])


def test_keys_that_fit_are_taken() -> None:
    """A set may hold keys of several kinds; of these the ones that fit what is taken are."""
    strong = [ECKey.generate_key(curve, {"kid": curve}) for curve in ("P-256", "P-384", "P-521")]
    keys = [*strong, RSA, key(use="sig"), {**key(kid="ops"), "key_ops": ["verify"]}]
    assert taken(*keys) == {"P-256", "P-384", "P-521", "rsa", "other", "ops"}
    assert taken(*keys, algorithms=("ES384",)) == {"P-384"}
    assert taken(*keys, algorithms=("PS256",)) == {"rsa"}


def test_a_name_that_two_keys_have_names_neither() -> None:
    """Keys with a `kid` in common are left out, so that a `kid` names exactly one; one for encryption does not count."""
    other = ECKey.generate_key("P-256", {"kid": "same"})
    assert taken(GOOD, key(kid="same"), other) == {"good"}
    assert taken(GOOD, key(kid="same", use="enc"), other) == {"good", "same"}


def test_a_key_without_a_name_has_its_thumbprint() -> None:
    """Without a `kid` a key is named by its thumbprint (RFC 7638)."""
    assert taken(key(kid=...)) == {GOOD.thumbprint()}


def test_no_more_tokens_are_kept_than_fit() -> None:
    """What is kept of verified tokens has an end: the oldest make room."""
    keys = PublicKeys({})
    for number in range(KEPT + 10):
        keys.keep(str(number), Verified(Bearer(str(number), ends=1), 0))
    kept = [number for number in range(KEPT + 10) if keys.verified(str(number))]
    assert kept == list(range(10, KEPT + 10))
