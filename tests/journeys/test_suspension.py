"""R28: a team suspends an account of its own authority, and the account reads nothing from the next request on."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.applying import applied, bench, codes, decided
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD
from tests.world import NOW, World, id_of, number_of


def account(name: str) -> str:
    return write_id(Kind.ACCOUNT, id_of("account", name))


async def suspend(gateway: Any, by: str, target: str, note: str = "a token was found on a train", **given: Any) -> Any:
    asked = {"accountId": target, "note": note, **given}
    return await gateway.do(by, "suspendAccount", asked, "task { id }", purpose="CASE_REVIEW")


async def rows_of(gateway: Any, table: type[t.Base]) -> list[Any]:
    async with gateway.database() as connection:
        return list((await connection.execute(select(table))).all())


def two_teams() -> World:
    world = bench()
    world.account("partner", Role.DIRECTORY_TEAM, "team-office")
    world.involve("anna", "tess", "school")
    return world


async def test_r28_a_suspended_user_is_refused_at_once(serve: Serve) -> None:
    """From the next request on nothing is read and nothing is done; the account still reads what is to be mended."""
    gateway = await serve(two_teams())
    assert (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"] is not None
    assert await suspend(gateway, "team", account("teacher")) == {
        "clientMutationId": None,
        "problems": [],
        "task": None,
    }
    for query in (CHILD, CASELOAD, "{ organisations { edges { cursor } } }"):
        assert (403, ["FORBIDDEN"]) == await gateway.codes("teacher", query, number=number_of("anna"))
    seen = (await gateway.ask("teacher", "{ viewer { lapses organisation { name } } }"))["viewer"]
    assert seen == {"lapses": ["SUSPENDED"], "organisation": None}
    (row,) = await rows_of(gateway, t.Suspension)
    assert (row.account_id, row.suspended_by_id) == (id_of("account", "teacher"), id_of("account", "team"))
    (change,) = await rows_of(gateway, t.Change)
    assert (change.deed, change.account_id) == ("suspendAccount", id_of("account", "teacher"))
    assert [event.deed for event in (await gateway.journal())[0] if event.deed] == ["suspendAccount"]


async def test_r28_a_suspended_approver_decides_no_more(serve: Serve) -> None:
    """A suspended officer neither decides nor reads applications."""
    gateway = await serve(two_teams())
    application = await applied(gateway, "anna")
    await suspend(gateway, "team", account("officer"))
    given = {"applicationId": application["id"], "approve": True, "note": "x"}
    answer = (await gateway.deed("officer", "decideApplication", given, purpose="CHILD_PROTECTION")).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert (await decided(gateway, "colleague", application["id"]))["problems"] == []


async def test_r28_accounts_elsewhere_are_not_found(serve: Serve) -> None:
    """Accounts of another authority or of none, what is no account and what is no id are refused in the same words."""
    gateway = await serve(two_teams())
    others = [account("rival"), account("police"), account("auditor"), account("nobody")]
    others += [write_id(Kind.CHILD, id_of("account", "teacher")), "x", ""]
    answers = [await suspend(gateway, "team", target) for target in others]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * len(others)
    assert await rows_of(gateway, t.Suspension) == []
    assert len([row for row in (await gateway.journal())[1] if row.kind == "SOUGHT"]) == len(others)


async def test_r28_an_account_does_not_suspend_itself(serve_small: Serve) -> None:
    """A team cannot lock itself out by mistake; a colleague's account it can suspend, with a note."""
    gateway = await serve_small(two_teams())
    assert codes(await suspend(gateway, "team", account("team"))) == ["NOT_YOURS_TO_CHANGE"]
    assert codes(await suspend(gateway, "team", account("partner"), note=" ")) == ["INVALID"]
    assert codes(await suspend(gateway, "team", account("partner"))) == []


async def test_r28_suspended_twice_is_suspended_once(serve_small: Serve) -> None:
    """Who is suspended already stays so from the first time; the answer is the same."""
    gateway = await serve_small(two_teams())
    first, again = [await suspend(gateway, "team", account("teacher")) for _ in range(2)]
    assert first == again
    (row,) = await rows_of(gateway, t.Suspension)
    assert row.at == NOW


async def test_r28_of_two_who_suspend_each_other_one_is(serve: Serve) -> None:
    """Sent at once, one deed is done; the other finds that its account has lost the right, and is refused whole."""
    gateway = await serve(two_teams())
    asked = [("team", account("partner")), ("partner", account("team"))]
    answers = await asyncio.gather(
        *(
            gateway.deed(by, "suspendAccount", {"accountId": target, "note": "x"}, purpose="CASE_REVIEW")
            for by, target in asked
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert len(await rows_of(gateway, t.Suspension)) == 1


@pytest.mark.parametrize("by", ["teacher", "officer", "police", "manager", "auditor", "feed"])
async def test_r28_only_teams_suspend(serve_small: Serve, by: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(two_teams())
    given = {"accountId": account("teacher"), "note": "x"}
    answer = (await gateway.deed(by, "suspendAccount", given, purpose="CASE_REVIEW")).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
