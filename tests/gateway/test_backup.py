"""`gateway backup` and `gateway restore`: taken while it serves, restored elsewhere, the same answers, and an honest journal."""

import asyncio
import json
import tarfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from authz.policy import PURPOSES
from gateway.archive import DUMP, MANIFEST, read_manifest, write_archive
from gateway.demo import DemoKeys
from gateway.keys import derive
from gateway.seal import Keyring, Seal
from resolvers.store.engine import database_url, make_engine
from resolvers.store.postgresql_programs import environment
from resolvers.store.seed import PERSONAS, Rows, make_rows, write_rows
from resolvers.store.tables import Child
from resolvers.store.tables import Shield as ShieldRow
from tests.client import Gateway, gateway_on
from tests.commanding import Run, runner
from tests.databases import Template
from tests.queries import CHILD
from tests.world import NOW


@cache
def directory() -> Rows:
    return make_rows(60, 1, NOW.date())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path))
    return runner(monkeypatch, capsys)


@pytest_asyncio.fixture
async def served(template: Template, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway on a small directory, which somebody has asked already."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        await write_rows(engine, directory())
        await engine.dispose()
        async with gateway_on(url, tmp_path) as gateway:
            yield gateway


async def answers(gateway: Gateway) -> dict[tuple[str, str], Any]:
    """Return what each persona reads of an open child and of a shielded one, to the byte."""
    tables = directory().tables
    shielded = {row["child_id"] for row in tables[ShieldRow]}
    children = {row["id"] in shielded: row["directory_number"] for row in tables[Child]}
    found = {}
    for name, persona in PERSONAS.items():
        for number in children.values():
            purpose = str(PURPOSES[persona.role][0])
            response = await gateway.raw(name, CHILD, purpose=purpose, number=number)
            found[name, number] = response.content
    return found


async def test_a_backup_taken_while_it_serves_answers_alike_elsewhere(
    served: Gateway, template: Template, tmp_path: Path, run: Run
) -> None:
    """Restored, each persona is answered to the byte as before; `audit verify` passes and tells of the restoring."""
    before, file = await answers(served), tmp_path / "backup.tar"
    taking = asyncio.create_task(asyncio.to_thread(run, "backup", file, "--database", served.url))
    asked = 0
    while not taking.done():
        await answers(served)
        asked += 1
    taken = await taking
    assert (taken.status, taken.err, asked > 0, oct(file.stat().st_mode)[-3:]) == (0, "", True, "600")
    kept = json.loads(taken.out.splitlines()[1])
    (tmp_path / "kept").write_text(json.dumps({**kept, "number": kept["number"] + 7, "digest": "later"}))
    async with template.empty(tmp_path) as url:
        ended = await asyncio.to_thread(run, "restore", file, "--database", url)
        assert (ended.status, ended.err) == (0, "")
        again = await asyncio.to_thread(run, "restore", file, "--database", url)
        assert (again.status, "is not empty" in again.err) == (1, True)
        verified = await asyncio.to_thread(run, "audit", "verify", "--database", url, "--against", tmp_path / "kept")
        assert (verified.status, "no fault was found" in verified.out) == (0, True), verified
        assert "declares that the database was restored" in verified.out
        async with gateway_on(url, tmp_path) as restored:
            assert await answers(restored) == before
    assert not list(tmp_path.glob(".*"))


def rewritten(file: Path, to: Path, part: str, text: bytes) -> Path:
    """Write an archive as `file`, with another part."""
    with tarfile.open(file) as old, tarfile.open(to, "w") as new:
        for entry in old.getmembers():
            found = old.extractfile(entry)
            content = text if entry.name == part else (found.read() if found else b"")
            entry.size = len(content)
            new.addfile(entry, BytesIO(content))
    return to


async def test_what_is_no_backup_is_not_restored(template: Template, served: Gateway, tmp_path: Path, run: Run) -> None:
    """Changed, cut off, signed by another, of a newer version: a sentence each, and the database is as it was."""
    file = tmp_path / "backup.tar"
    assert (await asyncio.to_thread(run, "backup", file, "--database", served.url)).status == 0
    seal = Seal.of_bytes(derive(DemoKeys.at(tmp_path).secret).seal.current)
    manifest = read_manifest(file, Keyring(seal.public))
    with tarfile.open(file) as archive:
        archive.extract(DUMP, tmp_path, filter="data")
        beside = json.loads(archive.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    dump = (tmp_path / DUMP).read_bytes()
    changed = dump[:5000] + bytes([dump[5000] ^ 1]) + dump[5001:]
    (tmp_path / "cut").write_bytes(file.read_bytes()[: len(dump) // 2])
    newer = replace(manifest.contents, revision="9999")
    fewer = replace(manifest.contents, events=manifest.contents.events + 1)
    made: dict[str, Any] = {"made": NOW, "version": "1"}
    write_archive(tmp_path / "newer", tmp_path / DUMP, newer, seal=seal, **made)
    write_archive(tmp_path / "foreign", tmp_path / DUMP, manifest.contents, seal=Seal.new(), **made)
    write_archive(tmp_path / "fewer", tmp_path / DUMP, fewer, seal=seal, **made)
    cases = {
        rewritten(file, tmp_path / "changed", DUMP, changed): "not the one that was signed for",
        tmp_path / "cut": "is no backup, or was cut off",
        tmp_path / "kept.txt": "cannot be read",
        rewritten(file, tmp_path / "told", MANIFEST, json.dumps({**beside, "events": 5}).encode()): "it was changed",
        rewritten(file, tmp_path / "empty", MANIFEST, b"{}"): "cannot be read",
        tmp_path / "newer": "newer than this code",
        tmp_path / "foreign": "signed by none of the keys",
    }
    async with template.empty(tmp_path) as url:
        for archive_file, said in cases.items():
            ended = await asyncio.to_thread(run, "restore", archive_file, "--database", url)
            assert (ended.status, ended.out, len(ended.err.splitlines())) == (1, "", 1), ended
            assert said in ended.err
        ended = await asyncio.to_thread(run, "restore", tmp_path / "fewer", "--database", url)
        assert (ended.status, "events differ" in ended.err, "does not verify" in ended.err) == (1, True, True)


async def test_a_backup_says_why_there_is_none(
    template: Template, served: Gateway, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there, a folder that is not, no directory, and no programs of PostgreSQL: a sentence each."""
    (tmp_path / "taken").write_text("")
    missing = tmp_path / "no" / "where"
    cases = [(tmp_path / "taken", served.url, "is there already"), (missing, served.url, "cannot be written")]
    if template.kind == "postgresql":
        old = tmp_path / "bin"
        old.mkdir()
        (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        (old / "pg_dump").chmod(0o755)
        (tmp_path / "nothing").mkdir()
        for path, said in ((tmp_path / "nothing", "is not installed"), (old, "is of PostgreSQL 9, the server of")):
            monkeypatch.setenv("PATH", str(path))
            told = await asyncio.to_thread(run, "backup", tmp_path / "backup", "--database", served.url)
            assert (told.status, said in told.err) == (1, True), told
        monkeypatch.undo()
        monkeypatch.setenv("GATEWAY_DATA", str(tmp_path))
    async with template.empty(tmp_path) as url:
        cases.append((tmp_path / "backup", url, "there is no database" if "sqlite" in url else "holds no directory"))
        for file, database, said in cases:
            told = await asyncio.to_thread(run, "backup", file, "--database", database)
            assert (told.status, len(told.err.splitlines()), said in told.err) == (1, 1, True), told
    assert not (tmp_path / "backup").exists()


def test_a_password_goes_by_the_environment_alone() -> None:
    """PostgreSQL's programs find host, user and password in their environment, however the URL gives them."""
    url = database_url("postgresql://gateway:s%40y@db.example:6432/directory?ssl=require")
    found = environment(url)
    assert {name: found[name] for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE")} == {
        "PGHOST": "db.example", "PGPORT": "6432", "PGUSER": "gateway", "PGPASSWORD": "s@y", "PGSSLMODE": "require",
    }  # fmt: skip
    assert environment(database_url("postgresql:///directory?host=/run/postgresql"))["PGHOST"] == "/run/postgresql"


def test_files_left_of_another_database_are_not_taken_for_the_restored_one(tmp_path: Path, run: Run) -> None:
    """SQLite would play another database's log into the restored file: it is refused, and says what is in the way."""
    seal = Seal.of_bytes(derive(DemoKeys.at(tmp_path).secret).seal.current)
    run("migrate", "--database", f"sqlite:///{tmp_path / 'old.db'}")
    assert run("backup", tmp_path / "backup.tar", "--database", f"sqlite:///{tmp_path / 'old.db'}").status == 0
    (tmp_path / "new.db-wal").write_bytes(b"left")
    ended = run("restore", tmp_path / "backup.tar", "--database", f"sqlite:///{tmp_path / 'new.db'}")
    assert (ended.status, "is left of another database" in ended.err) == (1, True)
    ended = run("restore", tmp_path / "backup.tar", "--database", "postgresql://127.0.0.1:1/x")
    assert (ended.status, "it is a backup of sqlite" in ended.err) == (1, True)
    made = read_manifest(tmp_path / "backup.tar", Keyring(seal.public)).made
    assert isinstance(made, datetime)
