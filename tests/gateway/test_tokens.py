"""Tokens: whatever is wrong with one, it is no token; what is right names the account alone."""

import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from authz.words import Role
from gateway.claims import LONGEST_CHAIN, Bearer
from gateway.demo import ISSUER, REASON, DemoKeys
from gateway.errors import Code, Refusal
from gateway.keysource import KeySource
from gateway.places import Given
from gateway.tokens import AUDIENCE, LONGEST, SKEW, Issuer, UnknownKey, read_bearer
from tests.issuer import NAME, STAMP, claims, encoded, token
from tests.world import NOW

KEY, SECOND = ECKey.generate_key("P-256", {"kid": "one"}), ECKey.generate_key("P-384", {"kid": "second"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
STRANGER = ECKey.generate_key("P-256", {"kid": "one"})
OTHER = ECKey.generate_key("P-256", {"kid": "other"})
TAKEN = ("ES256", "ES384", "RS256")


def issuer(*keys: Any, name: str = NAME, algorithms: tuple[str, ...] = TAKEN, **more: Any) -> Issuer:
    """Return an issuer whose keys, made or as JSON has them, stay as they are."""
    place = Given(
        json.dumps({"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]}).encode()
    )
    source = KeySource(name, place, algorithms)
    source.take(place.read())
    return Issuer(name, source, algorithms=algorithms, **more)


ISSUERS = [issuer(KEY, SECOND, RSA), issuer(OTHER, name="https://other.example", audience="elsewhere")]


def raw(header: Any, told: Any, key: Any = KEY) -> str:
    """Return a token of these parts, as they are, signed by `key`: texts that no library would make."""
    said = f"{encoded(header)}.{encoded(told)}"
    model = jws.JWSRegistry.algorithms["ES256"]
    return f"{said}.{encoded(model.sign(said.encode(), key))}"


HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": "one"}


def unsigned(alg: Any, signature: str = "") -> str:
    return f"{encoded({'alg': alg, 'typ': 'at+jwt', 'kid': 'one'})}.{encoded(claims())}.{signature}"


def confused(secret: bytes) -> str:
    """Return a token that is signed with a public key as if it were a shared secret."""
    said = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'rsa'})}.{encoded(claims())}"
    return f"{said}.{encoded(hmac.digest(secret, said.encode(), 'sha256'))}"


def by_jwe() -> str:
    """Return a token that is encrypted, to the issuer's own key."""
    header = {"alg": "RSA-OAEP", "enc": "A128GCM", "typ": "at+jwt", "kid": "rsa"}
    return jwt.encode(
        header, claims(), RSA, ["RSA-OAEP", "A128GCM"], registry=jwe.JWERegistry(algorithms=["RSA-OAEP", "A128GCM"])
    )


def in_json() -> str:
    """Return a good token in the JSON form of a JWS."""
    head, body, signature = token(KEY).split(".")
    return json.dumps({"protected": head, "payload": body, "signature": signature})


def read(*headers: str) -> Bearer:
    return read_bearer(headers, ISSUERS, NOW)


def test_a_good_token_names_its_account() -> None:
    """Subject and actor are read, in each spelling of the type and the scheme; a demo claim is not."""
    act = {"sub": "clerk"}
    told = token(KEY, act=act, client_id="clinic-app", demo_purpose="COORDINATE_CARE", demo_reason="because of that")
    assert read(f"Bearer {told}") == Bearer("teacher", "clinic-app", "clerk")
    for kind in ("application/at+jwt", "AT+JWT", "Application/AT+JWT"):
        assert read(f"bearer  {token(KEY, {'typ': kind})}") == Bearer("teacher")
    assert read(f"BEARER {token(KEY, aud=[AUDIENCE, 'other'])} ") == Bearer("teacher")
    assert read(f"Bearer {token(SECOND, {'alg': 'ES384'})}") == Bearer("teacher")
    assert read(f"Bearer {token(RSA, {'alg': 'RS256'})}") == Bearer("teacher")


@pytest.mark.parametrize(
    "told",
    [
        {"exp": STAMP - SKEW + 1}, {"exp": STAMP - SKEW + 0.5}, {"nbf": STAMP + SKEW}, {"iat": STAMP + SKEW}, {"nbf": 0},
        {"act": {"sub": "clerk", "iss": NAME, "act": {"sub": "desk", "act": {"sub": "porter"}}}},
    ],
)  # fmt: skip
def test_clocks_may_differ_and_actors_have_a_past(told: dict[str, Any]) -> None:
    """Times count with the skew that is allowed; of several actors the outermost acts now (RFC 8693 4.1)."""
    assert read(f"Bearer {token(KEY, **told)}") == Bearer("teacher", on_behalf_of="clerk" if "act" in told else None)


def test_the_skew_is_the_issuers() -> None:
    """An issuer may be allowed more or less; what is kept of a token is still judged by the time, to the second."""
    strict, patient = issuer(KEY, skew=0), issuer(KEY, skew=300)
    told = [f"Bearer {token(KEY, exp=STAMP + 60)}"]
    for each, ends in ((strict, 60), (patient, 360)):
        for seconds in (0, ends - 1):
            assert read_bearer(told, [each], NOW + timedelta(seconds=seconds)) == Bearer("teacher")
        with pytest.raises(Refusal):
            read_bearer(told, [each], NOW + timedelta(seconds=ends))
        assert read_bearer(told, [each], NOW) == Bearer("teacher")
        with pytest.raises(Refusal):
            read_bearer(told, [each], NOW - timedelta(seconds=each.skew + 1))


def test_without_a_name_the_only_key_counts() -> None:
    """A token that names no key is taken where its issuer has one alone, and with two by neither."""
    told = [f"Bearer {token(KEY, {'kid': None})}"]
    assert read_bearer(told, [issuer(KEY)], NOW) == Bearer("teacher")
    with pytest.raises(Refusal):
        read_bearer(told, [issuer(KEY, OTHER)], NOW)


def test_keys_that_a_token_brings_count_for_nothing() -> None:
    """A good token is taken whatever keys its header brings or names; one that is signed by such a key is not."""
    for brought in (
        {"jwk": STRANGER.as_dict(private=False)},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/certificate"},
        {"x5c": ["MIIB" + "A" * 1000]},
        {"unheard": "of"},
    ):
        head = {**HEADER, **brought}
        assert read(f"Bearer {raw(head, claims())}") == Bearer("teacher")
        with pytest.raises(Refusal):
            read(f"Bearer {raw(head, claims(), STRANGER)}")


GOOD = json.dumps(claims())
PUBLIC = RSA.public_key
BAD: dict[str, Callable[[], str]] = {
    "expired": lambda: token(KEY, exp=STAMP - SKEW),
    "expired long ago": lambda: token(KEY, exp=0),
    "not yet valid": lambda: token(KEY, nbf=STAMP + SKEW + 1),
    "issued in the future": lambda: token(KEY, iat=STAMP + SKEW + 1),
    "no expiry": lambda: token(KEY, exp=None),
    "no time of issue": lambda: token(KEY, iat=None),
    "an expiry that is no number": lambda: token(KEY, exp="tomorrow"),
    "an expiry that is true": lambda: token(KEY, exp=True),
    "an expiry that is null": lambda: raw(HEADER, GOOD.replace(str(STAMP + 600), "null")),
    "an expiry that is no JSON": lambda: raw(HEADER, GOOD.replace(str(STAMP + 600), "NaN")),
    "an endless expiry": lambda: raw(HEADER, GOOD.replace(str(STAMP + 600), "Infinity")),
    "an endless expiry, written out": lambda: raw(HEADER, GOOD.replace(str(STAMP + 600), "1e999")),
    "an expiry of too many digits": lambda: raw(HEADER, GOOD.replace(str(STAMP + 600), "9" * 5000)),
    "a time of issue that is true": lambda: raw(HEADER, {**claims(), "iat": True}),
    "a claim that is no JSON": lambda: raw(HEADER, GOOD.replace("}", ', "more": NaN}')),
    "a start that is no number": lambda: token(KEY, nbf="now"),
    "no subject": lambda: token(KEY, sub=None),
    "an empty subject": lambda: token(KEY, sub=""),
    "a subject that is no text": lambda: token(KEY, sub=["teacher"]),
    "a subject that cannot be printed": lambda: token(KEY, sub="teacher\n"),
    "a client that is no text": lambda: token(KEY, client_id=["clinic-app"]),
    "no issuer": lambda: token(KEY, iss=None),
    "another issuer": lambda: token(KEY, iss="https://evil.example"),
    "an issuer spelt otherwise": lambda: token(KEY, iss=f"{NAME}/"),
    "issuers": lambda: token(KEY, iss=[NAME]),
    "another issuer's key": lambda: token(OTHER),
    "another issuer's key, by its name": lambda: token(OTHER, iss="https://other.example", aud=AUDIENCE),
    "one issuer's key in the other's name": lambda: token(KEY, iss="https://other.example", aud="elsewhere"),
    "no audience": lambda: token(KEY, aud=None),
    "another audience": lambda: token(KEY, aud="other"),
    "other audiences": lambda: token(KEY, aud=["other", "elsewhere"]),
    "no audiences": lambda: token(KEY, aud=[]),
    "an audience that holds the right one": lambda: token(KEY, aud=f"{AUDIENCE}-other"),
    "an audience that is no text": lambda: token(KEY, aud={"aud": AUDIENCE}),
    "audiences that are no texts": lambda: token(KEY, aud=[AUDIENCE, 1]),
    "an id token": lambda: token(KEY, {"typ": "JWT"}),
    "no type": lambda: token(KEY, {"typ": None}),
    "a type that is no text": lambda: raw({**HEADER, "typ": ["at+jwt"]}, claims()),
    "a type that holds the right one": lambda: token(KEY, {"typ": "at+jwt2"}),
    "bound to a key": lambda: token(KEY, cnf={"jkt": "x"}),
    "an unknown key": lambda: token(ECKey.generate_key("P-256", {"kid": "two"})),
    "no key named, of several": lambda: token(KEY, {"kid": None}),
    "a key that is named by null": lambda: raw({**HEADER, "kid": None}, claims()),
    "a key that is named by a number": lambda: raw({**HEADER, "kid": 1}, claims()),
    "a stranger's key under a known name": lambda: token(STRANGER),
    "a key for another algorithm": lambda: raw({**HEADER, "kid": "second"}, claims()),
    "a key of another type": lambda: raw({**HEADER, "kid": "rsa"}, claims()),
    "a key's own algorithm under another name": lambda: raw({**HEADER, "alg": "RS256"}, claims()),
    "a symmetric key": lambda: token(OctKey.generate_key(256), {"alg": "HS256", "kid": "one"}),
    "the public key as a secret, in JSON": lambda: confused(json.dumps(RSA.as_dict(private=False)).encode()),
    "the public key as a secret, in PEM": lambda: confused(
        PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    ),
    "the public key as a secret, in PEM without its last line": lambda: confused(
        PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).strip()
    ),
    "the public key as a secret, in DER": lambda: confused(
        PUBLIC.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ),
    "an algorithm that is not taken": lambda: token(RSA, {"alg": "PS256"}),
    "algorithms": lambda: unsigned(["none", "ES256"]),
    "no algorithm": lambda: raw({"typ": "at+jwt", "kid": "one"}, claims()),
    "an algorithm in small letters": lambda: raw({**HEADER, "alg": "es256"}, claims()),
    "an extension": lambda: raw({**HEADER, "crit": ["exp"], "exp": 1}, claims()),
    "no extension": lambda: raw({**HEADER, "crit": []}, claims()),
    "an unencoded payload": lambda: raw({**HEADER, "b64": False}, claims()),
    "a subject twice": lambda: raw(HEADER, GOOD.replace("{", '{"sub": "officer", ', 1)),
    "an audience twice": lambda: raw(HEADER, GOOD.replace("}", f', "aud": "{AUDIENCE}"}}', 1)),
    "an actor twice": lambda: raw(HEADER, GOOD.replace("}", ', "act": {"sub": "clerk", "sub": "desk"}}', 1)),
    "an algorithm twice": lambda: raw('{"alg": "none", "alg": "ES256", "typ": "at+jwt", "kid": "one"}', claims()),
    "claims that are a list": lambda: raw(HEADER, json.dumps([claims()])),
    "claims that are nested deep": lambda: raw(HEADER, "[" * 5000 + "]" * 5000),
    "claims that are no JSON": lambda: raw(HEADER, b"\xff\xfe"),
    "a header that is no object": lambda: raw('"ES256"', claims()),
    "encrypted": by_jwe,
    "padded": lambda: token(KEY) + "==",
    "no signature": lambda: token(KEY).rpartition(".")[0] + ".",
    "half a signature": lambda: token(KEY)[:-20],
    "a changed claim": lambda: ".".join(
        part if n != 1 else encoded(claims(sub="officer")) for n, part in enumerate(token(KEY).split("."))
    ),
    "two parts": lambda: token(KEY).rpartition(".")[0],
    "four parts": lambda: token(KEY) + ".",
    "nonsense": lambda: "a.b.c",
    "too long": lambda: token(KEY, more="a" * LONGEST),
    **{f"{alg!r}": lambda alg=alg: unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "none ", "", None)},  # type: ignore[misc]
    "none, and a signature": lambda: unsigned("none", token(KEY).rpartition(".")[2]),
}
ACTS = {
    "no object": "clerk", "null": None, "a list": [{"sub": "clerk"}], "empty": {}, "no name": {"sub": ""},
    "a name that is no text": {"sub": 7}, "a name that cannot be printed": {"sub": "clerk\u202e"},
    "an actor of another issuer": {"sub": "clerk", "iss": "https://other.example"},
    "a past that is no object": {"sub": "clerk", "act": "desk"},
    "a past without a name": {"sub": "clerk", "act": {"iss": NAME}},
    "an actor twice removed without a name": {"sub": "clerk", "act": {"sub": "desk", "act": {}}},
}  # fmt: skip
BAD |= {f"an actor: {kind}": lambda act=act: raw(HEADER, {**claims(), "act": act}) for kind, act in ACTS.items()}  # type: ignore[misc]


UNKNOWN = {"an unknown key", "another issuer's key", "one issuer's key in the other's name"}
"""Of these the kinds that might be good, had the issuer such a key: they are looked for, and no others."""


def test_a_chain_of_actors_ends() -> None:
    """As many actors as can be meant are read, and one more is refused."""
    act: dict[str, Any] = {"sub": "clerk"}
    for _ in range(LONGEST_CHAIN - 1):
        act = {"sub": "clerk", "act": act}
    assert read(f"Bearer {token(KEY, act=act)}").on_behalf_of == "clerk"
    with pytest.raises(Refusal):
        read(f"Bearer {token(KEY, act={'sub': 'clerk', 'act': act})}")


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused_without_saying_why(kind: str) -> None:
    """Each wrong kind of token is UNAUTHENTICATED; none of the messages tells which check failed."""
    with pytest.raises(Refusal) as refused:
        read(f"Bearer {BAD[kind]()}")
    assert isinstance(refused.value, UnknownKey) == (kind in UNKNOWN)
    (error,) = refused.value.errors
    assert (refused.value.code, refused.value.status) == (Code.UNAUTHENTICATED, 401)
    assert not [word for word in ("expired", "signature", "issuer", "audience", "key") if word in error["message"]]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Bearer a", "Bearer b"],
        ["Basic x"],
        ["Bearer"],
        [""],
        ["Bearer a b"],
        ["é"],
        [f"Bearer {token(KEY)}"] * 2,
        [f"Bearer {in_json()}"],
        [f"Bearer {token(KEY)}, Bearer {token(KEY)}"],
        [f"DPoP {token(KEY)}"],
        [token(KEY)],
    ],
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
    known = first.issuer.keys.known
    assert known is not None
    assert [key.is_private for key in known.by_kid.values()] == [False]
