"""`gateway keys rotate` as an operator runs it: steps that refuse no client, and files that nobody else reads."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from authz.words import Role
from gateway.demo import FILE, DemoKeys
from gateway.keys import derive, read_secret, secrets_in
from gateway.seal import Keyring, Seal, public_keys, read_seal
from gateway.secret_file import Line, State, read_lines, retire
from gateway.settings import Settings
from gateway.tokens import UnknownKey, read_bearer
from tests.commanding import Run, runner

OLD = b"0123456789abcdef" * 4


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, with the secret in a file; return status, output and errors."""
    (tmp_path / "secret").write_bytes(OLD + b"\n")
    for name, value in {"SECRET_FILE": tmp_path / "secret", "DATA": tmp_path / "data"}.items():
        monkeypatch.setenv(f"GATEWAY_{name}", str(value))

    return runner(monkeypatch, capsys)


def secret_of(folder: Path) -> Any:
    return read_secret(Settings(secret_file=folder / "secret", secret=None))


def mode(file: Path) -> str:
    return oct(file.stat().st_mode & 0o777)


def aged(file: Path, hours: int) -> None:
    """Have everything in the file be so many hours older than it is."""

    def earlier(found: re.Match[bytes]) -> bytes:
        at = datetime.fromisoformat(found[1].decode()) - timedelta(hours=hours)
        return b"since " + at.isoformat().encode()

    file.write_bytes(re.sub(rb"since (\S+)", earlier, file.read_bytes()))


def test_a_secret_is_rotated_in_three_steps(run: Run, tmp_path: Path) -> None:
    """It is understood first, then in force, and the old one goes out when no key of a client can need it; none is shown."""
    file = tmp_path / "secret"
    assert run("keys", "rotate", "--promote")[0] == 1
    added = run("keys", "rotate")
    (new,) = secret_of(tmp_path).others
    assert (secret_of(tmp_path).current, len(new), mode(file)) == (OLD, 64, "0o600")
    assert run("keys", "rotate")[0] == 1  # one waits already
    promoted = run("keys", "rotate", "secret", "--promote")
    assert (secret_of(tmp_path).current, secret_of(tmp_path).others) == (new, (OLD,))
    early = run("keys", "rotate", "secret", "--retire")
    assert (early[0], "may be asked for again until" in early[2]) == (1, True)
    aged(file, 26)
    retired = run("keys", "rotate", "secret", "--retire")
    assert (secret_of(tmp_path).current, secret_of(tmp_path).others) == (new, ())
    assert [step[0] for step in (added, promoted, retired)] == [0, 0, 0]
    for _, out, err in (added, promoted, early, retired):
        assert not [secret for secret in (OLD, new) if secret.decode() in out + err]
    assert not list(tmp_path.glob(".*"))


def test_a_secret_that_has_leaked_goes_out_at_once(run: Run, tmp_path: Path) -> None:
    """`--at-once` waits for nothing; the one in force, and one that is to come, stay."""
    for step in ((), ("--promote",), ()):
        run("keys", "rotate", "secret", *step)
    kept = secret_of(tmp_path)
    assert run("keys", "rotate", "secret", "--retire", "--at-once")[0] == 0
    assert (secret_of(tmp_path).current, secret_of(tmp_path).others) == (kept.current, (kept.others[-1],))


def test_checkpoints_of_a_retired_secret_verify(run: Run, tmp_path: Path) -> None:
    """`audit key` knows the seal of a secret before it is in force, and after it is out; what it signed is read."""
    settings = Settings(secret_file=tmp_path / "secret")
    token = read_seal(settings, OLD).sign(b"{}")
    run("keys", "rotate")
    known = Keyring(public_keys(settings, secret_of(tmp_path)))
    run("keys", "rotate", "secret", "--promote")
    coming = read_seal(settings, secret_of(tmp_path)).sign(b"{}")
    run("keys", "rotate", "secret", "--retire", "--at-once")
    printed = json.loads(run("audit", "key")[1])
    assert [known.read(coming), Keyring(printed).read(coming), Keyring(printed).read(token)] == [{}, {}, {}]
    assert [sorted(key) for key in printed["keys"]] == [["alg", "crv", "kid", "kty", "use", "x"]] * 2
    assert mode(tmp_path / "secret.seals.json") == "0o600"


def test_the_seal_is_rotated_and_its_old_public_keys_stay(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not there takes over from the secret; then each new key signs, and the private one before is gone."""
    file, settings = tmp_path / "audit.json", Settings(audit_key_file=tmp_path / "audit.json")
    monkeypatch.setenv("GATEWAY_AUDIT_KEY_FILE", str(file))
    tokens = [Seal.of_bytes(derive(OLD).seal.current).sign(b"{}")]
    for _ in range(2):
        status, out, _ = run("keys", "rotate", "audit")
        assert (status, mode(file)) == (0, "0o600")
        tokens.append(read_seal(settings, b"").sign(b"{}"))
        (private,) = (key["d"] for key in json.loads(file.read_text())["keys"] if "d" in key)
        assert private not in out
    printed = json.loads(run("audit", "key")[1])
    assert [Keyring(printed).read(token) for token in tokens] == [{}, {}, {}]
    assert not [key for key in printed["keys"] if "d" in key]
    (tmp_path / "public.json").write_text(json.dumps(printed))
    with pytest.raises(ValueError, match="holds no private Ed25519 key"):
        read_seal(Settings(audit_key_file=tmp_path / "public.json"), b"")


def test_the_demo_takes_tokens_of_its_old_key_until_they_run_out(run: Run, tmp_path: Path) -> None:
    """A token of before is taken by a demo that starts now; one that starts when the last has run out takes none."""
    folder, now = tmp_path / "data", datetime.now(UTC)
    old = DemoKeys.at(folder).token("teacher", Role.PRACTITIONER, now)
    secret = DemoKeys.at(folder).secret
    assert run("keys", "rotate", "demo")[0] == 0
    keys = DemoKeys.read(folder)
    new = keys.token("teacher", Role.PRACTITIONER, now)
    assert (mode(folder / FILE), keys.secret) == ("0o600", secret)
    assert [read_bearer([f"Bearer {token}"], [keys.issuer], now).subject for token in (old, new)] == ["teacher"] * 2
    kept = json.loads((folder / FILE).read_text())
    assert not [one for one in kept["older"] if "d" in one["key"]]
    kept["older"][0]["until"] = now.isoformat()
    (folder / FILE).write_text(json.dumps(kept))
    issuers = [DemoKeys.read(folder).issuer]
    with pytest.raises(UnknownKey):
        read_bearer([f"Bearer {old}"], issuers, now)
    assert read_bearer([f"Bearer {new}"], issuers, now).subject == "teacher"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("keys", "rotate", "audit"), 1, "`GATEWAY_AUDIT_KEY_FILE`"),
        (("keys", "rotate", "demo"), 1, "cannot be written or read (No such file or directory)"),
        (("keys", "rotate", "demo", "--promote"), 2, "are steps of `gateway keys rotate secret`"),
        (("keys", "rotate", "secret", "--at-once"), 2, "are steps of `gateway keys rotate secret`"),
        (("keys", "rotate", "secret", "--retire"), 1, "no older secret is in the file"),
    ],
)
def test_what_cannot_be_rotated_is_said(run: Run, arguments: tuple[str, ...], status: int, said: str) -> None:
    """A step out of turn, or a key that no file holds, ends with one sentence."""
    ended = run(*arguments)
    assert (ended[0], ended[1], len(ended[2].splitlines()), said in ended[2]) == (status, "", 1, True), ended


def test_two_rotations_at_once_are_one(run: Run, tmp_path: Path) -> None:
    """While another one writes the file, or where it was cut off, nothing is written and the sentence says so."""
    part = tmp_path / ".secret.part"
    part.write_bytes(b"")
    status, _, said = run("keys", "rotate")
    assert (status, str(part) in said, (tmp_path / "secret").read_bytes()) == (1, True, OLD + b"\n")


def test_a_link_to_the_secret_stays_a_link(run: Run, tmp_path: Path) -> None:
    """What `GATEWAY_SECRET_FILE` names may be a link, as mounted secrets are: the file behind it is replaced."""
    (tmp_path / "secret").rename(tmp_path / "real")
    (tmp_path / "secret").symlink_to("real")
    assert run("keys", "rotate")[0] == 0
    assert ((tmp_path / "secret").is_symlink(), len(list(secret_of(tmp_path)))) == (True, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "no secret of 32 bytes"),
        (b"# only a comment\n", "no secret of 32 bytes"),
        (OLD + b"\nshort\n", "one is shorter"),
        (OLD + b"\n" + OLD, "stands twice"),
    ],
)
def test_a_file_that_holds_no_secrets_says_so(text: bytes, said: str) -> None:
    """Each line is a secret or a comment; a sentence says what is wrong, and shows none."""
    with pytest.raises(ValueError, match=said) as refused:
        secrets_in(text)
    assert OLD.decode() not in str(refused.value)


def test_a_secret_of_unknown_age_is_not_retired_by_itself() -> None:
    """A line that somebody has written by hand says not since when it is old: it stays, unless it is to go at once."""
    lines = read_lines(OLD + b"\n" + OLD[::-1] + b"\n")
    assert lines == [Line(OLD, State.IN_FORCE), Line(OLD[::-1], State.OLDER)]
    with pytest.raises(ValueError, match="no line says how old"):
        retire(lines, datetime.now(UTC), at_once=False)
    assert retire(lines, datetime.now(UTC), at_once=True) == lines[:1]
