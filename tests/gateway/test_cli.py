"""The command line: each command does its one thing, and says in a sentence why it cannot."""

import os
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from authz.table import COLUMNS, matrix
from authz.words import Shield
from gateway.demo import DemoKeys
from gateway.policy_text import CODES
from resolvers.store.seed import PERSONAS
from tests.commanding import GATEWAY


def run(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as an operator would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return subprocess.run(
        [*GATEWAY, *arguments],
        env={**kept, "GATEWAY_DATA": str(data)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_schema_is_printed_as_it_is_kept(tmp_path: Path) -> None:
    """`gateway schema` prints the golden contract and nothing else."""
    golden = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"
    assert run("schema", data=tmp_path).stdout == golden.read_text()


def test_the_version_is_printed(tmp_path: Path) -> None:
    """`gateway --version` prints the version of the distribution."""
    assert run("--version", data=tmp_path).stdout == version("contactpoint-gateway") + "\n"


def test_the_policy_is_printed_as_a_table(tmp_path: Path) -> None:
    """`gateway policy show --table` prints the golden total table."""
    golden = Path(__file__).parent.parent / "golden" / "policy.txt"
    assert run("policy", "show", "--table", data=tmp_path).stdout == golden.read_text()


def test_the_policy_is_printed_as_a_matrix_that_fits_a_terminal(tmp_path: Path) -> None:
    """`gateway policy show` prints each cell of both matrices under its group's code, in 80 columns."""
    lines = run("policy", "show", data=tmp_path, COLUMNS="80").stdout.splitlines()
    assert not [line for line in lines if len(line) > 80]
    codes = {code: group for line in lines for code, group in re.findall(r"\b([A-Z]{2,3}) +([A-Z_]{4,})", line)}
    assert {CODES[group]: group for group in COLUMNS} == {c: g for c, g in codes.items() if c in CODES.values()}
    for shield in (Shield.OPEN, Shield.SHIELDED):
        start = lines.index(f"{shield} record, LIVE") + 1
        head = lines[start]
        printed = lines[start + 1 : lines.index("", start)]
        at = [head.index(f" {CODES[group]}") + 1 for group in COLUMNS]
        assert [[line[: at[0]].strip(), *(line[n : n + 4].strip() for n in at)] for line in printed] == [
            list(row) for row in matrix(shield)
        ]


def test_a_token_is_printed_alone(tmp_path: Path) -> None:
    """`gateway token` prints one line, a token; an unknown persona is refused with the list."""
    DemoKeys.at(tmp_path)
    done = run("token", "teacher", data=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines()), done.stdout.count(".")) == (0, 1, 2)
    refused = run("token", "nobody", data=tmp_path)
    assert refused.returncode == 1
    assert not [persona for persona in PERSONAS if persona not in refused.stderr]


def test_a_token_makes_no_key(tmp_path: Path) -> None:
    """Where no demo has been, `gateway token` says so and leaves nothing behind."""
    folder = tmp_path / "none"
    done = run("token", "teacher", "--data", str(folder), data=tmp_path)
    sentence = f"gateway: no key in `{folder}`: start `gateway demo` first, or name its folder with `--data`\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)
    assert not folder.exists()


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"signing": {}, "secret": ""}', '{"signing": null, "secret": "00"}'])
def test_damaged_keys_are_said_in_a_sentence(tmp_path: Path, kept: str) -> None:
    """Keys that are not what the demo wrote end a command with what to do."""
    (tmp_path / "keys.json").write_text(kept)
    for command in (["token", "teacher"], ["demo", "--port", "0"]):
        done = run(*command, data=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "keys.json` is damaged: remove it and start the demo again" in done.stderr


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A data folder that cannot be made, or whose key cannot be read, ends a command with what to do."""
    file = tmp_path / "file"
    file.touch()
    (tmp_path / "odd" / "keys.json").mkdir(parents=True)
    for command in (
        ["demo", "--port", "0", "--data", str(file)],
        ["migrate", "--data", str(file / "below")],
        ["token", "teacher", "--data", str(tmp_path / "odd")],
    ):
        done = run(*command, data=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "name another with `--data`" in done.stderr


def test_an_option_goes_before_the_environment(tmp_path: Path) -> None:
    """A setting that does not fit does no harm where an option is given in its place."""
    further = run("demo", "--port", "0", "--database", "mysql://h/d", data=tmp_path, GATEWAY_PORT="many")
    assert (further.returncode, "use sqlite or postgresql" in further.stderr) == (1, True)
    DemoKeys.at(tmp_path)
    environment = {"GATEWAY_DATA": str(tmp_path / "none")}
    assert run("token", "teacher", "--data", str(tmp_path), data=tmp_path, **environment).returncode == 0


def test_migrate_and_seed_fill_a_database_once(tmp_path: Path) -> None:
    """A database is migrated, seeded once, and not seeded over; both can be run again without harm."""
    url = f"sqlite:///{tmp_path / 'mine.db'}"
    early = run("seed", "--children", "60", "--database", url, data=tmp_path)
    assert (early.returncode, "run `gateway migrate` on it first" in early.stderr) == (1, True)
    for _ in range(2):
        assert run("migrate", "--database", url, data=tmp_path).returncode == 0
    seeded = run("seed", "--children", "60", "--seed", "7", "--database", url, data=tmp_path)
    assert (seeded.returncode, "60 children" in seeded.stdout) == (0, True)
    again = run("seed", "--children", "60", "--database", url, data=tmp_path)
    assert (again.returncode, "seed an empty one" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["migrate", "--database", "mysql://h/d"], {}, "use sqlite or postgresql"),
        (["migrate", "--database", "postgresql://127.0.0.1:1/x"], {}, "look at `--database`"),
        (["seed", "--database", "sqlite:////nowhere/at/all.db"], {}, "there is no folder `/nowhere/at`"),
        (["migrate", "--database", "directory.db"], {}, "docs/settings.md shows how to write one"),
        (["demo", "--port", "0", "--database", "directory.db"], {}, "docs/settings.md shows how to write one"),
        (["demo", "--host", "192.0.2.1"], {}, "give a `--host` that is an address of this machine"),
        (["demo"], {"GATEWAY_REPLICA_URL": "postgresql://db.example/directory"}, "needs a directory on PostgreSQL"),
        (["demo"], {"GATEWAY_RECORDS_PER_HOUR_BY_ROLE": "few"}, "records_per_hour_by_role"),
        (["token", "teacher"], {"GATEWAY_PORT": "many"}, "GATEWAY_PORT"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    """A wrong database or setting ends with status 1 and one sentence, without a traceback."""
    done = run(*arguments, data=tmp_path, **environment)
    told = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
    assert (done.returncode, len(told)) == (1, 1)
    assert sentence in told[0]


@pytest.mark.parametrize("arguments", [["seed", "--today", "abc"], ["demo", "--port", "99999"]])
def test_a_wrong_option_is_named(tmp_path: Path, arguments: list[str]) -> None:
    """An option whose value does not fit ends with status 2, its name and no traceback."""
    done = run(*arguments, data=tmp_path)
    assert (done.returncode, arguments[1] in done.stderr, "Traceback" in done.stderr) == (2, True, False)
