"""R29: what an operation did is in the journal before its answer leaves."""

import asyncio
import hmac
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from joserfc import jwt
from sqlalchemy import event as events_of
from sqlalchemy import text
from sqlalchemy.pool import Pool

from gateway.demo import ISSUER
from gateway.keys import derive
from gateway.tokens import AUDIENCE
from resolvers.ids import Kind, write_id
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import ServiceKind
from tests.cast import cast, full_child
from tests.client import REASON, gateway_on
from tests.conftest import Serve
from tests.databases import Template
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import NOW, id_of, number_of


async def test_r29_a_record_read_leaves_who_when_why_and_which_groups(serve: Serve) -> None:
    """An event names account, purpose, reason and document; its subject the record, and groups shown and withheld."""
    world = cast()
    full_child(world, "bea")
    world.shield("bea")
    gateway = await serve(world)
    await gateway.ask("teacher", CHILD, number=number_of("bea"))
    (event,), subjects = await gateway.journal()
    assert (event.account_id, event.at, event.purpose, event.reason) == (
        id_of("account", "teacher"), NOW, "COORDINATE_CARE", REASON,
    )  # fmt: skip
    assert (event.role, event.operation_name, event.outcome, len(event.document_hash)) == (
        "PRACTITIONER",
        "Record",
        "OK",
        64,
    )
    assert event.organisation_id == id_of("organisation", "school")
    opened = next(row for row in subjects if row.kind == "OPENED")
    assert (opened.event_id, opened.child_id, opened.override) == (event.id, id_of("child", "bea"), False)
    assert set(opened.disclosed) == {"IDENTITY", "FORMER_NAMES", "CONTACT_NAMES", "OWN_SERVICES", "OWN_SENSITIVE"}
    assert set(opened.withheld) == {
        "WHEREABOUTS", "PLACES", "SERVICES", "AGENCIES", "LEAD", "SENSITIVE_SERVICES", "IDENTIFIERS",
    }  # fmt: skip


async def test_r29_groups_that_were_not_asked_for_are_in_neither_list(serve_small: Serve) -> None:
    """Only what the operation asked for is journalled as shown or withheld."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve_small(world)
    await gateway.ask("teacher", "query($n: String) { child(directoryNumber: $n) { phone } }", n=number_of("anna"))
    _, (subject,) = await gateway.journal()
    assert (subject.disclosed, subject.withheld) == (["IDENTITY", "WHEREABOUTS"], [])


async def test_r29_what_was_sought_in_vain_is_kept_as_a_keyed_hash(serve: Serve) -> None:
    """An id or number that gave nothing, whatever the reason, leaves SOUGHT and a hash, never the number."""
    world = cast()
    full_child(world, "kin")
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    child = write_id(Kind.CHILD, id_of("child", "kin"))
    for sought in (number_of("kin"), number_of("nobody"), "rubbish"):
        await gateway.ask("teacher", CHILD, number=sought)
    await gateway.ask("teacher", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[child, "x"])
    _, subjects = await gateway.journal()
    hashes = {
        hmac.digest(derive(gateway.keys.secret).journal.current, sought.encode(), "sha256").hex()
        for sought in (number_of("kin"), number_of("nobody"), "rubbish", child, "x")
    }
    assert {row.sought for row in subjects} == hashes
    assert {(row.kind, row.child_id) for row in subjects} == {("SOUGHT", None)}


async def test_r29_a_search_leaves_names_of_criteria_hits_and_rows(serve: Serve) -> None:
    """A search leaves the names of its criteria, how many rows it listed, and each row as SUMMARY."""
    world = cast()
    world.child("anna")
    world.child("bea")
    gateway = await serve(world)
    await gateway.ask("teacher", SEARCH, search={"familyName": "Ashworth", "dateOfBirth": "2016-03-04"})
    (event,), subjects = await gateway.journal()
    assert event.searches == [{"root": "children", "criteria": ["familyName", "dateOfBirth"], "hits": 2}]
    assert {(row.kind, row.child_id) for row in subjects} == {
        ("SUMMARY", id_of("child", "anna")), ("SUMMARY", id_of("child", "bea")),
    }  # fmt: skip
    assert "Ashworth" not in str(event)


async def test_r29_every_child_of_a_caseload_is_opened(serve_small: Serve) -> None:
    """A page of the caseload leaves a subject for each of its children, and for none of the next page."""
    world = cast()
    for name in ("anna", "bea", "cleo"):
        world.child(name)
        world.involve(name, "tess", "school", ServiceKind.EDUCATION)
    gateway = await serve_small(world)
    await gateway.ask("teacher", CASELOAD, first=2)
    _, subjects = await gateway.journal()
    assert {(row.kind, row.child_id) for row in subjects} == {
        ("OPENED", id_of("child", "anna")), ("OPENED", id_of("child", "bea")),
    }  # fmt: skip
    assert {tuple(row.standing) for row in subjects} == {("INVOLVED",)}


async def test_r29_a_refused_operation_leaves_its_code_and_no_subject(serve_small: Serve) -> None:
    """Who asks without right or purpose is in the journal too, with the code of the refusal."""
    gateway = await serve_small(cast())
    await gateway.codes("police", CASELOAD, purpose="POLICE_APPLICATION")
    await gateway.codes("teacher", CASELOAD, purpose="COURT_ORDER")
    events, subjects = await gateway.journal()
    assert {event.outcome for event in events} == {"FORBIDDEN", "PURPOSE_REQUIRED"}
    assert (len(events), subjects) == (2, [])


async def test_r29_without_a_journal_no_answer_leaves(serve: Serve) -> None:
    """When the journal cannot be written, the answer is an error without data; once it can, reading goes on."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve(world)
    engine = make_engine(database_url(gateway.url))
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE access_subject RENAME TO elsewhere"))
    response = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("anna"))
    assert (set(response.json()), "Ashworth" in response.text) == ({"errors"}, False)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO access_subject"))
    await engine.dispose()
    assert (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"] is not None


@contextmanager
def writing() -> Iterator[asyncio.Event]:
    """Give what is set once an operation's event is being written: it takes a connection to read, then the journal one."""
    seen: list[Any] = []
    begun = asyncio.Event()

    def note(connection: Any, *_: Any) -> None:
        seen.append(connection)
        if len(seen) == 2:
            begun.set()

    events_of.listen(Pool, "checkout", note)
    try:
        yield begun
    finally:
        events_of.remove(Pool, "checkout", note)


async def test_r29_a_gateway_that_stops_keeps_what_was_read(template: Template, tmp_path: Path) -> None:
    """Stopping waits for the journal: of an operation whose client has gone while it was written, too."""
    world = cast()
    full_child(world, "anna")
    async with template.copy(tmp_path) as url, AsyncExitStack() as stack:
        engine = make_engine(database_url(url))
        await world.write(engine)
        gateway = await stack.enter_async_context(gateway_on(url, tmp_path))
        async with engine.begin() as connection:
            if template.kind == "postgresql":
                await connection.execute(text("LOCK TABLE access_event"))
            with writing() as begun:
                asking = asyncio.create_task(gateway.ask("teacher", CHILD, number=number_of("anna")))
                await begun.wait()
            asking.cancel()
            stopping = asyncio.create_task(stack.aclose())
            await asyncio.sleep(0.05)
            assert not stopping.done()
        await stopping
        async with gateway.database() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM access_event"))).scalar_one() == 1
        await engine.dispose()


async def test_r29_an_override_is_marked(serve_small: Serve) -> None:
    """A record read under an override says so in the journal."""
    world = cast()
    full_child(world, "bea")
    world.shield("bea")
    world.override("officer", "bea")
    gateway = await serve_small(world)
    await gateway.ask("officer", CHILD, purpose="IMMEDIATE_RISK", number=number_of("bea"))
    _, subjects = await gateway.journal()
    assert {(row.override, tuple(row.standing)) for row in subjects} == {(True, ("OVERRIDING",))}


async def test_r30_the_journal_keeps_whether_a_record_was_shielded(serve: Serve) -> None:
    """Each record touched says whether it was shielded then; what was sought in vain counts as if it had been."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name)
    world.shield("bea")
    gateway = await serve(world)
    for sought in (number_of("anna"), number_of("bea"), "rubbish"):
        await gateway.ask("teacher", CHILD, number=sought)
    _, subjects = await gateway.journal()
    assert {(row.child_id, row.shielded) for row in subjects} == {
        (id_of("child", "anna"), False),
        (id_of("child", "bea"), True),
        (None, True),
    }


async def test_r29_a_contact_names_its_child(serve_small: Serve) -> None:
    """A contact opened by its id opens the child's record; its `child` leaves a row that names the child."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve_small(world)
    contact = write_id(Kind.CONTACT, id_of("contact", "anna/mum-anna"))
    query = "query($id: ID!) { node(id: $id) { ... on Contact { givenNames child { childId } } } }"
    await gateway.ask("teacher", query, id=contact)
    _, subjects = await gateway.journal()
    assert {(row.kind, row.child_id, tuple(row.disclosed)) for row in subjects} == {
        ("OPENED", id_of("child", "anna"), ("IDENTITY", "CONTACT_NAMES")),
        ("SUMMARY", id_of("child", "anna"), ("IDENTITY",)),
    }


async def test_r29_who_acts_for_another_is_named_beside(serve_small: Serve) -> None:
    """A token with an actor leaves both identities: the account, and on whose behalf the token says it acts."""
    gateway = await serve_small(cast())
    keys, stamp = gateway.keys, int(NOW.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "teacher",
        "iat": stamp,
        "exp": stamp + 60,
        "act": {"sub": "clerk"},
    }
    header = {"alg": "ES256", "typ": "at+jwt", "kid": keys._key.kid}
    token = jwt.encode(header, claims, keys._key, algorithms=["ES256"])
    stated = {"access-purpose": "COORDINATE_CARE", "access-reason": REASON}
    await gateway.post("teacher", {"query": CASELOAD}, authorization=f"Bearer {token}", **stated)
    (event,), _ = await gateway.journal()
    assert (event.account_id, event.on_behalf_of) == (id_of("account", "teacher"), "clerk")
