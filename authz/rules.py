"""Sentences of the law as data: `allow` and `forbid`, the facts they may ask about, and their checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product

from authz.words import FieldGroup, Group, NarrowGroup, Role, Shield, Standing, Status, mask

_EVERY_BIT = mask(*FieldGroup, *NarrowGroup)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the law may ask about a record, for one viewer.

    `former_names_sealed` is true while a standing shield has the reason ADOPTION or WITNESS_PROTECTION.
    """

    shield: Shield = Shield.OPEN
    status: Status = Status.LIVE
    standing: Standing = Standing.NONE
    former_names_sealed: bool = False


def standings() -> Iterator[Standing]:
    """Yield every combination of standings, none first."""
    return (Standing(n) for n in range(2 ** len(Standing)))


def all_facts() -> Iterator[Facts]:
    """Yield the whole domain of the law for one role: 3 x 4 x 2^6 x 2 facts."""
    for shield, status, standing, sealed in product(Shield, Status, standings(), (False, True)):
        yield Facts(shield, status, standing, sealed)


def if_it_existed(facts: Facts) -> Facts:
    """Return `facts` without what alone keeps a record from existing for one viewer: no conflict, within scope."""
    return replace(facts, standing=(facts.standing | Standing.IN_SCOPE) & ~Standing.CONFLICTED)


@dataclass(frozen=True, slots=True)
class Case:
    """A condition on a role and the facts of a record; what it does not name it does not ask."""

    roles: frozenset[Role] = frozenset(Role)
    shields: frozenset[Shield] = frozenset(Shield)
    statuses: frozenset[Status] = frozenset(Status)
    standing: Standing = Standing.NONE
    sealed: bool | None = None

    def holds(self, role: Role, facts: Facts) -> bool:
        return (
            role in self.roles
            and facts.shield in self.shields
            and facts.status in self.statuses
            and self.standing in facts.standing
            and self.sealed in {None, facts.former_names_sealed}
        )


def record(
    *shields: Shield,
    status: Status | None = None,
    standing: Standing = Standing.NONE,
    sealed: bool | None = None,
) -> Case:
    """Describe records: any of `shields` (all, when none is named), with every standing named."""
    return Case(
        shields=frozenset(shields or Shield),
        statuses=frozenset({status} if status else Status),
        standing=standing,
        sealed=sealed,
    )


def viewer(role: Role, standing: Standing = Standing.NONE) -> Case:
    """Describe viewers: of `role`, with every standing named."""
    return Case(roles=frozenset({role}), standing=standing)


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence: these roles do (`allows`) or never (`not allows`) see these groups in this case."""

    id: str
    allows: bool
    roles: frozenset[Role]
    bits: int
    when: Case
    unless: tuple[Case, ...]

    def applies(self, role: Role, facts: Facts) -> bool:
        return (
            role in self.roles
            and self.when.holds(role, facts)
            and not any(case.holds(role, facts) for case in self.unless)
        )


def allow(id: str, roles: Iterable[Role], groups: Iterable[Group], when: Case | None = None) -> Rule:  # noqa: A002  # rules are named by id, as in the policy
    """State that `roles` see `groups` in the case `when`."""
    return Rule(id, True, frozenset(roles), mask(*groups), when or Case(), ())


def forbid(
    id: str,  # noqa: A002  # as above
    groups: Iterable[Group],
    when: Case,
    unless: tuple[Case, ...] = (),
) -> Rule:
    """State that nobody sees `groups` in the case `when`, whatever is allowed, unless a case of `unless` holds."""
    return Rule(id, False, frozenset(Role), mask(*groups), when, unless)


def weigh(rules: Iterable[Rule]) -> int:
    """Return the bits that `rules`, all of which apply, leave: forbid wins, and without IDENTITY nothing is seen."""
    allowed = forbidden = 0
    for rule in rules:
        if rule.allows:
            allowed |= rule.bits
        else:
            forbidden |= rule.bits
    seen = allowed & ~forbidden
    return seen if seen & FieldGroup.IDENTITY.bit else 0


def faults(policy: Iterable[Rule]) -> list[str]:
    """Return a sentence for every structural fault of `policy`; an empty list means that it is sound.

    A rule without a role or group, one with a word that is none of ours, one that can never apply and an id used
    twice are mistakes that would otherwise stay silent: absence of a rule is absence of a right, and nobody
    notices a right that is missing. An exception with a misspelt role would except nobody.
    """
    found, seen = [], set()
    for rule in policy:
        if rule.id in seen:
            found.append(f"rule `{rule.id}` stands twice: give each sentence its own id")
        seen.add(rule.id)
        if not rule.roles:
            found.append(f"rule `{rule.id}` names no role: name one or remove it")
        unknown = list(_unknown(rule))
        found += unknown
        if not rule.bits:
            found.append(f"rule `{rule.id}` names no group: name one or remove it")
        if not unknown and not _reachable(rule):
            found.append(f"rule `{rule.id}` can never apply: mend its case or remove it")
    return found


def _unknown(rule: Rule) -> Iterator[str]:
    """Yield a sentence for each kind of word of which `rule` names one that is none of ours."""
    cases = (rule.when, *rule.unless)
    named: dict[type[Enum], set[object]] = {
        Role: {*rule.roles, *(role for case in cases for role in case.roles)},
        Shield: {shield for case in cases for shield in case.shields},
        Status: {status for case in cases for status in case.statuses},
        Standing: {case.standing for case in cases},
    }
    for kind, words in named.items():
        if unknown := sorted(str(word) for word in words if not isinstance(word, kind)):
            word = kind.__name__
            yield f"rule `{rule.id}` names no {word.lower()} of ours, {unknown}: name one of `{word}`"
    if rule.bits & ~_EVERY_BIT:
        yield f"rule `{rule.id}` names no group of ours, by its bits: name one of `FieldGroup` or `NarrowGroup`"


def _reachable(rule: Rule) -> bool:
    return any(rule.applies(role, facts) for role in rule.roles for facts in all_facts())
