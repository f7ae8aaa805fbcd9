"""The lines of a total table, as `gateway policy show --table` prints them, read back."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from authz.decision import holds
from authz.diff import KEYS
from authz.rules import Facts, all_facts
from authz.table import NO_RECORD, key_name
from authz.words import FieldGroup, Group, NarrowGroup, Role, Shield, Status, mask

Block = tuple[Role, Shield, Status]

_NAMES = {key_name(key): key for key in KEYS}
_GROUPS: dict[str, Group] = {str(group): group for group in (*FieldGroup, *NarrowGroup)}
_ANEW = "print the table anew with `gateway policy show --table`"


def read_table(lines: Iterable[str]) -> dict[tuple[Role, Facts], int]:
    """Return the decisions that `lines` tell: for every role and all facts the bits seen.

    A role without any line had no rights when the table was printed: it sees nothing. Raises ValueError with a
    sentence for a line that cannot be read, one that is missing and one that stands twice.
    """
    blocks: dict[Block, dict[frozenset[str], int]] = defaultdict(dict)
    for number, line in enumerate(lines, start=1):
        block, told, bits = _read(number, line)
        if told in blocks[block]:
            raise ValueError(f"line {number} decides again what an earlier line decides: {_ANEW}")
        blocks[block][told] = bits
    if not blocks:
        raise ValueError(f"there is no line of a table in it: {_ANEW}")
    roles = {role for role, _, _ in blocks}
    silent = dict.fromkeys(product(set(Role) - roles, tuple(all_facts())), 0)
    return silent | {
        (role, facts): bits
        for role, shield, status in product(roles, Shield, Status)
        for facts, bits in _cells(role, shield, status, blocks[role, shield, status])
    }


def _read(number: int, line: str) -> tuple[Block, frozenset[str], int]:
    """Read one line: `PRACTITIONER, OPEN, LIVE, CONFLICTED: the record does not exist`."""
    found = re.fullmatch(r"(\w+), (\w+), (\w+)((?:, \w+)*): (.+)", line)
    if found is None:
        raise ValueError(f"line {number} is no line of a table: {_ANEW}")
    role, shield, status, ties, seen = found.groups()
    told, groups = ties.split(", ")[1:], [] if seen == NO_RECORD else seen.split(" ")
    known: list[tuple[str, Iterable[str]]] = [(role, Role), (shield, Shield), (status, Status)]
    known += [*((tie, _NAMES) for tie in told), *((group, _GROUPS) for group in groups)]
    if strange := next((word for word, words in known if word not in set(words)), None):
        raise ValueError(
            f"line {number} names `{strange}`, which the law of this version does not know: compare in a version that "
            "knows it, or take its lines out of the file"
        )
    return (Role(role), Shield(shield), Status(status)), frozenset(told), mask(*(_GROUPS[group] for group in groups))


def _cells(role: Role, shield: Shield, status: Status, told: dict[frozenset[str], int]) -> Iterator[tuple[Facts, int]]:
    """Yield every decision of one block, in which each line names those of the block's words that hold.

    Raises ValueError where the lines do not have every combination of these words.
    """
    words = frozenset[str]().union(*told)
    if len(told) != 2 ** len(words):
        raise ValueError(f"`{role}, {shield}, {status}` lacks a line for one of its cases: {_ANEW}")
    for facts in all_facts():
        if (facts.shield, facts.status) == (shield, status):
            yield facts, told[frozenset(word for word in words if holds(facts, _NAMES[word]))]
