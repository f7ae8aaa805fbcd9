"""The policy compiled to a total table: for every role and every fact, what is seen and by which rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from authz.policy import POLICY
from authz.rules import Facts, Rule, all_facts, faults, weigh
from authz.words import NARROWER, FieldGroup, NarrowGroup, Role, Shield, Standing, Status, groups_in


@dataclass(frozen=True, slots=True)
class Cell:
    """One decision: the bits seen, and the ids of the rules that gave or took one."""

    bits: int
    rules: tuple[str, ...]


Table = Mapping[tuple[Role, Facts], Cell]


def decide(policy: Iterable[Rule], role: Role, facts: Facts) -> Cell:
    """Decide one cell: what some rule allows and none forbids. Without IDENTITY nothing is seen."""
    by = [rule for rule in policy if rule.applies(role, facts)]
    return Cell(weigh(by), tuple(rule.id for rule in by))


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
        if table[role, facts].bits != table[role, flip(facts, standing)].bits:
            matter |= standing
    return matter


Key = Standing | None
"""What a decision may turn on within a shield and a status: a standing, or None for sealed former names."""

SEALED, NO_RECORD = "FORMER_NAMES_SEALED", "the record does not exist"


def flip(facts: Facts, key: Key) -> Facts:
    """Return `facts` with the one standing, or the seal, the other way round."""
    if key is None:
        return Facts(facts.shield, facts.status, facts.standing, not facts.former_names_sealed)
    return Facts(facts.shield, facts.status, facts.standing ^ key, facts.former_names_sealed)


def key_name(key: Key) -> str:
    """Return the word for `key` in the lines of the table."""
    return SEALED if key is None else str(key.name)


def rows(table: Table = TABLE) -> Iterator[str]:
    """Yield the whole table as lines, one per decision, without loss.

    A standing or seal that changes nothing for a role, shield and status is left out of its lines, so a
    change of the policy shows as the few lines whose meaning changed.
    """
    domains: dict[tuple[Shield, Status], list[Facts]] = {}
    for facts in all_facts():
        domains.setdefault((facts.shield, facts.status), []).append(facts)
    for role, shield, status in product(Role, Shield, Status):
        domain = domains[shield, status]
        keys = _distinguishing(table, role, domain)
        yield from sorted({_line(role, facts, keys, table[role, facts].bits) for facts in domain})


def _distinguishing(table: Table, role: Role, domain: list[Facts]) -> tuple[Key, ...]:
    """Return the standings, and None for the seal, on which the decision turns within `domain`."""

    def turns(key: Key) -> bool:
        return any(table[role, facts].bits != table[role, flip(facts, key)].bits for facts in domain)

    return tuple(key for key in (*Standing, None) if turns(key))


def _line(role: Role, facts: Facts, keys: tuple[Key, ...], bits: int) -> str:
    told = [key_name(key) for key in keys if (facts.former_names_sealed if key is None else key in facts.standing)]
    who = ", ".join([role, facts.shield, facts.status, *told])
    return f"{who}: {' '.join(groups_in(bits)) or NO_RECORD}"


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
        (label, *(mark(table, role, Facts(shield, Status.LIVE, standing), group) for group in COLUMNS))
        for role in Role
        for label, standing in viewers(role, shield, table)
    ]


def viewers(role: Role, shield: Shield, table: Table) -> Iterator[tuple[str, Standing]]:
    """Yield the rows of the matrix for `role`: with no standing, then with each one that alone changes anything."""
    yield role, Standing.NONE
    for standing in Standing:
        if table[role, Facts(shield)].bits != table[role, Facts(shield, standing=standing)].bits:
            yield f"{role}, {standing.name}", standing


def mark(table: Table, role: Role, facts: Facts, group: FieldGroup) -> str:
    """Return one cell of the matrix, as `matrix` says."""
    bits = table[role, facts].bits
    if not bits:
        return ""
    if bits & group.bit:
        sealed = table[role, replace(facts, former_names_sealed=True)].bits
        return "Y" if sealed & group.bit else "Y*"
    narrow = NARROWER.get(group)
    return _ROWS[narrow] if narrow and bits & narrow.bit else "-"


BEYOND: tuple[Status | Shield, ...] = (Status.LEFT, Status.DECEASED, Status.ARCHIVED, Shield.CONCEALED)


def beyond(table: Table = TABLE) -> list[tuple[str, ...]]:
    """Return what each role sees of records that are not live, or concealed: the role, then a mark for each of BEYOND.

    The mark is `as live`, blank when the record does not exist for the role, or `differs`: then the total table tells.
    """
    return [(role, *(_mark_beyond(table, role, word) for word in BEYOND)) for role in Role]


def _mark_beyond(table: Table, role: Role, word: Status | Shield) -> str:
    shields = {word} if isinstance(word, Shield) else {Shield.OPEN, Shield.SHIELDED}
    cells = [facts for facts in all_facts() if facts.shield in shields and word in {facts.shield, facts.status}]
    bits = [table[role, facts].bits for facts in cells]
    if not any(bits):
        return ""
    return "as live" if bits == [table[role, replace(facts, status=Status.LIVE)].bits for facts in cells] else "differs"
