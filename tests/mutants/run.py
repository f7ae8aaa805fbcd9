"""The mutation test (`python -m tests.mutants.run`): prints who kills each mutant; exits with 1 where one survives."""

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path

from tests.mutants import law, predicates
from tests.mutants.fields import field_mutants, killer, type_mutants

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "columns.txt"


def of_fields() -> dict[str, str | None]:
    """Return who kills each mutant of a field or a type."""

    async def asked() -> dict[str, str | None]:
        return {str(mutant): await killer(mutant) for mutant in (*field_mutants(), *type_mutants())}

    return asyncio.run(asked())


def of_the_law() -> dict[str, str | None]:
    """Return who kills each mutant of a sentence: the golden table, since each decision stands in it."""
    found: dict[str, str | None] = {}
    for sentence in law.sentences():
        found[str(sentence)] = None if law.changes_nothing(sentence) else "golden table"
        if found[str(sentence)] is None and str(sentence) in law.EQUIVALENT:
            found[str(sentence)] = "equivalent"
    return found


def of_labels() -> dict[str, str | None]:
    """Return who kills each weaker label of a column: the golden file, in which each label stands."""
    kept = dict(line.split() for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    return {
        f"{column} [{label}] as {weaker}": "golden file" if kept.get(column) == label else None
        for column, label in law.labels().items()
        for weaker in law.WEAKER
        if weaker != label and label not in {"LAW", "PUBLIC"}
    }


def of_predicates() -> dict[str, str | None]:
    """Return who kills each mutant of a blind predicate; it takes a copy of the tree and a process for each."""
    found: dict[str, str | None] = {}
    for mutant in predicates.mutants():
        found[str(mutant)] = predicates.killer(mutant)
        _say(f"  {found[str(mutant)] or 'SURVIVES':14} {mutant}")
    return found


KINDS = {"fields": of_fields, "law": of_the_law, "labels": of_labels, "predicates": of_predicates}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Make the mutants that the command line asks for, and tell of each kind who killed how many."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="these alone; repeatable")
    parser.add_argument("--each", action="store_true", help="print every mutant, not only those that survive")
    given = parser.parse_args()
    survivors = []
    for kind in given.kind or KINDS:
        found = KINDS[kind]()
        counted = Counter(by for by in found.values() if by)
        survivors += [name for name, by in found.items() if by is None]
        told = ", ".join(f"{count} by {by}" for by, count in counted.most_common())
        _say(f"{kind:12} {len(found):4} mutants: {told}; {sum(by is None for by in found.values())} survive")
        if given.each:
            for name, by in found.items():
                _say(f"  {by or 'SURVIVES':14} {name}")
    for name in survivors:
        _say(f"survives: {name}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
