"""Journals of test directories: who looked at whom, as an earlier operation would have left it; and how it is read."""

from datetime import datetime, timedelta
from typing import Any

from authz.policy import PURPOSES
from authz.trail import AccessKind
from authz.words import Purpose, Role
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.world import NOW, World, id_of

ROW = (
    "id at record kind viewer viewerName role organisation organisationKind purpose reason disclosed withheld override"
)
PAGE = f"edges {{ cursor node {{ {ROW} }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}"
EVENTS = (
    "query Events($event: ID, $record: String, $viewer: ID, $from: DateTime, $to: DateTime, $first: Int = 50, "
    "$after: String) { accessEvents(event: $event, record: $record, viewer: $viewer, from: $from, to: $to, "
    f"first: $first, after: $after) {{ {PAGE} }} }}"
)
TRAIL = (
    "query Trail($id: ID!, $first: Int = 50, $after: String) { child(id: $id) { givenNames "
    f"accessTrail(first: $first, after: $after) {{ {PAGE} }} withheld {{ group }} }} }}"
)
WHO = ("viewer", "viewerName", "organisation", "reason")
"""What of a row of a shielded record is null to a directory team."""

EARLIER = NOW - timedelta(minutes=37, seconds=12, microseconds=345)
"""When the looks of a test's world were, unless it says otherwise: not on the hour."""


def looked(
    world: World,
    account: str,
    *children: str,
    at: datetime = EARLIER,
    shielded: bool = False,
    reason: str | None = "Asked by the family",
    outcome: str = "OK",
    sought: str | None = None,
    override: bool = False,
    kind: AccessKind = AccessKind.OPENED,
    body: str | None = None,
) -> str:
    """Say that an account has looked at children in one operation; return the id of its event."""
    (row,) = (row for row in world.rows[t.Account] if row["subject"] == account)
    event = id_of("event", str(len(world.rows[t.AccessEvent])))
    common = {"event_id": event, "at": at, "override": override, "standing": []}
    world._add(
        t.AccessEvent,
        id=event,
        at=at,
        account_id=row["id"],
        on_behalf_of=None,
        role=row["role"],
        organisation_id=row["organisation_id"] if body is None else id_of("organisation", body),
        route="graphql",
        purpose=PURPOSES[row["role"]][0],
        reason=reason,
        operation_name=None,
        document_hash="0" * 64,
        outcome=outcome,
        deed=None,
        searches=[],
    )
    for child in children:
        world._add(
            t.AccessSubject,
            id=id_of("subject", f"{event}/{child}"),
            kind=kind,
            child_id=id_of("child", child),
            sought=None,
            disclosed=["IDENTITY", "OWN_SERVICES"],
            withheld=["SERVICES"],
            shielded=shielded,
            **common,
        )
    if sought is not None:
        nothing: dict[str, Any] = {"child_id": None, "disclosed": [], "withheld": [], "shielded": True}
        row = {"id": id_of("subject", f"{event}/sought"), "kind": AccessKind.SOUGHT, "sought": sought}
        world._add(t.AccessSubject, **row, **nothing, **common)
    return write_id(Kind.EVENT, event)


def town() -> World:
    """Return a world of two teams: Anna, open, and Bea, shielded, are of Leeds; Cleo, open, and Dora of York."""
    world = cast()
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    world.organisation("haven", OrganisationKind.CHARITY, authority="york", confidential=True)
    world.practitioner("hope", "haven")
    world.account("helper", Role.PRACTITIONER, "haven", practitioner="hope")
    for name, authority in {"anna": "leeds", "bea": "leeds", "cleo": "york", "dora": "york"}.items():
        full_child(world, name, authority=authority)
    for name in ("bea", "dora"):
        world.shield(name)
    return world


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def account_id(name: str) -> str:
    return write_id(Kind.ACCOUNT, id_of("account", name))


async def trail(gateway: Gateway, account: str, child: str, **variables: Any) -> Any:
    """Return what an account reads as the trail of a child."""
    answer = await gateway.ask(
        account, TRAIL, purpose=PURPOSE.get(account, "CASE_REVIEW"), id=child_id(child), **variables
    )
    return answer["child"]["accessTrail"]


async def events(gateway: Gateway, account: str, **variables: Any) -> Any:
    """Return what an account reads of the journal."""
    return (await gateway.ask(account, EVENTS, purpose=str(Purpose.CASE_REVIEW), **variables))["accessEvents"]


def rows(page: Any) -> list[Any]:
    return [edge["node"] for edge in page["edges"]]
