"""Feeds: what a case system is answered, and what becomes of it (R11, R19, R29, R32)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.numbers import read_number
from resolvers.store import tables as t
from tests.cast import cast
from tests.client import gateway_on
from tests.conftest import Serve
from tests.feeding import (
    ACCEPTED,
    RESULTS,
    child_by,
    children_by,
    entry,
    feed,
    outcomes,
    place,
    reach,
    rows_of,
    submit,
    work,
)
from tests.world import NOW, ago, id_of


async def test_r19_a_child_whom_nobody_knows_becomes_a_record_on_hold(serve: Serve) -> None:
    """It is the client's authority's, is found under its names, and holds what the entry says, with a number of its own."""
    gateway = await serve(cast())
    assert [ACCEPTED] == await feed(gateway, entry("1", "C-1", involvement=work(lead=True)))
    child = await child_by(gateway, "Farouk")
    assert read_number(child.directory_number) == child.directory_number
    query = """query($search: ChildSearch!) { children(search: $search) { edges { node { childId shielded } } } }"""
    search = {"familyName": "Farouk", "dateOfBirth": "2016-03-04"}
    found = await gateway.ask("teacher", query, search=search)
    (node,) = (edge["node"] for edge in found["children"]["edges"])
    assert node["shielded"] is True
    record = """query($id: ID!) { child(id: $id) { givenNames responsibleAuthority { name } externalIdentifiers { scheme value }
        involvements { edges { node { service lead practitioner { name } organisation { name } } } } agencies { name } } }"""
    told = (await gateway.ask("team", record, id=node["childId"]))["child"]
    (row,) = (edge["node"] for edge in told["involvements"]["edges"])
    assert row == {
        "service": "SOCIAL_CARE",
        "lead": True,
        "practitioner": {"name": "Olaf"},
        "organisation": {"name": "Social"},
    }
    assert told["responsibleAuthority"] == {"name": "Leeds"}
    assert told["externalIdentifiers"] == [{"scheme": "CASE", "value": "C-1"}]


async def test_r19_every_kind_of_entry_lands_and_nothing_is_left_behind(serve: Serve) -> None:
    """Work, reach and school place of one child are done in their order; the entries are gone, and so is all between."""
    gateway = await serve(cast())
    entries = [
        entry("a", "C-1"),
        entry("b", "C-1", reach=reach(phone="0113 496 0555", email="n@fed.example")),
        entry("c", "C-1", placement=place()),
        entry("d", "C-1", reach=reach(line="10 Later Row") | {"since": ago(days=1).isoformat()}),
        entry("e", "C-1", involvement=work(to=ago(days=1).isoformat())),
    ]
    assert [ACCEPTED] * 5 == await feed(gateway, *entries)
    child = await child_by(gateway, "Farouk")
    (involvement,) = await rows_of(gateway, t.Involvement, t.Involvement.child_id == child.id)
    assert (involvement.started_on, involvement.ended_on) == (ago(days=40), ago(days=1))
    (stay,) = await rows_of(gateway, t.Placement, t.Placement.child_id == child.id)
    assert stay.organisation_id == id_of("organisation", "school")
    reaches = await rows_of(gateway, t.ChildReach, t.ChildReach.child_id == child.id)
    now = {row.address_lines: row.replaced_at is None for row in reaches}
    assert now == {"9 Fed Row": False, "10 Later Row": True}
    (known,) = (row for row in reaches if row.replaced_at is None)
    assert (known.phone, known.email, known.postcode_key) == ("0113 496 0555", "n@fed.example", "LS99ZZ")
    for table in (t.FeedEntry, t.FeedLikeness, t.FeedMatched):
        assert await rows_of(gateway, table) == []


async def count(gateway: Any, table: Any) -> int:
    async with gateway.database() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def resting(gateway: Any) -> Any:
    """Have nothing processed until the test says so."""
    gateway.app.state.feeder.pause = lambda: 30.0
    return gateway


async def test_r19_a_submission_touches_no_record(serve: Serve) -> None:
    """With the answer entries are kept and nothing else: no record is read, written or told of before that."""
    gateway = resting(await serve(cast()))
    tables = (t.Child, t.Involvement, t.Change, t.AccessSubject)
    before = [await count(gateway, table) for table in tables]
    assert outcomes(await submit(gateway, entry("1", "C-1"))) == [ACCEPTED]
    after = [await count(gateway, table) for table in tables]
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 0, 1, 0]
    assert (await count(gateway, t.FeedEntry), await children_by(gateway, "Farouk")) == (1, [])
    await gateway.fed()
    assert (await count(gateway, t.FeedEntry), len(await children_by(gateway, "Farouk"))) == (0, 1)


LATER = "2026-07-01"
FAULTS = {
    "no deed": ({"involvement": None}, ("INVALID", None)),
    "two deeds": ({"reach": reach()}, ("INVALID", None)),
    "no name": ({"entry": "  "}, ("INVALID", "entry")),
    "long name": ({"entry": "x" * 201}, ("INVALID", "entry")),
    "practitioner of nobody": ({"involvement": work("nobody")}, ("NOT_FOUND", "involvement.practitionerId")),
    "practitioner of another": ({"involvement": work("tess")}, ("NOT_FOUND", "involvement.practitionerId")),
    "practitioner of a refuge": ({"involvement": work("ruth")}, ("NOT_FOUND", "involvement.practitionerId")),
    "no id": ({"involvement": work() | {"practitionerId": "x"}}, ("NOT_FOUND", "involvement.practitionerId")),
    "no basis": ({"involvement": work(service="MENTAL_HEALTH")}, ("NEEDS_BASIS", "involvement.basis")),
    "before birth": ({"involvement": work() | {"from": "2010-01-01"}}, ("INVALID", "involvement.from")),
    "work to come": ({"involvement": work() | {"from": LATER}}, ("INVALID", "involvement.from")),
    "ends first": ({"involvement": work(to="2020-01-01")}, ("INVALID", "involvement.to")),
    "empty reach": ({"involvement": None, "reach": {"since": "2026-01-01"}}, ("INVALID", "reach")),
    "odd phone": ({"involvement": None, "reach": reach(phone="none")}, ("INVALID", "reach.phone")),
    "odd email": ({"involvement": None, "reach": reach(email="none")}, ("INVALID", "reach.email")),
    "no postcode": ({"involvement": None, "reach": reach(postcode=" ")}, ("INVALID", "reach.address")),
    "reach to come": ({"involvement": None, "reach": reach() | {"since": LATER}}, ("INVALID", "reach.since")),
    "school of nobody": ({"involvement": None, "placement": place("nil")}, ("NOT_FOUND", "placement.organisationId")),
    "no school": ({"involvement": None, "placement": place("charity")}, ("NOT_FOUND", "placement.organisationId")),
    "a refuge": ({"involvement": None, "placement": place("refuge")}, ("NOT_FOUND", "placement.organisationId")),
    "place ends first": ({"involvement": None, "placement": place(to="2026-01-01")}, ("INVALID", "placement.to")),
}
CHILD_FAULTS = {
    "unborn": ({"dateOfBirth": LATER}, ("INVALID", "child.dateOfBirth")),
    "of age": ({"dateOfBirth": "2008-06-15"}, ("INVALID", "child.dateOfBirth")),
    "nameless": ({"familyName": "--"}, ("INVALID", "child.familyName")),
    "no given name": ({"givenNames": ""}, ("INVALID", "child.givenNames")),
    "no scheme": ({"externalIdentifier": {"scheme": "", "value": "1"}}, ("INVALID", "child.externalIdentifier.scheme")),
    "no value": ({"externalIdentifier": {"scheme": "A", "value": "-"}}, ("INVALID", "child.externalIdentifier")),
}


async def test_r19_a_fault_refuses_its_entry_alone(serve: Serve) -> None:
    """Each fault has its code and its field; entries before and after it are kept, and done."""
    gateway = await serve(cast())
    faulty = [entry(f"f{n}", f"F-{n}") | change for n, (change, _) in enumerate(FAULTS.values())]
    for n, (change, _) in enumerate(CHILD_FAULTS.values()):
        one = entry(f"c{n}", f"G-{n}")
        faulty.append(one | {"child": one["child"] | change})
    told = await feed(gateway, entry("first", "C-1", family="Before"), *faulty, entry("last", "C-2", family="Behind"))
    expected = [problem for _, problem in (*FAULTS.values(), *CHILD_FAULTS.values())]
    assert told == [ACCEPTED, *expected, ACCEPTED]
    assert (len(await children_by(gateway, "Before")), len(await children_by(gateway, "Behind"))) == (1, 1)
    assert await children_by(gateway, "Farouk") == []


async def test_a_submission_holds_a_thousand_entries_at_most(serve_small: Serve) -> None:
    """None, and more than a thousand, are refused as a whole, and nothing is kept."""
    gateway = await serve_small(cast(), feed_body_limit=4_000_000)
    for entries in ([], [entry(str(n), f"C-{n}") for n in range(1_001)]):
        payload = await submit(gateway, *entries)
        assert [(p["code"], p["field"]) for p in payload["problems"]] == [("INVALID", "entries")]
        assert payload["results"] == []
    assert await count(gateway, t.FeedEntry) == 0


async def test_r32_a_submission_is_done_once_under_its_key(serve: Serve) -> None:
    """Sent again it answers as before, to the byte; with anything else in it the key is taken."""
    gateway = await serve(cast())
    entries = [entry("1", "C-1"), entry("2", "C-2", involvement=work("tess"))]
    first = await gateway.deed(
        "feed", "submitFeed", {"clientMutationId": "k", "entries": entries}, RESULTS, purpose="DATA_QUALITY"
    )
    await gateway.fed()
    again = await gateway.deed(
        "feed", "submitFeed", {"clientMutationId": "k", "entries": entries}, RESULTS, purpose="DATA_QUALITY"
    )
    assert again.content == first.content
    other = await submit(gateway, entries[0], key="k")
    assert [(p["code"], p["field"]) for p in other["problems"]] == [("DUPLICATE_KEY", "clientMutationId")]
    assert len(await children_by(gateway, "Farouk")) == 1


async def test_r32_an_entry_is_done_once_under_its_name(serve: Serve) -> None:
    """Sent again in another submission it is accepted and not done again; another content under its name is refused."""
    gateway = await serve(cast())
    one = entry("1", "C-1", involvement=work(lead=True))
    changed = entry("1", "C-1", involvement=work(lead=False))
    twice = ("DUPLICATE_KEY", "entry")
    assert [ACCEPTED, ACCEPTED, twice] == await feed(gateway, one, one, changed, key="a")
    assert [ACCEPTED, twice] == await feed(gateway, one, changed, key="b")
    child = await child_by(gateway, "Farouk")
    (row,) = await rows_of(gateway, t.Involvement, t.Involvement.child_id == child.id)
    assert row.lead is True
    gateway.clock.now += timedelta(days=91)  # the name is forgotten
    assert [ACCEPTED] == await feed(gateway, changed, key="c")
    (row,) = await rows_of(gateway, t.Involvement, t.Involvement.child_id == child.id)
    assert row.lead is False


async def test_r32_a_name_is_its_clients_own_and_kept_as_a_hash(serve_small: Serve) -> None:
    """Another client uses the same names freely, and neither names nor contents are kept once they are done."""
    world = cast()
    world.account("hospital", Role.FEED_CLIENT, "clinic")
    gateway = await serve_small(world)
    basis = {"basis": "CONSENT"}
    assert [ACCEPTED] == await feed(gateway, entry("the-name", "C-1"))
    other = entry("the-name", "X-1", family="Other", involvement=work("nora", **basis))
    assert [ACCEPTED] == await feed(gateway, other, account="hospital")
    rows = [*await rows_of(gateway, t.FeedName), *await rows_of(gateway, t.FeedEntry)]
    assert len(rows) == 2
    assert "the-name" not in str(rows)
    assert "Farouk" not in str(rows)


async def test_queued_is_answered_for_load_alone(serve: Serve) -> None:
    """Where as many wait as the operator has said, further entries are kept and told to be queued."""
    gateway = resting(await serve(cast(), feed_waiting=2))
    assert outcomes(await submit(gateway, entry("1", "C-1"), entry("2", "C-2"), key="a")) == [ACCEPTED] * 2
    faulty = entry("4", "C-4", involvement=work("tess"))
    told = outcomes(await submit(gateway, entry("3", "C-3"), faulty, key="b"))
    assert told == ["QUEUED", ("NOT_FOUND", "involvement.practitionerId")]
    await gateway.fed()
    assert outcomes(await submit(gateway, entry("5", "C-5"), key="c")) == [ACCEPTED]


async def test_r29_a_batch_leaves_its_event_its_subjects_and_its_changes(serve: Serve) -> None:
    """The event is the feed account's, by the route `feed`; each record is a subject of it, with nothing disclosed."""
    gateway = await serve(cast())
    await feed(gateway, entry("1", "C-1", family="One"), entry("2", "C-2", family="Two", reach=reach()))
    events, subjects = await gateway.journal()
    (batch,) = (event for event in events if event.route == "feed")
    assert (batch.account_id, batch.deed, batch.outcome) == (id_of("account", "feed"), "submitFeed", "OK")
    assert (batch.purpose, batch.role) == ("DATA_QUALITY", "FEED_CLIENT")
    touched = {row.child_id for row in subjects if row.event_id == batch.id and row.kind == "OPENED"}
    one, two = await child_by(gateway, "One"), await child_by(gateway, "Two")
    assert touched == {one.id, two.id}
    assert all(row.disclosed == [] for row in subjects if row.event_id == batch.id)
    changes = await rows_of(gateway, t.Change, t.Change.event_id == batch.id)
    assert {row.child_id for row in changes} == {one.id, two.id}
    work_of = [row for row in changes if row.what == "SOMEONE_BECAME_INVOLVED"]
    assert [(row.child_id, row.practitioner_id) for row in work_of] == [(one.id, id_of("practitioner", "olaf"))]


async def test_r28_what_a_suspended_account_has_sent_waits(serve: Serve) -> None:
    """No job does what the account may not: its entries wait, and are done when it is in force again."""
    gateway = resting(await serve(cast()))
    await submit(gateway, entry("1", "C-1"))
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).where(t.Account.subject == "feed").values(suspended_at=NOW))
    await gateway.fed()
    assert await count(gateway, t.FeedEntry) == 1
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).where(t.Account.subject == "feed").values(suspended_at=None))
    await gateway.fed()
    assert await count(gateway, t.FeedEntry) == 0


async def test_what_a_process_has_left_is_done_by_the_next(serve: Serve, tmp_path: Path) -> None:
    """Entries that wait when a process ends are done by one that starts on the same database, without any request."""
    gateway = resting(await serve(cast()))
    await submit(gateway, entry("1", "C-1"))
    async with gateway_on(gateway.url, tmp_path) as other:
        for _ in range(100):
            if await count(other, t.FeedEntry) == 0:
                break
            await asyncio.sleep(0.05)
        assert len(await children_by(other, "Farouk")) == 1


REFUSING = {
    "sqlite": (
        "CREATE TRIGGER refusing BEFORE INSERT ON child WHEN NEW.family_name = 'Poison' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.family_name = 'Poison' THEN RAISE 'refused'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER refusing BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION refusing()",
    ),
}


async def test_an_entry_that_cannot_be_done_is_set_aside_and_holds_up_no_other(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried five times, later and later; the log tells its number and nothing of the child (R31)."""
    gateway = await serve(cast())
    async with gateway.database() as connection:
        for statement in REFUSING[connection.dialect.name]:
            await connection.execute(text(statement))
    names = ("Abel", "Poison", "Carter", "Dawes")
    await feed(gateway, *(entry(f"e{n}", f"C-{n}", family=family) for n, family in enumerate(names)))
    for family in ("Abel", "Carter", "Dawes"):
        assert len(await children_by(gateway, family)) == 1
    for attempts in range(1, 6):
        (row,) = await rows_of(gateway, t.FeedEntry)
        assert (row.attempts, row.set_aside) == (attempts, attempts == 5)
        gateway.clock.now += timedelta(minutes=1)
        await gateway.fed()
    (line,) = (record for record in caplog.records if record.message == "an entry of a feed is set aside")
    assert line.entry == row.position
    assert "Poison" not in caplog.text
    await feed(gateway, entry("more", "C-1", family="Poison", reach=reach()), key="more")
    async with gateway.database() as connection:
        await connection.execute(
            text("DROP TRIGGER refusing" + (" ON child" if len(REFUSING[connection.dialect.name]) == 2 else ""))
        )
        await connection.execute(update(t.FeedEntry).values(set_aside=False, attempts=0, due_at=gateway.clock.now))
    await gateway.fed()
    assert (await count(gateway, t.FeedEntry), len(await children_by(gateway, "Poison"))) == (0, 1)


async def test_r11_sensitive_work_lands_with_its_basis_and_shows_to_its_own_worker(serve: Serve) -> None:
    """A basis marks any work as sensitive: nobody else sees it, and its own practitioner has the child on the caseload."""
    gateway = await serve(cast())
    assert [ACCEPTED] == await feed(gateway, entry("1", "C-1", involvement=work(basis="RISK_OF_SIGNIFICANT_HARM")))
    child = await child_by(gateway, "Farouk")
    (row,) = await rows_of(gateway, t.Involvement, t.Involvement.child_id == child.id)
    assert row.sensitive is True
    own = await gateway.ask("officer", "{ caseload { edges { node { sensitiveInvolvements { service } } } } }")
    assert [edge["node"]["sensitiveInvolvements"] for edge in own["caseload"]["edges"]] == [
        [{"service": "SOCIAL_CARE"}]
    ]
    query = "query($id: ID) { child(id: $id) { involvements { edges { cursor } } sensitiveInvolvements { id } agencies { name } } }"
    told = await gateway.ask("teacher", query, id=write_id(Kind.CHILD, child.id))
    assert told["child"] == {"involvements": {"edges": []}, "sensitiveInvolvements": [], "agencies": None}
    counted = await rows_of(gateway, t.ChangeCounter, t.ChangeCounter.child_id == child.id)
    assert {str(row.group) for row in counted} == {"SENSITIVE_SERVICES"}


async def test_r32_what_is_known_already_moves_no_version(serve: Serve) -> None:
    """A client that sends all it has each night changes nothing by what is as it was, and tells nobody."""
    gateway = await serve(cast())
    deeds = ({"involvement": work(lead=True)}, {"reach": reach(phone=None)}, {"placement": place()})
    await feed(gateway, *(entry(f"a{n}", "C-1", **deed) for n, deed in enumerate(deeds)), key="monday")
    child = await child_by(gateway, "Farouk")
    version = "query($id: ID) { child(id: $id) { version } }"
    key = write_id(Kind.CHILD, child.id)
    before = await gateway.ask("team", version, id=key)
    changes = await count(gateway, t.Change)
    await feed(gateway, *(entry(f"b{n}", "C-1", **deed) for n, deed in enumerate(deeds)), key="tuesday")
    assert await gateway.ask("team", version, id=key) == before
    assert await count(gateway, t.Change) == changes + 1  # of the submission itself
    await feed(gateway, entry("c", "C-1", involvement=work(lead=False)), key="wednesday")
    assert await gateway.ask("team", version, id=key) != before
    older = reach(line="1 Former Row") | {"since": ago(days=300).isoformat()}
    await feed(gateway, entry("d", "C-1", reach=older), key="thursday")
    (known,) = await rows_of(gateway, t.ChildReach, t.ChildReach.child_id == child.id)
    assert known.address_lines == "9 Fed Row"


async def test_r15_a_feed_client_reads_nothing(serve_small: Serve) -> None:
    """Of what it has fed it is told nothing more: every root about children is refused to it, the record's id too."""
    gateway = await serve_small(cast())
    await feed(gateway, entry("1", "C-1"))
    child = await child_by(gateway, "Farouk")
    for query in ('{ child(id: "%s") { id } }', "{ tasks { edges { cursor } } }", '{ node(id: "%s") { id } }'):
        asked = query % write_id(Kind.CHILD, child.id) if "%s" in query else query
        assert (403, ["FORBIDDEN"]) == await gateway.codes("feed", asked, purpose="DATA_QUALITY")
    given = {"clientMutationId": "x", "entries": [entry("1", "C-1")]}
    response = await gateway.deed("teacher", "submitFeed", given, RESULTS)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    given["clientMutationId"] = "y"
    response = await gateway.deed("feed", "submitFeed", given, RESULTS, purpose=None)
    assert response.json()["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"
