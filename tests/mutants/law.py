"""Mutants of the law and of labels: each sentence weakened in turn, each column told to be less than it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from authz.policy import EVERYTHING, POLICY
from authz.rules import Case, Facts, Rule, all_facts, allow, faults, weigh
from authz.words import FieldGroup, Role, Shield, Standing, mask
from resolvers.store.tables import Base
from resolvers.store.tables.base import LAW, PUBLIC

IDENTITY = FieldGroup.IDENTITY.bit
FACTS = tuple(all_facts())

ANYTHING = allow("anything", Role, EVERYTHING)
"""A slip of the pen that would show everything to everybody: behind it stands what is forbidden, and nothing else."""

EQUIVALENT = {
    "override-in-an-emergency: open and shielded": "an officer sees all of that of an open record without an override",
    "police-in-approved-scope-open: to every role": "whoever else sees open records sees both groups; the others none",
    "police-in-approved-scope-open: without its standing": "out of scope police lack IDENTITY, without which is nothing",
    "shielded-to-teams: open and shielded": "teams see these groups of open records anyway",
    "shielded-to-data-managers: open and shielded": "data managers see these groups of open records anyway",
    "conflict-of-interest: unless CONCEALED": "of a concealed record all is forbidden by a sentence of its own",
    "archived: unless CONCEALED": "likewise",
}
"""Mutants that change no decision, and why each is none that anybody could notice."""


@dataclass(frozen=True)
class Sentence:
    """A rule of the policy in another form; None where it is left out."""

    rule: Rule
    how: str
    mutant: Rule | None

    def __str__(self) -> str:
        return f"{self.rule.id}: {self.how}"


def sentences() -> Iterator[Sentence]:
    """Yield each sentence of the policy, weakened in each way: what is allowed allowed more widely, what is forbidden less."""
    for rule in POLICY:
        yield Sentence(rule, "left out", None)
        for how, mutant in _wider(rule) if rule.allows else _laxer(rule):
            if mutant != rule:
                yield Sentence(rule, how, mutant)


def _wider(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield what is allowed, allowed more widely. Concealed records are left out: a sentence forbids all of them."""
    yield "to every role", replace(rule, roles=frozenset(Role))
    yield "of every group", replace(rule, bits=mask(*EVERYTHING))
    shields = frozenset({Shield.OPEN, Shield.SHIELDED})
    yield "open and shielded", replace(rule, when=replace(rule.when, shields=shields))
    yield "without its standing", replace(rule, when=replace(rule.when, standing=Standing.NONE))


def _laxer(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield what is forbidden, forbidden less. Of several groups IDENTITY alone counts: without it nothing is seen."""
    excepted = {role for case in rule.unless if case.standing is Standing.NONE for role in case.roles}
    for role in Role:
        if role not in excepted:
            yield f"unless to {role}", replace(rule, unless=(*rule.unless, Case(roles=frozenset({role}))))
    if rule.bits & IDENTITY:
        yield "not of IDENTITY", replace(rule, bits=rule.bits & ~IDENTITY)
    for status in rule.when.statuses:
        yield f"unless {status}", replace(rule, unless=(*rule.unless, Case(statuses=frozenset({status}))))
    for shield in rule.when.shields:
        yield f"unless {shield}", replace(rule, unless=(*rule.unless, Case(shields=frozenset({shield}))))


def changes_nothing(sentence: Sentence) -> bool:
    """Tell whether no decision of the law is another by the mutant; what is forbidden is tried behind a slip.

    All decisions stand in the golden table, and `authz` tests hold the slip against each sentence.
    """
    slip = () if sentence.rule.allows else (ANYTHING,)
    policy = (*POLICY, *slip)
    other = tuple(sentence.mutant if rule is sentence.rule else rule for rule in policy)
    weakened = tuple(rule for rule in other if rule is not None)
    if faults(weakened[: len(weakened) - len(slip)]):
        return False
    touched = [rule for rule in (sentence.rule, sentence.mutant) if rule is not None]
    return all(
        _decided(policy, role, facts) == _decided(weakened, role, facts)
        for role, facts in product(Role, FACTS)
        if any(rule.applies(role, facts) for rule in touched)
    )


def _decided(policy: tuple[Rule, ...], role: Role, facts: Facts) -> int:
    return weigh(rule for rule in policy if rule.applies(role, facts))


def labels() -> dict[str, str]:
    """Return the label of every column of every table, as the golden file has it."""
    return {
        f"{table.name}.{column.name}": getattr(column.info["group"], "name", str(column.info["group"]))
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }


def columns_page() -> str:
    """Return tests/golden/columns.txt: the group that must be in sight for a column to be read, column by column."""
    return "".join(f"{column} {label}\n" for column, label in sorted(labels().items()))


WEAKER = (FieldGroup.IDENTITY.name, FieldGroup.CONTACT_NAMES.name, PUBLIC.name, LAW.name)
"""What a column may wrongly be labelled: groups that most viewers hold, and labels that no group covers."""
