"""`gateway policy`: the law printed, looked through for faults, and compared, as an operator runs it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from authz.policy import ACTS, POLICY, PURPOSES
from authz.table import beyond
from authz.words import Role
from gateway.policy_page import PARTS
from resolvers.store.seed import PERSONAS
from tests.gateway.test_cli import run

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("authz", "gateway", "resolvers", "schema")
GOLDEN = ROOT / "tests" / "golden" / "policy.txt"
START = [sys.executable, "-c", "from gateway.start import main; main()"]


def lines_under(heading: str, lines: list[str]) -> list[str]:
    start = lines.index(heading) + 1
    return lines[start : lines.index("", start)] if "" in lines[start:] else lines[start:]


def test_the_printed_law_has_acts_and_purposes(tmp_path: Path) -> None:
    """`gateway policy show` prints, in 80 columns, each role with exactly its acts and its purposes."""
    printed = run("policy", "show", data=tmp_path, COLUMNS="80").stdout.splitlines()
    for heading, held in (("Acts", ACTS), ("Purposes", PURPOSES)):
        words = " ".join(lines_under(heading, printed)).split()
        starts = [words.index(role) for role in Role]
        parts = [words[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
        assert {role: set(held[role]) for role in Role} == {Role(role): set(some) for role, *some in parts}
    assert not [line for line in printed if len(line) > 80]


def test_the_printed_law_has_records_that_are_not_live(tmp_path: Path) -> None:
    """It prints for each role which records that are not live are seen as live, and which do not exist."""
    printed = run("policy", "show", data=tmp_path).stdout.splitlines()
    head, *rows = lines_under("Other records", printed)
    at = [head.index(word) for word in ("LEFT", "DECEASED", "ARCHIVED", "CONCEALED")]
    assert beyond() == [(row[: at[0]].strip(), *(row[n : n + 10].strip() for n in at)) for row in rows]


def test_the_law_is_printed_as_a_page(tmp_path: Path) -> None:
    """`gateway policy show --markdown` prints one page with every part; it cannot be the table at once."""
    printed = run("policy", "show", "--markdown", data=tmp_path).stdout
    assert [f"## {heading}" for heading in PARTS] == [line for line in printed.splitlines() if line.startswith("## ")]
    assert not [part for part in PARTS.values() if part() not in printed]
    both = run("policy", "show", "--markdown", "--table", data=tmp_path)
    assert (1, "gateway: the total table is no page: take `--table` or `--markdown`\n") == (
        both.returncode,
        both.stderr,
    )


def test_todays_law_is_checked(tmp_path: Path) -> None:
    """`gateway policy check` ends with status 0 and says how much it has looked through."""
    done = run("policy", "check", data=tmp_path)
    told = f"{len(POLICY)} rules make {7 * 1536} decisions, and no fault was found\n"
    assert (0, told, "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("slip", "mended", "sentences"),
    [
        (
            '"shielded-to-teams"',
            '"open-to-teams"',
            ["rule `open-to-teams` stands twice: give each sentence its own id"],
        ),
        (
            "viewer(Role.DATA_MANAGER),)),",
            'viewer("MANAGER"),)),',
            ["rule `archived` names no role of ours, ['MANAGER']: name one of `Role`"],
        ),
        (
            "frozenset({Act.FEED})",
            "frozenset()",
            [
                "role `FEED_CLIENT` has no act: give it one in `ACTS`, or remove the role",
                "act `FEED` is held by no role: give it to one in `ACTS`, or remove it",
            ],
        ),
        (
            "FieldGroup.TRAIL)",
            "FieldGroup.TRAILS)",
            ["`authz/policy.py` cannot be read, line 23 (AttributeError: TRAILS): mend what stands there"],
        ),
    ],
)
def test_a_slip_in_the_law_is_told_in_sentences(tmp_path: Path, slip: str, mended: str, sentences: list[str]) -> None:
    """A slip in a copy of the law ends `gateway policy check` with a sentence each, even one that stops every start."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    law = tmp_path / "authz" / "policy.py"
    text = law.read_text(encoding="utf-8")
    assert slip in text
    law.write_text(text.replace(slip, mended, 1), encoding="utf-8")
    done = subprocess.run(
        [*START, "policy", "check"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (1, "", sentences) == (
        done.returncode,
        done.stdout,
        [line.removeprefix("gateway: ") for line in done.stderr.splitlines()],
    )


def test_the_command_starts_where_the_law_is_looked_at() -> None:
    """`gateway` as it is installed begins where a faulty law is told, and runs the command line from there."""
    assert 'gateway = "gateway.start:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    done = subprocess.run(
        [*START, "policy", "check"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)


def test_an_equal_table_has_no_difference(tmp_path: Path) -> None:
    """`gateway policy diff` of the table in force ends with status 0."""
    done = run("policy", "diff", str(GOLDEN), data=tmp_path)
    assert (0, "nobody gains and nobody loses: the law decides as it did\n") == (done.returncode, done.stdout)


def test_a_difference_is_told_by_role(tmp_path: Path) -> None:
    """`gateway policy diff` of an older table tells who gains and loses what, under each role, with status 1."""
    older = (
        GOLDEN.read_text(encoding="utf-8")
        .replace(" SHIELD_CASE TRAIL", " SHIELD_CASE")
        .replace(
            "POLICE_APPLICANT, OPEN, LIVE, IN_SCOPE: IDENTITY",
            "POLICE_APPLICANT, OPEN, LIVE, IN_SCOPE: IDENTITY PLACES",
        )
    )
    (tmp_path / "old.txt").write_text(older, encoding="utf-8")
    done = run("policy", "diff", str(tmp_path / "old.txt"), data=tmp_path)
    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.splitlines() == [
        "POLICE_APPLICANT",
        "  loses PLACES where the record is OPEN, and LIVE, under IN_SCOPE, without",
        "  CONFLICTED",
        "DIRECTORY_TEAM",
        "  gains TRAIL where the record is OPEN or SHIELDED, and LIVE, LEFT or DECEASED,",
        "  under RESPONSIBLE, without CONFLICTED",
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none", None, "cannot be read (No such file or directory): name a file of `gateway policy show --table`"),
        ("word", b"Who sees what\n", "is no table of the law (line 1 is no line of a table: print the table anew"),
        ("bytes", b"\xff\xfe\x00", "is no table of the law (line 1 is no line of a table: print the table anew"),
        ("empty", b"", "is no table of the law (there is no line of a table in it: print the table anew"),
    ],
)
def test_a_file_that_is_no_table_is_said_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    """A file that is not there, or holds no table, ends with status 1 and one sentence."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("policy", "diff", str(tmp_path / name), data=tmp_path)
    assert (1, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert f"gateway: `{tmp_path / name}` {sentence}" in done.stderr


def test_a_verdict_is_explained_from_the_demos_database(tmp_path: Path) -> None:
    """`gateway policy explain` tells a verdict of the seeded directory, and changes nothing in it."""
    url = f"sqlite:///{tmp_path / 'mine.db'}"
    for arguments in (["migrate"], ["seed", "--children", "60"]):
        assert run(*arguments, "--database", url, data=tmp_path).returncode == 0
    before = (tmp_path / "mine.db").read_bytes()
    asked = ["policy", "explain", "--child", _a_number(tmp_path / "mine.db"), "--database", url]
    for persona, seen in PERSONAS.items():
        done = run(*asked, "--viewer", persona, data=tmp_path)
        assert (0, "") == (done.returncode, done.stderr)
        assert f"viewer    {seen.role}; lapses:" in done.stdout
    assert before == (tmp_path / "mine.db").read_bytes()


def _a_number(file: Path) -> str:
    connection = sqlite3.connect(file)
    try:
        (number,) = connection.execute("SELECT directory_number FROM child LIMIT 1").fetchone()
    finally:
        connection.close()
    return str(number)


def test_what_cannot_be_explained_is_said_in_a_sentence(tmp_path: Path) -> None:
    """No database, one that is not migrated, an unknown account or record: status 1, a sentence, nothing made."""
    asked = ["policy", "explain", "--viewer", "teacher", "--child", "1"]
    missing = run(*asked, data=tmp_path / "none")
    assert (1, "") == (missing.returncode, missing.stdout)
    assert "directory.db`: start `gateway demo` first, or name one with `--database`" in missing.stderr
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty.db").touch()
    empty = run(*asked, "--database", f"sqlite:///{tmp_path / 'empty.db'}", data=tmp_path)
    told = "gateway: the database is not migrated: run `gateway migrate` on it first\n"
    assert (1, told) == (empty.returncode, empty.stderr)
    assert run("migrate", data=tmp_path).returncode == 0
    nobody = run(*asked, data=tmp_path)
    told = "gateway: `teacher` is the subject of no account: give one as tokens name it\n"
    assert (1, told) == (nobody.returncode, nobody.stderr)
