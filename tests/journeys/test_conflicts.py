"""R16: whoever asks for a record in conflict finds nothing, and an alert is raised that the answer knows nothing of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, select, text

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import AlertKind, Ended
from tests import observing
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.queries import BY_ID, CASELOAD, CHILD, SEARCH
from tests.world import World, ago, id_of, number_of

NODE = "query($id: ID!) { node(id: $id) { id ... on Contact { givenNames } } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(child: str) -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{child}/mum-{child}"))


def kin(*, conflict: str | None = "teacher", over: bool = False, **child: Any) -> World:
    """Return a world with Anna, open to all, and Kin, on whom the account `conflict` has a conflict of interest."""
    world = cast()
    full_child(world, "anna")
    full_child(world, "kin", **child)
    if conflict:
        world.conflict(conflict, "kin", ended=over)
    return world


NAMED = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
BETWEEN = {"familyName": "ASHWORTH ", "bornBetween": {"from": "2015-06-01", "to": "2016-12-31"}}
NUMBER = {"directoryNumber": number_of("kin")}
FINDING = {
    "a name and a date of birth": NAMED,
    "a name and a range": BETWEEN,
    "a number": NUMBER,
    "a number and more": NUMBER | NAMED,
    "a number beside a wrong name": NUMBER | {"familyName": "Somebody"},
}
"""Searches that would find Kin but for the conflict; a number asks for its record whatever stands beside it."""

ELSEWHERE = {
    "another name": NAMED | {"familyName": "Ashwort"},
    "another date of birth": NAMED | {"dateOfBirth": "2016-03-05"},
    "another range": BETWEEN | {"bornBetween": {"from": "2016-03-05", "to": "2016-12-31"}},
    "another number": {"directoryNumber": number_of("anna")},
    "no number": {"directoryNumber": "12345"},
}
ASKED = {
    "id": (BY_ID, {"id": child_id("kin")}),
    "node": (NODE, {"id": child_id("kin")}),
    "number": (CHILD, {"number": number_of("kin")}),
    "number with spaces": (CHILD, {"number": f"{number_of('kin')[:4]} {number_of('kin')[4:]}"}),
    "contact": (NODE, {"id": contact_id("kin")}),
    "nodes": (NODES, {"ids": [child_id("anna"), "nonsense", child_id("nobody"), child_id("kin")]}),
    **{f"search by {by}": (SEARCH, {"search": search}) for by, search in FINDING.items()},
}


async def alerts(gateway: Gateway) -> list[Any]:
    """Return all alerts with the account of the event that each names; all are of the same kind."""
    row, told = t.Alert, t.AccessEvent
    named = (told.id == row.event_id) & (told.at == row.at)
    async with gateway.database() as connection:
        found = (await connection.execute(select(*row.__table__.columns, told.account_id).outerjoin(told, named))).all()
    assert [alert for alert in found if alert.kind is not AlertKind.CONFLICT or alert.account_id is None] == []
    return list(found)


async def raised(gateway: Gateway, query: str, **variables: Any) -> list[Any]:
    """Ask as the teacher and return the children of the alerts that this raises."""
    before = {row.id for row in await alerts(gateway)}
    await gateway.ask("teacher", query, **variables)
    return [row.child_id for row in await alerts(gateway) if row.id not in before]


async def test_r16_asking_for_a_record_in_conflict_raises_one_alert(serve: Serve) -> None:
    """By id, by number and by a contact's id: one alert, of the event and the record, each time that one asks."""
    gateway = await serve(kin())
    for way, (query, variables) in ASKED.items():
        for _ in range(2):
            assert await raised(gateway, query, **variables) == [id_of("child", "kin")], way


async def test_r16_without_a_conflict_of_ones_own_in_force_there_is_no_alert(serve: Serve) -> None:
    """A conflict that has ended, a colleague's, and none at all raise none."""
    for world in (kin(over=True), kin(conflict="officer"), kin(conflict=None)):
        gateway = await serve(world)
        for way, (query, variables) in ASKED.items():
            assert await raised(gateway, query, **variables) == [], way


async def test_r16_an_alert_is_of_the_viewer_who_asked(serve: Serve) -> None:
    """Another viewer opens the record and raises none; each conflicted viewer raises an alert of an own event."""
    world = kin()
    world.conflict("officer", "kin")
    gateway = await serve(world)
    for viewer in ("manager", "teacher", "officer"):
        await gateway.ask(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("kin"))
    assert {row.account_id for row in await alerts(gateway)} == {
        id_of("account", "teacher"),
        id_of("account", "officer"),
    }


async def test_r16_one_operation_raises_one_alert(serve: Serve) -> None:
    """Two records in conflict, asked for by several ways at once, raise one alert, of one of the two."""
    world = kin()
    full_child(world, "cousin")
    world.conflict("teacher", "cousin")
    gateway = await serve(world)
    query = """query($ids: [ID!]!, $id: ID!, $n: String!) {
      nodes(ids: $ids) { id } node(id: $id) { id } child(directoryNumber: $n) { id } }"""
    ids = [child_id("kin"), child_id("cousin"), contact_id("kin"), contact_id("cousin")]
    (child,) = await raised(gateway, query, ids=ids, id=child_id("cousin"), n=number_of("kin"))
    assert child in {id_of("child", "kin"), id_of("child", "cousin")}


async def test_r16_a_record_that_does_not_exist_otherwise_raises_the_alert_too(serve: Serve) -> None:
    """That it is archived, concealed, or out of a police scope beside does not make the attempt another."""
    for row in ({"ended": (Ended.DECEASED, ago(days=400))}, {"concealed": True}):
        assert await raised(await serve(kin(**row)), CHILD, number=number_of("kin")) == [id_of("child", "kin")]
    gateway = await serve(kin(conflict="police"))
    await gateway.ask("police", CHILD, purpose=PURPOSE["police"], number=number_of("kin"))
    assert [row.child_id for row in await alerts(gateway)] == [id_of("child", "kin")]


async def test_r16_a_search_that_finds_others_and_not_the_one_in_conflict_raises_the_alert(serve: Serve) -> None:
    """Others are listed as ever, on a page of one too; above the most that is listed nobody is, and it is raised."""
    world = kin()
    for n in range(24):
        full_child(world, f"kid{n}")
    gateway = await serve(world)
    for first in (1, 25):
        assert await raised(gateway, SEARCH, search=NAMED, first=first) == [id_of("child", "kin")]
        page = (await gateway.ask("teacher", SEARCH, search=NAMED, first=first))["children"]
        assert (page["tooMany"], len(page["edges"])) == (False, first)
    more = World()
    more.child("kid24")
    async with gateway.database() as connection:
        await connection.execute(insert(t.Child), more.rows[t.Child])
    assert await raised(gateway, SEARCH, search=NAMED) == [id_of("child", "kin")]
    assert (await gateway.ask("teacher", SEARCH, search=NAMED))["children"]["tooMany"] is True


async def test_r16_a_search_for_somebody_else_raises_none(serve: Serve) -> None:
    """A search that the record in conflict does not match is no attempt, nor is one that is refused as too wide."""
    gateway = await serve(kin())
    for by, search in ELSEWHERE.items():
        assert await raised(gateway, SEARCH, search=search) == [], by
    await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search={"familyName": "Ashworth"})
    assert await alerts(gateway) == []


async def test_r16_opening_others_and_the_own_caseload_is_no_attempt(serve: Serve) -> None:
    """A record that is found, a number that nobody has, and a caseload with a conflicted child in it raise none."""
    world = kin()
    for child in ("anna", "kin"):
        world.involve(child, "tess", "school")
    gateway = await serve(world)
    for query, variables in (
        (CHILD, {"number": number_of("anna")}),
        (CHILD, {"number": number_of("nobody")}),
        (NODES, {"ids": [contact_id("anna"), contact_id("nobody"), "kin", ""]}),
        (CASELOAD, {"first": 50}),
    ):
        assert await raised(gateway, query, **variables) == []


@contextmanager
def written() -> Iterator[list[str]]:
    """Collect the texts of all statements but those of operations' reading."""
    seen: list[str] = []
    with observing.run(seen.append):
        yield seen


async def test_r16_r35_nothing_but_the_alert_tells_a_conflict_from_nobody(serve: Serve) -> None:
    """Status, headers, bytes and the texts of all statements, read or written, are those of a record that nobody has."""
    absent = cast()
    full_child(absent, "anna")
    absent.child("kin", concealed=True)
    seen = []
    for world in (kin(), absent):
        gateway = await serve(world)
        answers = []
        for query, variables in ASKED.values():
            with statements() as read, written() as wrote:
                response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", **variables)
                await gateway.watched()
            answers.append((response.status_code, sorted(response.headers.items()), response.content, read, wrote))
        seen.append(answers)
        assert len(await alerts(gateway)) == (0 if world is absent else len(ASKED))
    for way, ours, theirs in zip(ASKED, *seen, strict=True):
        assert ours == theirs, way


async def test_r16_r35_no_answer_waits_for_an_alert(serve: Serve) -> None:
    """While no alert can be raised answers leave, and the gateway is not ready; what was tried raises its alerts later."""
    gateway = await serve(kin())
    async with gateway.database() as connection:
        await connection.execute(text("ALTER TABLE alert RENAME TO elsewhere"))
    for query, variables in ASKED.values():
        await gateway.ask("teacher", query, **variables)
    assert (await gateway.http.get("/readyz")).status_code == 503
    engine = make_engine(database_url(gateway.url))
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO alert"))
    await engine.dispose()
    assert [row.child_id for row in await alerts(gateway)] == [id_of("child", "kin")] * len(ASKED)


async def test_r16_a_refused_operation_keeps_its_attempt(serve: Serve) -> None:
    """An operation that runs over its budget after it asked for the record is refused, and the alert is raised."""
    query = """query($n: String!, $search: ChildSearch!) {
      child(directoryNumber: $n) { id } children(search: $search) { tooMany edges { cursor } } }"""
    for sought, search in ((number_of("kin"), {"directoryNumber": number_of("anna")}), (number_of("nobody"), NAMED)):
        gateway = await serve(kin(), records_per_hour=2)
        response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", n=sought, search=search)
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BUDGET_EXCEEDED"]
        assert [row.child_id for row in await alerts(gateway)] == [id_of("child", "kin")], search


def test_an_alert_refers_and_names_nothing() -> None:
    """A row of the table has references, a kind and an instant: no column for a name or a value."""
    assert {*t.Alert.__table__.columns.keys()} == {"id", "kind", "at", "event_id", "child_id"}


async def test_r16_to_seek_somebody_else_in_vain_raises_none(serve: Serve) -> None:
    """An account in conflict with one record that asks for another one, or for what nobody has, is no attempt."""
    gateway = await serve(kin())
    assert await raised(gateway, CHILD, number=number_of("nobody")) == []
    assert await raised(gateway, BY_ID, id=child_id("nobody")) == []
