"""Random edits of a directory: a value changed, rows added or removed, records cloned and hidden. None is aimed.

An edit knows nothing of who may see what; whether a viewer could notice it is for the view to say (`view.py`).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum as PythonEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Date, Enum, Integer, Uuid

from resolvers.numbers import make_number
from resolvers.store import tables as t
from resolvers.store.tables.base import Instant
from resolvers.store.words import SENSITIVE_KINDS, Ended
from tests.world import NOW, TODAY
from tests.worlds.rows import BY_NAME, KEYS, LOOSE, REFERENCES, STORED, Key, Row, Rows, Table, faults, key_of

CROWD = 27
"""How many namesakes a crowd has: enough that a search which counted them would say too many."""

DAYS, MINUTES = (-4000, -400, -30, -1, 0, 1, 30), (-9000, -5, 0, 5, 9000)
"""How far a new date may lie from today or from the one before, a new instant from now or from the one before."""

FIXED = {(t.Account, "subject")}
"""Columns that no edit changes: a token names an account by its subject."""


@dataclass(frozen=True)
class Change:
    """One row in the second world in the place of the one in the first; None where there is none."""

    table: Table
    key: Key
    before: Row | None
    after: Row | None

    def __str__(self) -> str:
        name = self.table.__tablename__
        if self.before is None:
            return f"{name} {_told(self.key)} exists in the second world alone: {_told(self.after)}"
        if self.after is None:
            return f"{name} {_told(self.key)} exists in the first world alone: {_told(self.before)}"
        differing = {n: (self.before[n], self.after[n]) for n in self.before if self.before[n] != self.after[n]}
        told = ", ".join(f"{n} is {_told(one)} and {_told(other)}" for n, (one, other) in differing.items())
        return f"{name} {_told(self.key)}: {told}"


@dataclass(frozen=True)
class Edit:
    """One difference between two worlds. `shuffled` says that the rows are stored in another order."""

    kind: str
    changes: tuple[Change, ...] = ()
    columns: tuple[tuple[Table, str], ...] = field(default=())
    shuffled: int | None = None

    def apply(self, rows: Rows) -> bool:
        """Make the difference in `rows`; return False, with nothing made, where it has no place there any more."""
        if any(rows.get(change.table, *change.key) != change.before for change in self.changes):
            return False
        for change in self.changes:
            rows.put(change.table, change.key, change.after)
        if faults(rows, [(change.table, change.key) for change in self.changes]):
            self.undo(rows)
            return False
        rows.shuffled = self.shuffled if self.shuffled is not None else rows.shuffled
        return True

    def undo(self, rows: Rows) -> None:
        for change in reversed(self.changes):
            rows.put(change.table, change.key, change.before)

    def __str__(self) -> str:
        if self.shuffled is not None:
            return "all rows are stored in another order"
        return f"{self.kind}: " + "\n    ".join(str(change) for change in self.changes)


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={_told(part)}" for name, part in value.items() if part is not None)
    if isinstance(value, tuple):
        return "/".join(_told(part) for part in value)
    if isinstance(value, PythonEnum):
        return value.name
    return str(value)


class Proposer:
    """Proposes edits of `rows` by chance."""

    def __init__(self, rows: Rows, rng: random.Random) -> None:
        self.rows, self.rng = rows, rng

    def new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def new_key(self, table: Table) -> Row:
        """Return a key for a further row of `table`, as far as it does not follow from what the row refers to."""
        made: dict[str, Callable[[], Any]] = {
            "id": self.new_id,
            "position": lambda: 10**9 + self.rng.randrange(10**6),
            "number": lambda: 10**9 + self.rng.randrange(10**6),
        }
        return {name: made[name]() for name in KEYS[table] if name in made}

    def pick(self, table: Table) -> Row | None:
        rows = list(self.rows.all(table))
        return self.rng.choice(rows) if rows else None

    def changed(self, table: Table, column: str) -> Edit | None:
        """Propose another value in one column of one row."""
        row = self.pick(table)
        if row is None:
            return None
        after = mended(table, {**row, column: self.other(table, column, row)})
        if after == row:
            return None
        return Edit("changed", (Change(table, key_of(table, row), row, after),), ((table, column),))

    def added(self, table: Table) -> Edit | None:
        """Propose a row like another one, of another parent."""
        row = self.pick(table)
        if row is None:
            return None
        after = {**row, **self.new_key(table)}
        free = [*REFERENCES[table], *LOOSE.get(table, ())]
        changing = [name for name in free if name in KEYS[table]] or free
        for name in self.rng.sample(changing, min(len(changing), self.rng.choice((1, 1, 2)))):
            after[name] = self.other(table, name, row)
        if self.rows.get(table, *key_of(table, after)) is not None:
            return None
        return Edit("added", (Change(table, key_of(table, after), None, mended(table, after)),))

    def moved(self) -> Edit | None:
        """Propose that an event of the journal was at another minute, with all that it touched."""
        event = self.pick(t.AccessEvent)
        if event is None:
            return None
        at = event["at"] + timedelta(minutes=self.rng.choice((-50, -3, -1, 1, 2, 20)))
        subjects = self.rows.having(t.AccessSubject, "event_id", event["id"])
        moving = [(t.AccessEvent, event), *((t.AccessSubject, row) for row in subjects if row["at"] == event["at"])]
        changes = []
        for table, row in moving:
            after = {**row, "at": at}
            changes += [Change(table, key_of(table, row), row, None), Change(table, key_of(table, after), None, after)]
        return Edit("moved", tuple(changes))

    def removed(self, table: Table) -> Edit | None:
        """Propose that a row is not there, nor what belongs to it."""
        row = self.pick(table)
        return None if row is None else Edit("removed", tuple(self._without(table, row)))

    def _without(self, table: Table, row: Row) -> Iterator[Change]:
        found: dict[tuple[Table, Key], Change] = {}
        waiting = [(table, row)]
        while waiting:
            kind, gone = waiting.pop()
            found[kind, key_of(kind, gone)] = Change(kind, key_of(kind, gone), gone, None)
            if "id" not in KEYS[kind]:
                continue
            for other, name, below in self.rows.referring(kind, gone["id"]):
                place = other, key_of(other, below)
                if not STORED[other][name].nullable:
                    waiting += [] if place in found else [(other, below)]
                elif place not in found:
                    found[place] = Change(other, place[1], below, {**below, name: None})
        return iter(found.values())

    def record(self, viewer: UUID) -> Edit | None:
        """Propose a record like another one, with all that belongs to it, hidden in one of the ways there are."""
        child = self.pick(t.Child)
        if child is None:
            return None
        return Edit("record", tuple(self._record(child, viewer, self.hiding(), whole=True)))

    def crowd(self, viewer: UUID, practitioner: UUID | None) -> Edit | None:
        """Propose many hidden namesakes of one child, on the viewer's caseload: enough to spoil a count."""
        child = self.pick(t.Child)
        work = self.pick(t.Involvement)
        if child is None or work is None:
            return None
        hiding = self.hiding()
        changes: list[Change] = []
        for _ in range(CROWD):
            record = list(self._record(child, viewer, hiding, whole=False))
            row = {"id": self.new_id(), "child_id": record[0].key[0], "practitioner_id": practitioner, "ended_on": None}
            changes += [*record, Change(t.Involvement, (row["id"],), None, {**work, **row})]
        return Edit("crowd", tuple(changes))

    def hiding(self) -> str:
        return self.rng.choice(("concealed", "grown", "dead", "conflict", "plain", "shielded"))

    def _record(self, child: Row, viewer: UUID, hiding: str, *, whole: bool) -> Iterator[Change]:
        key = self.new_id()
        after = {**child, "id": key, "directory_number": make_number(self.rng.randrange(10**11))}
        hidden: dict[str, Row] = {
            "concealed": {"concealed_at": NOW - timedelta(days=2)},
            "grown": {"date_of_birth": TODAY.replace(year=TODAY.year - 18)},
            "dead": {"ended_why": Ended.DECEASED, "ended_on": TODAY - timedelta(days=400)},
        }
        after |= hidden.get(hiding, {})
        yield Change(t.Child, (key,), None, after)
        if hiding == "conflict":
            row = {"account_id": viewer, "child_id": key, "source": t.ConflictSource.DECLARED, "since": NOW}
            row = {"id": self.new_id(), "ended_at": None, **row}
            yield Change(t.AccountConflict, (row["id"],), None, row)
        for other, name, row in list(self.rows.referring(t.Child, child["id"])) if whole else ():
            below = {**row, name: key, **self.new_key(other)}
            if not (hiding == "plain" and other in {t.ApplicationChild, t.Task}):
                yield Change(other, key_of(other, below), None, below)

    def other(self, table: Table, column: str, row: Row) -> Any:
        """Return another value for one column, of its type; often one that another row has."""
        kind, now = STORED[table][column], row[column]
        if kind.nullable and now is not None and self.rng.random() < 0.25:
            return None
        if (target := {**REFERENCES[table], **LOOSE.get(table, {})}.get(column)) is not None:
            found = self.pick(target)
            return now if found is None else found["id"]
        taken = self.pick(table)
        if not kind.unique and taken is not None and taken[column] not in (now, None) and self.rng.random() < 0.4:
            return taken[column]
        return self._fresh(kind.type, column, now)

    def _fresh(self, kind: Any, column: str, now: Any) -> Any:
        """Return a value of `kind` that need not be anywhere yet."""
        made: dict[Any, Callable[[], Any]] = {
            Enum: lambda: self.rng.choice([word for word in kind.enum_class if word is not now]),
            Boolean: lambda: not now,
            Integer: lambda: (now or 0) + self.rng.randrange(1, 4),
            BigInteger: lambda: (now or 0) + self.rng.randrange(1, 4),
            Uuid: self.new_id,
            Date: lambda: self.rng.choice((TODAY, now or TODAY)) + timedelta(days=self.rng.choice(DAYS)),
            Instant: lambda: self.rng.choice((NOW, now or NOW)) + timedelta(minutes=self.rng.choice(MINUTES)),
            JSON: lambda: list(now)[1:] or [make_number(self.rng.randrange(10**11))],
        }
        return made.get(type(kind), lambda: self._text(column, now))()

    def _text(self, column: str, now: Any) -> Any:
        n = self.rng.randrange(1000)
        named = {
            "directory_number": make_number(self.rng.randrange(10**11)),
            "phone": f"07700 900{n:03}",
            "email": f"other{n}@reach.example",
            "postcode": f"LS{n % 9 + 1} {n % 7}ZZ",
        }
        return named.get(column, f"{now or 'Other'} {'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}")


def mended(table: Table, row: Row) -> Row:
    """Return `row` with what a check of its table asks for."""
    if table is t.Involvement and row["service"] in SENSITIVE_KINDS:
        return {**row, "sensitive": True}
    return row


def targets() -> list[tuple[Table, str]]:
    """Return every column that an edit may change: all but keys and what names an account."""
    return [
        (table, name)
        for table in BY_NAME.values()
        for name in STORED[table]
        if name not in KEYS[table] and (table, name) not in FIXED
    ]
