"""R16, R31: alerts are raised by deeds too, and auditors read them by reference alone."""

from typing import Any

import pytest

from authz.words import Role
from resolvers.ids import Kind, write_id
from tests.applying import PURPOSES, applied, bench, codes, decided
from tests.conftest import Serve
from tests.queries import CHILD
from tests.world import NOW, World, id_of, number_of

ALERTS = (
    "query($first: Int = 20, $after: String) { alerts(first: $first, after: $after) "
    "{ edges { cursor node { id kind at event } } pageInfo { hasNextPage } } }"
)


async def alerts(gateway: Any, **variables: Any) -> Any:
    await gateway.watched()
    return (await gateway.ask("auditor", ALERTS, purpose="CASE_REVIEW", **variables))["alerts"]


def kin(account: str) -> World:
    """Return a world in which an account has a conflict of interest on Anna."""
    world = bench()
    world.conflict(account, "anna")
    return world


async def test_r16_who_applies_for_a_child_in_conflict_raises_an_alert(serve: Serve) -> None:
    """The application is taken and answered as any other; the alert names the event of the deed."""
    gateway = await serve(kin("police"))
    await applied(gateway, "anna", "bea")
    (edge,) = (await alerts(gateway))["edges"]
    (event,) = [event for event in (await gateway.journal())[0] if event.deed == "applyForAccess"]
    assert (edge["node"]["kind"], edge["node"]["event"]) == ("CONFLICT", write_id(Kind.EVENT, event.id))


async def test_r16_who_decides_on_a_child_in_conflict_raises_an_alert(serve: Serve) -> None:
    """A decider is not told that a number is of the own family; the decision is taken, and looked at."""
    gateway = await serve(kin("officer"))
    application = await applied(gateway, "anna", "bea")
    assert (await alerts(gateway))["edges"] == []
    payload = await decided(gateway, "officer", application["id"])
    assert codes(payload) == []
    assert [child["givenNames"] for child in payload["application"]["children"]] == ["Bea"]
    assert [edge["node"]["kind"] for edge in (await alerts(gateway))["edges"]] == ["CONFLICT"]


async def test_r31_alerts_are_references_alone(serve: Serve) -> None:
    """An alert tells kind, time and event, and nothing of the child or of who asked."""
    gateway = await serve(kin("teacher"))
    await gateway.ask("teacher", CHILD, number=number_of("anna"))
    await gateway.watched()
    response = await gateway.raw("auditor", ALERTS, purpose="CASE_REVIEW")
    (edge,) = response.json()["data"]["alerts"]["edges"]
    assert (edge["node"]["kind"], edge["node"]["at"]) == ("CONFLICT", NOW.isoformat())
    told = (
        "Anna",
        number_of("anna"),
        write_id(Kind.CHILD, id_of("child", "anna")),
        id_of("child", "anna").hex,
        "Teacher",
    )
    assert not [word for word in told if word in response.text]


async def test_alerts_are_paged_newest_first(serve: Serve) -> None:
    """Pages follow one another without loss; another viewer's cursor is refused."""
    world = kin("teacher")
    world.account("second", Role.AUDITOR, "office")
    gateway = await serve(world)
    for _ in range(3):
        await gateway.ask("teacher", CHILD, number=number_of("anna"))
    whole = [edge["node"]["id"] for edge in (await alerts(gateway))["edges"]]
    first = await alerts(gateway, first=2)
    rest = await alerts(gateway, first=2, after=first["edges"][-1]["cursor"])
    assert [edge["node"]["id"] for page in (first, rest) for edge in page["edges"]] == whole
    assert (len(set(whole)), rest["pageInfo"]["hasNextPage"]) == (3, False)
    refused = await gateway.raw("second", ALERTS, purpose="CASE_REVIEW", after=first["edges"][0]["cursor"])
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("account", ["teacher", "officer", "police", "team", "manager", "feed"])
async def test_only_auditors_read_alerts(serve_small: Serve, account: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(bench())
    assert (403, ["FORBIDDEN"]) == await gateway.codes(account, ALERTS, purpose=PURPOSES[account])
