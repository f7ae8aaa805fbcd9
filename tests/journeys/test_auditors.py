"""R30: auditors read the whole journal by reference: who looked, when and why, and nothing of any child."""

from datetime import timedelta
from typing import Any

import pytest

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import AlertKind
from tests.cast import PURPOSE
from tests.conftest import Serve
from tests.looking import EARLIER, EVENTS, account_id, child_id, events, looked, rows, town
from tests.queries import CHILD, SEARCH
from tests.world import NOW, id_of, number_of


async def test_r30_an_auditor_reads_account_body_and_reference_of_every_event(serve: Serve) -> None:
    """Of open, shielded, concealed and archived records alike; to the instant, of confidential bodies too."""
    world = town()
    world.child("ghost", concealed=True)
    world.child("grown", born=NOW.date().replace(2000))
    for n, child in enumerate(("anna", "bea", "ghost", "grown", "dora")):
        looked(world, "helper", child, at=EARLIER + timedelta(minutes=n), shielded=child in {"bea", "dora"})
    gateway = await serve(world)
    found = [row for row in rows(await events(gateway, "auditor")) if row["viewerName"] == "Helper"]
    assert [row["at"] for row in found] == [(EARLIER + timedelta(minutes=n)).isoformat() for n in (4, 3, 2, 1, 0)]
    assert {(row["viewer"], row["organisation"], row["organisationKind"]) for row in found} == {
        (account_id("helper"), "Haven", "CHARITY")
    }
    assert len({row["record"] for row in found}) == 5
    assert all(len(row["record"]) == 43 for row in found)


async def test_r30_free_text_of_what_was_shielded_is_told_to_nobody_here(serve: Serve) -> None:
    """An auditor reads a reason where all that the operation touched is open now and was then, and in no other case."""
    world = town()
    world.child("ghost", concealed=True)
    looks: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
        "open": (("anna", "cleo"), {}),
        "shielded now": (("bea",), {}),
        "shielded then": (("anna",), {"shielded": True}),
        "one of two": (("anna", "bea"), {}),
        "concealed": (("ghost",), {}),
        "sought in vain": ((), {"sought": "ab" * 32}),
        "found and sought": (("anna",), {"sought": "cd" * 32}),
        "nothing": ((), {}),
    }
    cases = {
        case: looked(world, "teacher", *children, at=EARLIER + timedelta(minutes=n), **more)
        for n, (case, (children, more)) in enumerate(looks.items())
    }
    gateway = await serve(world)
    told = {}
    for case, event in cases.items():
        found = rows(await events(gateway, "auditor", event=event))
        assert {row["viewerName"] for row in found} == {"Teacher"}, case
        told[case] = {row["reason"] for row in found}
    assert told == {case: {"Asked by the family" if case == "open" else None} for case in cases}


async def test_r30_an_auditor_learns_nothing_of_a_child(serve: Serve) -> None:
    """No name, number, date, place or id of a child is in the answer, and no id that opens one."""
    world = town()
    for child in ("anna", "bea"):
        looked(world, "teacher", child)
    gateway = await serve(world)
    response = await gateway.raw("auditor", EVENTS, purpose="CASE_REVIEW")
    for name in ("anna", "bea"):
        hidden = (name.title(), "Ashworth", number_of(name), child_id(name), id_of("child", name).hex, "Hidden Lane")
        assert not [word for word in hidden if word in response.text]
    (row, *_) = rows(response.json()["data"]["accessEvents"])
    for text in (row["id"], row["record"]):
        assert await gateway.codes("auditor", CHILD, purpose="CASE_REVIEW", number=text) == (403, ["FORBIDDEN"])
        assert (await gateway.ask("team", "query($id: ID!) { node(id: $id) { id } }", id=text))["node"] is None


async def test_an_alert_leads_to_its_event(serve: Serve) -> None:
    """From an alert an auditor comes to who it was, even where the operation found nothing; and on to all they did."""
    world = town()
    world.conflict("teacher", "anna")
    gateway = await serve(world)
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04", "givenNames": "Anna"}
    await gateway.ask("teacher", SEARCH, search=search)
    await gateway.ask("teacher", CHILD, number=number_of("bea"))
    await gateway.watched()
    alerts = await gateway.ask("auditor", "{ alerts { edges { node { kind event } } } }", purpose="CASE_REVIEW")
    (edge,) = alerts["alerts"]["edges"]
    (row,) = rows(await events(gateway, "auditor", event=edge["node"]["event"]))
    assert (row["viewerName"], row["kind"], row["record"], row["id"]) == (
        "Teacher",
        "SOUGHT",
        "",
        edge["node"]["event"],
    )
    theirs = rows(await events(gateway, "auditor", viewer=row["viewer"]))
    assert {(one["kind"], len(one["record"])) for one in theirs} >= {("SOUGHT", 0), ("OPENED", 43)}


async def test_a_row_leads_to_the_rest_of_its_operation(serve: Serve) -> None:
    """An auditor asks by a row's id for all that the operation touched, and by a record for all who looked."""
    world = town()
    looked(world, "teacher", "anna", "bea", sought="ab" * 32)
    looked(world, "officer", "bea", shielded=True)
    gateway = await serve(world)
    whole = rows(await events(gateway, "auditor", viewer=account_id("teacher")))
    assert sorted(row["kind"] for row in whole) == ["OPENED", "OPENED", "SOUGHT"]
    for row in whole:
        found = {one["id"] for one in rows(await events(gateway, "auditor", event=row["id"]))}
        assert found == {one["id"] for one in whole}
    (bea,) = rows(await events(gateway, "auditor", viewer=account_id("officer")))
    names = {row["viewerName"] for row in rows(await events(gateway, "auditor", record=bea["record"]))}
    assert names >= {"Teacher", "Officer"}


async def test_r29_what_was_sought_in_vain_has_a_reference(serve: Serve) -> None:
    """Two who sought the same in vain share a reference, by which both are found; it is no record's."""
    gateway = await serve(town())
    for account in ("teacher", "officer"):
        await gateway.ask(account, CHILD, purpose=PURPOSE[account], number=number_of("nobody"))
    found = [row for row in rows(await events(gateway, "auditor")) if row["kind"] == "SOUGHT"]
    (reference,) = {row["record"] for row in found}
    again = rows(await events(gateway, "auditor", record=reference))
    assert {row["viewerName"] for row in again} == {"Teacher", "Officer"}
    assert {(row["purpose"], row["disclosed"] == [], row["override"]) for row in again} == {
        ("COORDINATE_CARE", True, False),
        ("CHILD_PROTECTION", True, False),
    }


async def test_r29_an_auditors_own_reading_is_in_the_journal(serve: Serve) -> None:
    """Who reads the journal is read of in the journal: each reading names its reader and the records it was of."""
    world = town()
    world.account("second", Role.AUDITOR, "office")
    looked(world, "teacher", "anna")
    gateway = await serve(world)
    await events(gateway, "auditor")
    found = {row["viewerName"]: row for row in rows(await events(gateway, "second"))}
    assert (found["Auditor"]["kind"], found["Auditor"]["disclosed"]) == ("SUMMARY", ["TRAIL"])
    assert found["Auditor"]["record"] == found["Teacher"]["record"]
    assert found["Auditor"]["role"] == "AUDITOR"


async def test_r15_the_journal_is_read_for_a_purpose(serve_small: Serve) -> None:
    """An auditor states a purpose that the account holds and a reason; without one nothing is read."""
    gateway = await serve_small(town())
    for purpose in (None, "COORDINATE_CARE", "DATA_QUALITY"):
        assert await gateway.codes("auditor", EVENTS, purpose=purpose) == (400, ["PURPOSE_REQUIRED"])
    for purpose in ("CASE_REVIEW", "SUBJECT_ACCESS"):
        assert "errors" not in (await gateway.raw("auditor", EVENTS, purpose=purpose)).json()


@pytest.mark.parametrize("account", ["teacher", "officer", "police", "manager", "feed"])
async def test_r30_only_auditors_and_teams_read_events(serve_small: Serve, account: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(town())
    assert await gateway.codes(account, EVENTS, purpose=PURPOSE[account]) == (403, ["FORBIDDEN"])


async def test_every_kind_of_alert_is_listed(serve: Serve) -> None:
    """Alerts of all kinds are listed and paged, each with the event that raised it."""
    world = town()
    for n, kind in enumerate(AlertKind):
        at = NOW - timedelta(minutes=n)
        event = id_of("event", str(n))
        looked(world, "teacher", "anna", at=at)
        row = {"id": id_of("alert", kind), "kind": kind, "at": at, "event_id": event, "child_id": None}
        world._add(t.Alert, **row)
    gateway = await serve(world)
    query = "query($after: String) { alerts(first: 3, after: $after) { edges { node { kind event } } pageInfo { hasNextPage endCursor } } }"
    found, after = [], None
    while True:
        page = (await gateway.ask("auditor", query, purpose="CASE_REVIEW", after=after))["alerts"]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert [one["kind"] for one in found] == list(AlertKind)
    assert [one["event"] for one in found] == [write_id(Kind.EVENT, id_of("event", str(n))) for n in range(len(found))]
    for one in found:
        (row,) = rows(await events(gateway, "auditor", event=one["event"]))
        assert row["viewerName"] == "Teacher"
