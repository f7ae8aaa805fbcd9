"""Values for arguments: drawn from the rows of both worlds by the names of their columns, spelt in many ways."""

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_input_field,
)

from resolvers.belief import AGREEMENT_VERSION
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.worlds.edits import Edit
from tests.worlds.generated import Pair, differing_columns
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
USUAL = {"version": (AGREEMENT_VERSION, "2019-1"), "clientMutationId": ("a", "b", "c")}
"""What stands in no column, or is to be the same now and again: an agreement, keys of a client."""

ALIASES = {"toAuthority": "organisation"}
"""What an argument that names no table is the id of."""

NEVER = {"acceptInvestigation"}
"""Flags that are not set by chance: an override lets its viewer see more than the view of before, and that is no leak.

`sparing.py` has those of children about whom the worlds are alike.
"""

BAD_IDS = ("", "AQ", "Q2hpbGQ6MQ", "not an id", "AAAAAAAAAAAAAAAAAAAAAAA", "%")
SIZES = (1, 1, 2, 2, 3, 5, 24, 25, 50, 0, -1)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True)
class Difference:
    """One thing in which the worlds of a pair differ: the children it bears on, and the columns."""

    children: tuple[UUID, ...]
    columns: tuple[str, ...]


class Values:
    """What both worlds of a pair hold, by column; and what the worlds differ about.

    `askable` are the columns after which arguments of the schema are named.
    """

    def __init__(self, pair: Pair, askable: Collection[str] = ()) -> None:
        self.pair, self.askable = pair, askable
        self.worlds: tuple[Rows, Rows] = (pair.first, pair.second)

    @cached_property
    def everything(self) -> Pool:
        pool: Pool = defaultdict(list)
        for rows in self.worlds:
            for table in BY_NAME.values():
                for row in rows.all(table):
                    _gather(pool, table, row)
        return _distinct(pool)

    @cached_property
    def differing(self) -> list[Difference]:
        """What the worlds differ in, an entry for each edit that bears on a child."""
        found = []
        for edit in self.pair.edits:
            if children := self.bearing(edit):
                columns = {name: None for one in edit.changes for _, name in differing_columns(one)}
                found.append(Difference(tuple(children), tuple(columns)))
        return found

    def bearing(self, edit: Edit) -> dict[UUID, None]:
        """Return the children on whom an edit bears."""
        rows = [(one.table, row) for one in edit.changes for row in (one.before, one.after) if row is not None]
        return dict.fromkeys(child for table, row in rows for child in self._children(table, row))

    @cached_property
    def by_column(self) -> dict[str, list[Difference]]:
        """The differences by each column that the schema has an argument for."""
        found: dict[str, list[Difference]] = defaultdict(list)
        for difference in self.differing:
            for column in difference.columns:
                if column in self.askable:
                    found[column].append(difference)
        return found

    @cached_property
    def doubtful(self) -> list[UUID]:
        """The children about whom the worlds differ."""
        return list(dict.fromkeys(child for difference in self.differing for child in difference.children))

    @cached_property
    def ids(self) -> list[str]:
        """Ids of what belongs to the children about whom the worlds differ, two for each edit."""
        found = []
        for difference in self.differing:
            first, last = self._about(difference.children[0]), self._about(difference.children[-1])
            found += first.get("id of any kind", [])[:1] + last.get("id of any kind", [])[-1:]
        return found

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
        chance = rng.random()
        difference = Difference((rng.choice(self.children),), ())
        if chance < 0.4 and self.by_column:
            difference = rng.choice(self.by_column[rng.choice(list(self.by_column))])
        elif chance < 0.75 and self.differing:
            difference = rng.choice(self.differing)
        return Chosen(self, self._about(rng.choice(difference.children)), difference.columns, rng)

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
    """Values for one operation: `near` are about one child, the others about anything.

    `telling` are the columns in which the worlds differ about that child.
    """

    def __init__(self, values: Values, near: Pool, telling: Collection[str], rng: random.Random) -> None:
        self.all, self.near, self.telling, self.ids, self.rng = values.everything, near, telling, values.ids, rng

    def value(self, kind: Any, name: str, toward: Sequence[str] = ()) -> Any:
        """Return a value of the input type `kind` for the argument or input field `name`.

        `toward` are the names of what the field gives: ids are mostly those of such.
        """
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, name, toward)
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type, name.removesuffix("s"), toward)
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return self.rng.choice(list(kind.values))
        if kind.name == "ID":
            return self._id(name, toward)
        scalar = {"Int": self._number, "Boolean": self._flag, "Date": self._day, "DateTime": self._instant}
        return scalar.get(kind.name, self._text)(name)

    def _list(self, kind: Any, name: str, toward: Sequence[str]) -> list[Any]:
        many = self.rng.choice((1, 2, 5, 12, 30))
        ids = self.ids if get_named_type(kind).name == "ID" else []
        return [
            self.rng.choice(ids) if ids and self.rng.random() < 0.6 else self.value(kind, name, toward)
            for _ in range(many)
        ]

    def _object(self, kind: GraphQLInputObjectType) -> Any:
        fields = kind.fields
        if {name: str(field.type) for name, field in fields.items()} == {"from": "Date!", "to": "Date!"}:
            return self._range()
        ways = WAYS_IN.get(kind.name, ((),))
        chosen = {*self.rng.choice(ways), *(name for name, field in fields.items() if is_required_input_field(field))}
        more = self.rng.choice((0.0, 0.0, 0.0, 0.1, 0.3))
        chosen |= {name for name in fields if self.rng.random() < (0.5 if snake(name) in self.telling else more)}
        return {name: self.value(fields[name].type, name) for name in fields if name in chosen}

    def _from(self, name: str) -> Any:
        near = self.near.get(name)
        pool = near if near and self.rng.random() < 0.85 else self.all.get(name)
        return self.rng.choice(pool) if pool else None

    def _id(self, name: str, toward: Sequence[str]) -> str:
        if self.rng.random() < 0.05:
            return self.rng.choice(BAD_IDS)
        asked = ALIASES.get(name, snake(name).removesuffix("_id"))
        kinds = [f"id of {kind}" for kind in (asked, *toward)]
        kinds = [kind for kind in kinds if kind in self.all]
        wanted = self.rng.choice(kinds) if kinds and self.rng.random() < 0.9 else "id of any kind"
        return str(self._from(wanted))

    def _number(self, _name: str) -> int:
        return self.rng.choice(SIZES)

    def _flag(self, name: str) -> bool:
        return name not in NEVER and self.rng.random() < 0.5

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
        if name in USUAL and self.rng.random() < 0.9:
            return self.rng.choice(USUAL[name])
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
