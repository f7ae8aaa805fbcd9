"""Two total tables compared: who gains or loses which group, and where."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from authz.decision import holds
from authz.rules import Facts, all_facts
from authz.sentences import listed
from authz.table import TABLE, Key
from authz.words import FieldGroup, Role, Shield, Standing, Status, groups_in

Decisions = Mapping[tuple[Role, Facts], int]
"""For every role and all facts the bits seen: a total table without the rules that decided it."""

KEYS: tuple[Key, ...] = (*Standing, None)
DECISIONS: Decisions = {key: cell.bits for key, cell in TABLE.items()}


class Delta(NamedTuple):
    """The bits gained and the bits lost."""

    gained: int
    lost: int


Asked = tuple[bool | None, ...]
"""For each of `KEYS` whether it must hold, must not, or is not asked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed decision: what a role gains and loses on the records of these shields and statuses.

    `asked` tells which standings (and the seal) must hold for it, and which must not.
    """

    role: Role
    shields: tuple[Shield, ...]
    statuses: tuple[Status, ...]
    asked: Asked
    delta: Delta

    def __str__(self) -> str:
        return f"{self._what()} {self._where()}"

    def _what(self) -> str:
        gained, lost = groups_in(self.delta.gained), groups_in(self.delta.lost)
        if self.delta.gained & FieldGroup.IDENTITY.bit:
            return f"gains the record, with {listed(gained)},"
        if self.delta.lost & FieldGroup.IDENTITY.bit:
            return f"loses the record, with {listed(lost)},"
        told = [f"{verb} {listed(groups)}" for verb, groups in (("gains", gained), ("loses", lost)) if groups]
        return " and ".join(told)

    def _where(self) -> str:
        shields = [] if set(self.shields) == set(Shield) else [listed(self.shields, "or")]
        statuses = [] if set(self.statuses) == set(Status) else [listed(self.statuses, "or")]
        record = f"where the record is {', and '.join(shields + statuses)}" if shields or statuses else "on any record"
        ties = [_tie(key, asked) for key, asked in zip(KEYS, self.asked, strict=True) if asked is not None]
        return ", ".join([record, *ties])


def _tie(key: Key, asked: bool) -> str:
    if key is None:
        return f"with former names {'' if asked else 'not '}sealed"
    return f"{'under' if asked else 'without'} {key.name}"


def changes(old: Decisions, new: Decisions = DECISIONS) -> list[Change]:
    """Return every changed decision from `old` to `new`, roles in their order; none where the two are equal."""
    return [change for role in Role for change in _joined(list(_changes_of(role, old, new)))]


def _changes_of(role: Role, old: Decisions, new: Decisions) -> Iterator[Change]:
    for shield, status in product(Shield, Status):
        found: dict[Delta, set[Asked]] = defaultdict(set)
        for facts in all_facts():
            if (facts.shield, facts.status) == (shield, status):
                had, has = old[role, facts], new[role, facts]
                found[Delta(has & ~had, had & ~has)].add(tuple(holds(facts, key) for key in KEYS))
        found.pop(Delta(0, 0), None)
        for delta, cells in found.items():
            yield from (Change(role, (shield,), (status,), asked, delta) for asked in _cubes(cells))


def _cubes(cells: set[Asked]) -> list[Asked]:
    """Return `cells` told in as few words as can be had by leaving out, key by key, what makes no difference."""
    for n in range(len(KEYS)):
        either = {cell for cell in cells if (*cell[:n], not cell[n], *cell[n + 1 :]) in cells}
        cells = (cells - either) | {(*cell[:n], None, *cell[n + 1 :]) for cell in either}
    return sorted(cells, key=str)


def _joined(found: list[Change]) -> list[Change]:
    """Return `found` with what is the same for several statuses told once, and then likewise for shields."""
    by_status: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in found:
        by_status[change.shields, change.asked, change.delta].append(change)
    told = [replace(same[0], statuses=tuple(s for each in same for s in each.statuses)) for same in by_status.values()]
    by_shield: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in told:
        by_shield[change.statuses, change.asked, change.delta].append(change)
    return [replace(same[0], shields=tuple(s for each in same for s in each.shields)) for same in by_shield.values()]
