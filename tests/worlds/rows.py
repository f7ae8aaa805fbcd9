"""A directory as rows in memory, by table and primary key, with its foreign keys looked up both ways."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Column, inspect

from resolvers.store import tables as t
from resolvers.store.tables.base import DERIVED
from tests.world import World

Table = Any
Key = tuple[Any, ...]
Row = dict[str, Any]

FED = (t.FeedEntry, t.FeedLikeness, t.FeedMatched, t.FeedName, t.FeedSubmission)
"""What feeds have sent and is not done: work that the gateway does by itself, so that a row of it does not stay as it
is. Pairs of worlds are fed by hand, in `tests/worlds/test_feeds.py`."""

TABLES: tuple[Table, ...] = tuple(mapper.class_ for mapper in t.Base.registry.mappers if mapper.class_ not in FED)
BY_NAME: dict[str, Table] = {
    table.__tablename__: table for table in sorted(TABLES, key=lambda table: table.__tablename__)
}


def _columns(table: Table) -> dict[str, Column[Any]]:
    mapper = inspect(table)
    return {prop.key: prop.columns[0] for prop in mapper.column_attrs}


COLUMNS = {table: _columns(table) for table in TABLES}
STORED = {
    table: {name: column for name, column in columns.items() if DERIVED not in column.info}
    for table, columns in COLUMNS.items()
}
"""The columns of each table but those that an insert derives from others."""

KEYS = {table: tuple(column.key for column in table.__table__.primary_key) for table in TABLES}
REFERENCES: dict[Table, dict[str, Table]] = {
    table: {
        name: BY_NAME[next(iter(column.foreign_keys)).column.table.name]
        for name, column in STORED[table].items()
        if column.foreign_keys
    }
    for table in TABLES
}
"""For each table its columns that refer to another row, and the table of that row."""

# The journal outlives what it speaks of, so its references are no foreign keys.
LOOSE: dict[Table, dict[str, Table]] = {
    t.AccessSubject: {"child_id": t.Child, "event_id": t.AccessEvent},
    t.AccessEvent: {"account_id": t.Account, "organisation_id": t.Organisation},
    t.Alert: {"event_id": t.AccessEvent},
    t.Change: {"event_id": t.AccessEvent},
    t.Idempotency: {"answer_id": t.Application},
}


def key_of(table: Table, row: Row) -> Key:
    return tuple(row[name] for name in KEYS[table])


def whole(table: Table, row: Row) -> Row:
    """Return `row` with what an insert would fill in, derived columns apart."""
    full = {}
    for name, column in STORED[table].items():
        made: Any = column.default
        full[name] = row.get(name, made.arg if made is not None and made.is_scalar else None)
    return full


class Rows:
    """All rows of one directory. `shuffled` is the seed by which they are written in another order."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[Key, Row]] = {table: {} for table in BY_NAME.values()}
        self.shuffled: int | None = None
        self._having: dict[tuple[Table, str, UUID], dict[Key, None]] = defaultdict(dict)

    @classmethod
    def of(cls, world: World) -> "Rows":
        rows = cls()
        for table, added in world.rows.items():
            for row in added:
                rows.put(table, key_of(table, row), whole(table, row))
        return rows

    def copy(self) -> "Rows":
        other = Rows()
        other.shuffled = self.shuffled
        for table, rows in self.tables.items():
            for key, row in rows.items():
                other.put(table, key, row)
        return other

    def get(self, table: Table, *key: Any) -> Row | None:
        return self.tables[table].get(key)

    def all(self, table: Table) -> Iterable[Row]:
        return self.tables[table].values()

    def having(self, table: Table, column: str, value: UUID) -> list[Row]:
        """Return the rows whose reference `column` is `value`."""
        return [self.tables[table][key] for key in self._having.get((table, column, value), ())]

    def put(self, table: Table, key: Key, row: Row | None) -> None:
        """Put `row` in the place of `key`, or remove what is there; a row is never changed in place."""
        columns = (*REFERENCES[table], *LOOSE.get(table, ()))
        if (old := self.tables[table].pop(key, None)) is not None:
            for name in columns:
                self._having[table, name, old[name]].pop(key, None)
        if row is not None:
            self.tables[table][key] = row
            for name in columns:
                self._having[table, name, row[name]][key] = None

    def referring(self, table: Table, value: UUID) -> Iterator[tuple[Table, str, Row]]:
        """Yield the rows that refer to the row of `table` whose key is `value`."""
        for other in self.tables:
            for name, target in REFERENCES[other].items():
                if target is table:
                    for row in self.having(other, name, value):
                        yield other, name, row

    def world(self) -> World:
        """Return the rows to be written, those that others of their table refer to first."""
        world = World()
        for table, rows in self.tables.items():
            if rows:
                world.rows[table] = sorted(self._ordered(table), key=lambda row: self._depth(table, row))
        return world

    def _ordered(self, table: Table) -> list[Row]:
        rows = list(self.tables[table].values())
        if self.shuffled is not None:
            random.Random(f"{self.shuffled} {table.__tablename__}").shuffle(rows)
        return rows

    def _depth(self, table: Table, row: Row, seen: tuple[Any, ...] = ()) -> int:
        depth = 0
        for name, target in REFERENCES[table].items():
            above = row[name]
            if target is table and above is not None and above != row["id"] and above not in seen:
                depth = max(depth, 1 + self._depth(table, self.tables[table][above,], (*seen, row["id"])))
        return depth


def faults(rows: Rows, changed: Iterable[tuple[Table, Key]]) -> bool:
    """Tell whether the database would refuse `rows`, as far as the places in `changed` are concerned."""
    return any(_fault(rows, table, key) for table, key in changed)


def _fault(rows: Rows, table: Table, key: Key) -> bool:
    row = rows.get(table, *key)
    if row is None:
        return len(key) == 1 and any(True for _ in rows.referring(table, key[0]))
    if any(row[name] is None and not column.nullable for name, column in STORED[table].items()):
        return True
    if any(row[name] is not None and rows.get(target, row[name]) is None for name, target in REFERENCES[table].items()):
        return True
    if key != key_of(table, row) or _goes_round(rows, table, row):
        return True
    return _unique_fault(rows, table, row)


def _goes_round(rows: Rows, table: Table, row: Row) -> bool:
    """Tell whether rows of one table refer to each other in a circle, so that none could be written first."""
    for name in (name for name, target in REFERENCES[table].items() if target is table):
        seen, above = {row["id"]}, row[name]
        while above is not None and above != row["id"]:
            if above in seen:
                return True
            seen.add(above)
            below, above = above, rows.tables[table][above,][name]
            above = None if above == below else above
        if above == row["id"] and len(seen) > 1:
            return True
    return False


def _unique_fault(rows: Rows, table: Table, row: Row) -> bool:
    if table is t.ChildReach:
        now = [other for other in rows.having(table, "child_id", row["child_id"]) if other["replaced_at"] is None]
        return len(now) > 1
    return any(
        sum(other[name] == row[name] for other in rows.all(table)) > 1
        for name, column in STORED[table].items()
        if column.unique
    )
