"""Seeds in bulk: the same city on both databases, whole or not at all, with the people who break directories in it."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Date, DateTime, Select, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.names import fold
from resolvers.numbers import read_number
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import HARD, City, Hard, hard_child, is_seeded, make_rows, seed, write_city
from resolvers.store.seed.bulk.district import SIZE
from resolvers.store.seed.bulk.hard import CARED_FOR, SERVICES, WORKED_WITH
from resolvers.store.seed.bulk.sheets import SHEETS, Sheets, unsaid
from resolvers.store.seed.bulk.spread import Spread
from resolvers.store.seed.bulk.text import NULL, native
from resolvers.store.seed.bulk.text import text as copied
from resolvers.store.tables.base import DERIVED
from resolvers.store.words import (
    SENSITIVE_KINDS,
    STANDING_STATES,
    ReachKind,
    ServiceKind,
    ShieldState,
    TaskKind,
)
from tests.databases import Template
from tests.world import TODAY

Row = dict[str, Any]
Table = type[t.Base]

CAREFUL = 60
CHILDREN = CAREFUL + HARD + 2 * SIZE + 321


def make_city(number: int = 1, today: date = TODAY) -> City:
    return City(CHILDREN, number, today, careful=CAREFUL)


class Census:
    """The rows of a city that are made in bulk, with values of Python's own, and a few questions to them."""

    def __init__(self, city: City) -> None:
        self.tables: dict[Table, list[Row]] = {table: [] for table in SHEETS}
        for sheets, _ in city.parts():
            for table, rows in typed(sheets).items():
                self.tables[table] += rows
        self.children = {row["id"]: row for row in self.tables[t.Child]}
        self._of: dict[Table, dict[UUID, list[Row]]] = {}

    def of(self, table: Table, child: UUID) -> list[Row]:
        if table not in self._of:
            self._of[table] = defaultdict(list)
            for row in self.tables[table]:
                self._of[table][row["child_id"]].append(row)
        return self._of[table].get(child, [])

    def now(self, table: Table, child: UUID) -> list[Row]:
        return [row for row in self.of(table, child) if row["ended_on"] is None or row["ended_on"] > TODAY]

    def hard(self, case: Hard) -> Row:
        return self.children[hard_child(case)]

    def standing(self) -> set[UUID]:
        return {row["child_id"] for row in self.tables[t.Shield] if row["state"] in STANDING_STATES}


def typed(sheets: Sheets) -> dict[Table, list[Row]]:
    """Return the rows of sheets as an insert of each table would be given them."""
    made = {}
    for table, lines in sheets.items():
        columns = [table.__table__.columns[name] for name in (*SHEETS[table], *unsaid(table))]
        end = tuple(unsaid(table).values())
        made[table] = [
            {column.name: value_of(column, value) for column, value in zip(columns, (*line, *end), strict=True)}
            for line in lines
        ]
    return made


def value_of(column: Column[Any], value: str) -> Any:
    read = native(value)
    if read is None:
        return None
    if isinstance(column.type, DateTime) or column.type.__class__.__name__ == "Instant":
        return datetime.fromisoformat(read).replace(tzinfo=UTC)
    if isinstance(column.type, Date):
        return date.fromisoformat(read)
    kind = column.type.python_type
    return read == "1" if kind is bool else kind(read)


@pytest.fixture(scope="module")
def census() -> Census:
    return Census(make_city())


@pytest.fixture
async def engine(template: Template, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Give an engine on an empty, migrated database of each kind in turn."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        yield engine
        await engine.dispose()


# --- making ---------------------------------------------------------------------------------------------


def test_the_same_city_for_the_same_arguments() -> None:
    """The same children, seed and day give the same rows, part by part; another seed or day gives others."""
    city = make_city()
    parts = list(city.parts())
    assert parts == list(make_city().parts())
    assert parts == list(city.parts())
    assert parts != list(make_city(number=2).parts())
    assert parts != list(make_city(today=date(2026, 6, 16)).parts())


def test_parts_say_how_many_children_they_hold() -> None:
    """The careful children and those of all parts are as many as were asked for, and no part is larger than a district."""
    city = make_city()
    counts = [(len(sheets.get(t.Child, [])), told) for sheets, told in city.parts()]
    assert all(made == told <= SIZE for made, told in counts)
    assert CHILDREN == CAREFUL + sum(told for _, told in counts)


def test_a_city_too_small_is_refused() -> None:
    """A city without room for the careful children and the hard cases is refused with the number that it needs."""
    with pytest.raises(ValueError, match=f"use {CAREFUL + HARD} or more"):
        City(CAREFUL + HARD - 1, 1, TODAY, careful=CAREFUL)
    assert len(Census(City(CAREFUL + HARD, 1, TODAY, careful=CAREFUL)).children) == HARD


def test_the_careful_part_is_the_demo() -> None:
    """The first children of a city, all personas among them, are those of a small world of the same seed."""
    assert make_rows(CAREFUL, 1, TODAY) == make_city().rows


def test_every_column_is_filled() -> None:
    """A row made in bulk gives every column that is not null, and every derived one."""
    for table, given in SHEETS.items():
        columns = table.__table__.columns
        assert set(given) <= {column.name for column in columns}
        missing = [column for column in columns if column.name not in {*given, *unsaid(table)}]
        assert not [column.name for column in missing if not column.nullable or DERIVED in column.info]


def test_derived_columns_are_derived(census: Census) -> None:
    """Each derived column of each row holds what the table's own function makes of the row."""
    for table, rows in census.tables.items():
        for column in table.__table__.columns:
            if DERIVED in column.info:
                make, names = column.info[DERIVED]
                assert not [r for r in rows if r[column.name] != make(*(r[name] for name in names))], column


@pytest.mark.parametrize("value", [None, "", "a\nb", "\\", "\\N", "a\\nb", "\t\r\n", "Śmith"])
def test_texts_are_read_back(value: str | None) -> None:
    """A value written as COPY has it is read back as it was, and never breaks a line."""
    assert value == native(copied(value))
    assert not set(copied(value)) & set("\t\r\n")


async def read(connection: AsyncConnection, query: Select[Any]) -> set[tuple[str, ...]]:
    """Return the rows of a query as texts: what JSON columns hold is no key."""
    return set(map(texts, (await connection.execute(query)).all()))


def texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, values))


@pytest.mark.parametrize("span", [10, 100, 100_000])
def test_numbers_come_once_in_a_round(span: int) -> None:
    """A spread gives every number below its span once before any comes again, and not in their order."""
    spread = Spread(Random(7), span)
    numbers = [spread[n] for n in range(span)]
    assert sorted(numbers) == list(range(span)) != numbers
    assert spread[span] == spread[0]


def test_numbers_of_others_are_left_to_them() -> None:
    """A number that somebody else has is not free, and every other one is."""
    spread = Spread(Random(7), 100, taken={3, 70})
    assert {spread[n] for n in range(100) if spread.free(n) is None} == {3, 70}


# --- writing --------------------------------------------------------------------------------------------


async def test_the_written_city_is_the_city(engine: AsyncEngine, census: Census) -> None:
    """What is written is read back equal, on both databases alike, the careful children among the others."""
    heard: list[tuple[str, int, int]] = []
    city = make_city()
    await write_city(engine, city, lambda *told: heard.append(told))
    async with engine.connect() as connection:
        for table, careful in city.rows.tables.items():
            columns = table.__table__.columns
            found = await read(connection, select(*columns))
            bulk = [dict.fromkeys(column.name for column in columns) | row for row in census.tables.get(table, [])]
            assert not {texts(row.values()) for row in bulk} - found
            assert len(found) == len(bulk) + len(careful)
            given = await read(connection, select(*(columns[name] for name in careful[0])))
            assert not {texts(row.values()) for row in careful} - given
    assert ("children", CHILDREN, CHILDREN) == [told for told in heard if told[0] == "children"][-1]
    assert all(done <= total for _, done, total in heard)
    assert await is_seeded(engine)


async def test_a_large_world_is_a_city(engine: AsyncEngine) -> None:
    """From the given number of children on a directory is made in bulk, below it with care alone; both are told of."""
    heard: list[tuple[str, int, int]] = []
    await seed(engine, 2600, 1, TODAY, told=lambda *told: heard.append(told), bulk_from=2600)
    async with engine.connect() as connection:
        found = select(func.count()).where(t.Child.id.in_([hard_child(case) for case in Hard]))
        assert (await connection.execute(found)).scalar() == len(Hard)
        assert (await connection.execute(select(func.count()).select_from(t.Child))).scalar() == 2600
    assert ("children", 2600, 2600) in heard


async def test_a_small_world_has_no_hard_cases(engine: AsyncEngine) -> None:
    """Below that number nothing is made in bulk."""
    heard: list[tuple[str, int, int]] = []
    await seed(engine, 60, 1, TODAY, told=lambda *told: heard.append(told))
    async with engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.Child))).scalar() == 60
    assert heard == [("children", 60, 60)]


async def scaffold(engine: AsyncEngine) -> list[Any]:
    """Return all indexes and constraints of a database as its own catalogue has them."""
    catalogue = {
        "postgresql": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
        "UNION ALL SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE schemaname = 'public'",
        "sqlite": "SELECT tbl_name, name, sql, type FROM sqlite_master",
    }
    async with engine.connect() as connection:
        return sorted(map(tuple, (await connection.execute(text(catalogue[engine.dialect.name]))).all()), key=repr)


def differences(connection: Connection) -> list[Any]:
    options = {"include_object": lambda _o, _n, kind, found, wanted: not (kind == "table" and found and wanted is None)}
    return compare_metadata(MigrationContext.configure(connection, opts=options), t.Base.metadata)


async def test_bulk_writing_leaves_the_schema_as_it_was(engine: AsyncEngine) -> None:
    """Afterwards every index, key and reference is there as before, by the same name, valid, and enforced."""
    before = await scaffold(engine)
    await write_city(engine, make_city())
    assert before == await scaffold(engine)
    async with engine.connect() as connection:
        assert not await connection.run_sync(differences)
    async with engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(
                insert(t.ApplicationChild).values(application_id=UUID(int=1), child_id=UUID(int=2))
            )


class Torn(City):
    """A city of which the last part has a contact without a child."""

    def parts(self) -> Iterator[tuple[Sheets, int]]:
        yield from super().parts()
        lost, day = UUID(int=0).hex, TODAY.isoformat()
        yield {t.Contact: [(lost, lost, lost, "MOTHER", "0", day, NULL)]}, 0


async def test_a_city_is_written_whole_or_not_at_all(engine: AsyncEngine) -> None:
    """A fault in the last row leaves nothing behind, and every index, key and reference in its place."""
    before = await scaffold(engine)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await write_city(engine, Torn(CHILDREN, 1, TODAY, careful=CAREFUL))
    assert not await is_seeded(engine)
    assert before == await scaffold(engine)
    async with engine.connect() as connection:
        for table in SHEETS:
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0
    await write_city(engine, make_city())


class Misspelt(City):
    """A city of which a part has a word that the database does not know."""

    def parts(self) -> Iterator[tuple[Sheets, int]]:
        yield {t.Task: [(UUID(int=1).hex, "NONSENSE", UUID(int=2).hex, NULL, NULL, f"{TODAY} 00:00:00.000000")]}, 0


async def test_what_the_database_refuses_is_said_as_ever(engine: AsyncEngine) -> None:
    """What a driver refuses comes as SQLAlchemy's error, as from any other statement, and nothing is written."""
    with pytest.raises(DBAPIError, match=r"(?i)check constraint.*taskkind"):
        await write_city(engine, Misspelt(CHILDREN, 1, TODAY, careful=CAREFUL))
    assert not await is_seeded(engine)


class Broken(City):
    """A city of which one part cannot be made."""

    def parts(self) -> Iterator[tuple[Sheets, int]]:
        parts = super().parts()
        yield next(parts)
        raise LookupError("no more names")


async def test_a_fault_in_the_making_leaves_nothing(engine: AsyncEngine) -> None:
    """Where a part cannot be made, its fault is what the caller sees, and nothing is written."""
    with pytest.raises(LookupError, match="no more names"):
        await write_city(engine, Broken(CHILDREN, 1, TODAY, careful=CAREFUL))
    assert not await is_seeded(engine)


async def test_a_database_that_holds_a_child_already_stays_as_it_is(engine: AsyncEngine, census: Census) -> None:
    """Rows that clash with what is there are refused by the key, put back or never taken off, and all stays as it was."""
    row = census.hard(Hard.TWIN) | {"id": UUID(int=9), "given_names": "Somebody"}
    async with engine.begin() as connection:
        await connection.execute(insert(t.Child).values(row))
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        await write_city(engine, make_city())
    async with engine.connect() as connection:
        assert (await connection.execute(select(t.Child.given_names))).scalars().all() == ["Somebody"]


# --- what is in it --------------------------------------------------------------------------------------


def test_a_city_has_the_cardinalities_of_the_design(census: Census) -> None:
    """Per child: two contacts, three involvements, 1.3 school places, a practice; a worker per 5, a body per 50."""
    size, rows = len(census.children), {table: len(rows) for table, rows in census.tables.items()}
    assert 1.85 < rows[t.Contact] / size < 2.25
    assert 2.6 < rows[t.Involvement] / size < 3.4
    assert 1.1 < rows[t.Placement] / size < 1.5
    assert 1.0 < rows[t.Registration] / size < 1.3
    assert 1.0 < rows[t.ChildReach] / size < 1.25
    assert 0.03 < rows[t.FormerName] / size < 0.05
    careful = make_rows(CAREFUL, 1, TODAY).tables
    assert CHILDREN // 5 <= rows[t.Practitioner] + len(careful[t.Practitioner]) < CHILDREN // 5 + 50
    assert CHILDREN // 50 == rows[t.Organisation] + len(careful[t.Organisation])
    assert size == len(census.tables[t.ChildAuthority])


def test_a_fifth_of_the_carers_have_siblings(census: Census) -> None:
    """About one carer in five cares for more than one child, and some care has ended."""
    rows = census.tables[t.Contact]
    shared = [person for person, n in Counter(r["person_id"] for r in rows if not r["ended_on"]).items() if n > 1]
    assert 0.13 < len(shared) / len(census.tables[t.Person]) < 0.27
    assert 0.02 < sum(row["ended_on"] is not None for row in rows) / len(rows) < 0.06


def test_numbers_are_valid_and_nobody_elses(census: Census) -> None:
    """Directory numbers and NHS numbers are valid and given once, in the careful part too; so are homes."""
    careful = make_rows(CAREFUL, 1, TODAY).tables
    numbers = [row["directory_number"] for row in (*careful[t.Child], *census.children.values())]
    assert numbers == [read_number(number) for number in numbers]
    assert len(numbers) == len(set(numbers)) == CHILDREN
    assert numbers[CAREFUL:] != sorted(numbers[CAREFUL:])
    identifiers = [*careful[t.ExternalIdentifier], *census.tables[t.ExternalIdentifier]]
    health = [row["value"] for row in identifiers if row["scheme"] == "NHS_NUMBER"]
    assert 0.85 < len(health) / CHILDREN < 0.96
    assert len(health) == len(set(health))
    assert all(sum(int(digit) * (10 - n) for n, digit in enumerate(value)) % 11 == 0 for value in health)


def test_homes_are_shared_by_those_who_live_together(census: Census) -> None:
    """A property reference has twelve digits and belongs to one family: two children share one with a carer in common."""
    carers = {child: {row["person_id"] for row in census.of(t.Contact, child)} for child in census.children}
    homes = defaultdict(set)
    for row in census.tables[t.ChildReach]:
        assert row["uprn"] is None or (len(row["uprn"]) == 12 and row["uprn"].isdigit())
        if row["uprn"]:
            homes[row["uprn"]].add(row["child_id"])
    assert any(len(children) > 1 for children in homes.values())
    for children in homes.values():
        assert len(children) == 1 or set.intersection(*(carers[child] for child in children))


def test_phones_and_mailboxes_are_nobodys(census: Census) -> None:
    """Telephone numbers begin as those for drama and few share one; mailboxes end in a name that cannot exist."""
    ranges = ("0113 496 0", "0161 496 0", "01632 960", "03069 990", "07700 900")
    for table in (t.ChildReach, t.PersonReach, t.OrganisationPlace, t.Practitioner):
        for row in census.tables[table]:
            assert row["phone"] is None or row["phone"].startswith(ranges)
            assert row["email"] is None or (row["email"].endswith(".example") and row["email"].isascii())
    mobiles = Counter(row["phone_key"] for row in census.tables[t.PersonReach] if row["phone"])
    assert max(mobiles.values()) <= 4
    mailboxes = [row["email_key"] for row in census.tables[t.PersonReach] if row["email"]]
    assert len(mailboxes) == len(set(mailboxes))


def test_names_are_as_common_as_names_are(census: Census) -> None:
    """A hundredth are called Smith, some Khan and Mohammed; most names are rare; all scripts occur."""
    families = Counter(row["family_name"] for row in census.children.values())
    givens = Counter(row["given_names"].split(" ")[0] for row in census.children.values())
    assert 0.006 < families["Smith"] / len(census.children) < 0.016
    assert families["Khan"] > 10
    assert givens["Mohammed"] > 20
    assert len(families) > 1000
    assert sum(count for _, count in families.most_common(20)) < 0.25 * len(census.children)


def test_records_end_as_records_do(census: Census) -> None:
    """Some children moved, left, died or grew up; every record has one reach that holds now."""
    size, kinds = len(census.children), Counter(row["kind"] for row in census.tables[t.ChildReach])
    current = Counter(row["child_id"] for row in census.tables[t.ChildReach] if row["replaced_at"] is None)
    assert {1} == set(current.values())
    assert set(census.children) - set(current) == {hard_child(Hard.ALONE)}
    assert set(ReachKind) == set(kinds)
    ended = Counter(row["ended_why"] for row in census.children.values())
    assert 0 < ended["LEFT"] / size < 0.02
    assert 0 < ended["DECEASED"] / size < 0.02
    assert all((row["ended_on"] is None) is (row["ended_why"] is None) for row in census.children.values())
    assert all(row["date_of_birth"] <= TODAY for row in census.children.values())


def test_dates_are_in_order(census: Census) -> None:
    """Nothing begins before birth or in the future, and nothing ends before it began."""
    for table in (t.Contact, t.Placement, t.Registration, t.Involvement):
        for row in census.tables[table]:
            assert census.children[row["child_id"]]["date_of_birth"] <= row["started_on"] <= TODAY
            assert row["ended_on"] is None or row["started_on"] <= row["ended_on"]
    for child in census.children:
        for table in (t.Placement, t.Registration):
            assert len(census.now(table, child)) <= 1


def test_sensitive_services_are_marked_and_rare(census: Census) -> None:
    """Every sensitive kind occurs and is marked, an ordinary one now and then too; one child in twenty has one."""
    rows = census.tables[t.Involvement]
    assert set(ServiceKind) == {row["service"] for row in rows}
    assert all(row["sensitive"] for row in rows if row["service"] in SENSITIVE_KINDS)
    assert any(row["sensitive"] for row in rows if row["service"] not in SENSITIVE_KINDS)
    assert 0.035 < len({row["child_id"] for row in rows if row["sensitive"]}) / len(census.children) < 0.07


def test_leads_and_assessments_are_one_at_most(census: Census) -> None:
    """A child has one lead and one assessment at most, and only a live one has any."""
    for duty, share in (("lead", 0.4), ("assessment", 0.15)):
        held = Counter(row["child_id"] for row in census.tables[t.Involvement] if row[duty])
        assert max(held.values()) == 1
        assert 0.5 * share < len(held) / len(census.children) < share


def test_r9_households_are_shielded_together(census: Census) -> None:
    """One child in fifty is shielded, in all states; its siblings are on hold, with a task each (R9)."""
    hidden, rows = census.standing(), census.tables[t.Shield]
    assert 0.012 < len(hidden) / len(census.children) < 0.032
    assert set(ShieldState) == {row["state"] for row in rows}
    carers = {row["person_id"] for child in hidden for row in census.now(t.Contact, child)}
    for child in census.children:
        assert child in hidden or not carers & {row["person_id"] for row in census.now(t.Contact, child)}
    cases = {row["id"]: row for row in rows}
    holds = [row for row in rows if row["raised_by_id"]]
    assert holds
    assert all(row["reason"] is None and row["since"] == cases[row["raised_by_id"]]["since"] for row in holds)
    tasks = census.tables[t.Task]
    assert {TaskKind.HOUSEHOLD_SHIELD} == {row["kind"] for row in tasks}
    assert sorted(row["child_id"] for row in tasks) == sorted(row["child_id"] for row in holds)
    for row in rows:
        assert census.children[row["child_id"]]["date_of_birth"] <= row["since"].date() < TODAY


def test_hidden_numbers_are_nobody_elses(census: Census) -> None:
    """Mobile numbers of shielded children and their carers, and no others, end the range, so a leak of one can be seen."""
    hidden = census.standing()
    carers = {row["person_id"] for child in hidden for row in census.now(t.Contact, child)}
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for row in census.tables[t.ChildReach]:
        told[row["child_id"] in hidden] |= {row["phone_key"]} - {None}
    for row in census.tables[t.PersonReach]:
        told[row["person_id"] in carers] |= {row["phone_key"]} - {None}
    assert told[True]
    assert all(number.startswith("077009009") for number in told[True])
    assert not any(number.startswith("077009009") for number in told[False])


# --- hard cases -----------------------------------------------------------------------------------------


def test_hard_names(census: Census) -> None:
    """There are names in several scripts, of one letter, of 200, of none, and decomposed ones that fold like others."""
    names = {case: (census.hard(case)["given_names"], census.hard(case)["family_name"]) for case in Hard}
    assert names[Hard.ONE_LETTER] == ("O", "E")
    assert tuple(map(len, names[Hard.LONGEST])) == (200, 200)
    assert names[Hard.NAMELESS] == ("", "")
    assert names[Hard.COMMON_NAME] == ("Mohammed", "Khan")
    starts = {Hard.ARABIC: "\u0600", Hard.HAN: "\u4e00", Hard.CYRILLIC: "\u0400", Hard.DEVANAGARI: "\u0900"}
    for case, start in starts.items():
        assert all(ord(start) <= ord(name[0]) < ord(start) + 0x5200 for name in names[case])
    given, family = names[Hard.COMBINING_MARKS]
    assert (len(given), fold(given), fold(family)) == (4, "zoe", "nguyen")
    assert all("'" in name or "\u2019" in name for name in names[Hard.APOSTROPHES])
    assert names[Hard.ARABIC][1] in {row["family_name"] for row in list(census.children.values())[HARD:]}


def test_twins_and_second_records(census: Census) -> None:
    """Twins share a family and a birth, not a name; a second record shares the birth and nearly the names."""
    one, other = census.hard(Hard.TWIN), census.hard(Hard.OTHER_TWIN)
    assert (one["family_name"], one["date_of_birth"]) == (other["family_name"], other["date_of_birth"])
    assert one["given_names"] != other["given_names"]
    one, other = census.hard(Hard.RECORDED), census.hard(Hard.RECORDED_AGAIN)
    assert one["date_of_birth"] == other["date_of_birth"]
    assert one["family_name"] != other["family_name"]
    assert one["family_name_metaphone"] == other["family_name_metaphone"]
    born = defaultdict(list)
    for child, row in census.children.items():
        for carer in {contact["person_id"] for contact in census.now(t.Contact, child)}:
            born[carer, row["date_of_birth"]].append((row["given_names"], row["family_name"]))
    together = [names for names in born.values() if len(names) > 1]
    assert any(len({family for _, family in names}) == 1 for names in together)
    assert any(len({family for _, family in names}) > 1 for names in together)
    assert all(len(set(names)) == len(names) for names in together)


def test_many_of_one(census: Census) -> None:
    """One carer has 30 children, one practitioner 500 current involvements, one child a hundred."""
    child = hard_child(Hard.ONE_OF_MANY)
    contacts = Counter(row["person_id"] for row in census.tables[t.Contact] if not row["ended_on"])
    assert CARED_FOR == max(contacts[row["person_id"]] for row in census.now(t.Contact, child))
    works = Counter(row["practitioner_id"] for row in census.tables[t.Involvement] if not row["ended_on"])
    assert WORKED_WITH <= max(works[row["practitioner_id"]] for row in census.now(t.Involvement, child))
    services = census.of(t.Involvement, hard_child(Hard.MANY_SERVICES))
    assert len(services) >= SERVICES
    assert {True, False} == {row["ended_on"] is None for row in services}


def test_the_edges_of_a_record(census: Census) -> None:
    """One child has nobody, one was born today, one is 18 tomorrow, one record has ended today."""
    alone = hard_child(Hard.ALONE)
    for table in (t.Contact, t.ChildReach, t.Involvement, t.Placement, t.Registration, t.ExternalIdentifier):
        assert not census.of(table, alone)
    assert census.hard(Hard.BORN_TODAY)["date_of_birth"] == TODAY
    assert census.hard(Hard.ADULT_TOMORROW)["date_of_birth"] == date(TODAY.year - 18, TODAY.month, TODAY.day + 1)
    assert census.hard(Hard.ENDED_TODAY)["ended_on"] == TODAY
    assert not census.now(t.Placement, hard_child(Hard.ENDED_TODAY))


@pytest.mark.parametrize("today", [date(2028, 2, 28), date(2028, 2, 29), date(2026, 12, 31)])
def test_hard_cases_on_hard_days(today: date) -> None:
    """On the last days of February and of a year the eldest child is still none of age."""
    census = Census(City(CAREFUL + HARD, 1, today, careful=CAREFUL))
    born = census.hard(Hard.ADULT_TOMORROW)["date_of_birth"]
    eighteenth = date(born.year + 18, born.month, born.day)
    assert 0 < (eighteenth - today).days <= 2
