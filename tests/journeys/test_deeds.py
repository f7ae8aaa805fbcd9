"""Deeds: one transaction each, done once under a key, in the journal with what they changed (R29, R32)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from resolvers.belief import AGREEMENT_VERSION
from resolvers.store import tables as t
from tests.cast import cast
from tests.client import gateway_on
from tests.conftest import Serve
from tests.world import NOW, World, id_of

SIGNED = "viewer { lapses name organisation { name } }"
IN_FORCE = {"version": AGREEMENT_VERSION}


def unsigned() -> World:
    world = cast()
    world.account("newcomer", "PRACTITIONER", "school", agreement_version="2019-1")  # type: ignore[arg-type]
    return world


async def rows_of(gateway: Any, table: type[t.Base]) -> list[Any]:
    async with gateway.database() as connection:
        return list((await connection.execute(select(table))).all())


async def test_r28_accepting_the_agreement_mends_the_lapse_at_once(serve: Serve) -> None:
    """Who has only not signed signs with a token alone, reads the account as it is now, and may ask from then on."""
    gateway = await serve(unsigned())
    assert (403, ["FORBIDDEN"]) == await gateway.codes("newcomer", "{ caseload { edges { cursor } } }")
    payload = await gateway.do("newcomer", "acceptAgreement", IN_FORCE, SIGNED, purpose=None)
    assert payload == {
        "clientMutationId": None,
        "problems": [],
        "viewer": {"lapses": [], "name": "Newcomer", "organisation": {"name": "School"}},
    }
    assert await gateway.ask("newcomer", "{ caseload { edges { cursor } } }") == {"caseload": {"edges": []}}


async def test_r28_another_version_is_not_accepted(serve: Serve) -> None:
    """Only the agreement in force can be signed; the problem names it, and nothing has changed."""
    gateway = await serve(unsigned())
    payload = await gateway.do("newcomer", "acceptAgreement", {"version": "2019-1"}, SIGNED, purpose=None)
    assert payload["viewer"] is None
    assert [(p["code"], p["field"]) for p in payload["problems"]] == [("INVALID", "version")]
    assert AGREEMENT_VERSION in payload["problems"][0]["message"]
    assert (await gateway.ask("newcomer", "{ viewer { lapses } }"))["viewer"]["lapses"] == ["AGREEMENT"]
    assert await rows_of(gateway, t.Change) == []


async def test_r28_a_signature_mends_no_other_lapse(serve_small: Serve) -> None:
    """A suspended account may sign and stays suspended; without a token nobody signs."""
    world = cast()
    world.account("gone", "PRACTITIONER", "school", agreement_version=None, suspended_at=NOW)  # type: ignore[arg-type]
    gateway = await serve_small(world)
    payload = await gateway.do("gone", "acceptAgreement", IN_FORCE, SIGNED, purpose=None)
    assert payload["viewer"] == {"lapses": ["SUSPENDED"], "name": "Gone", "organisation": None}
    answer = await gateway.post(
        None, {"query": 'mutation { acceptAgreement(input: {version: "x"}) { viewer { id } } }'}
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_r29_a_deed_leaves_its_event_and_its_change_in_its_transaction(serve: Serve) -> None:
    """The event names account and deed; the change names whose rights changed; both are there with the deed."""
    gateway = await serve(unsigned())
    await gateway.do("newcomer", "acceptAgreement", IN_FORCE, purpose=None)
    (event,), _ = await gateway.journal()
    (change,) = await rows_of(gateway, t.Change)
    assert (event.deed, event.account_id, event.outcome) == ("acceptAgreement", id_of("account", "newcomer"), "OK")
    assert (change.deed, change.account_id, change.child_id) == ("acceptAgreement", event.account_id, None)
    assert change.event_id == event.id


@pytest.mark.parametrize("table", ["access_event", "change"])
async def test_r29_a_deed_that_cannot_be_journalled_is_not_done(serve: Serve, table: str) -> None:
    """Without its event, or its change, nothing of the deed is kept; once they can be written, it can be done."""
    gateway = await serve(unsigned())
    async with gateway.database() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    response = await gateway.deed("newcomer", "acceptAgreement", IN_FORCE, SIGNED, purpose=None)
    assert response.json()["errors"][0]["extensions"]["code"] in {"INTERNAL", "UNAVAILABLE"}
    assert (await gateway.ask("newcomer", "{ viewer { lapses } }"))["viewer"]["lapses"] == ["AGREEMENT"]
    async with gateway.database() as connection:
        await connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))
    assert (await gateway.do("newcomer", "acceptAgreement", IN_FORCE, purpose=None))["problems"] == []


@pytest.mark.parametrize("way", ["header", "input"])
async def test_r32_the_same_key_does_a_deed_once(serve: Serve, way: str) -> None:
    """Asked again under its key, a deed is not done again and answers from what is now; another input is refused."""
    gateway = await serve(unsigned())
    given = IN_FORCE | ({"clientMutationId": "one"} if way == "input" else {})
    key = "one" if way == "header" else None
    first = await gateway.do("newcomer", "acceptAgreement", given, SIGNED, purpose=None, key=key)
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).values(name="Renamed"))
    again = await gateway.do("newcomer", "acceptAgreement", given, SIGNED, purpose=None, key=key)
    assert (first["viewer"]["name"], again["viewer"]["name"]) == ("Newcomer", "Renamed")
    assert first["clientMutationId"] == again["clientMutationId"] == given.get("clientMutationId")
    other = await gateway.do("newcomer", "acceptAgreement", given | {"version": "x"}, purpose=None, key=key)
    field = "clientMutationId" if way == "input" else None
    assert [(p["code"], p["field"]) for p in other["problems"]] == [("DUPLICATE_KEY", field)]
    assert len(await rows_of(gateway, t.Change)) == 1


async def test_r32_a_key_is_its_accounts_own_and_kept_as_a_hash(serve_small: Serve) -> None:
    """Another account uses the same key freely; neither key nor input is stored."""
    gateway = await serve_small(unsigned())
    for account in ("newcomer", "teacher"):
        payload = await gateway.do(account, "acceptAgreement", IN_FORCE, purpose=None, key="the-same-key")
        assert payload["problems"] == []
    rows = await rows_of(gateway, t.Idempotency)
    assert len(rows) == 2
    assert not [row for row in rows if "the-same-key" in str(row) or AGREEMENT_VERSION in str(row)]


async def test_r32_a_deed_that_was_not_done_leaves_its_key_free(serve_small: Serve) -> None:
    """After problems the key may be used for another try."""
    gateway = await serve_small(unsigned())
    refused = await gateway.do("newcomer", "acceptAgreement", {"version": "x"}, purpose=None, key="k")
    done = await gateway.do("newcomer", "acceptAgreement", IN_FORCE, purpose=None, key="k")
    assert ([p["code"] for p in refused["problems"]], done["problems"]) == (["INVALID"], [])


async def test_r32_deeds_of_one_key_at_once_are_one(serve: Serve) -> None:
    """Eight requests under one key, sent together, do one deed and answer alike."""
    gateway = await serve(unsigned())
    asked = [gateway.do("newcomer", "acceptAgreement", IN_FORCE, SIGNED, purpose=None, key="k") for _ in range(8)]
    answers = await asyncio.gather(*asked)
    assert answers == [answers[0]] * 8
    assert len(await rows_of(gateway, t.Change)) == 1


async def test_deeds_of_one_request_are_done_in_turn(serve: Serve) -> None:
    """Of several roots each is a deed of its own, with a key of its own, and reads what those before it have done."""
    gateway = await serve(unsigned())
    query = (
        'mutation { a: acceptAgreement(input: {version: "x"}) { viewer { lapses } problems { code } } '
        f'b: acceptAgreement(input: {{version: "{AGREEMENT_VERSION}"}}) {{ viewer {{ lapses }} problems {{ code }} }} '
        'c: acceptAgreement(input: {version: "x"}) { viewer { lapses } problems { code } } }'
    )
    answer = (await gateway.post("newcomer", {"query": query}, **{"idempotency-key": "k"})).json()
    invalid = {"viewer": None, "problems": [{"code": "INVALID"}]}
    assert answer == {"data": {"a": invalid, "b": {"viewer": {"lapses": []}, "problems": []}, "c": invalid}}


@pytest.mark.parametrize("given", ["", " ", "k" * 201])
async def test_a_key_that_is_none_is_a_bad_request(serve_small: Serve, given: str) -> None:
    """An empty or endless header is refused; an endless `clientMutationId` is a problem of the deed."""
    gateway = await serve_small(unsigned())
    query = 'mutation { acceptAgreement(input: {version: "x"}) { problems { code } } }'
    answer = (await gateway.post("newcomer", {"query": query}, **{"idempotency-key": given})).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    if given.strip():
        payload = await gateway.do("newcomer", "acceptAgreement", IN_FORCE | {"clientMutationId": given}, purpose=None)
        assert [(p["code"], p["field"]) for p in payload["problems"]] == [("INVALID", "clientMutationId")]


async def test_r32_a_key_ends_after_a_day(serve: Serve, tmp_path: Path) -> None:
    """Within 24 hours a key stands for what was done; then it is free again, and what was kept of it is gone."""
    gateway = await serve(unsigned())
    await gateway.do("teacher", "acceptAgreement", IN_FORCE, purpose=None, key="k")
    for hours, done in ((23, 1), (24, 2)):
        async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(hours=hours)) as later:
            await later.do("teacher", "acceptAgreement", IN_FORCE, purpose=None, key="k")
        assert len(await rows_of(gateway, t.Change)) == done
    assert len(await rows_of(gateway, t.Idempotency)) == 1
