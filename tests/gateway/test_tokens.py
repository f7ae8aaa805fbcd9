"""Tokens: whatever is wrong with one, it is no token; what is right names the account alone."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from authz.words import Role
from gateway.demo import ISSUER, REASON, DemoKeys
from gateway.errors import Code, Refusal
from gateway.tokens import AUDIENCE, SKEW, Bearer, Issuer, read_bearer
from tests.world import NOW

KEY = ECKey.generate_key("P-256", {"kid": "one"})
ISSUERS = [Issuer("https://idp.example", KeySet([ECKey.import_key(KEY.as_dict(private=False))]))]
STAMP = int(NOW.timestamp())


def claims(**changed: Any) -> dict[str, Any]:
    good = {"iss": "https://idp.example", "aud": AUDIENCE, "sub": "teacher", "iat": STAMP, "exp": STAMP + 600}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def token(key: Any = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    head = {"alg": "ES256", "typ": "at+jwt", "kid": "one"} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims(**changed), key, algorithms=[head["alg"]], default_type=None)


def unsigned(alg: str) -> str:
    parts = ({"alg": alg, "typ": "at+jwt"}, claims())
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def read(*headers: str) -> Bearer:
    return read_bearer(headers, ISSUERS, NOW)


def test_a_good_token_names_its_account() -> None:
    """Subject and actor are read, in each spelling of the type and the scheme; a demo claim is not."""
    act = {"sub": "clerk"}
    told = token(act=act, client_id="clinic-app", demo_purpose="COORDINATE_CARE", demo_reason="because of that")
    assert read(f"Bearer {told}") == Bearer("teacher", "clinic-app", "clerk")
    assert read(f"bearer  {token(header={'typ': 'application/at+jwt'})}") == Bearer("teacher")
    assert read(f"Bearer {token(aud=[AUDIENCE, 'other'])}") == Bearer("teacher")
    assert read(f"Bearer {token(exp=STAMP - SKEW + 5)}") == Bearer("teacher")


BAD = {
    "expired": lambda: token(exp=STAMP - SKEW - 5),
    "not yet valid": lambda: token(nbf=STAMP + SKEW + 5),
    "issued in the future": lambda: token(iat=STAMP + SKEW + 5),
    "no expiry": lambda: token(exp=None),
    "no subject": lambda: token(sub=None),
    "a subject that is no text": lambda: token(sub=["teacher"]),
    "no issuer": lambda: token(iss=None),
    "another issuer": lambda: token(iss="https://evil.example"),
    "no audience": lambda: token(aud=None),
    "another audience": lambda: token(aud="other"),
    "an id token": lambda: token(header={"typ": "JWT"}),
    "no type": lambda: token(header={"typ": None}),
    "an unknown key": lambda: token(ECKey.generate_key("P-256", {"kid": "two"}), header={"kid": "two"}),
    "a stranger's key under a known name": lambda: token(ECKey.generate_key("P-256", {"kid": "one"})),
    "a symmetric key": lambda: token(OctKey.generate_key(256), header={"alg": "HS256"}),
    "the public key as a secret": lambda: token(
        OctKey.import_key(json.dumps(KEY.as_dict(private=False))), header={"alg": "HS256"}
    ),
    "an algorithm that is not taken": lambda: token(RSAKey.generate_key(2048), header={"alg": "RS256"}),
    "none": lambda: unsigned("none"),
    "none in capitals": lambda: unsigned("NONE"),
    "an expiry that is no number": lambda: token(exp="tomorrow"),
    "nonsense": lambda: "a.b.c",
    "too long": lambda: "a" * 8193,
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused_without_saying_why(kind: str) -> None:
    """Each wrong kind of token is UNAUTHENTICATED; none of the messages tells which check failed."""
    with pytest.raises(Refusal) as refused:
        read(f"Bearer {BAD[kind]()}")
    (error,) = refused.value.errors
    assert (refused.value.code, refused.value.status) == (Code.UNAUTHENTICATED, 401)
    assert not [word for word in ("expired", "signature", "issuer", "audience", "key") if word in error["message"]]


@pytest.mark.parametrize(
    "headers", [[], ["Bearer a", "Bearer b"], ["Basic x"], ["Bearer"], [""], ["Bearer a b"], ["é"]]
)
def test_one_bearer_header_is_needed(headers: list[str]) -> None:
    """None, several or another scheme is UNAUTHENTICATED."""
    with pytest.raises(Refusal) as refused:
        read(*headers)
    assert refused.value.code is Code.UNAUTHENTICATED


def test_the_demo_issuer_states_a_purpose_of_the_role(tmp_path: Path) -> None:
    """A demo token carries the first purpose of its role and a fixed reason, and is read with them."""
    keys = DemoKeys.at(tmp_path)
    made = keys.token("police", Role.POLICE_APPLICANT, NOW)
    assert read_bearer([f"Bearer {made}"], [keys.issuer], NOW) == Bearer(
        "police", "demo", None, "POLICE_APPLICATION", REASON
    )
    assert keys.issuer.name == ISSUER
    with pytest.raises(Refusal):
        read_bearer([f"Bearer {made}"], [keys.issuer], NOW + timedelta(hours=13))


def test_demo_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    """The key file is made on first use, the same afterwards, readable by its owner alone, public part shared."""
    first, second = DemoKeys.at(tmp_path / "new"), DemoKeys.at(tmp_path / "new")
    file = tmp_path / "new" / "keys.json"
    assert (first.secret, oct(file.stat().st_mode & 0o777)) == (second.secret, "0o600")
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]
    assert "d" not in first.issuer.keys.as_dict()["keys"][0]
