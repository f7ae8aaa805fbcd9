"""The command line: each command does its one thing, and says in a sentence why it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authz.words import Role
from resolvers.store.seed import PERSONAS

GATEWAY = [sys.executable, "-c", "from gateway.cli import main; main()"]


def run(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as an operator would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return subprocess.run(
        [*GATEWAY, *arguments],
        env={**kept, "GATEWAY_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_schema_is_printed_as_it_is_kept(tmp_path: Path) -> None:
    """`gateway schema` prints the golden contract and nothing else."""
    golden = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"
    assert run("schema", data=tmp_path).stdout == golden.read_text()


def test_the_policy_is_printed_as_a_matrix_and_as_a_table(tmp_path: Path) -> None:
    """`gateway policy show` names every role; with `--table` it prints the golden total table."""
    matrix = run("policy", "show", data=tmp_path).stdout
    assert not [role for role in Role if role not in matrix]
    assert "SHIELDED record" in matrix
    golden = Path(__file__).parent.parent / "golden" / "policy.txt"
    assert run("policy", "show", "--table", data=tmp_path).stdout == golden.read_text()


def test_a_token_is_printed_alone(tmp_path: Path) -> None:
    """`gateway token` prints one line, a token; an unknown persona is refused with the list."""
    done = run("token", "teacher", data=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines()), done.stdout.count(".")) == (0, 1, 2)
    refused = run("token", "nobody", data=tmp_path)
    assert refused.returncode == 1
    assert not [persona for persona in PERSONAS if persona not in refused.stderr]


def test_migrate_and_seed_fill_a_database_once(tmp_path: Path) -> None:
    """A database is migrated, seeded once, and not seeded over; both can be run again without harm."""
    url = f"sqlite:///{tmp_path / 'mine.db'}"
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
        (["demo", "--port", "99999"], {}, "GATEWAY_PORT"),
        (["token", "teacher"], {"GATEWAY_PORT": "many"}, "GATEWAY_PORT"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    """A wrong database or setting ends with status 1 and one sentence, without a traceback."""
    done = run(*arguments, data=tmp_path, **environment)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert sentence in done.stderr
