"""Mutants of blind predicates: each condition on which a statement relies, taken out of a copy of the tree in turn."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.leaks.guardians import Guardian, Journeys, Proof, Scenarios
from tests.leaks.tree import ROOT, WITHOUT_PROOF, copied
from tests.mutants.sites import Called, called

TRUE = "__import__('sqlalchemy').true()"

EQUIVALENT = {
    "resolvers/budget.py among": "more is known to have been charged than was asked about, and only what was is looked up",
    'resolvers/kinship.py _written among(event.id, "kin_events")': (
        "every event between is looked at by some watch, and its alert is the same whoever raises it"
    ),
    'resolvers/kinship.py _written among(subject.event_id, "kin_events")': "subjects are joined to the events above",
    'resolvers/shield.py _by_key among(_ROW.id, "keys")': "more cases come that are in sight, and are taken by key",
    "resolvers/contact.py _siblings condition(child, Shield.SHIELDED)": (
        "open siblings are read as well, and each role that reads records would locate them all: they withhold nothing"
    ),
}
"""Predicates that hide nothing, by file and name or by function and text, and why none of their mutants is a leak."""

BY_FILE: dict[str, tuple[str, ...]] = {
    "agency": ("journeys/test_sensitive", "journeys/test_bodies"),
    "access": ("journeys/test_trail", "journeys/test_auditors"),
    "alert": ("journeys/test_alerts",),
    "application": ("journeys/test_applications",),
    "application_parts": ("journeys/test_applications",),
    "applying": ("journeys/test_applications",),
    "answering": ("journeys/test_broker",),
    "attempt": ("journeys/test_conflicts",),
    "belief": ("journeys/test_beliefs", "journeys/test_revocation"),
    "broker": ("journeys/test_broker",),
    "caseload": ("journeys/test_caseloads", "journeys/test_bodies"),
    "caseload_event": ("journeys/test_streams", "worlds/test_streams"),
    "changes": ("journeys/test_streams", "worlds/test_streams"),
    "child": (
        "resolvers/test_loaders",
        "journeys/test_ids",
        "journeys/test_paging",
        "journeys/test_reading",
        "journeys/test_ended_records",
    ),
    "contact": (
        "resolvers/test_loaders",
        "journeys/test_siblings",
        "journeys/test_households",
        "journeys/test_contact_search",
    ),
    "contact_search": ("journeys/test_contact_search",),
    "explain": ("gateway/test_explain",),
    "following": ("journeys/test_shield_decisions",),
    "former_name": ("journeys/test_reading", "journeys/test_wide"),
    "household": ("journeys/test_shield_requests",),
    "identifier": ("journeys/test_own_rows", "journeys/test_sensitive"),
    "involvement": (
        "journeys/test_sensitive",
        "journeys/test_paging",
        "journeys/test_own_rows",
        "journeys/test_attacks",
    ),
    "kinship": ("journeys/test_watched",),
    "leading": ("journeys/test_sensitive",),
    "organisation": (
        "resolvers/test_loaders",
        "journeys/test_bodies",
    ),
    "override": ("journeys/test_overrides",),
    "practitioner": (
        "resolvers/test_loaders",
        "journeys/test_bodies",
    ),
    "reach": ("journeys/test_reading", "journeys/test_wide"),
    "resolving": ("journeys/test_resolving",),
    "search": ("journeys/test_search_criteria", "journeys/test_search"),
    "shield": ("journeys/test_shield_requests", "journeys/test_shield_decisions"),
    "stay": ("journeys/test_reading", "journeys/test_wide"),
    "task": ("journeys/test_tasks", "journeys/test_broker", "journeys/test_resolving"),
    "team": ("journeys/test_shield_decisions", "journeys/test_resolving"),
    "telling": ("journeys/test_trail", "journeys/test_auditors"),
    "trail": ("journeys/test_trail",),
    "traces": ("journeys/test_why", "journeys/test_why_attacked"),
    "transfer": ("journeys/test_transfers",),
    "version": ("journeys/test_versions", "resolvers/test_loaders"),
    "amending": ("journeys/test_amending",),
    "caring": ("journeys/test_amending",),
    "staying": ("journeys/test_amending",),
    "own_work": ("journeys/test_involving",),
    "involving": ("journeys/test_involving",),
    "own_body": ("journeys/test_involving",),
    "merging": ("journeys/test_merging", "journeys/test_merge_attacks"),
    "matching": ("journeys/test_registering", "journeys/test_shared_homes"),
    "neighbours": ("journeys/test_registering", "journeys/test_shared_homes"),
    "registering": ("journeys/test_registering",),
    "feed_homes": ("journeys/test_feed_matches",),
    "likeness": ("journeys/test_feed_matches",),
    "landing": ("journeys/test_feed_matches",),
    "submitting": ("journeys/test_feeds",),
    "feed_claim": ("journeys/test_feeds",),
}
"""The tests that tell most about each file of the stacks."""


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
    return [Mutant(call) for call in called() if names_of(call).isdisjoint(EQUIVALENT)]


def names_of(call: Called) -> set[str]:
    """Return the names by which `EQUIVALENT` may know a predicate."""
    return {f"{call.file} {call.name}", f"{call.file} {call.within} {call.text}"}


def guardians(mutant: Mutant) -> Iterator[Guardian]:
    """Yield who is asked about `mutant`, the cheapest first."""
    yield Proof()
    stem = mutant.call.file.removeprefix("resolvers/").removesuffix(".py")
    if stem in BY_FILE:
        yield Journeys(tuple(f"tests/{name}.py" for name in BY_FILE[stem]))
    yield Scenarios()


def killer(mutant: Mutant) -> str | None:
    """Return who kills `mutant` first, None where it survives them all.

    A guardian that cannot do its work, since the mutant does not even run, has killed nothing.
    """
    for guardian in guardians(mutant):
        alone = () if guardian.kind == "proof" else (WITHOUT_PROOF,)
        with copied(alone) as root:
            (root / mutant.call.file).write_text(mutant.text(), encoding="utf-8")
            said = guardian.ask(root)
        with suppress(ValueError):
            if guardian.caught(said):
                return guardian.kind
    return None
