"""The lines of the total table, read back: without loss, and strictly."""

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from authz.diff import DECISIONS
from authz.lines import read_table
from authz.rules import Rule, all_facts
from authz.table import decide, rows
from authz.words import Role
from tests.authz.people import POLICIES

GOLDEN = (Path(__file__).resolve().parent.parent / "golden" / "policy.txt").read_text(encoding="utf-8").splitlines()
ANEW = "print the table anew with `gateway policy show --table`"
ELSEWHERE = "compare in a version that knows it, or take its lines out of the file"


def test_the_golden_table_is_read_as_the_law() -> None:
    """What is printed is read back as it decides: every role and all facts, to the bit."""
    assert DECISIONS == read_table(GOLDEN)


@settings(max_examples=8, phases=[Phase.generate])  # a whole table each: to shrink one would take minutes
@given(POLICIES)
def test_any_table_is_read_as_it_was_printed(policy: list[Rule]) -> None:
    """For any policy, printing and reading its table gives its decisions."""
    table = {(role, facts): decide(policy, role, facts) for role in Role for facts in all_facts()}
    assert {key: cell.bits for key, cell in table.items()} == read_table(rows(table))


def test_a_role_without_lines_saw_nothing() -> None:
    """A table that was printed before there was a role gives the role no right."""
    told = read_table(line for line in GOLDEN if not line.startswith("DATA_MANAGER"))
    expected = {(role, facts): 0 if role is Role.DATA_MANAGER else bits for (role, facts), bits in DECISIONS.items()}
    assert expected == told


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], f"there is no line of a table in it: {ANEW}"),
        (["Who sees what"], f"line 1 is no line of a table: {ANEW}"),
        ([*GOLDEN, ""], f"line {len(GOLDEN) + 1} is no line of a table: {ANEW}"),
        ([*GOLDEN, GOLDEN[0]], f"line {len(GOLDEN) + 1} decides again what an earlier line decides: {ANEW}"),
        ([GOLDEN[0], *GOLDEN[2:]], f"`PRACTITIONER, OPEN, LIVE` lacks a line for one of its cases: {ANEW}"),
        (GOLDEN[:-1], f"`FEED_CLIENT, CONCEALED, ARCHIVED` lacks a line for one of its cases: {ANEW}"),
        *(
            ([line], f"line 1 names `{word}`, which the law of this version does not know: {ELSEWHERE}")
            for line, word in (
                ("TEACHER, OPEN, LIVE: IDENTITY", "TEACHER"),
                ("AUDITOR, SHUT, LIVE: IDENTITY", "SHUT"),
                ("AUDITOR, OPEN, GONE: IDENTITY", "GONE"),
                ("AUDITOR, OPEN, LIVE, CURIOUS: IDENTITY", "CURIOUS"),
                ("AUDITOR, OPEN, LIVE: IDENTITY EVERYTHING", "EVERYTHING"),
            )
        ),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(lines: list[str], sentence: str) -> None:
    """A line that cannot be read, one that is missing, one too many and a strange word are each told."""
    with pytest.raises(ValueError) as raised:
        read_table(lines)
    assert sentence == str(raised.value)
