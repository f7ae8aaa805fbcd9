"""The demo data: the same for the same seed, and every example that the demo promises is in it."""

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.policy import PURPOSES
from authz.words import Role
from resolvers.belief import AGREEMENT_VERSION
from resolvers.clock import Moment
from resolvers.names import fold
from resolvers.numbers import read_number
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import LEAST, PERSONAS, Rows, is_seeded, make_rows, write_rows
from resolvers.store.tables.base import DERIVED
from resolvers.store.words import (
    SEALING_REASONS,
    SENSITIVE_KINDS,
    STANDING_STATES,
    ApplicationState,
    Ended,
    Gender,
    OrganisationKind,
    ReachKind,
    ServiceKind,
    ShieldReason,
    ShieldState,
    TaskKind,
)
from tests.databases import Template

Row = dict[str, Any]
State = ShieldState

SPRING, LEAP = date(2026, 3, 1), date(2028, 2, 29)
WORLDS = ((60, 1, SPRING), (60, 5, LEAP), (300, 1, SPRING), (2000, 1, SPRING))

ROLES = {
    "teacher": Role.PRACTITIONER,
    "health-visitor": Role.PRACTITIONER,
    "protection": Role.PROTECTION_OFFICER,
    "police": Role.POLICE_APPLICANT,
    "police-new": Role.POLICE_APPLICANT,
    "team-leeds": Role.DIRECTORY_TEAM,
    "team-manchester": Role.DIRECTORY_TEAM,
    "data-manager": Role.DATA_MANAGER,
    "auditor": Role.AUDITOR,
    "feed-leeds": Role.FEED_CLIENT,
    "lapsed": Role.PRACTITIONER,
}
BODIES = {
    "teacher": (OrganisationKind.SCHOOL, "Leeds City Council"),
    "health-visitor": (OrganisationKind.OTHER, "Leeds City Council"),
    "protection": (OrganisationKind.LOCAL_AUTHORITY, "Leeds City Council"),
    "police": (OrganisationKind.POLICE_FORCE, None),
    "police-new": (OrganisationKind.POLICE_FORCE, None),
    "team-leeds": (OrganisationKind.LOCAL_AUTHORITY, "Leeds City Council"),
    "team-manchester": (OrganisationKind.LOCAL_AUTHORITY, "Manchester City Council"),
    "data-manager": (OrganisationKind.OTHER, None),
    "auditor": (OrganisationKind.OTHER, None),
    "feed-leeds": (OrganisationKind.LOCAL_AUTHORITY, "Leeds City Council"),
    "lapsed": (OrganisationKind.SCHOOL, "Manchester City Council"),
}


class Directory:
    """A seeded world as rows, with the few questions that its promises are about."""

    def __init__(self, children: int, seed: int, today: date) -> None:
        self.size, self.today = children, today
        self.moment = Moment(datetime.combine(today, time(9), UTC))
        self.tables = make_rows(children, seed, today).tables
        self.children = {row["id"]: row for row in self.tables[t.Child]}
        self.bodies = {row["id"]: row for row in self.tables[t.Organisation]}
        self.accounts = {row["subject"]: row for row in self.tables[t.Account]}
        self._by_child: dict[type[t.Base], dict[UUID, list[Row]]] = {}

    def of(self, table: type[t.Base], child: UUID) -> list[Row]:
        """Return the rows of a table about one child."""
        if table not in self._by_child:
            found: dict[UUID, list[Row]] = defaultdict(list)
            for row in self.tables[table]:
                found[row["child_id"]].append(row)
            self._by_child[table] = found
        return self._by_child[table].get(child, [])

    def current(self, row: Row) -> bool:
        return row["ended_on"] is None or row["ended_on"] > self.today

    def now(self, table: type[t.Base], child: UUID) -> list[Row]:
        """Return the current rows of a table about one child."""
        return [row for row in self.of(table, child) if self.current(row)]

    def shielded(self, child: UUID) -> bool:
        return any(row["state"] in STANDING_STATES for row in self.of(t.Shield, child))

    def live(self, child: UUID) -> bool:
        row = self.children[child]
        if row["concealed_at"] or row["date_of_birth"] <= self.moment.adults_born_by:
            return False
        return row["ended_why"] is not Ended.DECEASED or row["ended_on"] > self.moment.archived_deaths

    def authority(self, child: UUID) -> str:
        (row,) = self.of(t.ChildAuthority, child)
        return str(self.bodies[row["authority_id"]]["name"])

    def reach(self, child: UUID) -> Row:
        """Return where a child is now."""
        (row,) = [row for row in self.of(t.ChildReach, child) if row["replaced_at"] is None]
        return row

    def carers(self, child: UUID) -> set[UUID]:
        return {row["person_id"] for row in self.now(t.Contact, child)}

    def family(self, child: UUID) -> list[UUID]:
        """Return the live children who share a current carer with this one, itself included."""
        carers = self.carers(child)
        return [other for other in self.children if self.live(other) and carers & self.carers(other)]

    def caseload(self, subject: str, *, past: bool = False) -> list[UUID]:
        """Return the children of a persona's involvements, current or past, in the order of a list."""
        worker = self.accounts[subject]["practitioner_id"]
        found = {
            row["child_id"]
            for row in self.tables[t.Involvement]
            if row["practitioner_id"] == worker and self.current(row) is not past
        }
        return sorted(found, key=self._order)

    def _order(self, child: UUID) -> tuple[str, str, date, str]:
        row = self.children[child]
        return (
            fold(row["family_name"]),
            fold(row["given_names"]),
            row["date_of_birth"],
            row["directory_number"],
        )

    def standing(self) -> list[Row]:
        return [row for row in self.tables[t.Shield] if row["state"] in STANDING_STATES]

    def open_rows(self) -> list[Row]:
        return [row for child, row in self.children.items() if self.live(child) and not self.shielded(child)]

    def scope(self, application: Row) -> list[UUID]:
        rows = self.tables[t.ApplicationChild]
        return [row["child_id"] for row in rows if row["application_id"] == application["id"]]

    def decisions(self, application: Row) -> list[Row]:
        rows = self.tables[t.ApplicationDecision]
        return [row for row in rows if row["application_id"] == application["id"]]

    def visited(self) -> list[UUID]:
        return self.caseload("health-visitor")

    def first_open(self) -> UUID:
        """Return the health visitor's first open child of a family without a shielded member."""
        return next(child for child in self.visited() if not any(self.shielded(other) for other in self.family(child)))

    def first_shielded(self) -> UUID:
        return next(child for child in self.visited() if self.shielded(child))


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def world(request: pytest.FixtureRequest) -> Directory:
    return Directory(*request.param)


@pytest.fixture(scope="module")
def large() -> Directory:
    return Directory(2000, 1, SPRING)


@pytest.fixture
async def engine(template: Template, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Give an engine on an empty, migrated database of each kind in turn."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        yield engine
        await engine.dispose()


def keys_of(table: type[t.Base]) -> Callable[[Row], tuple[Any, ...]]:
    names = [column.name for column in table.__table__.primary_key]
    return lambda row: tuple(row[name] for name in names)


# --- rows as such ---------------------------------------------------------------------------------------


def test_same_seed_same_rows() -> None:
    """The same arguments give the same rows in the same order, and another seed or day gives others."""
    rows = list(make_rows(300, 4, SPRING).tables.items())
    assert rows == list(make_rows(300, 4, SPRING).tables.items())
    assert rows != list(make_rows(300, 5, SPRING).tables.items())
    assert rows != list(make_rows(300, 4, LEAP).tables.items())


@pytest.mark.parametrize("children", [60, 61, 199, 200, 301])
def test_as_many_children_as_asked_for(children: int) -> None:
    """A world has exactly the number of children that was asked for."""
    assert children == len(make_rows(children, 2, SPRING).tables[t.Child])


def test_too_few_children_are_refused() -> None:
    """A world too small for its examples is refused with the number that it needs."""
    with pytest.raises(ValueError, match="use 60 or more"):
        make_rows(LEAST - 1, 1, SPRING)


def test_rows_have_all_columns(world: Directory) -> None:
    """Every row gives every column that does not fill itself, so that all rows of a table can be inserted as one."""
    for table, rows in world.tables.items():
        assert rows, f"`{table.__tablename__}` is empty"
        columns = {column.name for column in table.__table__.columns if not fills_itself(column)}
        assert not [row for row in rows if row.keys() != columns]


def test_required_values_are_there(world: Directory) -> None:
    """No row leaves a column empty that may not be."""
    for table, rows in world.tables.items():
        needed = [c.name for c in table.__table__.columns if not c.nullable and not fills_itself(c)]
        assert not [(table, name) for row in rows for name in needed if row[name] is None]


def test_every_reference_comes_after_its_target(world: Directory) -> None:
    """Every foreign key refers to a row that is inserted before it, or to its own row."""
    seen: dict[str, set[UUID]] = defaultdict(set)
    for table, rows in world.tables.items():
        links = [
            (column.name, key.column.table.name) for column in table.__table__.columns for key in column.foreign_keys
        ]
        for row in rows:
            if "id" in row:
                assert row["id"] not in seen[table.__tablename__]
                seen[table.__tablename__].add(row["id"])
            assert not [name for name, target in links if row[name] and row[name] not in seen[target]]


def fills_itself(column: Column[Any]) -> bool:
    """Tell whether an insert makes the value of `column`: a key for search, or a counter."""
    return DERIVED in column.info or column.name == "changes"


async def test_written_rows_are_the_rows(engine: AsyncEngine) -> None:
    """What is written is read back equal, on both databases alike."""
    rows = make_rows(300, 1, SPRING)
    await write_rows(engine, rows)
    async with engine.connect() as connection:
        for table, expected in rows.tables.items():
            columns = [column for column in table.__table__.columns if not fills_itself(column)]
            found = (await connection.execute(select(*columns))).mappings().all()
            key = keys_of(table)
            assert sorted(expected, key=key) == sorted((dict(row) for row in found), key=key)


async def test_a_database_is_seeded_once_it_has_accounts(engine: AsyncEngine) -> None:
    """A database counts as seeded when there is an account, and not before."""
    assert not await is_seeded(engine)
    await write_rows(engine, make_rows(60, 1, SPRING))
    assert await is_seeded(engine)


async def test_a_world_is_written_whole_or_not_at_all(engine: AsyncEngine) -> None:
    """A fault in the last row leaves nothing behind."""
    rows = Rows(dict(make_rows(60, 1, SPRING).tables))
    last = rows.tables[t.Task][-1]
    rows.tables[t.Task][-1] = last | {"child_id": UUID(int=0)}
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await write_rows(engine, rows)
    assert not await is_seeded(engine)


# --- children -------------------------------------------------------------------------------------------


def test_directory_numbers(world: Directory) -> None:
    """Every directory number is valid, and no two children have the same."""
    numbers = [row["directory_number"] for row in world.children.values()]
    assert numbers == [read_number(number) for number in numbers]
    assert len(numbers) == len(set(numbers))


def test_names_that_search_must_fold(world: Directory) -> None:
    """Some names have an apostrophe, a hyphen or diacritics."""
    names = {row["family_name"] for row in world.children.values()}
    assert {"O'Connor", "Śmith-Jones", "Müller"} <= names
    assert "Zoë" in {row["given_names"] for row in world.children.values()}


def test_common_names(large: Directory) -> None:
    """In a large world at least forty children are called Smith."""
    assert sum(row["family_name"] == "Smith" for row in large.children.values()) >= 40


def test_ages_and_endings(world: Directory) -> None:
    """There are live, departed, deceased, archived and concealed records, and nobody is born in the future."""
    rows = world.children.values()
    assert all(row["date_of_birth"] <= world.today for row in rows)
    year_ago = world.moment.archived_deaths
    deaths = [row["ended_on"] for row in rows if row["ended_why"] is Ended.DECEASED]
    assert any(day > year_ago for day in deaths)
    assert any(day <= year_ago for day in deaths)
    assert any(row["ended_why"] is Ended.LEFT for row in rows)
    assert sum(row["date_of_birth"] <= world.moment.adults_born_by for row in rows) >= 2
    assert sum(world.live(child) for child in world.children) > 0.9 * world.size - 6
    assert set(Gender) == {row["gender"] for row in rows}
    assert {row["ended_why"] is None for row in rows if row["ended_on"] is None} == {True}


def test_ages_are_spread(large: Directory) -> None:
    """There are children of every age from 0 to 17."""
    ages = {(large.today - row["date_of_birth"]).days // 366 for row in large.children.values()}
    assert set(range(18)) <= ages


def test_the_concealed_record_stands_alone(world: Directory) -> None:
    """A concealed record has no current tie of any kind, no shield, and no task names it."""
    (child,) = [row["id"] for row in world.children.values() if row["concealed_at"]]
    for table in (t.Contact, t.Involvement, t.Placement, t.Registration):
        assert world.of(table, child)
        assert not world.now(table, child)
    assert not world.of(t.Shield, child)
    assert child not in {row[name] for row in world.tables[t.Task] for name in ("child_id", "other_child_id")}


def test_where_children_are(world: Directory) -> None:
    """Every child has one current reach; all kinds occur, with an address where the kind has one."""
    reaches = [world.reach(child) for child in world.children]
    assert set(ReachKind) == {row["kind"] for row in reaches}
    known = (ReachKind.CURRENT, ReachKind.LAST_KNOWN)
    for row in reaches:
        assert (row["kind"] in known) is (row["postcode"] is not None)
        assert row["since"] <= world.today
    left = {row["child_id"] for row in reaches if row["kind"] is ReachKind.LEFT_ENGLAND}
    assert {child for child, row in world.children.items() if row["ended_why"] is Ended.LEFT} == left
    assert any(row["replaced_at"] for row in world.tables[t.ChildReach])
    assert any(row["phone"] for row in reaches)
    assert any(row["email"] for row in reaches)


def test_property_references(world: Directory) -> None:
    """Property references have twelve digits, and siblings share the one of the carer they share."""
    places = [*world.tables[t.ChildReach], *world.tables[t.PersonReach], *world.tables[t.OrganisationPlace]]
    assert all(len(row["uprn"]) == 12 and row["uprn"].isdigit() for row in places if row["uprn"])
    homes = {row["person_id"]: row["uprn"] for row in world.tables[t.PersonReach]}
    for child in world.children:
        uprn = world.reach(child)["uprn"]
        carers = {homes[person] for person in world.carers(child)}
        assert uprn in {*carers, None} or None in carers or not carers


def test_families(large: Directory) -> None:
    """There are about two contacts a child, a fifth of the carers care for siblings, and some care has ended."""
    current = [row for row in large.tables[t.Contact] if large.current(row)]
    shared = [person for person, count in Counter(row["person_id"] for row in current).items() if count > 1]
    assert 1.8 < len(current) / large.size < 2.3
    assert 0.15 < len(shared) / len(large.tables[t.Person]) < 0.3
    assert len(current) < len(large.tables[t.Contact])
    assert {1, 2, 3, 4} == {len(large.family(child)) for child in list(large.children)[:400] if large.live(child)}


def test_former_names_and_identifiers(world: Directory) -> None:
    """Some children had other names, sealed ones too; identifiers come from health, school and social care."""
    renamed = {row["child_id"] for row in world.tables[t.FormerName]}
    sealed = {row["child_id"] for row in world.standing() if row["reason"] in SEALING_REASONS}
    assert renamed & sealed
    assert renamed - sealed
    issuers = defaultdict(set)
    for row in world.tables[t.ExternalIdentifier]:
        issuers[row["scheme"]].add(world.bodies[row["issuer_id"]]["kind"])
    assert {"NHS_NUMBER", "LA_CASE", "UPN"} == set(issuers)
    assert {OrganisationKind.SCHOOL} == issuers["UPN"]
    assert {OrganisationKind.LOCAL_AUTHORITY} == issuers["LA_CASE"]
    assert {OrganisationKind.HOSPITAL, OrganisationKind.OTHER} == issuers["NHS_NUMBER"]


def test_likely_duplicates(world: Directory) -> None:
    """Two open records are likely the same child: near-identical names and the same date of birth."""
    groups: dict[tuple[str, date, str], int] = Counter(
        (fold(row["family_name"]), row["date_of_birth"], fold(row["given_names"])[:4]) for row in world.open_rows()
    )
    found = [group for group, count in groups.items() if count > 1]
    assert found


def test_school_places_and_practices(large: Directory) -> None:
    """There are about 1.3 school places a child, one current place or registration at most."""
    assert 1.1 < len(large.tables[t.Placement]) / large.size < 1.5
    for child in large.children:
        assert len(large.now(t.Placement, child)) <= 1
        assert len(large.now(t.Registration, child)) <= 1
        assert bool(large.now(t.Registration, child)) is not bool(large.children[child]["ended_on"]) or not large.live(
            child
        )
    assert len(large.tables[t.Registration]) > large.size


# --- bodies and services --------------------------------------------------------------------------------


def test_bodies(world: Directory) -> None:
    """Every body has a place, some without a phone; there are refuges, sensitive providers, one unaccredited."""
    places = {row["organisation_id"]: row for row in world.tables[t.OrganisationPlace]}
    assert set(world.bodies) == set(places)
    assert any(row["phone"] is None for row in places.values())
    assert sum(not row["accredited"] for row in world.bodies.values()) == 1
    names = {row["name"] for row in world.bodies.values()}
    assert {"Leeds City Council", "Manchester City Council", "West Yorkshire Police", "Directory Office"} <= names
    assert {"Leeds Children's Social Care", "Leeds Directory Team", "Manchester Directory Team"} <= names
    assert len(names) == len(world.bodies)
    refuges = [row for row in world.bodies.values() if row["confidential"]]
    assert refuges
    assert all(row["kind"] is OrganisationKind.CHARITY and row["name"].endswith(" House") for row in refuges)
    sensitive = [row["name"] for row in world.bodies.values() if row["sensitive_provider"]]
    for what in ("Probation", "Youth Offending", "Sexual Health", "Mental Health", "Recovery"):
        assert any(what in name for name in sensitive)


def test_authorities_lie_in_themselves(world: Directory) -> None:
    """An authority is its own; every child answers to an authority, most of them Leeds and Manchester."""
    for child in world.children:
        (row,) = world.of(t.ChildAuthority, child)
        assert row["authority_id"] == world.bodies[row["authority_id"]]["authority_id"]
    counts = Counter(world.authority(child) for child in world.children)
    assert counts["Leeds City Council"] + counts["Manchester City Council"] > 0.7 * world.size


def test_bodies_and_workers_grow_with_the_world(large: Directory) -> None:
    """There is at least one body per fifty children and one practitioner per five."""
    assert len(large.bodies) >= large.size / 50
    assert large.size / 5 == len(large.tables[t.Practitioner])
    more = make_rows(4000, 1, SPRING).tables
    assert len(more[t.Organisation]) == 4000 / 50


def test_phones_are_for_drama(world: Directory) -> None:
    """All phone numbers lie in ranges that are given to nobody, all mailboxes under a reserved name."""
    ranges = ("0113 496 0", "0161 496 0", "01632 960", "03069 990", "07700 900")
    for table in (t.ChildReach, t.PersonReach, t.OrganisationPlace, t.Practitioner):
        for row in world.tables[table]:
            assert row["phone"] is None or row["phone"].startswith(ranges)
            assert row["email"] is None or (row["email"].endswith(".example") and row["email"].isascii())


def test_sensitive_kinds_are_marked(world: Directory) -> None:
    """A sensitive kind is always marked, some rows of ordinary kinds are, and every kind occurs."""
    rows = world.tables[t.Involvement]
    assert all(row["sensitive"] for row in rows if row["service"] in SENSITIVE_KINDS)
    assert any(row["sensitive"] for row in rows if row["service"] not in SENSITIVE_KINDS)
    assert set(ServiceKind) == {row["service"] for row in rows}


def test_sensitive_services_are_rare(large: Directory) -> None:
    """About one child in twenty has a sensitive service, and a child has about three involvements."""
    rows = large.tables[t.Involvement]
    assert 0.04 < len({row["child_id"] for row in rows if row["sensitive"]}) / large.size < 0.07
    assert 2.6 < len(rows) / large.size < 3.4


def test_leads_and_assessments(world: Directory) -> None:
    """A child has one lead and one assessment at most, both current; some leads are sensitive involvements."""
    for child in world.children:
        for duty in ("lead", "assessment"):
            held = [row for row in world.of(t.Involvement, child) if row[duty]]
            assert len(held) <= 1
            assert held == [row for row in held if world.current(row)] or not world.live(child)
    leads = [row for row in world.tables[t.Involvement] if row["lead"]]
    assert {True, False} == {row["sensitive"] for row in leads}
    assert any(row["assessment"] for row in world.tables[t.Involvement])


def test_odd_involvements(world: Directory) -> None:
    """One involvement has no practitioner, some are hosted by another body than the employer, some have ended."""
    rows, employer = world.tables[t.Involvement], {r["id"]: r["organisation_id"] for r in world.tables[t.Practitioner]}
    assert sum(row["practitioner_id"] is None for row in rows) == 1
    hosted = [r for r in rows if r["practitioner_id"] and employer[r["practitioner_id"]] != r["organisation_id"]]
    assert 0 < len(hosted) < 0.05 * len(rows)
    assert any(not world.current(row) for row in rows)
    assert all(row["ended_on"] is None or row["started_on"] <= row["ended_on"] for row in rows)
    assert all(row["started_on"] <= world.today for row in rows)


def test_the_refuge_works_with_open_and_shielded_children(world: Directory) -> None:
    """A confidential body has current involvements with a shielded child and with an open one, by its worker."""
    secret = {body for body, row in world.bodies.items() if row["confidential"]}
    rows = [row for row in world.tables[t.Involvement] if row["organisation_id"] in secret and world.current(row)]
    assert {True, False} == {world.shielded(row["child_id"]) for row in rows}
    assert all(row["practitioner_id"] for row in rows)


# --- shields --------------------------------------------------------------------------------------------


def test_shields_are_spread(world: Directory) -> None:
    """All states and reasons occur; 2 % of the children, eight at least, are shielded by a case of their own."""
    rows = world.tables[t.Shield]
    assert set(ShieldState) == {row["state"] for row in rows}
    assert set(ShieldReason) == {row["reason"] for row in world.standing()} - {None}
    own = [row for row in world.standing() if row["raised_by_id"] is None]
    assert max(8, round(0.02 * world.size)) == len(own)


def test_shield_cases_are_told(world: Directory) -> None:
    """A case has a requester and evidence, a decided one its decider; a household's hold has no reason."""
    teams = {world.accounts["team-leeds"]["id"], world.accounts["team-manchester"]["id"]}
    cases = {row["id"]: row for row in world.tables[t.Shield]}
    for row in cases.values():
        assert world.children[row["child_id"]]["date_of_birth"] <= row["since"].date() < world.today
        if row["raised_by_id"]:
            assert row["reason"] is None
            assert row["since"] == cases[row["raised_by_id"]]["since"]
            continue
        assert row["evidence"]
        assert (row["state"] in (State.REQUESTED, State.HOLD)) is (row["decided_by_id"] is None)
        assert row["decided_by_id"] is None or row["decided_by_id"] in teams
        assert (row["state"] is State.HOLD) is (row["requested_by_id"] is None)
        assert (row["state"] is State.LIFT_PROPOSED) is (row["lift_proposed_by_id"] is not None)


def test_households_are_on_hold(world: Directory) -> None:
    """A child in a shielded household is shielded too, unless its hold was lifted and it lives elsewhere (R9)."""
    hidden = [child for child in world.children if world.shielded(child)]
    homes = {world.reach(child)["uprn"] for child in hidden} - {None}
    carers = {person for child in hidden for person in world.carers(child)}
    for child in world.children:
        if not world.live(child) or world.shielded(child):
            continue
        assert world.reach(child)["uprn"] not in homes
        lifted = [row for row in world.of(t.Shield, child) if row["raised_by_id"] and row["state"] is State.LIFTED]
        assert bool(carers & world.carers(child)) is bool(lifted)


def test_open_siblings_of_shielded_children(world: Directory) -> None:
    """Some open children share a carer with a shielded one (R8), others of such households are on hold (R9)."""
    standing = {row["id"]: row for row in world.tables[t.Shield]}
    holds = [row for row in standing.values() if row["raised_by_id"]]
    assert sum(row["state"] is State.LIFTED for row in holds) >= 2
    assert sum(row["state"] is State.HOLD for row in holds) >= 2
    for row in holds:
        cause = standing[row["raised_by_id"]]["child_id"]
        assert world.carers(cause) & world.carers(row["child_id"])


def test_hidden_numbers_are_nobody_elses(world: Directory) -> None:
    """A mobile number of a shielded child or its carers is found nowhere else, so a leak of one can be seen."""
    hidden = [child for child in world.children if world.shielded(child)]
    carers = {person for child in hidden for person in world.carers(child)}
    secret: set[str | None] = set()
    plain: set[str | None] = set()
    for row in world.tables[t.ChildReach]:
        (secret if row["child_id"] in hidden else plain).add(row["phone"])
    for row in world.tables[t.PersonReach]:
        (secret if row["person_id"] in carers else plain).add(row["phone"])
    assert secret - {None}
    assert not (secret - {None}) & plain


# --- personas -------------------------------------------------------------------------------------------


def test_personas(world: Directory) -> None:
    """There is one account for each persona, with its role, its purposes and a sentence about it."""
    assert {name: persona.role for name, persona in PERSONAS.items()} == ROLES
    assert {name: row["role"] for name, row in world.accounts.items()} == ROLES
    assert all(persona.about.endswith(".") for persona in PERSONAS.values())
    for row in world.accounts.values():
        assert [purpose.name for purpose in PURPOSES[row["role"]]] == row["purposes"]
        assert json.loads(json.dumps(row["purposes"])) == row["purposes"]


def test_where_personas_work(world: Directory) -> None:
    """Each persona works at a body of its kind and authority, accredited, the officer apart from the teams."""
    for name, (kind, authority) in BODIES.items():
        body = world.bodies[world.accounts[name]["organisation_id"]]
        assert body["accredited"]
        assert kind is body["kind"]
        assert authority == (body["authority_id"] and world.bodies[body["authority_id"]]["name"])
    approvers = ("protection", "team-leeds", "team-manchester")
    assert len({world.accounts[name]["organisation_id"] for name in approvers}) == 3


def test_practising_personas_are_practitioners(world: Directory) -> None:
    """The personas with a caseload are practitioners of their own bodies, the others none."""
    workers = {row["id"]: row for row in world.tables[t.Practitioner]}
    practising = {name for name, row in world.accounts.items() if row["practitioner_id"]}
    assert {"teacher", "health-visitor", "protection", "lapsed"} == practising
    for name in practising:
        account = world.accounts[name]
        worker = workers[account["practitioner_id"]]
        assert (account["name"], account["organisation_id"]) == (worker["name"], worker["organisation_id"])
        assert world.caseload(name)


def test_only_the_lapsed_has_lapsed(world: Directory) -> None:
    """One persona's vetting has run out; all other dates lie about a year ahead, all agreements are in force."""
    for name, row in world.accounts.items():
        assert (row["vetted_until"] < world.today) is (name == "lapsed")
        assert row["trained_until"] > world.today + timedelta(days=300)
        assert row["agreement_version"] == AGREEMENT_VERSION
        assert row["suspended_at"] is None


def test_the_teachers_class(world: Directory) -> None:
    """The teacher has a class of her school with a shielded child in it, about thirty where there are enough."""
    pupils = world.caseload("teacher")
    school = world.accounts["teacher"]["organisation_id"]
    assert any(world.shielded(child) for child in pupils)
    assert {school} == {row["organisation_id"] for child in pupils for row in world.now(t.Placement, child)}
    assert len(pupils) == 30 if world.size >= 300 else len(pupils) >= 10


def test_the_officers_caseload(world: Directory) -> None:
    """The protection officer works with shielded and open children, and has worked with a shielded one."""
    current, past = world.caseload("protection"), world.caseload("protection", past=True)
    assert {True, False} == {world.shielded(child) for child in current}
    assert [world.shielded(child) for child in past] == [True]
    assert not set(past) & set(current)


def test_the_lapsed_teacher_still_has_pupils(world: Directory) -> None:
    """The lapsed account has current involvements in Manchester, of which it may see nothing."""
    pupils = world.caseload("lapsed")
    assert len(pupils) >= 2
    assert {"Manchester City Council"} == {world.authority(child) for child in pupils}


def test_conflicts(world: Directory) -> None:
    """The teacher is kept from an open child, the officer from a shielded one, and one conflict has ended."""
    rows = world.tables[t.AccountConflict]
    found = {(row["account_id"], world.shielded(row["child_id"])) for row in rows if row["ended_at"] is None}
    assert {(world.accounts["teacher"]["id"], False), (world.accounts["protection"]["id"], True)} == found
    assert {t.ConflictSource.DECLARED, t.ConflictSource.MATCHED} <= {row["source"] for row in rows}
    assert sum(row["ended_at"] is not None for row in rows) == 1
    own = world.accounts["teacher"]["person_id"]
    assert own in {person for row in rows for person in world.carers(row["child_id"])}


def test_overrides_are_history(world: Directory) -> None:
    """Of two overrides of the officer one was closed and one ran out, both after fifteen minutes at most."""
    rows = world.tables[t.Override]
    assert {True, False} == {row["closed_at"] is None for row in rows}
    assert all(row["account_id"] == world.accounts["protection"]["id"] for row in rows)
    assert all(world.shielded(row["child_id"]) for row in rows)
    assert all(row["opened_at"] < row["until"] <= row["opened_at"] + timedelta(minutes=15) for row in rows)
    assert all(row["until"] < world.moment.now for row in rows)


def test_tasks(world: Directory) -> None:
    """The data manager's open task names a shielded child and an open duplicate; every hold has its task."""
    (match,) = [row for row in world.tables[t.Task] if row["kind"] is TaskKind.UNCERTAIN_MATCH]
    one, other = world.children[match["child_id"]], world.children[match["other_child_id"]]
    assert world.accounts["data-manager"]["id"] == match["assignee_id"]
    assert match["resolved_at"] is None
    assert (world.shielded(one["id"]), world.shielded(other["id"])) == (True, False)
    assert one["date_of_birth"] == other["date_of_birth"]
    for name in ("family_name", "given_names"):
        assert fold(one[name]) == fold(other[name])
    assert not {one["id"], other["id"]} & set(world.visited())
    assert world.reach(one["id"])["uprn"] != world.reach(other["id"])["uprn"]
    open_tasks = {row["child_id"] for row in world.tables[t.Task] if row["resolved_at"] is None}
    assert {row["child_id"] for row in world.standing() if row["raised_by_id"]} <= open_tasks


# --- the health visitor and the police ------------------------------------------------------------------


def test_the_health_visitors_caseload(world: Directory) -> None:
    """Leeds answers for all her children; some are shielded, and nobody has a conflict or override on one."""
    children = world.visited()
    assert len(children) >= (60 if world.size >= 200 else 25)
    assert {"Leeds City Council"} == {world.authority(child) for child in children}
    assert sum(world.shielded(child) for child in children) >= 3
    assert all(world.live(child) for child in children)
    barred = {row["child_id"] for table in (t.AccountConflict, t.Override) for row in world.tables[table]}
    assert not barred & set(children)


def test_her_first_ten_hold_an_open_family(world: Directory) -> None:
    """Among her first ten is an open child with siblings and shared carers, none of them shielded."""
    first = world.first_open()
    assert first in world.visited()[:10]
    family = world.family(first)
    assert len(family) >= 3
    assert world.of(t.Contact, first)
    assert not any(world.shielded(child) for child in family)
    assert all(world.carers(first) == world.carers(child) for child in family)


def test_her_first_ten_hold_a_full_shielded_record(world: Directory) -> None:
    """Her first shielded child, among her first ten, has something behind every withheld group."""
    child = world.first_shielded()
    assert child in world.visited()[:10]
    reaches = {row["person_id"]: row for row in world.tables[t.PersonReach]}
    assert world.carers(child)
    assert all(reaches[person]["phone"] and reaches[person]["postcode"] for person in world.carers(child))
    assert all(world.now(table, child) for table in (t.Placement, t.Registration))
    assert all(world.of(table, child) for table in (t.FormerName, t.ExternalIdentifier))
    works = world.now(t.Involvement, child)
    worker = world.accounts["health-visitor"]["practitioner_id"]
    assert len(works) >= 4
    assert any(row["practitioner_id"] == worker for row in works)
    assert {True, False} == {row["sensitive"] for row in works}
    assert sum(row["lead"] for row in works) == 1
    assert sum(row["assessment"] for row in works) == 1
    assert {State.ACTIVE} == {row["state"] for row in world.of(t.Shield, child)}
    assert world.reach(child)["kind"] is ReachKind.CURRENT


def test_her_first_ten_hold_an_open_sibling_of_a_shielded_child(world: Directory) -> None:
    """Among her first ten is an open child who shares a carer with a shielded one (R8), and a sealed record."""
    first = world.visited()[:10]
    assert any(
        not world.shielded(child) and any(world.shielded(other) for other in world.family(child)) for child in first
    )
    sealed = {row["child_id"] for row in world.standing() if row["reason"] in SEALING_REASONS}
    assert sealed & set(first)


def test_the_approved_application(world: Directory) -> None:
    """It covers her first open and first shielded child and two others, and was approved by two bodies."""
    (application,) = [r for r in world.tables[t.Application] if r["state"] is ApplicationState.APPROVED]
    assert world.accounts["police"]["id"] == application["applicant_id"]
    assert datetime.combine(world.today + timedelta(days=20), time(12), UTC) == application["expires_at"]
    scope = world.scope(application)
    assert {world.first_open(), world.first_shielded()} < set(scope)
    assert sorted(world.shielded(child) for child in scope) == [False, False, True, True]
    assert application["requested"] == [world.children[child]["directory_number"] for child in scope]
    decisions = world.decisions(application)
    approvers = [world.accounts[name]["id"] for name in ("protection", "team-manchester")]
    assert approvers == [row["account_id"] for row in decisions]
    assert all(row["approve"] for row in decisions)
    assert application["expires_at"] == min(row["expires_at"] for row in decisions)


def test_the_other_applications(world: Directory) -> None:
    """One application of the police has expired, for another child; one of a new applicant covers nobody."""
    by_state = {row["state"]: row for row in world.tables[t.Application]}
    assert {ApplicationState.APPROVED, ApplicationState.EXPIRED, ApplicationState.PENDING} == set(by_state)
    expired, pending = by_state[ApplicationState.EXPIRED], by_state[ApplicationState.PENDING]
    assert world.accounts["police"]["id"] == expired["applicant_id"]
    assert expired["expires_at"] < world.moment.now
    assert not set(world.scope(expired)) & set(world.scope(by_state[ApplicationState.APPROVED]))
    assert len(world.decisions(expired)) == 2
    assert world.accounts["police-new"]["id"] == pending["applicant_id"]
    assert not world.scope(pending)
    known = {row["directory_number"] for row in world.children.values()}
    assert {True, False} == {number in known for number in pending["requested"]}
