"""R0 and R19: what feeds are answered tells nothing of what they match, and what they leave shows nothing more."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from resolvers.store.words import ShieldReason
from tests import observing
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.feeding import RESULTS, entry, place, reach, submit, work
from tests.queries import SEARCH
from tests.world import World
from tests.worlds.asking import numbered
from tests.worlds.pairs import pair
from tests.worlds.test_worlds import BORN, operations


def _nobody(world: World) -> None:
    """Leave the child unknown."""


def _known(world: World) -> None:
    full_child(world, "nadia", family="Farouk")
    world.identifier("nadia", "social", "C-1")


def _shielded(world: World) -> None:
    _known(world)
    world.shield("nadia", reason=ShieldReason.WITNESS_PROTECTION)


def _alike(world: World) -> None:
    full_child(world, "nadia", family="Farouk")
    world.shield("nadia")


def _concealed(world: World) -> None:
    full_child(world, "nadia", family="Farouk", concealed=True)
    world.identifier("nadia", "social", "C-1")


MATCHES = {"nobody": _nobody, "known": _known, "shielded": _shielded, "alike": _alike, "concealed": _concealed}


async def test_r19_r0_answer_and_statements_are_the_same_whatever_an_entry_matches(serve: Serve) -> None:
    """A child who is unknown, known, shielded, like a shielded one or concealed: to the byte, and to the last statement."""
    told: dict[str, Any] = {}
    for name, match in MATCHES.items():
        world = cast()
        match(world)
        gateway = await serve(world, new_id=numbered())
        gateway.app.state.feeder.pause = lambda: 60.0
        texts: list[str] = []
        entries = [entry("1", "C-1"), entry("2", "C-1", reach=reach()), entry("3", "C-9", placement=place())]
        with observing.run(texts.append), observing.read(texts.append):
            given = {"clientMutationId": "k", "entries": entries}
            response = await gateway.deed("feed", "submitFeed", given, RESULTS, purpose="DATA_QUALITY")
        await gateway.fed()
        again = await gateway.deed("feed", "submitFeed", given, RESULTS, purpose="DATA_QUALITY")
        assert again.content == response.content
        told[name] = response.status_code, sorted(response.headers.items()), response.content, texts
    assert all(each == told["nobody"] for each in told.values())
    assert len(told["nobody"][3]) > 10


def _ids() -> Callable[[], UUID]:
    """Return ids that are the same in both worlds, and none of those that deeds get."""
    numbers = count(1)
    return lambda: uuid5(NAMESPACE_URL, str(next(numbers)))


async def _fed(gateway: Gateway) -> None:
    """Feed what lands on an open and on two shielded records, on a new one, and on one that is born shielded."""
    hidden = {"lines": ["12 Hidden Lane"], "town": "Leeds", "postcode": "LS2 9JT", "uprn": "100000000012"}
    home = reach(phone="07700 900777") | {"address": hidden}
    entries = [
        entry("1", "F-anna", involvement=work()),
        entry("2", "F-bea", reach=home),
        entry("3", "F-bea", placement=place()),
        entry("4", "F-bea", involvement=work(service="MENTAL_HEALTH", basis="CONSENT", lead=True)),
        entry("5", "F-sealed", reach=reach()),
        entry("6", "F-new", reach=home),
        entry("7", "F-like", given="Bea", family="Ashworth", reach=home),
    ]
    payload = await submit(gateway, *entries)
    assert {result["outcome"] for result in payload["results"]} == {"ACCEPTED"}
    await gateway.fed()
    await gateway.watched()


@pytest.mark.parametrize("viewer", ["teacher", "officer", "police", "manager"])
async def test_r19_r0_what_feeds_leave_shows_nothing_more(serve_small: Serve, viewer: str) -> None:
    """Two worlds that look the same look the same after the same feed: what lands on hidden records stays hidden."""
    gateways = []
    for world in pair(viewer):
        for name in ("anna", "bea", "sealed"):
            world.identifier(name, "social", f"F-{name}")
        gateways.append(await serve_small(world, new_id=numbered(), feed_id=_ids()))
        await _fed(gateways[-1])
    asked = operations()
    asked += [(SEARCH, {"search": {"familyName": name, **BORN}}) for name in ("Farouk", "Ashworth")]
    for query, variables in asked:
        one, other = [await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables) for gateway in gateways]
        assert one.content == other.content, (query, variables)
