"""Plants leaks (`python -m tests.leaks.run`): prints who caught which; exits with 1 where one is missed."""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.leaks.guardians import GUARDIANS, KINDS, Guardian
from tests.leaks.planted import LEAKS, Leak
from tests.leaks.tree import WITHOUT_PROOF, copied


def catches(guardian: Guardian, leak: Leak) -> bool:
    """Plant `leak` in a copy of the tree and tell whether `guardian` catches it, alone.

    Raises DoesNotApply where the leak cannot be planted, ValueError where the guardian cannot do its work.
    """
    alone = () if guardian.kind == "proof" else (WITHOUT_PROOF,)
    with copied((*leak.patches, *alone)) as root:
        return guardian.caught(guardian.ask(root))


def _asked(leak: Leak, kinds: Sequence[str]) -> list[Guardian]:
    """Return the guardians to ask: those that are said to catch the leak, and of `kinds` all others."""
    named = {guardian.kind for guardian in leak.caught_by}
    return [*leak.caught_by, *(each for each in GUARDIANS if each.kind in kinds and each.kind not in named)]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Plant what the command line asks for, print a row for each leak, and count those that nobody caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.leaks.run", description=__doc__)
    parser.add_argument("--guardian", action="append", default=[], choices=KINDS, help="ask it of every leak as well")
    parser.add_argument("--leak", action="append", default=[], choices=[leak.name for leak in LEAKS])
    parser.add_argument("--only", action="store_true", help="ask nobody but those")
    given = parser.parse_args()
    missed, started = [], time.monotonic()
    _say(f"{'leak':42} {' '.join(f'{kind:10}' for kind in KINDS)} stands for")
    for leak in LEAKS:
        if given.leak and leak.name not in given.leak:
            continue
        asked = [each for each in _asked(leak, given.guardian) if not given.only or each.kind in given.guardian]
        found = {guardian.kind: catches(guardian, leak) for guardian in asked}
        marks = ["" if kind not in found else "caught" if found[kind] else "-" for kind in KINDS]
        _say(f"{leak.name:42} {' '.join(f'{mark:10}' for mark in marks)} {leak.hole}")
        broken = [each.kind for each in leak.caught_by if found.get(each.kind) is False]
        missed += [f"`{leak.name}` is not caught by {', '.join(broken)}: {leak.what}"] if broken else []
    _say(f"{len(missed)} missed, in {time.monotonic() - started:.0f} s")
    for sentence in missed:
        _say(sentence)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
