"""R28: what a process remembers of an account answers nothing: whatever has changed of it counts for the next request."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, gateway_on, statements
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import NOW, TODAY, World, id_of, number_of

KNOWN = {"number": number_of("anna")}
UNKNOWN = {"number": number_of("nobody")}
SEARCHED = {"search": {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}}
IN_VAIN = {"search": {"familyName": "Nobody", "dateOfBirth": "2016-03-04"}}
WHO = "query($id: ID!) { viewer { name role organisation { name } purposes lapses recordsLeft } child(id: $id) { id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    (CHILD, KNOWN),
    (CHILD, UNKNOWN),
    (CASELOAD, {"first": 5}),
    (SEARCH, SEARCHED),
    (SEARCH, IN_VAIN),
    (WHO, {"id": "no id at all"}),  # by which nothing of the directory is read
    (WHO, {"id": write_id(Kind.CHILD, id_of("child", "anna"))}),
    (NODES, {"ids": [write_id(Kind.CONTACT, id_of("contact", "nobody")), write_id(Kind.CHILD, id_of("child", "bea"))]}),
]

OF_THE_ACCOUNT: dict[str, dict[str, Any]] = {
    "suspended": {"suspended_at": NOW - timedelta(minutes=1)},
    "vetting has run out": {"vetted_until": TODAY - timedelta(days=1)},
    "never vetted": {"vetted_until": None},
    "training has run out": {"trained_until": TODAY - timedelta(days=1)},
    "another agreement": {"agreement_version": "2019-1"},
    "no agreement": {"agreement_version": None},
    "another role": {"role": Role.AUDITOR, "purposes": ["CASE_REVIEW"]},
    "fewer purposes": {"purposes": ["CHILD_PROTECTION"]},
    "no purpose": {"purposes": []},
    "another name": {"name": "Tess by marriage"},
    "another worker": {"practitioner_id": id_of("practitioner", "carl")},
    "no worker": {"practitioner_id": None},
    "another body": {"organisation_id": id_of("organisation", "charity")},
    "another subject": {"subject": "somebody-else"},
}


def world() -> World:
    made = cast()
    for name in ("anna", "bea"):
        full_child(made, name)
        made.involve(name, "tess", "school")
    made.shield("bea")
    return made


async def answers(gateway: Gateway, account: str) -> list[Any]:
    """Return status, headers and bytes of each operation, asked by `account`."""
    found = []
    for query, variables in OPERATIONS:
        response = await gateway.raw(account, query, purpose=PURPOSE[account], **variables)
        found.append((response.status_code, sorted(response.headers.items()), response.content))
    return found


async def change(gateway: Gateway, table: type[t.Base], key: Any, **values: Any) -> None:
    async with gateway.database() as connection:
        await connection.execute(update(table).where(table.id == key).values(**values))  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", OF_THE_ACCOUNT)
async def test_r28_whatever_changes_of_an_account_counts_at_once(serve: Serve, tmp_path: Path, what: str) -> None:
    """A process that knew the account before it changed answers, byte for byte, as one that has never met it."""
    gateway = await serve(world())
    before = await answers(gateway, "teacher")
    await change(gateway, t.Account, id_of("account", "teacher"), **OF_THE_ACCOUNT[what])
    now = await answers(gateway, "teacher")
    async with gateway_on(gateway.url, tmp_path) as stranger:
        assert await answers(stranger, "teacher") == now
    assert before != now


@pytest.mark.parametrize(("account", "values"), [("teacher", {"accredited": False}), ("team", {"authority_id": None})])
async def test_r28_what_changes_of_its_body_counts_as_well(
    serve: Serve, tmp_path: Path, account: str, values: dict[str, Any]
) -> None:
    """A body that is accredited no more, or that serves no authority now, is not believed in either."""
    made = world()
    made.child("cleo", authority="leeds")
    gateway = await serve(made)
    body = id_of("organisation", {"teacher": "school", "team": "team-office"}[account])
    record = (CHILD, {"number": number_of("cleo")})
    first = await gateway.raw(account, record[0], purpose=PURPOSE[account], **record[1])
    await change(gateway, t.Organisation, body, **values)
    second = await gateway.raw(account, record[0], purpose=PURPOSE[account], **record[1])
    async with gateway_on(gateway.url, tmp_path) as stranger:
        third = await stranger.raw(account, record[0], purpose=PURPOSE[account], **record[1])
    assert (second.status_code, second.content) == (third.status_code, third.content)
    assert first.content != second.content


async def test_r28_a_refusal_is_not_believed_in(serve: Serve) -> None:
    """A purpose that the account has been given since counts for the next request, whatever was known before."""
    gateway = await serve(world())
    key = id_of("account", "teacher")
    await change(gateway, t.Account, key, purposes=["CHILD_PROTECTION"])
    assert await gateway.ask("teacher", CHILD, purpose="CHILD_PROTECTION", **KNOWN)
    assert (403, ["FORBIDDEN"]) != await gateway.codes("teacher", CHILD, **KNOWN)
    await change(gateway, t.Account, key, purposes=["COORDINATE_CARE", "CHILD_PROTECTION"])
    assert await gateway.ask("teacher", CHILD, **KNOWN)


async def test_an_account_that_is_as_it_was_takes_no_statement(serve: Serve) -> None:
    """Once an account is known, a search that finds somebody takes one SELECT; what gives nothing reads it as ever."""
    gateway = await serve(world())
    await gateway.ask("teacher", CHILD, **KNOWN)
    for query, variables, count in ((SEARCH, SEARCHED, 1), (SEARCH, IN_VAIN, 2), (CHILD, UNKNOWN, 2)):
        with statements() as texts:
            await gateway.ask("teacher", query, **variables)
        assert len(texts) == count, (variables, texts)


async def test_r29_a_suspended_account_that_was_believed_in_leaves_its_refusal(serve: Serve) -> None:
    """The event of the request after the suspension says FORBIDDEN and names no record, disclosed or sought."""
    gateway = await serve(world())
    await gateway.ask("teacher", CHILD, **KNOWN)
    await change(gateway, t.Account, id_of("account", "teacher"), suspended_at=NOW)
    before = len((await gateway.journal())[1])
    assert (403, ["FORBIDDEN"]) == await gateway.codes("teacher", CHILD, **UNKNOWN)
    events, subjects = await gateway.journal()
    assert ["FORBIDDEN", "OK"] == sorted(event.outcome for event in events)
    assert before == len(subjects)
