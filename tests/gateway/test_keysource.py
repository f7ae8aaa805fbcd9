"""Keys of an issuer: rotated, withdrawn, unreachable, broken or slow, over real HTTP and in files, without a restart."""

import asyncio
import datetime as dt
import ipaddress
import json
import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey, OctKey

from gateway.claims import Bearer
from gateway.errors import Code, Refusal
from gateway.jwks import MOST_BYTES, MOST_KEYS
from gateway.keysource import KeySource, Pace
from gateway.places import File
from gateway.tokens import ALGORITHMS, Issuer, authenticate, read_bearer
from tests.issuer import NAME, PACE, HttpIssuer, Seconds, at_address, http, new_key, public, token, trusting, until
from tests.world import NOW

OLD, NEW, STRANGER = new_key("old"), new_key("new"), new_key("stranger")
ENOUGH = Pace(period=0.02, shortest=0.01, cooldown=0.01)
"""A pace for looks that come by themselves while a test waits; none is asked for, since the clock stands."""


@pytest_asyncio.fixture
async def idp() -> AsyncIterator[HttpIssuer]:
    """An issuer that serves the old key."""
    async with at_address(OLD) as served:
        yield served


async def code(issuer: Issuer, told: str) -> Code | None:
    """Return how a token is refused, None for one that is taken."""
    try:
        assert await authenticate([f"Bearer {told}"], [issuer], lambda: NOW) == Bearer("teacher")
    except Refusal as refused:
        return refused.code
    return None


async def test_a_rotated_key_is_taken_at_once_and_a_withdrawn_one_no_longer(idp: HttpIssuer) -> None:
    """The first token by a new key is taken; from then on a token by the old one is refused, though it was taken before."""
    issuer = trusting(idp, Pace(cooldown=0))
    old = token(OLD)
    assert [await code(issuer, old), await code(issuer, old)] == [None, None]
    idp.keys = (NEW,)
    assert await code(issuer, old) is None, "known keys make nobody look"
    assert await code(issuer, token(NEW)) is None
    assert await code(issuer, old) is Code.UNAUTHENTICATED


async def test_known_keys_are_not_looked_for(idp: HttpIssuer) -> None:
    """Tokens by known keys are read without a look, and a set that is found unchanged keeps what was verified."""
    issuer = trusting(idp, Pace(cooldown=0))
    told = [token(OLD, sub="teacher", jti=str(n)) for n in range(5)]
    assert [await code(issuer, each) for each in told] == [None] * 5
    assert idp.asked == 1
    known = issuer.keys.known
    await issuer.keys.look()
    assert (idp.asked, issuer.keys.known is known) == (2, True)


async def test_a_key_that_is_replaced_under_its_name_is_gone(idp: HttpIssuer) -> None:
    """Once a look finds another key under a name, tokens by the one of before are refused, verified or not."""
    issuer, replaced = trusting(idp, Pace(cooldown=0)), new_key("old")
    assert await code(issuer, token(OLD)) is None
    idp.keys = (replaced,)
    await issuer.keys.look()
    assert [await code(issuer, token(replaced)), await code(issuer, token(OLD))] == [None, Code.UNAUTHENTICATED]


async def test_made_up_keys_make_one_look_in_some_seconds(idp: HttpIssuer) -> None:
    """However many unknown keys are named, the issuer is asked once a cooldown, and tokens by known keys are taken."""
    clock = Seconds()
    issuer = trusting(idp, PACE, clock)
    assert await code(issuer, token(OLD)) is None
    clock.now += PACE.cooldown
    refused = [await code(issuer, token(STRANGER, {"kid": f"made up {n}"})) for n in range(20)]
    assert (refused, idp.asked) == ([Code.UNAUTHENTICATED] * 20, 2)
    clock.now += PACE.cooldown - 0.1
    assert (await code(issuer, token(NEW)), idp.asked) == (Code.UNAUTHENTICATED, 2)
    idp.keys = (OLD, NEW)
    clock.now += 0.1
    assert ([await code(issuer, token(NEW)), await code(issuer, token(OLD))], idp.asked) == ([None, None], 3)


BARREN: dict[str, Callable[[], str]] = {
    "no key named": lambda: token(OLD, {"kid": None}),
    "expired": lambda: token(NEW, exp=int(NOW.timestamp()) - 3_600),
    "another audience": lambda: token(NEW, aud="other"),
    "another issuer": lambda: token(NEW, iss="https://other.example"),
    "an algorithm that is not taken": lambda: token(ECKey.generate_key("P-384", {"kid": "new"}), {"alg": "ES384"}),
    "not an access token": lambda: token(NEW, {"typ": "JWT"}),
    "nonsense": lambda: "a.b.c",
    "a known key, and not its signature": lambda: token(ECKey.generate_key("P-256", {"kid": "old"})),
}
"""Tokens that could not be taken whatever keys the issuer had."""


async def test_a_token_that_is_wrong_anyway_makes_nobody_look(idp: HttpIssuer) -> None:
    """A token that is refused for something else than an unknown key is refused without a look."""
    idp.keys = (OLD, new_key("second"))
    issuer = trusting(idp, Pace(cooldown=0))
    await issuer.keys.look()
    assert {await code(issuer, make()) for make in BARREN.values()} == {Code.UNAUTHENTICATED}
    assert idp.asked == 1


async def test_those_who_wait_share_one_look_and_others_do_not_wait(idp: HttpIssuer) -> None:
    """While the issuer is slow, requests with its unknown key wait for one look, and the others for nothing."""
    issuer = trusting(idp, Pace(cooldown=0))
    assert await code(issuer, token(OLD)) is None
    idp.keys = (OLD, NEW)
    idp.open.clear()
    waiting = [asyncio.create_task(code(issuer, token(NEW, jti=str(n)))) for n in range(10)]
    await until(lambda: idp.asked == 2)
    assert read_bearer([f"Bearer {token(OLD, jti='fresh')}"], [issuer], NOW) == Bearer("teacher")
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    assert (waiting[0].cancelled(), [task.done() for task in waiting[1:]]) == (True, [False] * 9)
    idp.open.set()
    assert (await asyncio.gather(*waiting[1:]), idp.asked) == ([None] * 9, 2)


async def test_an_outage_keeps_what_is_known(idp: HttpIssuer, caplog: pytest.LogCaptureFixture) -> None:
    """While the issuer is away known keys hold and unknown ones are refused; the log says why, and holds no token."""
    issuer = trusting(idp, Pace(cooldown=0))
    assert await code(issuer, token(OLD)) is None
    await idp.stop()
    told = token(NEW)
    assert [await code(issuer, told), await code(issuer, token(OLD, jti="later"))] == [Code.UNAUTHENTICATED, None]
    (line,) = [vars(line) for line in caplog.records if line.message == "keys of an issuer were not got"]
    assert (line["issuer"], line["known"], "cannot be reached (ConnectError)" in line["why"]) == (NAME, 1, True)
    assert not [line for line in caplog.records if told[-20:] in str(vars(line))]
    idp.keys = (NEW,)
    await idp.start()
    assert await code(issuer, told) is None


def text(keys: Any) -> Callable[[], Iterable[bytes]]:
    return lambda: [http(json.dumps(keys).encode())]


def endless() -> Iterator[bytes]:
    yield b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"keys": ['
    while True:
        yield b" " * 65_536


PRIVATE = NEW.as_dict(private=True)
WITH_NEW = json.dumps(public(NEW)).encode()
BROKEN: dict[str, tuple[Callable[[], Iterable[bytes]], str]] = {
    "no JSON": (lambda: [http(b"<html>keys</html>")], "is no set of keys"),
    "a list": (text([NEW.as_dict(private=False)]), "is no set of keys"),
    "a key alone": (text(NEW.as_dict(private=False)), "is no set of keys"),
    "keys that are no objects": (text({"keys": ["new"]}), "is no set of keys"),
    "nothing": (lambda: [http(b"")], "is no set of keys"),
    "no keys": (text({"keys": []}), "holds no key to take for ES256"),
    "a private key beside": (text({"keys": [*public(NEW)["keys"], PRIVATE]}), "holds a secret key"),
    "a shared secret beside": (
        text({"keys": [*public(NEW)["keys"], OctKey.generate_key(256).as_dict(private=True)]}), "holds a secret key",
    ),
    "a private key of no known kind": (
        text({"keys": [*public(NEW)["keys"], {"kty": "AKP", "priv": "AAAA"}]}), "holds a secret key",
    ),
    "too many keys": (text({"keys": public(NEW)["keys"] * (MOST_KEYS + 1)}), f"more than {MOST_KEYS} keys"),
    "a large set": (text({"keys": public(NEW)["keys"], "more": "x" * MOST_BYTES}), f"larger than {MOST_BYTES} bytes"),
    "no end": (endless, f"larger than {MOST_BYTES} bytes"),
    "an error": (lambda: [http(WITH_NEW, "500 Internal Server Error")], "answered with status 500"),
    "nothing new": (lambda: [http(b"", "304 Not Modified")], "answered with status 304"),
    "packed": (lambda: [http(WITH_NEW, Content_Encoding="gzip")], "an encoding that was not asked for"),
    "half of it": (lambda: [http(WITH_NEW)[:-9]], "cannot be reached (RemoteProtocolError)"),
    "no HTTP": (lambda: [b"\x00\x01\x02\r\n\r\n"], "cannot be reached (RemoteProtocolError)"),
}  # fmt: skip
"""What an issuer answers instead of its keys, and what the log says of it."""


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_set_is_refused_as_a_whole(idp: HttpIssuer, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is wrong with a set, no key of it is taken, those of before hold, and the log says what it is."""
    issuer = trusting(idp, Pace(cooldown=0))
    assert await code(issuer, token(OLD)) is None
    idp.answer, says = BROKEN[kind]
    assert [await code(issuer, token(NEW)), await code(issuer, token(OLD, jti="later"))] == [Code.UNAUTHENTICATED, None]
    assert [says in vars(line)["why"] for line in caplog.records if hasattr(line, "why")] == [True]


async def test_a_redirect_is_not_followed(idp: HttpIssuer) -> None:
    """An issuer that sends elsewhere is refused, and nobody asks there."""
    async with at_address(NEW) as elsewhere:
        issuer = trusting(idp, Pace(cooldown=0))
        for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            idp.answer = lambda status=status: [http(b"", status, Location=elsewhere.url)]  # type: ignore[misc]
            assert await code(issuer, token(NEW)) is Code.UNAVAILABLE
        assert (idp.asked, elsewhere.asked) == (4, 0)


@pytest.mark.parametrize("kind", ["silent", "slow"])
async def test_a_slow_issuer_is_not_waited_for(idp: HttpIssuer, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """One that says nothing, or a byte at a time, is given up after some seconds in all."""

    def drip() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        while True:
            yield b" "

    if kind == "silent":
        idp.open.clear()
    idp.answer, idp.rest = drip, 0.01
    issuer = trusting(idp, Pace(cooldown=0), patience=0.1)
    assert await code(issuer, token(OLD)) is Code.UNAVAILABLE
    assert [line.why for line in caplog.records if hasattr(line, "why")] == [
        f"`{idp.url}` did not answer within 0.1 seconds: look at the issuer"
    ]


async def test_an_issuer_that_was_away_at_the_start_is_found(idp: HttpIssuer) -> None:
    """Without any key a good token is UNAVAILABLE, and taken as soon as the issuer answers; others are UNAUTHENTICATED."""
    await idp.stop()
    issuer = trusting(idp, Pace(cooldown=0))
    expired = token(OLD, exp=int(NOW.timestamp()) - 3_600)
    assert [await code(issuer, token(OLD)), await code(issuer, expired)] == [Code.UNAVAILABLE, Code.UNAUTHENTICATED]
    await idp.start()
    assert await code(issuer, token(OLD)) is None


async def test_keys_are_looked_at_by_themselves(idp: HttpIssuer) -> None:
    """A key that has left its set is refused though nobody asks for another, and an outage ends by itself."""
    await idp.stop()
    issuer = trusting(idp, ENOUGH)

    def known() -> set[str]:
        return set(issuer.keys.known.by_kid) if issuer.keys.known else set()

    async with issuer.keys:
        await until(lambda: issuer.keys.failures > 1)
        await idp.start()
        await until(lambda: known() == {"old"})
        told = [f"Bearer {token(OLD)}"]
        assert read_bearer(told, [issuer], NOW) == Bearer("teacher")
        idp.keys = (NEW,)
        await until(lambda: known() == {"new"})
        with pytest.raises(Refusal):
            read_bearer(told, [issuer], NOW)
        idp.open.clear()
        await until(lambda: issuer.keys.looking)
    assert not issuer.keys.looking


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        ({}, 300), ({"Cache_Control": "max-age=60"}, 60), ({"Cache_Control": "public, MAX-AGE=120, must-revalidate"}, 120),
        ({"Cache_Control": "max-age=86400"}, 300), ({"Cache_Control": "max-age=0"}, 30), ({"Cache_Control": "no-store"}, 30),
        ({"Cache_Control": "s-maxage=40"}, 300), ({"Cache_Control": "max-age=soon"}, 300),
    ],
)  # fmt: skip
async def test_an_issuer_may_ask_to_be_looked_at_more_often(
    idp: HttpIssuer, told: dict[str, str], pause: float
) -> None:
    """`max-age` shortens the pause between looks, within bounds, and never lengthens it."""
    idp.answer = lambda: [http(WITH_NEW, **told)]
    issuer = trusting(idp, Pace(period=300, shortest=30, cooldown=0))
    await issuer.keys.look()
    assert issuer.keys.pause == pause


async def test_looks_in_vain_come_less_and_less_often(idp: HttpIssuer) -> None:
    """After a failure the next look comes after the cooldown, then after twice as long, up to the period; then as before."""
    clock = Seconds()
    issuer = trusting(idp, Pace(period=60, shortest=30, cooldown=10), clock)
    await idp.stop()
    pauses = []
    for _ in range(5):
        await issuer.keys.look()
        pauses.append(issuer.keys.pause)
        clock.now += 10
    await idp.start()
    await issuer.keys.look()
    assert [*pauses, issuer.keys.pause] == [10, 20, 40, 60, 60, 60]


async def test_what_is_asked_of_an_issuer_tells_nothing(idp: HttpIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look sends the address and no more: by no proxy of the environment, with no cookie and no login."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    idp.answer = lambda: [http(WITH_NEW, Set_Cookie="a=b")]
    issuer = trusting(idp, Pace(cooldown=0))
    assert [await code(issuer, token(NEW)), await code(issuer, token(OLD))] == [None, Code.UNAUTHENTICATED]
    names = {line.split(":")[0].lower() for line in idp.requests[-1].decode().split("\r\n")[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert idp.requests[-1].startswith(b"GET /keys HTTP/1.1\r\n")


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return how a server at 127.0.0.1 shows a certificate of its own, and the file that it is in."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    shown, secret = folder / "shown.pem", folder / "secret.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown, secret)
    return server, shown


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS the issuer's certificate must be one that the machine trusts; with `SSL_CERT_FILE` that may be its own."""
    server, shown = certified(tmp_path)
    async with at_address(OLD, tls=server) as idp:
        assert await code(trusting(idp, Pace(cooldown=0)), token(OLD)) is Code.UNAVAILABLE
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
        assert await code(trusting(idp, Pace(cooldown=0)), token(OLD)) is None


# Files.


def in_file(file: Path, pace: Pace = Pace(cooldown=0)) -> Issuer:  # noqa: B008  # it is frozen
    place = File(file)
    source = KeySource(NAME, place, ALGORITHMS, pace)
    source.take(place.read())
    return Issuer(NAME, source)


async def test_a_file_is_rotated_without_a_restart(tmp_path: Path) -> None:
    """A new key in the file is taken at its first token; one that has left is refused, also when the file looks as old."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(public(OLD)))
    issuer = in_file(file)
    assert await code(issuer, token(OLD)) is None
    then = file.stat()
    file.write_text(json.dumps(public(NEW)))
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert [await code(issuer, token(NEW)), await code(issuer, token(OLD))] == [None, Code.UNAUTHENTICATED]


async def test_a_file_is_looked_at_by_itself(tmp_path: Path) -> None:
    """A key that is taken out of the file is refused, though nobody shows a token by an unknown one."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(public(OLD, NEW)))
    issuer = in_file(file, ENOUGH)
    async with issuer.keys:
        assert await code(issuer, token(OLD)) is None
        file.write_text(json.dumps(public(NEW)))
        await until(lambda: issuer.keys.known is not None and set(issuer.keys.known.by_kid) == {"new"})
        assert await code(issuer, token(OLD)) is Code.UNAUTHENTICATED


@pytest.mark.parametrize("kind", ["gone", "half written", "secret"])
async def test_a_broken_file_keeps_what_is_known(tmp_path: Path, kind: str) -> None:
    """A file that is gone, half written, or holds a secret key changes nothing."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(public(OLD)))
    issuer = in_file(file)
    if kind == "gone":
        file.unlink()
    else:
        file.write_text(json.dumps({"keys": [PRIVATE]}) if kind == "secret" else WITH_NEW.decode()[:-4])
    assert [await code(issuer, token(NEW)), await code(issuer, token(OLD))] == [Code.UNAUTHENTICATED, None]
