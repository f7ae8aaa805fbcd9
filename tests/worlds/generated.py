"""Pairs of random directories with the same view for one viewer (R0): differences are found, not listed."""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from resolvers.store import tables as t
from tests.worlds.dense import dense
from tests.worlds.edits import Change, Edit, Proposer, targets
from tests.worlds.rows import BY_NAME, KEYS, Rows, Table
from tests.worlds.view import Eyes, records_with

TRIES = 10
"""How many rows are tried for an edit of one column before it is given up."""


PUBLIC = {t.Organisation, t.OrganisationPlace, t.Practitioner}
OF_OFFICES = {
    *(t.Account, t.Application, t.ApplicationChild, t.ApplicationDecision, t.Override, t.Task, t.Budget),
    t.BrokerRequest,
    *(t.Shield, t.ShieldRequest, t.Resolution, t.Child),
    *(t.AccessEvent, t.AccessSubject, t.Alert, t.Idempotency, t.Organisation),
}
"""Tables that bear on the parts of a view that are no records."""


@dataclass(frozen=True)
class Pair:
    """Two directories that are one to `viewer`: the dense one of `seed`, and the same with `edits` made to it."""

    viewer: str
    seed: int
    first: Rows
    edits: tuple[Edit, ...]

    @property
    def second(self) -> Rows:
        return edited(self.first, self.edits)


def edited(rows: Rows, edits: tuple[Edit, ...]) -> Rows:
    """Return a copy of `rows` with `edits` made; one that has no place without others before it is left out."""
    after = rows.copy()
    for edit in edits:
        edit.apply(after)
    return after


class Hider:
    """Makes edits to a directory and keeps those that its viewer cannot notice, as the view says."""

    def __init__(self, viewer: str, first: Rows) -> None:
        self.viewer, self.rows = viewer, first.copy()
        eyes = Eyes(first, viewer)
        self.account, self.seen = eyes.viewer.account, eyes.view()
        self.kept: list[Edit] = []

    def offer(self, edit: Edit | None) -> bool:
        """Make `edit` and keep it if the view stays the same; else undo it."""
        if edit is None:
            return False
        touched = self._touched(edit)
        if any(change.key == (self.account,) and change.after is None for change in edit.changes):
            return False
        if not edit.apply(self.rows):
            return False
        if self._same(edit, touched | self._touched(edit)):
            self.kept.append(edit)
            return True
        edit.undo(self.rows)
        return False

    def _touched(self, edit: Edit) -> dict[Any, None]:
        found: dict[Any, None] = {}
        for change in edit.changes:
            for row in (change.before, change.after):
                found |= {} if row is None else records_with(self.rows, change.table, row)
        return found

    def _same(self, edit: Edit, touched: dict[Any, None]) -> bool:
        """Tell whether the view is what it was; what `edit` cannot have touched is not looked at again."""
        eyes = Eyes(self.rows, self.viewer)
        if any(change.key in {(self.account,), (eyes.viewer.organisation,)} for change in edit.changes):
            return eyes.view() == self.seen
        if any(eyes.record(child) != self.seen.get(child) for child in touched):
            return False
        if any(change.table in PUBLIC for change in edit.changes) and eyes.bodies() != self.seen.get("bodies"):
            return False
        return all(change.table not in OF_OFFICES for change in edit.changes) or bool(eyes.own() == self.seen["own"])


def make_pair(viewer: str, seed: int) -> Pair:
    """Return the pair of this viewer and seed: every column is tried, rows come and go, records are hidden."""
    first, rng = dense(seed), random.Random(f"pair {viewer} {seed}")
    hider = Hider(viewer, first)
    propose = Proposer(hider.rows, rng)
    account = Eyes(first, viewer).viewer
    for _ in range(2):
        hider.offer(propose.crowd(account.account, account.practitioner))
    for _ in range(12):
        hider.offer(propose.record(account.account))
    for _ in range(12):
        hider.offer(propose.moved())
    wanted = targets() + [(table, "") for table in BY_NAME.values()] * 4
    rng.shuffle(wanted)
    for table, column in wanted:
        for _ in range(TRIES):
            more = rng.choice((propose.added, propose.removed))
            edit = propose.changed(table, column) if column else more(table)
            if hider.offer(edit):
                break
    hider.kept.append(Edit("shuffled", shuffled=seed + 1))
    pair = Pair(viewer, seed, first, tuple(hider.kept))
    assert Eyes(pair.second, viewer).view() == hider.seen, "the edits that were kept change the view when made at once"
    return pair


def varied(pairs: list[Pair]) -> Counter[tuple[Table, str]]:
    """Return how often each column differs, and under the name of its key how often each table has rows of its own."""
    found: Counter[tuple[Table, str]] = Counter()
    for change in (change for pair in pairs for edit in pair.edits for change in edit.changes):
        one_sided = change.before is None or change.after is None
        found.update([(change.table, KEYS[change.table][0])] if one_sided else differing_columns(change))
    return found


def differing_columns(change: Change) -> list[tuple[Table, str]]:
    """Return the columns in which a row differs; of a row that one world lacks, all that hold something."""
    if change.before is None or change.after is None:
        row = change.before or change.after or {}
        return [(change.table, name) for name in row if row[name] is not None]
    return [(change.table, name) for name in change.before if change.before[name] != change.after[name]]
