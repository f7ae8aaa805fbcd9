"""The law as a question: under which facts does a role hold a group? The twin of the table, for SQL to ask."""

from dataclasses import dataclass
from functools import cache

from authz.rules import Facts, all_facts, if_it_existed
from authz.table import TABLE
from authz.words import FieldGroup, Role, Shield, Standing, Status

Question = Shield | Status | Standing | None
"""One fact that can be asked: a shield, a status, a standing, or None for sealed former names."""

# What rules most viewers out is asked first; the last shield and status need no question of their own.
ORDER: tuple[Question, ...] = (
    Standing.CONFLICTED,
    Status.ARCHIVED,
    Status.DECEASED,
    Status.LEFT,
    Shield.CONCEALED,
    Shield.SHIELDED,
    *(standing for standing in Standing if standing is not Standing.CONFLICTED),
    None,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a decision tree, with the tree to follow for each answer."""

    fact: Question
    yes: "Tree"
    no: "Tree"


Tree = Ask | bool


@cache
def tree(role: Role, bits: int) -> Tree:
    """Return the decision tree, in the fixed order of questions, that tells whether `role` holds any of `bits`.

    It is derived from the total table alone: where the table changes, the tree follows.
    """
    return _grow([(facts, TABLE[role, facts].bits & bits != 0) for facts in all_facts()], ORDER)


@cache
def locating_tree(role: Role) -> Tree:
    """Return the decision tree that tells whether `role` would see where a child is, if the record existed (R8).

    It is the twin of `authz.sight.would_locate`.
    """
    bit = FieldGroup.WHEREABOUTS.bit
    return _grow([(facts, TABLE[role, if_it_existed(facts)].bits & bit != 0) for facts in all_facts()], ORDER)


def _grow(domain: list[tuple[Facts, bool]], questions: tuple[Question, ...]) -> Tree:
    answers = {held for _, held in domain}
    if len(answers) == 1:
        return answers.pop()
    fact, rest = questions[0], questions[1:]
    true: list[tuple[Facts, bool]] = []
    false: list[tuple[Facts, bool]] = []
    for one in domain:
        (true if holds(one[0], fact) else false).append(one)
    if not true:
        return _grow(false, rest)
    yes, no = _grow(true, rest), _grow(false, rest)
    return yes if yes == no else Ask(fact, yes, no)


def holds(facts: Facts, fact: Question) -> bool:
    """Answer one question for known facts."""
    if fact is None:
        return facts.former_names_sealed
    if isinstance(fact, Standing):
        return fact in facts.standing
    return fact in {facts.shield, facts.status}


def answer(decision: Tree, facts: Facts) -> bool:
    """Follow `decision` with `facts` to its leaf."""
    while isinstance(decision, Ask):
        decision = decision.yes if holds(facts, decision.fact) else decision.no
    return decision
