"""`gateway audit verify` and `key` as an operator runs them."""

import asyncio
import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from gateway.demo import DemoKeys
from gateway.seal import Seal, read_seal
from gateway.settings import Settings
from resolvers.store import tables as t
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.engine import database_url, make_engine
from tests.audit.office import office_on
from tests.client import gateway_on
from tests.databases import Template
from tests.gateway.test_cli import run
from tests.looking import town
from tests.queries import CHILD
from tests.world import NOW, number_of


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


ASKED = ("--purpose", "CASE_REVIEW", "--reason", "Claim 4711 of the family", "--record", number_of("anna"))


async def test_an_extract_is_written_by_a_command(template: Template, tmp_path: Path) -> None:
    """`audit export` writes a file for who may have it, and says in a sentence why there is none."""
    world = town()
    for account in world.rows[t.Account]:
        account |= {"vetted_until": date(2099, 1, 1), "trained_until": date(2099, 1, 1)}
    keys = DemoKeys.at(tmp_path)
    async with template.copy(tmp_path) as url, gateway_on(url, tmp_path, now=datetime.now(UTC)) as gateway:
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        await gateway.ask("teacher", CHILD, number=number_of("anna"))
        file, seal = tmp_path / "extract", read_seal(Settings(data=tmp_path), keys.secret)
        export = partial(run, "audit", "export", "--database", url, *ASKED, data=tmp_path)
        done = await asyncio.to_thread(export, "--viewer", "auditor", "--output", str(file))
        assert (done.returncode, done.stdout, done.stderr) == (0, f"1 events are in `{file}`\n", "")
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert (lines[0]["type"], lines[-1]["type"], seal.public["keys"][0]["kid"] in str(lines)) == (
            "extract", "end", False,
        )  # fmt: skip
        for options, said in (
            (("--viewer", "auditor", "--output", str(file)), "is there already"),
            (("--viewer", "auditor", "--output", str(tmp_path / "no" / "where")), "cannot be written"),
            (("--viewer", "teacher", "--output", str(tmp_path / "other")), "its role has no such right"),
            (("--viewer", "nobody", "--output", str(tmp_path / "other")), "subject of no account"),
        ):
            done = await asyncio.to_thread(export, *options)
            assert (done.returncode, done.stderr.count("\n"), said in done.stderr) == (1, 1, True), done.stderr
        outcomes = [event.outcome for event in (await gateway.journal())[0] if event.route == "audit"]
        assert sorted(outcomes) == ["FORBIDDEN", "OK"]


async def test_a_restore_is_declared_by_a_command(template: Template, tmp_path: Path) -> None:
    """`audit restored` signs a checkpoint that `audit verify` tells of."""
    seal = read_seal(Settings(data=tmp_path), DemoKeys.at(tmp_path).secret)
    async with template.copy(tmp_path) as url, office_on(url, Checkpoints(seal.sign, lambda: NOW)) as office:
        await office.note("a")
        await office.journal.drain()
        done = await asyncio.to_thread(run, "audit", "restored", "--database", url, data=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("checkpoint 3 declares it")
        done = await asyncio.to_thread(run, "audit", "verify", "--database", url, data=tmp_path)
        assert (done.returncode, "restore" in done.stdout) == (0, True)
