"""The policy compiled to a total table: for every role and every fact, what is seen and by which rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from authz.policy import POLICY
from authz.rules import Facts, Rule, all_facts, faults
from authz.words import NARROWER, FieldGroup, NarrowGroup, Role, Shield, Standing, Status, groups_in


@dataclass(frozen=True, slots=True)
class Cell:
    """One decision: the bits seen, and the ids of the rules that gave or took one."""

    bits: int
    rules: tuple[str, ...]


Table = Mapping[tuple[Role, Facts], Cell]


def decide(policy: Iterable[Rule], role: Role, facts: Facts) -> Cell:
    """Decide one cell: what some rule allows and none forbids. Without IDENTITY nothing is seen."""
    allowed = forbidden = 0
    by = []
    for rule in policy:
        if rule.applies(role, facts):
            by.append(rule.id)
            if rule.allows:
                allowed |= rule.bits
            else:
                forbidden |= rule.bits
    seen = allowed & ~forbidden
    return Cell(seen if seen & FieldGroup.IDENTITY.bit else 0, tuple(by))


def compile_table(policy: tuple[Rule, ...]) -> Table:
    """Compile `policy` to its total table.

    Raises ValueError with a sentence per structural fault: a policy with one must not serve.
    """
    if found := faults(policy):
        raise ValueError("; ".join(found))
    return {(role, facts): decide(policy, role, facts) for role, facts in product(Role, tuple(all_facts()))}


TABLE = compile_table(POLICY)


def standings_that_matter(role: Role, table: Table = TABLE) -> Standing:
    """Return the standings that change any decision for `role`; the others need not be read."""
    matter = Standing.NONE
    for standing, facts in product(Standing, all_facts()):
        if standing not in facts.standing:
            with_it = replace(facts, standing=facts.standing | standing)
            if table[role, facts].bits != table[role, with_it].bits:
                matter |= standing
    return matter


def rows(table: Table = TABLE) -> Iterator[str]:
    """Yield the whole table as lines, one per decision, without loss.

    A standing or seal that changes nothing for a role, shield and status is left out of its lines, so a
    change of the policy shows as the few lines whose meaning changed.
    """
    for role, shield, status in product(Role, Shield, Status):
        domain = [f for f in all_facts() if (f.shield, f.status) == (shield, status)]
        keys = _distinguishing(table, role, domain)
        yield from sorted({_line(role, facts, keys, table[role, facts].bits) for facts in domain})


def _distinguishing(table: Table, role: Role, domain: list[Facts]) -> tuple[Standing | None, ...]:
    """Return the standings, and None for the seal, on which the decision turns within `domain`."""

    def turns(key: Standing | None) -> bool:
        return any(table[role, facts].bits != table[role, _flip(facts, key)].bits for facts in domain)

    return tuple(key for key in (*Standing, None) if turns(key))


def _flip(facts: Facts, key: Standing | None) -> Facts:
    if key is None:
        return replace(facts, former_names_sealed=not facts.former_names_sealed)
    return replace(facts, standing=facts.standing ^ key)


def _line(role: Role, facts: Facts, keys: tuple[Standing | None, ...], bits: int) -> str:
    told = [
        (key.name or "") if key else "FORMER_NAMES_SEALED"
        for key in keys
        if (facts.former_names_sealed if key is None else key in facts.standing)
    ]
    who = ", ".join([role, facts.shield, facts.status, *told])
    return f"{who}: {' '.join(groups_in(bits)) or 'the record does not exist'}"


COLUMNS = tuple(group for group in FieldGroup if group is not FieldGroup.PLACE)
_ROWS = {
    NarrowGroup.OWN_SERVICES: "own",
    NarrowGroup.OWN_SENSITIVE: "own",
    NarrowGroup.ISSUED_IDENTIFIERS: "iss",
}


def matrix(shield: Shield, table: Table = TABLE) -> list[tuple[str, ...]]:
    """Return the matrix that people read for a live record: a row per role and single standing.

    Each row is the viewer, then per group `Y` seen, `own` or `iss` some rows, `Y*` seen unless sealed,
    `-` withheld, or blank when the record does not exist for this viewer.
    """
    return [
        (label, *(_mark(table, role, Facts(shield, Status.LIVE, standing), group) for group in COLUMNS))
        for role in Role
        for label, standing in _viewers(role, shield, table)
    ]


def _viewers(role: Role, shield: Shield, table: Table) -> Iterator[tuple[str, Standing]]:
    yield role, Standing.NONE
    for standing in Standing:
        if table[role, Facts(shield)].bits != table[role, Facts(shield, standing=standing)].bits:
            yield f"{role}, {standing.name}", standing


def _mark(table: Table, role: Role, facts: Facts, group: FieldGroup) -> str:
    bits = table[role, facts].bits
    if not bits:
        return ""
    if bits & group.bit:
        sealed = table[role, replace(facts, former_names_sealed=True)].bits
        return "Y" if sealed & group.bit else "Y*"
    narrow = NARROWER.get(group)
    return _ROWS[narrow] if narrow and bits & narrow.bit else "-"
