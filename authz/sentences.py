"""The law in plain English: what each rule says, made from the rule itself, so that it cannot say anything else."""

from collections.abc import Iterable, Iterator
from enum import Enum

from authz.rules import Case, Rule
from authz.words import FieldGroup, NarrowGroup, Role, Shield, Standing, Status, groups_in, mask

OF_RECORDS = mask(*FieldGroup, *NarrowGroup) & ~FieldGroup.PLACE.bit
"""The bits of all groups that a child's record has; PLACE is of bodies alone."""


def listed(words: Iterable[object], last: str = "and") -> str:
    """Return `words` as people list them, as in `A, B and C`."""
    *first, final = map(str, words)
    return f"{', '.join(first)} {last} {final}" if first else final


def standing_names(standing: Standing) -> list[str]:
    """Return the name of each standing in `standing`, in the order of the words."""
    return [str(each.name) for each in standing]


def sentence(rule: Rule) -> str:
    """Return what `rule` says, as in "AUDITOR sees TRAIL if the record is OPEN"."""
    roles = _named(Role, rule.roles)
    who = f"{listed(roles)} {'see' if roles[1:] else 'sees'}" if rule.allows else "Nobody sees"
    what = "anything" if rule.bits == OF_RECORDS else listed(groups_in(rule.bits))
    when = [f" if {clauses}"] if (clauses := _clauses(rule.when)) else []
    unless = [f", unless {', or '.join(map(_clauses, rule.unless))}"] if rule.unless else []
    return "".join([who, f" {what}", *when, *unless, "."])


def _named(kind: type[Enum], words: frozenset[object]) -> list[object]:
    return [word for word in kind if word in words]


def _clauses(case: Case) -> str:
    return " and ".join(_clauses_of(case))


def _clauses_of(case: Case) -> Iterator[str]:
    """Yield what `case` asks, a clause for each part that it names."""
    if case.roles < frozenset(Role):
        yield f"the viewer is {listed(_named(Role, case.roles), 'or')}"
    kinds = [(Shield, case.shields), (Status, case.statuses)]
    if named := [listed(_named(kind, words), "or") for kind, words in kinds if words < frozenset(kind)]:
        yield f"the record is {', and '.join(named)}"
    if case.standing:
        yield f"the standing is {listed(standing_names(case.standing))}"
    if case.sealed is not None:
        yield f"former names are {'' if case.sealed else 'not '}sealed"
