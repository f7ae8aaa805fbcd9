"""`gateway audit verify` and `key` as an operator runs them."""

import asyncio
import json
from pathlib import Path

import pytest

from gateway.demo import DemoKeys
from gateway.seal import Seal, read_seal
from gateway.settings import Settings
from resolvers.store.checkpoints import Checkpoints
from tests.audit.office import office_on
from tests.databases import Template
from tests.gateway.test_cli import run
from tests.world import NOW


async def test_verify_tells_what_it_saw_and_names_what_was_changed(template: Template, tmp_path: Path) -> None:
    """A good journal gives status 0 and a line to keep; after a change, status 1 and a sentence that names the event."""
    seal = read_seal(Settings(data=tmp_path), DemoKeys.at(tmp_path).secret)
    async with template.copy(tmp_path) as url, office_on(url, Checkpoints(seal.sign, lambda: NOW)) as office:
        await office.note("a", "b", "c")
        await office.journal.drain()
        done = await asyncio.to_thread(run, "audit", "verify", "--database", url, data=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        said, kept = done.stdout.splitlines()
        assert said == "3 events of 1 writers fit their chains and checkpoints, and no fault was found"
        assert json.loads(kept)["number"] == 2
        (tmp_path / "log").write_text('{"at": 1.0, "message": "request"}\nplain text\n' + kept + "\n")
        (tmp_path / "keys").write_text(run("audit", "key", data=tmp_path).stdout)
        options = ("--against", str(tmp_path / "log"), "--key", str(tmp_path / "keys"))
        elsewhere = tmp_path / "elsewhere"  # an auditor's machine: the public key alone
        done = await asyncio.to_thread(run, "audit", "verify", "--database", url, *options, data=elsewhere)
        assert (done.returncode, done.stderr) == (0, "")
        event = await office.event("b")
        await office.run("UPDATE access_event SET outcome = 'FORBIDDEN' WHERE id = :id", id=event.id)
        await office.run("DELETE FROM journal_checkpoint WHERE number = 2")
        done = await asyncio.to_thread(run, "audit", "verify", "--database", url, *options, data=elsewhere)
        assert (done.returncode, done.stdout) == (1, "")
        lost, changed = done.stderr.splitlines()
        assert lost.startswith("gateway: checkpoint 2 is not the one that was kept elsewhere")
        assert changed.startswith(f"gateway: event {event.id} (writer {event.writer}, position 2)")


def test_the_key_of_a_file_goes_before_the_secret(tmp_path: Path) -> None:
    """`GATEWAY_AUDIT_KEY_FILE` names a private Ed25519 key, as OpenSSL writes it; `audit key` prints its public half."""
    DemoKeys.at(tmp_path)
    derived = json.loads(run("audit", "key", data=tmp_path).stdout)
    file = tmp_path / "audit.pem"
    file.write_text(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHNlYWxzZWFsc2VhbHNlYWxzZWFsc2VhbHNlYWxzZWFs\n-----END PRIVATE KEY-----\n"
    )
    told = json.loads(run("audit", "key", data=tmp_path, GATEWAY_AUDIT_KEY_FILE=str(file)).stdout)
    assert told == Seal.of_bytes(b"seal" * 8).public != derived
    assert told["keys"][0].keys() == {"kty", "crv", "x", "alg", "kid", "use"}


@pytest.mark.parametrize(
    "kept", ["", "nothing", '{"kty": "oct", "k": "AAAA"}', '{"kty": "OKP", "crv": "Ed25519", "x": "AA"}']
)
def test_a_key_that_is_none_is_said_in_a_sentence(tmp_path: Path, kept: str) -> None:
    """A file without a private Ed25519 key ends a command, and the start, with what to do."""
    file = tmp_path / "audit.pem"
    file.write_text(kept)
    with pytest.raises(ValueError, match="holds no private Ed25519 key"):
        read_seal(Settings(audit_key_file=file), b"")


def test_verify_says_what_it_needs(tmp_path: Path) -> None:
    """Without keys, without a database, or with a file that is none, one sentence tells what to do."""
    for arguments, said in (
        (("audit", "verify"), "no secret is set"),
        (("audit", "verify", "--key", str(tmp_path / "none")), "cannot be read"),
        (("audit", "verify", "--key", str(Path(__file__))), "is no set of keys"),
    ):
        done = run(*arguments, data=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert said in done.stderr
