"""What is wrong with the law beyond its structure: idle and contradicting rules, rights that reach nobody."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product

from authz.policy import ACTS, POLICY, PURPOSES
from authz.rules import Facts, Rule, all_facts, allow, faults, weigh
from authz.sentences import OF_RECORDS, listed
from authz.words import Act, FieldGroup, NarrowGroup, Purpose, Role, Word, groups_in

Acts = Mapping[Role, Collection[Act]]
Purposes = Mapping[Role, Collection[Purpose]]
Cell = tuple[Role, Facts]

READING = (Act.SEARCH, Act.OPEN, Act.CASELOAD)
"""The acts by which a record is reached: without one of them nobody sees any, whatever is allowed."""

_ALL = allow("all", Role, (*FieldGroup, *NarrowGroup))


def check(policy: tuple[Rule, ...] = POLICY, acts: Acts = ACTS, purposes: Purposes = PURPOSES) -> list[str]:
    """Return a sentence, with its remedy, for everything that is wrong with the law; an empty list is a sound law.

    Where `policy` has a structural fault, which stops every start, what its rules amount to is not looked at.
    """
    structure = faults(policy)
    meaning = [] if structure else _meaning(policy, acts)
    return [*structure, *meaning, *_held(acts, purposes)]


def _meaning(policy: tuple[Rule, ...], acts: Acts) -> Iterator[str]:
    domain = list(product(Role, tuple(all_facts())))
    effects = {rule.id: _Effect(rule) for rule in policy}
    seen = dict.fromkeys(Role, 0)
    for role, facts in domain:
        applying = [rule for rule in policy if rule.applies(role, facts)]
        seen[role] |= weigh(applying)
        for rule in applying:
            effects[rule.id].add(role, applying)
    twins = [pair for pair in combinations(policy, 2) if _content(pair[0]) == _content(pair[1])]
    yield from (f"rules `{one.id}` and `{other.id}` say the same: remove one" for one, other in twins)
    for rule in policy:
        yield from effects[rule.id].doubts(has_twin=any(rule in pair for pair in twins))
        yield from _idle_exceptions(rule, domain)
    yield from _out_of_reach(seen, acts)


def _content(rule: Rule) -> tuple[object, ...]:
    return rule.allows, rule.roles, rule.bits, rule.when, frozenset(rule.unless)


@dataclass(slots=True)
class _Effect:
    """What one rule does over the whole domain."""

    rule: Rule
    changes: bool = False
    roles: set[Role] = field(default_factory=set)
    given: int = 0
    taken: list[dict[str, int]] = field(default_factory=list)

    def add(self, role: Role, applying: list[Rule]) -> None:
        """Add what the rule does in one cell, in which the rules of `applying` apply.

        A rule that forbids is weighed as if somebody had allowed everything: it stands there against a slip.
        """
        others = [other for other in applying if other is not self.rule]
        slip = [] if self.rule.allows else [_ALL]
        self.changes |= weigh([*applying, *slip]) != weigh([*others, *slip])
        self.roles.add(role)
        taken = {other.id: other.bits & self.rule.bits for other in others if not other.allows}
        self.taken.append(taken)
        self.given |= self.rule.bits & ~_joined(taken.values())

    def doubts(self, *, has_twin: bool) -> Iterator[str]:
        """Yield a sentence for everything that makes one doubt that the rule says what is meant."""
        rule = self.rule
        if bodies := rule.bits & ~OF_RECORDS:
            yield f"rule `{rule.id}` names {listed(groups_in(bodies))}, which no record of a child has: leave it out"
        lost = rule.bits & ~self.given if rule.allows else 0
        if lost:
            what = f"{listed(groups_in(lost))}, forbidden by {listed(self._takers(lost))} wherever it applies"
            yield f"rule `{rule.id}` allows {what}: mend the case of one, or leave the groups out"
        if not self.changes and lost != rule.bits and not has_twin:
            yield f"rule `{rule.id}` changes nothing that the other rules do not settle: remove it, or mend its case"
        if rule.allows and (idle := [role for role in Role if role in rule.roles - self.roles]):
            yield f"rule `{rule.id}` never applies to {listed(idle)}: leave the role out, or mend the case"

    def _takers(self, lost: int) -> list[str]:
        """Return the rules that take `lost`: those that do so in every cell, or else all that have a part in it."""
        every = set.intersection(*({other for other in cell if cell[other] & lost == lost} for cell in self.taken))
        some = dict.fromkeys(other for cell in self.taken for other, bits in cell.items() if bits & lost)
        return [f"`{other}`" for other in some if other in every or not every]


def _joined(masks: Iterable[int]) -> int:
    joined = 0
    for bits in masks:
        joined |= bits
    return joined


def _idle_exceptions(rule: Rule, domain: list[Cell]) -> Iterator[str]:
    """Yield a sentence for each exception of `rule` under which no viewer and record fall but under others too."""
    if rule.unless:
        cases = [cell for cell in domain if rule.when.holds(*cell)]
        alone = {tuple(n for n, case in enumerate(rule.unless) if case.holds(*cell)) for cell in cases}
        yield from (
            f"exception {n + 1} of rule `{rule.id}` excepts nothing of its own: remove it, or mend its case"
            for n in range(len(rule.unless))
            if (n,) not in alone
        )


def _out_of_reach(seen: Mapping[Role, int], acts: Acts) -> Iterator[str]:
    """Yield a sentence for each group that nobody sees, and each role whose sight and acts do not fit."""
    everything = 0
    for role, bits in seen.items():
        everything |= bits
        reads = [act for act in READING if act in acts.get(role, ())]
        if bits and not reads:
            yield f"role `{role}` sees records and holds no act to reach one: give it {listed(READING, 'or')}"
        if reads and not bits:
            yield f"role `{role}` holds {listed(reads)} and sees no record: allow it one, or take the act away"
    yield from (
        f"group `{group}` is seen by nobody: allow it to somebody, or remove it"
        for group in groups_in(OF_RECORDS & ~everything)
    )


def _held(acts: Acts, purposes: Purposes) -> Iterator[str]:
    """Yield a sentence for each act and purpose that nobody holds, each role without, and each unknown word."""
    for name, kind, held in (("ACTS", Act, acts), ("PURPOSES", Purpose, purposes)):
        word = kind.__name__.lower()
        for role in Role:
            if not held.get(role):
                yield f"role `{role}` has no {word}: give it one in `{name}`, or remove the role"
        all_held = {each for some in held.values() for each in some}
        yield from _strangers(name, Role, held)
        yield from _strangers(name, kind, all_held)
        for each in kind:
            if each not in all_held:
                yield f"{word} `{each}` is held by no role: give it to one in `{name}`, or remove it"


def _strangers(name: str, kind: type[Word], words: Iterable[object]) -> Iterator[str]:
    for stranger in sorted(str(word) for word in words if not isinstance(word, kind)):
        yield f"`{name}` names `{stranger}`, which is no {kind.__name__.lower()} of ours: name one of `{kind.__name__}`"
