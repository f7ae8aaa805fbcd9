"""Extracts: who gets what of the journal, and that what is given can be checked by others with the public key alone."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.demo import DemoKeys
from gateway.export import Asked, Exporter, NotGiven
from gateway.keys import derive
from gateway.seal import Keyring, read_seal
from gateway.settings import Settings
from resolvers.secret_keys import SecretKeys
from resolvers.store.engine import database_url, make_engine
from tests.client import REASON, Gateway
from tests.conftest import Serve
from tests.looking import events, rows, town
from tests.queries import CHILD
from tests.refusing import refuse
from tests.world import NOW, id_of, number_of

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "audit.md"
AUDITOR = {"viewer": "auditor", "purpose": "CASE_REVIEW", "reason": "Claim 4711 of the family"}
TEAM = {"viewer": "team", "purpose": "CASE_REVIEW", "reason": "Claim 4711 of the family"}


class Desk:
    """Where extracts are asked for: a gateway whose journal has been written by real requests."""

    def __init__(self, gateway: Gateway, folder: Path) -> None:
        self.gateway, self.folder = gateway, folder
        secret = DemoKeys.at(folder).secret
        self.keys, self.seal = derive(secret), read_seal(Settings(data=folder), secret)
        self.keyring = Keyring(self.seal.public)
        self.given = 0

    async def export(self, **asked: Any) -> list[Any]:
        """Return the lines of an extract."""
        self.given += 1
        file = self.folder / f"extract{self.given}"
        engines = make_engine(database_url(self.gateway.url), reading=True), make_engine(database_url(self.gateway.url))
        exporter = Exporter(
            reading=engines[0],
            writing=engines[1],
            keys=self.keys,
            seal=self.seal,
            keyring=self.keyring,
            clock=lambda: NOW,
        )
        try:
            await exporter.export(Asked(**asked), file)
        finally:
            for engine in engines:
                await engine.dispose()
        assert oct(file.stat().st_mode)[-3:] == "600"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    async def refused(self, **asked: Any) -> str:
        with pytest.raises(NotGiven) as refusal:
            await self.export(**asked)
        assert not [path for path in self.folder.iterdir() if path.name.startswith(f"extract{self.given}")]
        return str(refusal.value)

    async def check(self, change: Any = None) -> tuple[int, str]:
        """Check the last extract as somebody does who has the page, the file and the public key."""
        (script,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
        for name, text in (("check.py", script), ("keys.json", json.dumps(self.seal.public))):
            (self.folder / name).write_text(text, encoding="utf-8")
        file = self.folder / f"extract{self.given}"
        if change is not None:
            lines = file.read_bytes().splitlines(keepends=True)
            file = self.folder / "changed"
            file.write_bytes(b"".join(change(lines)))
        command = [sys.executable, "check.py", file.name, "keys.json"]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


def entries(lines: list[Any]) -> list[Any]:
    return [line for line in lines if line["type"] in {"entry", "told"}]


@pytest_asyncio.fixture
async def desk(serve: Serve, tmp_path: Path) -> Desk:
    """Give a desk after a morning: a teacher opens an open and a shielded child, an officer searches for both."""
    gateway = await serve(town())
    for name in ("anna", "bea"):
        gateway.clock.now += timedelta(microseconds=1)
        await gateway.ask("teacher", CHILD, number=number_of(name))
    for _ in range(3):
        gateway.clock.now += timedelta(microseconds=1)
        await gateway.ask("officer", CHILD, number=number_of("bea"), purpose="CHILD_PROTECTION")
    return Desk(gateway, tmp_path)


async def test_an_auditor_gets_all_of_one_record_and_of_others_nothing(desk: Desk) -> None:
    """By directory number: every event that touched the record, whole, free text included; others are digests."""
    lines = await desk.export(**AUDITOR, record=number_of("bea"))
    found = entries(lines)
    assert len(found) == 4
    assert {line["event"]["reason"] for line in found} == {REASON}
    assert {subject["child_id"] for line in found for subject in line["subjects"]} == {str(id_of("child", "bea"))}
    assert str(id_of("child", "anna")) not in json.dumps(lines)
    assert [line["name"] for line in lines if line["type"] == "account"] == ["Teacher", "Officer"]
    code, said = await desk.check()
    assert (code, said) == (0, "4 events, each as it was signed for\n")


async def test_a_reference_and_a_number_name_one_record(desk: Desk) -> None:
    """Whoever has the reference of an event's row gets what the number gives."""
    page = await events(desk.gateway, "auditor")
    reference = next(row["record"] for row in rows(page) if row["role"] == "PROTECTION_OFFICER")
    by_number = entries(await desk.export(**AUDITOR, record=number_of("bea")))
    by_reference = entries(await desk.export(**AUDITOR, record=reference))
    assert {line["event"]["id"] for line in by_number} < {line["event"]["id"] for line in by_reference}
    assert [line["event"]["route"] for line in by_reference].count("audit") == 1, "the extract before is one of them"


async def test_an_extract_for_an_account_or_a_time_has_its_events(desk: Desk) -> None:
    """By the subject of an account, and by a time that ends before it begins to hold anything."""
    found = entries(await desk.export(**AUDITOR, account="officer"))
    assert {line["event"]["account_id"] for line in found} == {str(id_of("account", "officer"))}
    assert len(found) == 3
    assert (await desk.check())[0] == 0
    assert entries(await desk.export(**AUDITOR, until=NOW)) == []
    assert len(entries(await desk.export(**AUDITOR, since=NOW, account="officer"))) == 3


async def test_what_was_sought_in_vain_is_found_by_what_was_asked(desk: Desk) -> None:
    """An extract for a number that no record has holds who asked for it; whether it has one it does not tell."""
    await desk.gateway.ask("teacher", CHILD, number="123456789018")
    (found,) = entries(await desk.export(**AUDITOR, record="123456789018"))
    assert [subject["kind"] for subject in found["subjects"]] == ["SOUGHT"]
    assert entries(await desk.export(**AUDITOR, record="210987654321")) == []
    old = DemoKeys.at(desk.folder).secret
    for secret, number in ((SecretKeys(b"new", (old,)), 1), (SecretKeys(b"new"), 0)):  # rotated, and the old one gone
        desk.keys = derive(secret)
        assert len(entries(await desk.export(**AUDITOR, record="123456789018"))) == number


async def test_r30_a_team_gets_what_the_trail_tells_it(desk: Desk) -> None:
    """Of an open record who and why; of a shielded one role and kind of body: no name, no place, no text, no chain."""
    whole = entries(await desk.export(**TEAM, record=number_of("anna")))
    assert {(told["kind"], told["viewerName"], told["reason"]) for told in whole} == {
        ("OPENED", "Teacher", REASON),
        ("SUMMARY", "Teacher", REASON),
    }
    assert (await desk.check())[0] == 0
    lines = await desk.export(**TEAM, record=number_of("bea"))
    closed = entries(lines)
    assert len(closed) == 8
    assert {line["role"] for line in closed} == {"PRACTITIONER", "PROTECTION_OFFICER"}
    assert {name for line in closed for name in line} == {
        *("type", "id", "at", "record", "kind", "role", "organisationKind", "purpose", "disclosed", "withheld"),
        "override",
    }
    text = json.dumps(lines)
    assert not [word for word in ("Teacher", "Officer", REASON, str(id_of("account", "officer"))) if word in text]
    assert {line["type"] for line in lines} == {"extract", "told", "end"}


async def test_r30_a_team_gets_nothing_but_trails_of_its_own_records(desk: Desk) -> None:
    """Another authority's record, one that is not there, an account and a time are refused; the first two alike."""
    told = [
        await desk.refused(**{**TEAM, "viewer": "rival"}, record=number_of("anna")),
        await desk.refused(**TEAM, record="123456789018"),
    ]
    assert len(set(told)) == 1
    for asked in ({"account": "teacher"}, {"since": NOW}, {"record": number_of("anna"), "account": "teacher"}):
        assert "its own records alone" in await desk.refused(**TEAM, **asked)


@pytest.mark.parametrize("viewer", ["teacher", "officer", "police", "manager", "feed"])
async def test_nobody_else_gets_an_extract(desk: Desk, viewer: str) -> None:
    """A role without the right to read the journal is refused, and the refusal is in the journal."""
    asked = {"viewer": viewer, "purpose": "CASE_REVIEW", "reason": "Claim 4711 of the family"}
    assert "may not ask for this" in await desk.refused(**asked, record=number_of("anna"))
    found, _ = await desk.gateway.journal()
    assert [(event.outcome, event.account_id) for event in found if event.route == "audit"] == [
        ("FORBIDDEN", id_of("account", viewer))
    ]


async def test_an_extract_takes_a_purpose_and_a_reason(desk: Desk) -> None:
    """As every request does (R15): one that the account holds, and words of one's own; and an account that is there."""
    assert "purpose" in await desk.refused(**{**AUDITOR, "purpose": "COORDINATE_CARE"}, record="1")
    assert "reason" in await desk.refused(**{**AUDITOR, "reason": "need to know"}, record="1")
    assert "subject of no account" in await desk.refused(**{**AUDITOR, "viewer": "nobody"}, record="1")


async def test_r29_an_extract_is_an_event_before_it_is_a_file(desk: Desk) -> None:
    """It leaves who asked, why, by which criteria, and each record that it names; without the journal there is no file."""
    await desk.export(**AUDITOR, account="teacher")
    found, subjects = await desk.gateway.journal()
    (event,) = [event for event in found if event.route == "audit"]
    assert (event.operation_name, event.purpose, event.reason) == ("export", "CASE_REVIEW", AUDITOR["reason"])
    assert event.searches == [{"root": "audit export", "criteria": ["account"], "hits": 2}]
    named = {subject.child_id for subject in subjects if subject.event_id == event.id}
    assert named == {id_of("child", "anna"), id_of("child", "bea")}
    async with desk.gateway.database() as connection:
        await refuse(connection, "access_event", "NEW.route = 'audit'")
    with pytest.raises(NotGiven, match="the journal cannot be written"):
        await desk.export(**AUDITOR, account="teacher")
    assert not (desk.folder / "extract2").exists()
    assert not (desk.folder / "extract2.part").exists()


async def test_a_broken_journal_gives_no_extract(desk: Desk) -> None:
    """Where events do not fit their chain, nothing is given out, and the sentence says what to do."""
    async with desk.gateway.database() as connection:
        await connection.exec_driver_sql("UPDATE access_event SET reason = 'another' WHERE role = 'PRACTITIONER'")
    said = await desk.refused(**AUDITOR, record=number_of("bea"))
    assert "gateway audit verify" in said


def swapped(lines: list[bytes]) -> list[bytes]:
    places = [n for n, line in enumerate(lines) if b'"type":"entry"' in line]
    lines[places[1]], lines[places[2]] = lines[places[2]], lines[places[1]]
    return lines


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [line.replace(b"PRACTITIONER", b"AUDITOR") for line in lines],
        lambda lines: [line for n, line in enumerate(lines) if b'"type":"entry"' not in line or n % 2],
        lambda lines: [line.replace(b'"withheld":[', b'"withheld":["TRAIL",') for line in lines],
        lambda lines: [line.replace(REASON.encode(), b"Because I was told to") for line in lines],
        lambda lines: lines[:-3] + lines[-1:],
        lambda lines: lines[:-1],
        swapped,
    ],
)
async def test_an_extract_that_was_changed_does_not_pass(desk: Desk, change: Any) -> None:
    """A word of an event or of a subject, an entry left out, two that change places, an end cut off: none is proven."""
    await desk.export(**AUDITOR, record=number_of("bea"))
    code, said = await desk.check(change)
    assert (code, said.startswith("not proven")) == (1, True)


async def test_r31_an_extract_holds_no_value_of_a_record(desk: Desk) -> None:
    """References, names of groups, accounts and bodies; no name, number, address or date of a child."""
    lines = [*await desk.export(**AUDITOR, since=NOW), *await desk.export(**TEAM, record=number_of("anna"))]
    text = json.dumps([line for line in lines if line["type"] != "extract"])
    async with desk.gateway.database() as connection:
        rows = (await connection.exec_driver_sql("SELECT given_names, family_name, directory_number FROM child")).all()
        reached = (await connection.exec_driver_sql("SELECT address_lines, phone, email FROM child_reach")).all()
    values = {str(value) for row in [*rows, *reached] for value in row if value}
    assert values
    assert not [value for value in values if value in text]
