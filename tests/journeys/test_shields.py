"""R21 and R23: a shield is in force from its commit on, and the case behind it shows to nobody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import ShieldReason, ShieldState
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import NOW, World, id_of, number_of

ASKING = ("teacher", "officer", "police", "team", "manager")


def _world() -> World:
    world = cast()
    full_child(world, "anna", authority="leeds")
    world.involve("anna", "tess", "school")
    world.application("police", "anna")
    return world


async def _asked(gateway: Gateway, viewer: str) -> Any:
    """Ask for the record, and by the lists that lead to it; refused lists count as what they answer."""
    criteria = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
    return [
        (await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)).json()
        for query, variables in (
            (CHILD, {"number": number_of("anna")}),
            (SEARCH, {"search": criteria}),
            (CASELOAD, {}),
        )
    ]


async def _write(gateway: Gateway, world: World) -> None:
    engine = make_engine(database_url(gateway.url))
    await world.write(engine)
    await engine.dispose()


async def test_r21_a_shield_is_in_force_for_the_next_request(serve: Serve) -> None:
    """A shield that is asked for while the gateway runs hides the record from the next request on, kept plans and all."""
    gateway = await serve(_world())
    for _ in range(2):
        before = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
        assert ("07700 900111", False) == (before["phone"], before["shielded"])
    shielding = World()
    shielding.shield("anna", ShieldState.REQUESTED, ShieldReason.ADOPTION)
    await _write(gateway, shielding)
    after = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    assert (None, None, None, True) == tuple(
        after[name] for name in ("phone", "whereabouts", "formerNames", "shielded")
    )
    async with gateway.database() as connection:
        await connection.execute(update(t.Shield).values(state=ShieldState.REFUSED))
    lifted = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    assert before == lifted


@pytest.mark.parametrize("viewer", ASKING)
async def test_r23_the_case_behind_a_shield_shows_to_nobody(serve: Serve, viewer: str) -> None:
    """Whatever the reason, evidence, requester, decider and review date of a shield: the answers are the same bytes."""
    gateway = await serve(_world())
    shielding = World()
    shielding.shield("anna", ShieldState.REQUESTED, ShieldReason.DOMESTIC_VIOLENCE, evidence="canary of a court")
    await _write(gateway, shielding)
    first = await _asked(gateway, viewer)
    async with gateway.database() as connection:
        await connection.execute(
            update(t.Shield).values(
                state=ShieldState.ACTIVE,
                reason=ShieldReason.KIDNAP_RISK,
                evidence="canary of an aunt",
                requested_by_id=id_of("account", "officer"),
                decided_by_id=id_of("account", "team"),
                review_by=(NOW + timedelta(days=200)).date(),
                since=NOW - timedelta(days=3),
            )
        )
    assert first == await _asked(gateway, viewer)
    assert first[0]["data"]["child"]["shielded"] is True
    assert not [word for word in ("canary", "VIOLENCE", "KIDNAP", "REQUESTED") if word in str(first)]
