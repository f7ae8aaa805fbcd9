"""R16: alerts on the own record, the own household, colleagues' children, and on who is refused or reads a lot."""

from typing import Any

import pytest
from sqlalchemy import select

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ReachKind
from tests import observing
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.looking import account_id, events, rows
from tests.queries import BY_ID, CASELOAD, CHILD, SEARCH
from tests.refusing import refuse, take_again
from tests.world import World, ago, id_of, number_of

NAMED = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}


def street() -> World:
    """Return a world with open children: Own is the teacher's, Col a colleague's, Door lives next to nobody else."""
    world = cast()
    world.account("colleague", Role.PRACTITIONER, "school")
    for name in ("own", "col", "door", "far"):
        full_child(world, name)
    for name in ("own", "col", "far"):
        world.rows[t.ChildReach][["own", "col", "door", "far"].index(name)]["uprn"] = None
        world.rows[t.ChildReach][["own", "col", "door", "far"].index(name)]["postcode"] = "YO1 7HH"
    for account, person in (("teacher", "mum-own"), ("colleague", "mum-col"), ("officer", "mum-far")):
        (row,) = (row for row in world.rows[t.Account] if row["subject"] == account)
        row["person_id"] = id_of("person", person)
    home = next(row for row in world.rows[t.PersonReach] if row["person_id"] == id_of("person", "mum-own"))
    home |= {"address_lines": "12 HIDDEN Lane", "postcode": "ls29jt"}
    return world


async def raised(gateway: Gateway) -> list[tuple[str, Any]]:
    """Return kind and child of every alert, with the account of its event checked to be there."""
    row, told = t.Alert, t.AccessEvent
    async with gateway.database() as connection:
        found = (
            await connection.execute(
                select(row.kind, row.child_id, told.account_id)
                .outerjoin(told, (told.id == row.event_id) & (told.at == row.at))
                .order_by(row.kind, row.child_id)
            )
        ).all()
    assert all(one.account_id is not None for one in found)
    return [(str(one.kind), one.child_id) for one in found]


def of(kind: str, child: str) -> tuple[str, Any]:
    return kind, id_of("child", child)


async def test_r16_opening_the_own_record_raises_an_alert(serve: Serve) -> None:
    """The child whose carer the account's own person is; by number, by id and in a list; once an hour."""
    gateway = await serve(street())
    for _ in range(2):
        assert (await gateway.ask("teacher", CHILD, number=number_of("own")))["child"] is not None
    await gateway.ask("teacher", BY_ID, id=write_id(Kind.CHILD, id_of("child", "own")))
    await gateway.ask("teacher", SEARCH, search=NAMED)
    assert await raised(gateway) == [of("OWN_RECORD", "own"), of("SAME_HOUSEHOLD", "door")]


async def test_r16_a_search_that_names_the_own_child_raises_an_alert(serve: Serve) -> None:
    """A row that names the own child is enough; one that names a colleague's child is not, since nobody chose it."""
    gateway = await serve(street())
    await gateway.ask("teacher", SEARCH, search=NAMED | {"givenNames": "Own"})
    await gateway.ask("teacher", SEARCH, search=NAMED | {"givenNames": "Col"})
    assert await raised(gateway) == [of("OWN_RECORD", "own")]


async def test_r16_opening_a_record_of_the_own_household_raises_an_alert(serve: Serve) -> None:
    """The same lines and postcode, however they are written, or the same property; an address of the past does not."""
    world = street()
    gateway = await serve(world)
    await gateway.ask("teacher", CHILD, number=number_of("door"))
    await gateway.ask("officer", CHILD, purpose=PURPOSE["officer"], number=number_of("door"))
    assert await raised(gateway) == [of("SAME_HOUSEHOLD", "door")]
    world = street()
    door = next(row for row in world.rows[t.ChildReach] if row["child_id"] == id_of("child", "door"))
    door |= {"address_lines": "Flat 9", "postcode": "BD1 1AA", "uprn": "77"}
    home = next(row for row in world.rows[t.PersonReach] if row["person_id"] == id_of("person", "mum-own"))
    home["uprn"] = "77"
    gateway = await serve(world)
    await gateway.ask("teacher", CHILD, number=number_of("door"))
    assert await raised(gateway) == [of("SAME_HOUSEHOLD", "door")]
    world = street()
    door = next(row for row in world.rows[t.ChildReach] if row["child_id"] == id_of("child", "door"))
    door["kind"] = ReachKind.LAST_KNOWN
    gateway = await serve(world)
    await gateway.ask("teacher", CHILD, number=number_of("door"))
    assert await raised(gateway) == []


async def test_r16_opening_a_colleagues_child_raises_an_alert(serve: Serve) -> None:
    """A colleague is an account of the same body; each other body's, and a care that has ended, raise none."""
    world = street()
    for link in world.rows[t.Contact]:
        if link["child_id"] == id_of("child", "far"):
            link["ended_on"] = ago(days=1)
    gateway = await serve(world)
    for child in ("col", "far"):
        await gateway.ask("teacher", CHILD, number=number_of(child))
        await gateway.ask("officer", CHILD, purpose=PURPOSE["officer"], number=number_of(child))
    assert await raised(gateway) == [of("COLLEAGUES_CHILD", "col")]
    (alert,) = (await gateway.ask("auditor", "{ alerts { edges { node { kind event } } } }", purpose="CASE_REVIEW"))[
        "alerts"
    ]["edges"]
    found = rows(await events(gateway, "auditor", event=alert["node"]["event"]))
    assert {row["viewer"] for row in found} == {account_id("teacher")}


async def test_r16_one_operation_raises_one_alert_of_a_kind(serve: Serve) -> None:
    """A caseload with several of them raises one of each kind; what is left out then, the next one raises."""
    world = street()
    for n in range(3):
        full_child(world, f"kid{n}")
        world.contact(f"kid{n}", "mum-col")
    for name in ("own", "col", "door", "kid0", "kid1", "kid2"):
        world.involve(name, "tess", "school")
    gateway = await serve(world)
    await gateway.ask("teacher", CASELOAD, first=50)
    assert [kind for kind, _ in await raised(gateway)] == ["COLLEAGUES_CHILD", "OWN_RECORD", "SAME_HOUSEHOLD"]
    for _ in range(9):
        await gateway.ask("teacher", CASELOAD, first=50)
        await gateway.watched()
    kinds = [kind for kind, _ in await raised(gateway)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "COLLEAGUES_CHILD": 1,
        "OWN_RECORD": 1,
        "SAME_HOUSEHOLD": 4,
    }


async def test_r16_a_deed_raises_them_too(serve: Serve) -> None:
    """What a mutation opens is looked at as what a query opens."""
    world = street()
    world.application("police", "far")
    (row,) = (row for row in world.rows[t.Account] if row["subject"] == "police")
    row["person_id"] = id_of("person", "mum-own")
    world.shield("own")
    (officer,) = (row for row in world.rows[t.Account] if row["subject"] == "officer")
    officer["person_id"] = id_of("person", "mum-own")
    gateway = await serve(world)
    given = {
        "clientMutationId": "a",
        "childId": write_id(Kind.CHILD, id_of("child", "own")),
        "ground": "CHILD_MISSING",
        "explanation": "the child did not arrive at school",
        "acceptInvestigation": True,
    }
    await gateway.do("officer", "openOverride", given, purpose="IMMEDIATE_RISK")
    assert {kind for kind, _ in await raised(gateway)} == {"OVERRIDE", "OWN_RECORD"}


def alike(world: World, kin: bool) -> World:
    """Return `world` in which the teacher is close to three children, or to nobody."""
    if not kin:
        for row in world.rows[t.Account]:
            row["person_id"] = None
    return world


async def test_r16_r35_nothing_but_the_alert_tells_that_somebody_is_close(serve: Serve) -> None:
    """Status, headers, bytes and the texts of all statements are those of a viewer who is close to nobody."""
    seen = []
    for kin in (True, False):
        gateway = await serve(alike(street(), kin))
        answers = []
        for query, variables in (
            (CHILD, {"number": number_of("own")}),
            (CHILD, {"number": number_of("door")}),
            (CHILD, {"number": number_of("col")}),
            (SEARCH, {"search": NAMED}),
            (CASELOAD, {"first": 5}),
        ):
            wrote: list[str] = []
            with statements() as read, observing.run(wrote.append):
                response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", **variables)
                await gateway.watched()
            answers.append((response.status_code, sorted(response.headers.items()), response.content, read, wrote))
        seen.append(answers)
        assert len(await raised(gateway)) == (3 if kin else 0)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("how", ["sought", "refused", "both"])
async def test_r16_many_refusals_in_an_hour_raise_one_alert(serve: Serve, how: str) -> None:
    """Refused operations and ids that gave nothing count together; the alert is of the event that made it enough."""
    gateway = await serve(cast(), alert_refusals=4)
    for n in range(7):
        before = len(await raised(gateway))
        if how == "sought" or (how == "both" and n % 2):
            await gateway.ask("teacher", BY_ID, id=f"nothing {n}")
        else:
            await gateway.codes("teacher", CASELOAD, purpose="COURT_ORDER")
        assert (before, len(await raised(gateway))) == (int(n >= 4), int(n >= 3)), n
    assert await raised(gateway) == [("MANY_REFUSALS", None)]
    await gateway.ask("officer", BY_ID, purpose=PURPOSE["officer"], id="nothing")
    assert len(await raised(gateway)) == 1


async def test_r16_many_ids_in_one_operation_raise_it_at_once(serve: Serve) -> None:
    """One operation that asks for more than enough in vain is enough."""
    gateway = await serve(cast(), alert_refusals=4)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    await gateway.ask("teacher", query, ids=["a", "b", "c"])
    assert await raised(gateway) == []
    await gateway.ask("teacher", query, ids=["d", "e", "f", "g", "h"])
    assert await raised(gateway) == [("MANY_REFUSALS", None)]


async def test_r16_all_that_gathers_is_looked_at_together(serve: Serve) -> None:
    """Of many operations of several accounts, looked at in one transaction, each alert is raised, and once."""
    gateway = await serve(street(), alert_refusals=4)
    for _ in range(3):
        for account in ("teacher", "officer"):
            query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
            await gateway.ask(account, query, purpose=PURPOSE[account], ids=["a", "b"])
            await gateway.ask(account, CHILD, purpose=PURPOSE[account], number=number_of("own"))
            await gateway.ask(account, CHILD, purpose=PURPOSE[account], number=number_of("far"))
    found = await raised(gateway)
    assert sorted(found, key=repr) == sorted(
        [("MANY_REFUSALS", None), ("MANY_REFUSALS", None), of("OWN_RECORD", "far"), of("OWN_RECORD", "own")],
        key=repr,
    )


async def test_r16_many_records_in_an_hour_raise_one_alert(serve: Serve) -> None:
    """Each record counts once, however often it is read and by whatever way; each account for itself."""
    world = cast()
    for n in range(6):
        full_child(world, f"kid{n}")
    gateway = await serve(world, alert_records=4)
    for _ in range(3):
        for n in range(3):
            await gateway.ask("teacher", CHILD, number=number_of(f"kid{n}"))
            await gateway.ask("officer", CHILD, purpose=PURPOSE["officer"], number=number_of(f"kid{n}"))
    assert await raised(gateway) == []
    await gateway.ask("teacher", SEARCH, search=NAMED)
    assert await raised(gateway) == [("MANY_RECORDS", None)]
    await gateway.ask("teacher", CHILD, number=number_of("kid5"))
    assert len(await raised(gateway)) == 1
    (edge,) = (await gateway.ask("auditor", "{ alerts { edges { node { event } } } }", purpose="CASE_REVIEW"))[
        "alerts"
    ]["edges"]
    found = rows(await events(gateway, "auditor", event=edge["node"]["event"]))
    assert {row["viewerName"] for row in found} == {"Teacher"}


async def test_r16_what_is_not_kept_counts_when_it_is_asked_for_again(serve: Serve) -> None:
    """An operation whose event the journal does not take is refused, and its records are new to the next one."""
    world = cast()
    for n in range(3):
        full_child(world, f"kid{n}")
    gateway = await serve(world, alert_records=3)
    for n in range(2):
        await gateway.ask("teacher", CHILD, number=number_of(f"kid{n}"))
    async with gateway.database() as connection:
        await refuse(connection, "access_event")
    response = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("kid2"))
    assert response.status_code >= 500
    async with gateway.database() as connection:
        await take_again(connection, "access_event")
    assert await raised(gateway) == []
    await gateway.ask("teacher", CHILD, number=number_of("kid2"))
    assert await raised(gateway) == [("MANY_RECORDS", None)]


async def test_r16_without_a_threshold_nothing_is_counted(serve_small: Serve) -> None:
    """Null in both settings turns both off."""
    gateway = await serve_small(cast(), alert_refusals=None, alert_records=None)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    await gateway.ask("teacher", query, ids=[f"id {n}" for n in range(100)])
    await gateway.ask("teacher", query, ids=[f"more {n}" for n in range(100)])
    assert await raised(gateway) == []
