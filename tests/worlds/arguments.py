"""Values for arguments: drawn from the rows of both worlds by the names of their columns, spelt in many ways."""

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.worlds.generated import Pair
from tests.worlds.rows import BY_NAME, COLUMNS, Row, Rows, Table

Pool = dict[str, list[Any]]

WAYS_IN: dict[str, tuple[tuple[str, ...], ...]] = {
    "ChildSearch": (
        ("familyName", "dateOfBirth"),
        ("familyName", "bornBetween"),
        ("familyName", "bornBetween"),
        ("directoryNumber",),
        ("externalIdentifier",),
    ),
    "ContactSearch": (
        ("familyName", "givenNames"),
        ("familyName", "phone"),
        ("familyName", "email"),
        ("familyName", "postcode"),
    ),
}
"""For inputs that ask for a minimum, what suffices; chance alone would mostly be refused."""


HOSTILE = ("", " ", "%", "_%", "'", "null", "*", "A" * 300, "\N{RIGHT-TO-LEFT OVERRIDE}", "0" * 12, "Zoë*")
BAD_IDS = ("", "AQ", "Q2hpbGQ6MQ", "not an id", "AAAAAAAAAAAAAAAAAAAAAAA", "%")
SIZES = (1, 1, 2, 2, 3, 5, 24, 25, 50, 0, -1)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Values:
    """What both worlds of a pair hold, by column; and which children the worlds differ about."""

    def __init__(self, pair: Pair) -> None:
        self.worlds: tuple[Rows, Rows] = (pair.first, pair.second)
        self.changed = [change for edit in pair.edits for change in edit.changes]

    @cached_property
    def everything(self) -> Pool:
        pool: Pool = defaultdict(list)
        for rows in self.worlds:
            for table in BY_NAME.values():
                for row in rows.all(table):
                    _gather(pool, table, row)
        return _distinct(pool)

    @cached_property
    def doubtful(self) -> list[UUID]:
        """The children whose rows, or whose carers' rows, differ between the worlds."""
        found: dict[UUID, None] = {}
        for change in self.changed:
            for row in (change.before, change.after):
                if row is not None:
                    found |= dict.fromkeys(self._children(change.table, row))
        return list(found)

    def _children(self, table: Table, row: Row) -> list[UUID]:
        if table is t.Child:
            return [row["id"]]
        if "child_id" in row:
            return [row["child_id"]] if row["child_id"] else []
        person = row.get("person_id") or (row["id"] if table is t.Person else None)
        if person is None:
            return []
        return [link["child_id"] for rows in self.worlds for link in rows.having(t.Contact, "person_id", person)]

    @cached_property
    def children(self) -> list[UUID]:
        return list(dict.fromkeys(row["id"] for rows in self.worlds for row in rows.all(t.Child)))

    def about(self, rng: random.Random) -> "Chosen":
        """Return the values for one operation: mostly about one child, who is mostly one that differs."""
        doubtful = self.doubtful and rng.random() < 0.6
        child = rng.choice(self.doubtful if doubtful else self.children)
        return Chosen(self, self._about(child), rng)

    def _about(self, child: UUID) -> Pool:
        pool: Pool = defaultdict(list)
        for rows in self.worlds:
            if (row := rows.get(t.Child, child)) is not None:
                _gather(pool, t.Child, row)
            for table, _, below in rows.referring(t.Child, child):
                _gather(pool, table, below)
                if table is t.Contact:
                    for kind in (t.Person, t.PersonReach):
                        if (reach := rows.get(kind, below["person_id"])) is not None:
                            _gather(pool, kind, reach)
        return _distinct(pool)


def _gather(pool: Pool, table: Table, row: Row) -> None:
    for name, value in row.items():
        if value is not None and name in COLUMNS[table]:
            pool[name].append(value)
    kind = Kind.__members__.get(table.__tablename__.upper())
    if kind is not None:
        pool["id of any kind"].append(write_id(kind, row["id"]))
        pool[f"id of {table.__tablename__}"].append(write_id(kind, row["id"]))


def _distinct(pool: Pool) -> Pool:
    return {name: list({repr(value): value for value in values}.values()) for name, values in pool.items()}


class Chosen:
    """Values for one operation: `near` are about one child, the others about anything."""

    def __init__(self, values: Values, near: Pool, rng: random.Random) -> None:
        self.all, self.near, self.rng = values.everything, near, rng

    def value(self, kind: Any, name: str, toward: Sequence[str] = ()) -> Any:
        """Return a value of the input type `kind` for the argument or input field `name`.

        `toward` are the names of what the field gives: ids are mostly those of such.
        """
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, name, toward)
        if isinstance(kind, GraphQLList):
            many = range(self.rng.choice((1, 2, 5, 12)))
            return [self.value(kind.of_type, name.removesuffix("s"), toward) for _ in many]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return self.rng.choice(list(kind.values))
        if kind.name == "ID":
            return self._id(name, toward)
        scalar = {"Int": self._number, "Boolean": self._flag, "Date": self._day, "DateTime": self._instant}
        return scalar.get(kind.name, self._text)(name)

    def _object(self, kind: GraphQLInputObjectType) -> Any:
        fields = kind.fields
        if {name: str(field.type) for name, field in fields.items()} == {"from": "Date!", "to": "Date!"}:
            return self._range()
        ways = WAYS_IN.get(kind.name, ((),))
        chosen = {*self.rng.choice(ways), *(name for name, field in fields.items() if is_required_input_field(field))}
        more = self.rng.choice((0.0, 0.0, 0.15, 0.4))
        chosen |= {name for name in fields if self.rng.random() < more}
        return {name: self.value(fields[name].type, name) for name in fields if name in chosen}

    def _from(self, name: str) -> Any:
        near = self.near.get(name)
        pool = near if near and self.rng.random() < 0.85 else self.all.get(name)
        return self.rng.choice(pool) if pool else None

    def _id(self, name: str, toward: Sequence[str]) -> str:
        if self.rng.random() < 0.05:
            return self.rng.choice(BAD_IDS)
        kinds = [f"id of {kind}" for kind in (snake(name).removesuffix("_id"), *toward)]
        kinds = [kind for kind in kinds if kind in self.all]
        wanted = self.rng.choice(kinds) if kinds and self.rng.random() < 0.9 else "id of any kind"
        return str(self._from(wanted))

    def _number(self, _name: str) -> int:
        return self.rng.choice(SIZES)

    def _flag(self, _name: str) -> bool:
        return self.rng.random() < 0.5

    def _day(self, name: str) -> str:
        found = self._from(snake(name)) or self._from("date_of_birth")
        return str(found.isoformat() if isinstance(found, date) else "2016-03-04")

    def _instant(self, name: str) -> str:
        found = self._from(snake(name)) or self._from("at")
        return str(found.isoformat() if isinstance(found, datetime) else "2026-06-15T10:00:00+00:00")

    def _range(self) -> dict[str, str]:
        born = date.fromisoformat(self._day("dateOfBirth"))
        first = born - timedelta(days=self.rng.choice((0, 0, 1, 200, 365)))
        return {"from": str(first), "to": str(first + timedelta(days=self.rng.choice((0, 1, 365, 730, 730, 800))))}

    def _text(self, name: str) -> str:
        if self.rng.random() < 0.03:
            return self.rng.choice(HOSTILE)
        found = self._from(snake(name))
        text = found if isinstance(found, str) else str(self._from("family_name"))
        return self.rng.choice(SPELLINGS)(text) if self.rng.random() < 0.4 else text


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


SPELLINGS = (
    str.upper,
    str.lower,
    _plain,
    lambda text: f"{text[:3]}*",
    lambda text: f"{text[:4]}*",
    lambda text: " ".join(text.split()[:1]) or text,
    lambda text: "-".join(reversed(text.split("-"))),
    lambda text: text.replace(" ", ""),
    lambda text: text.replace("th", "t").replace("'", ""),
    " ".join,
    lambda text: f"{text}x",
)
"""Other ways to write what is stored: some find it, some find others, some nothing."""
