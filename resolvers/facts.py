"""The facts of the law as one small number, so that a statement gives them in one column."""

from collections.abc import Mapping

from authz.rules import Facts, all_facts
from authz.words import Shield, Standing, Status

SHIELD_CODE = {shield: n for n, shield in enumerate(Shield)}
STATUS_CODE = {status: n * len(Shield) for n, status in enumerate(Status)}
SEALED_CODE = len(Shield) * len(Status)
STANDING_CODE = {standing: standing.value * SEALED_CODE * 2 for standing in Standing}


def code_of(facts: Facts) -> int:
    """Return the number of `facts`: the sum of the codes of its parts."""
    return (
        SHIELD_CODE[facts.shield]
        + STATUS_CODE[facts.status]
        + SEALED_CODE * facts.former_names_sealed
        + sum(code for standing, code in STANDING_CODE.items() if standing in facts.standing)
    )


FACTS: Mapping[int, Facts] = {code_of(facts): facts for facts in all_facts()}
"""The facts behind every number. A number that is not in it is a fault, never a verdict."""


def read_codes(codes: str | None) -> tuple[Facts, ...]:
    """Return the distinct facts of a comma-separated list of numbers."""
    return tuple(FACTS[int(code)] for code in sorted(set(codes.split(",")))) if codes else ()
