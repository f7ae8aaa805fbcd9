"""Mutants of blind predicates: each condition on which a statement relies, taken out of a copy of the tree in turn."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.leaks.guardians import Cases, Guardian, Journeys, Oracles, Proof, Scenarios, Worlds
from tests.leaks.tree import ROOT, WITHOUT_PROOF, copied
from tests.mutants.sites import Called, called

TRUE = "__import__('sqlalchemy').true()"

EQUIVALENT = {
    "resolvers/attempt.py among": "an alert is raised for more than was asked for: nothing that anybody reads changes",
    "resolvers/budget.py among": "what was charged before is charged again: no record is shown",
}
"""Predicates that hide nothing, by file and name, and why none of their mutants is a leak."""

BY_FILE: dict[str, tuple[str, ...]] = {
    "application": ("test_applications",),
    "application_parts": ("test_applications",),
    "applying": ("test_applications",),
    "caseload": ("test_caseloads", "test_bodies"),
    "child": ("test_ids", "test_paging", "test_reading"),
    "contact": ("test_siblings", "test_households"),
    "contact_search": ("test_contact_search",),
    "involvement": ("test_sensitive", "test_paging"),
    "leading": ("test_sensitive",),
    "organisation": ("test_bodies",),
    "practitioner": ("test_bodies",),
    "search": ("test_search_criteria", "test_search"),
    "task": ("test_tasks",),
    "version": ("test_versions",),
}
"""The journeys that tell most about each file of the stacks."""


@dataclass(frozen=True)
class Mutant:
    """One call of a blind predicate, in whose place stands that everything is so."""

    call: Called

    def __str__(self) -> str:
        return str(self.call)

    def text(self) -> str:
        """Return the file as the mutant has it."""
        before = (ROOT / self.call.file).read_text(encoding="utf-8")
        return before[: self.call.start] + TRUE + before[self.call.end :]


def mutants() -> list[Mutant]:
    """Return all mutants of blind predicates but those that are argued to hide nothing."""
    return [Mutant(call) for call in called() if f"{call.file} {call.name}" not in EQUIVALENT]


def guardians(mutant: Mutant) -> Iterator[Guardian]:
    """Yield who is asked about `mutant`, the cheapest first."""
    yield Proof()
    stem = mutant.call.file.removeprefix("resolvers/").removesuffix(".py")
    if stem in BY_FILE:
        yield Journeys(tuple(f"tests/journeys/{name}.py" for name in BY_FILE[stem]))
    yield Scenarios()
    yield Worlds()
    yield Oracles()
    yield Cases(("tests/resolvers/test_scope.py", "tests/resolvers/test_loaders.py"))


def killer(mutant: Mutant) -> str | None:
    """Return who kills `mutant` first, None where it survives them all."""
    for guardian in guardians(mutant):
        alone = () if guardian.kind == "proof" else (WITHOUT_PROOF,)
        with copied(alone) as root:
            (root / mutant.call.file).write_text(mutant.text(), encoding="utf-8")
            said = guardian.ask(root)
        if said.code == 1:
            return guardian.kind
    return None
