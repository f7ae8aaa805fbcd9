"""R0 and R34 together: directories that look the same to a viewer tell a stream the same, whatever else happens in one."""

from typing import Any

import pytest

from authz.words import FieldGroup
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import CaseloadChange
from tests.cast import ACCOUNTS
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.streaming import change, following, happen
from tests.world import id_of
from tests.worlds.pairs import pair

G = FieldGroup
BECAME, ENDED, _ = CaseloadChange
VIEWERS = [name for name in ACCOUNTS if name in {"teacher", "officer", "team"}]

SEEN = [
    change("anna", G.IDENTITY),
    change("bea", G.IDENTITY, G.SHIELD_CASE),
    change("anna", G.SERVICES, G.AGENCIES, what=BECAME, worker="carl"),
    change("bea", G.SERVICES, what=ENDED, worker="tess"),
    change("bea", G.SERVICES, what=ENDED, worker="olaf"),
]
"""What happens in both worlds of a pair."""

HIDDEN = [
    change("anna", G.SENSITIVE_SERVICES, what=BECAME, worker="nora"),
    change("bea", G.WHEREABOUTS, G.PLACES),
    change("bea", G.SERVICES, G.AGENCIES, what=BECAME, worker="carl"),
    change("bea", G.SHIELD_CASE),
    change("sealed", G.IDENTITY),
    change("cara", G.IDENTITY),
    change("gone", G.IDENTITY),
    change("kin0", G.IDENTITY),
    change("anna", G.TRAIL, G.IDENTIFIERS),
]
"""What happens in the second world alone, between all that happens in both."""


def here(rows: list[dict[str, Any]], world: Any) -> list[dict[str, Any]]:
    """Return the changes of `rows` about children whom `world` has."""
    children = {row["id"] for row in world.rows[t.Child]}
    return [row for row in rows if row["child_id"] in children]


async def told(gateway: Gateway, viewer: str, changes: list[dict[str, Any]], after: str | None = None) -> list[Any]:
    """Return what a stream is told of `changes`, positions by their presence alone, and what each event reads."""
    async with following(gateway, viewer, after) as one:
        await happen(gateway, *changes)
        found = [each["payload"] for each in await one.until_quiet()]
    for each in found:
        assert each["data"]["caseloadChanged"].pop("position")
    return found


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_r0_r34_worlds_with_the_same_view_tell_streams_alike(serve: Serve, viewer: str) -> None:
    """The same events in the same order, byte for byte but for positions, by the same statements; resumed as well."""
    worlds = pair(viewer)
    answers = []
    for world, more in zip(worlds, ([], HIDDEN), strict=True):
        gateway = await serve(world)
        changes = [row for seen in SEEN for row in (*here(more, world), seen)] + here(more, world)
        live = await told(gateway, viewer, changes)
        async with following(gateway, viewer) as one:
            await happen(gateway, SEEN[1])
            first = [await one.event()] if viewer != "team" else []
        await happen(gateway, *changes)
        with statements() as texts:
            again = await told(gateway, viewer, [], first[0]["position"]) if first else []
        answers.append((live, again, sorted(set(texts))))
        assert (len(live) > 1, bool(again)) == ((viewer != "team"),) * 2
    assert answers[0] == answers[1]
    assert write_id(Kind.CHILD, id_of("child", "sealed")) not in str(answers)
