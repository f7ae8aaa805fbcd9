"""`gateway settings`, and settings that cannot be meant together."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from authz.words import Role
from gateway.sense import contradictions
from gateway.settings import IssuerSetting, Settings
from tests.commanding import Run, runner
from tests.serving import environment

SECRET, PASSWORD = "0123456789abcdef" * 3, "s3cr3t"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path))
    return runner(monkeypatch, capsys)


def test_settings_are_told_with_where_they_come_from_and_without_secrets(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every setting has a line with its value and its source; no secret and no password is in it, wherever it stands."""
    monkeypatch.setenv("GATEWAY_SECRET", SECRET)
    monkeypatch.setenv("gateway_port", "9000")
    monkeypatch.setenv("GATEWAY_RECORDS_PER_HOUR", "null")
    url = f"postgresql://gateway:{PASSWORD}@db.example/directory?password={PASSWORD}"
    told = run("settings", "--database", url)
    lines = {name: tuple(rest) for name, *rest in (line.split(maxsplit=2) for line in told.out.splitlines())}
    assert (told.status, told.err, list(lines)) == (
        0,
        "",
        [f"GATEWAY_{name.upper()}" for name in Settings.model_fields],
    )
    assert lines["GATEWAY_PORT"] == ("environment", "9000")
    assert lines["GATEWAY_HOST"] == ("default", "127.0.0.1")
    assert lines["GATEWAY_RECORDS_PER_HOUR"] == ("environment", "null")
    assert lines["GATEWAY_SECRET"] == ("environment", "(hidden)")
    assert lines["GATEWAY_DATABASE_URL"][0] == "--database"
    assert [word for word in (SECRET, PASSWORD) if word in told.out] == []


def test_the_table_of_the_page_is_printed(run: Run) -> None:
    """`--markdown` prints the table that docs/settings.md holds, a row for each setting."""
    told = run("settings", "--markdown")
    assert told.out in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert told.out.count("\n| `GATEWAY_") == len(Settings.model_fields)


def issuer(file: str) -> IssuerSetting:
    return IssuerSetting(issuer="https://login.example", audience="https://directory.example", jwks=file)


DIRECTORY = "postgresql://db.example/directory"
CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "are both set": {"secret": SecretStr(SECRET), "secret_file": Path("secret")},
    "are one file": {"secret_file": Path("key"), "audit_key_file": Path("key")},
    "public keys is one of the gateway's own": {"secret_file": Path("key"), "issuers": [issuer("key")]},
    "more than one worker needs PostgreSQL": {"workers": 2},
    "names no PostgreSQL server": {"replica_url": "sqlite:///copy.db", "database_url": DIRECTORY},
    "needs a directory on PostgreSQL": {"replica_url": "postgresql://copy.example/directory"},
    "is the directory itself": {
        "replica_url": "postgresql://reader:word@db.example/directory",
        "database_url": DIRECTORY,
    },
    "is never reached": {"alert_records": 50, "records_per_hour": 20, "records_per_hour_by_role": {Role.AUDITOR: 49}},
}
"""What each sentence is said of."""


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_settings_that_contradict_each_other_are_told(sentence: str) -> None:
    """Each is one sentence."""
    (told,) = contradictions(Settings(**CONTRADICTIONS[sentence]))
    assert sentence in told


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"secret_file": Path("key"), "audit_key_file": Path("other"), "issuers": [issuer("third")]},
        {"workers": 2, "database_url": "postgresql://db.example/directory"},
        {"replica_url": "postgresql://copy.example/directory", "database_url": DIRECTORY},
        {"records_per_hour": 20},  # the alert's own default is no word of the operator's
        {"alert_records": 50, "records_per_hour": 20, "records_per_hour_by_role": {Role.AUDITOR: None}},
        {"alert_records": None, "records_per_hour": 20},
    ],
)
def test_settings_that_can_be_meant_are_no_contradiction(given: dict[str, Any]) -> None:
    """What is left at its default contradicts nothing, nor does what one role alone can reach."""
    assert contradictions(Settings(**given)) == []


def test_serve_and_settings_tell_the_same(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` does not start on a contradiction, and `settings` ends with status 1 and the same sentence."""
    more = {"GATEWAY_ALERT_RECORDS": "50", "GATEWAY_RECORDS_PER_HOUR": "20"}
    for name, value in environment(tmp_path, **more).items():
        monkeypatch.setenv(name, value)
    served, told = run("serve", "--port", "0"), run("settings")
    assert (served.status, told.status, served.err == told.err, served.out) == (1, 1, True, "")
    monkeypatch.setenv("GATEWAY_PRT", "1")
    assert "`GATEWAY_PRT` is no setting" in run("settings").err
    assert json.loads(next(line for line in told.out.splitlines() if "ISSUERS" in line).split(maxsplit=2)[2])
