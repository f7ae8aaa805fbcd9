"""R21 with a replica: a real streaming standby gives details, never a verdict, and nothing depends on it."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select, update

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate
from resolvers.store.words import Relationship, ShieldState
from tests.cast import ACCOUNTS, PURPOSE, cast, full_child
from tests.client import Gateway, gateway_on
from tests.databases import do_without
from tests.faults.postgres import Postgres, Standby, binaries
from tests.queries import CASELOAD, CHILD
from tests.world import NOW, World, ago, id_of, number_of

DETAILS = "FROM person_reach"
OLD, NEW = "07700 900222", "07700 900333"
CHILDREN = ("anna", "bea", "cora", "dora", "ella", "fay", "gwen", "hope", "ivy", "jude")
SECONDS = 30


def families() -> World:
    """Return a world of open children, each with a carer, but for Hope and Jude, who are shielded.

    Fay's carer is Gwen's too, and Ivy's is Jude's, with whose record the team is in conflict.
    """
    world = cast()
    for name in CHILDREN:
        full_child(world, name, authority="leeds")
    world.contact("gwen", "mum-fay")
    world.contact("jude", "mum-ivy")
    for name in ("hope", "jude"):
        world.shield(name)
    world.conflict("team", "jude")
    return world


@pytest_asyncio.fixture(scope="module")
async def standby() -> AsyncIterator[Standby]:
    """A primary with that world, and a standby of it, which is given."""
    programs = binaries()
    if programs is None:
        do_without(FileNotFoundError("initdb"))
    primary = Postgres(Path(tempfile.mkdtemp()), programs)
    await primary.start()
    engine = make_engine(database_url(primary.url))
    await migrate(engine)
    copy = Standby(primary)
    await copy.start()
    await families().write(engine)
    await engine.dispose()
    await copy.caught_up()
    yield copy
    await copy.remove()
    await primary.remove()


@pytest_asyncio.fixture
async def alone(standby: Standby, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway on the primary alone, which says what is right."""
    async with gateway_on(standby.primary.url, tmp_path) as made:
        yield made


@asynccontextmanager
async def _mirrored(standby: Standby, folder: Path, **settings: Any) -> AsyncIterator[Gateway]:
    how: dict[str, Any] = {"replica_lag_seconds": 3600, **settings}
    async with gateway_on(standby.primary.url, folder, replica_url=standby.url, **how) as made:
        yield made


@pytest_asyncio.fixture
async def gateway(standby: Standby, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway with the replica, whatever that lags."""
    async with _mirrored(standby, tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def paused(standby: Standby) -> AsyncIterator[Standby]:
    """The standby, which replays nothing until the test ends."""
    await standby.pause()
    yield standby
    await standby.go_on()


async def change(standby: Standby, *statements: Any) -> None:
    """Commit on the primary."""
    engine = make_engine(database_url(standby.primary.url))
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)
    await engine.dispose()


async def record(gateway: Gateway, child: str, viewer: str = "teacher") -> bytes:
    """Return the answer on one record, to the byte."""
    response = await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of(child))
    return response.content


def details(standby: Standby) -> int:
    """Return how often the standby has been asked for details."""
    return sum(DETAILS in line for line in standby.asked())


async def test_r21_a_replica_changes_no_answer(standby: Standby, gateway: Gateway, alone: Gateway) -> None:
    """Every persona is answered byte for byte as without it, and it is asked for nothing but details by their keys."""
    before = details(standby)
    for viewer in ACCOUNTS:
        for child in CHILDREN:
            assert await record(gateway, child, viewer) == await record(alone, child, viewer)
        page: dict[str, Any] = {"query": CASELOAD, "purpose": PURPOSE[viewer], "first": 10}
        assert (await gateway.raw(viewer, **page)).content == (await alone.raw(viewer, **page)).content
    assert details(standby) > before, "it is used"
    tables = {
        name for name in t.Base.metadata.tables if any(re.search(rf"\b{name}\b", line) for line in standby.asked())
    }
    assert tables == {"person_reach"}


async def test_r21_on_a_shielded_record_nothing_comes_from_a_replica(standby: Standby, gateway: Gateway) -> None:
    """How to reach the carers of a shielded child is read on the primary, though the viewer sees it."""
    before = details(standby)
    assert OLD.encode() in await record(gateway, "hope", "team")
    assert details(standby) == before


async def test_r0_what_a_replica_is_asked_tells_of_no_hidden_sibling(standby: Standby, gateway: Gateway) -> None:
    """A shielded sibling that a conflict hides sends no statement elsewhere: it goes where it goes for any open child."""
    for child in ("cora", "ivy"):
        before = details(standby)
        assert OLD.encode() in await record(gateway, child, "team")
        assert details(standby) == before + 1


async def test_r21_a_shield_holds_though_the_replica_lags(
    standby: Standby, gateway: Gateway, alone: Gateway, paused: Standby
) -> None:
    """From its commit on nothing of the child, or of the sibling's carer whom they share, is shown by the old state."""
    before = {child: await record(gateway, child) for child in ("fay", "gwen", "ella")}
    assert all(OLD.encode() in answer for answer in before.values())
    shields = [
        {"id": id_of("shield", child), "child_id": id_of("child", child), "state": ShieldState.ACTIVE, "since": NOW}
        for child in ("gwen", "ella")
    ]
    await change(paused, insert(t.Shield).values(shields))
    asked = details(standby)
    for child in ("fay", "gwen", "ella"):
        answer = await record(gateway, child)
        assert answer == await record(alone, child)
        assert OLD.encode() not in answer
    assert details(standby) == asked, "no key was even bound there"


async def test_r21_a_lagging_replica_shows_an_old_value_of_what_is_seen(
    gateway: Gateway, alone: Gateway, paused: Standby
) -> None:
    """A carer's number that has changed is the old or the new one, as version and number go together; all else is new."""
    old = await record(gateway, "cora")
    reach = t.PersonReach
    mine = reach.person_id == id_of("person", "mum-cora")
    await change(paused, update(reach).where(mine).values(phone=NEW, changes=reach.changes + 1))
    answers = await record(gateway, "cora"), await record(alone, "cora")
    assert answers[0] == old, "the replica, which has not heard, was asked"
    assert OLD.encode() not in answers[1]
    assert NEW.encode() in answers[1]


async def test_r21_what_is_closed_now_is_not_opened_by_a_replica(
    gateway: Gateway, alone: Gateway, paused: Standby
) -> None:
    """A care that has ended and a body that has become confidential are as the primary says, however old the replica."""
    assert b"0113 496 0777" in await record(gateway, "dora")
    await change(
        paused,
        update(t.Contact).where(t.Contact.child_id == id_of("child", "dora")).values(ended_on=ago(days=1)),
        update(t.Organisation).where(t.Organisation.id == id_of("organisation", "charity")).values(confidential=True),
    )
    answer = await record(gateway, "dora")
    assert answer == await record(alone, "dora")
    assert b"0113 496 0777" not in answer
    assert OLD.encode() not in answer


async def test_what_a_replica_does_not_have_yet_is_there(gateway: Gateway, alone: Gateway, paused: Standby) -> None:
    """A carer made a moment ago, and how to reach her, are answered by the primary beside what the replica has."""
    child, person = id_of("child", "anna"), id_of("person", "aunt")
    await change(
        paused,
        insert(t.Person).values(id=person, given_names="Aunt", family_name="Carer"),
        insert(t.PersonReach).values(person_id=person, phone=NEW, postcode="LS3 1AB", address_lines="7 Carer Close"),
        insert(t.Contact).values(
            id=id_of("contact", "aunt"),
            child_id=child,
            person_id=person,
            relationship=Relationship.GRANDPARENT,
            parental_responsibility=False,
            started_on=ago(days=1),
        ),
    )
    asked = details(paused)
    answer = await record(gateway, "anna")
    assert answer == await record(alone, "anna")
    assert NEW.encode() in answer
    assert details(paused) == asked + 1


async def test_a_row_that_the_primary_has_no_more_changes_nothing_else(
    gateway: Gateway, alone: Gateway, paused: Standby
) -> None:
    """A carer's reach that was taken away is the old value or none; with the replica left out it is none."""
    old = await record(gateway, "bea")
    await change(paused, delete(t.PersonReach).where(t.PersonReach.person_id == id_of("person", "mum-bea")))
    assert await record(gateway, "bea") in {old, await record(alone, "bea")}


async def test_a_replica_that_lags_too_much_is_left_alone(
    standby: Standby, tmp_path: Path, alone: Gateway, paused: Standby, caplog: pytest.LogCaptureFixture
) -> None:
    """One that is further behind than the setting says is asked for nothing, and nobody notices."""
    async with _mirrored(standby, tmp_path, replica_lag_seconds=0.001, metrics_port=0) as gateway:
        asked = details(paused)
        assert await record(gateway, "anna") == await record(alone, "anna")
        assert details(paused) == asked
        assert "gateway_replicas_serving 0.0" in gateway.metrics()
        ready = await gateway.http.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
    told = [vars(line) for line in caplog.records if line.name == "gateway.replica"]
    assert [line["why"] for line in told if line["msg"] == "a replica is left alone"] == ["it lags"]


async def test_what_a_deed_answers_is_read_on_the_primary(standby: Standby, gateway: Gateway) -> None:
    """After a deed the same operation asks no replica: what it has just written would be missing there."""
    child, body = (
        write_id(Kind.CHILD, id_of("child", "bea")),
        write_id(Kind.ORGANISATION, id_of("organisation", "york")),
    )
    to = {"childId": child, "toAuthority": body, "note": "the family has moved"}
    asked = details(standby)
    payload = await gateway.do(
        "team", "transferRecord", to, "child { contacts { version phone } }", purpose="CASE_REVIEW"
    )
    assert payload["problems"] == []
    assert payload["child"]["contacts"]
    assert details(standby) == asked


async def test_a_replica_that_freezes_or_is_gone_costs_no_answer(
    standby: Standby, tmp_path: Path, alone: Gateway
) -> None:
    """While it stands still or is stopped the primary answers in time, ready all the while; afterwards it is used."""
    expected = await record(alone, "cora")
    async with _mirrored(standby, tmp_path, deadline_seconds=3, metrics_port=0) as gateway:
        assert await record(gateway, "cora") == expected
        assert "gateway_replicas_serving 1.0" in gateway.metrics()
        standby.freeze()
        try:
            answers = await asyncio.gather(*(record(gateway, "cora") for _ in range(10)))
            assert set(answers) == {expected}
            assert (await gateway.http.get("/readyz")).status_code == 200
        finally:
            standby.thaw()
        await used(standby, gateway)
        await standby.stop()
        try:
            assert {await record(gateway, "cora") for _ in range(3)} == {expected}
        finally:
            await standby.start()


async def used(standby: Standby, gateway: Gateway) -> None:
    """Return once each of some answers in turn has asked the replica: one that thaws tells of earlier ones, too."""
    times = 0
    async with asyncio.timeout(SECONDS):
        while times < 3:
            before = details(standby)
            await record(gateway, "cora")
            times = times + 1 if details(standby) == before + 1 else 0
            await asyncio.sleep(0.1)


async def test_without_the_primary_a_replica_answers_nothing(standby: Standby, gateway: Gateway) -> None:
    """With the primary gone everything is UNAVAILABLE, though the replica lives, and so no answer lacks its event."""
    await record(gateway, "anna")
    asked = details(standby)
    await standby.primary.stop()
    try:
        assert await gateway.codes("teacher", CHILD, number=number_of("anna")) == (503, ["UNAVAILABLE"])
        assert (await gateway.http.get("/readyz")).status_code == 503
        assert details(standby) == asked
    finally:
        await standby.primary.start()


async def test_each_answer_with_details_of_a_replica_has_its_event(standby: Standby, gateway: Gateway) -> None:
    """The journal is written on the primary before an answer leaves, whatever gave the details."""
    counted = select(func.count()).select_from(t.AccessEvent)
    async with gateway.database() as connection:
        before = (await connection.execute(counted)).scalar_one()
    asked = details(standby)
    await record(gateway, "cora")
    assert details(standby) > asked
    async with gateway.database() as connection:
        assert (await connection.execute(counted)).scalar_one() == before + 1
