"""A thousand streams on one process: routed by one statement, told what is theirs, and bounded whatever is read."""

import asyncio
from contextlib import AsyncExitStack

from authz.words import FieldGroup, Role
from resolvers.store.words import ServiceKind
from tests.cast import cast
from tests.client import statements
from tests.conftest import Serve
from tests.streaming import Socket, change, happen, request, socket
from tests.world import World

STREAMS = 1_000
ON_EACH = 20
"""How many streams each socket has: sockets of one test process are tasks, and a thousand of them take a while."""


def crowd() -> World:
    """Return a world of fifty workers, each of whom works with a child of their own; the first with two."""
    world = cast()
    for n in range(STREAMS // ON_EACH):
        world.practitioner(f"w{n}", "school")
        world.account(f"u{n}", Role.PRACTITIONER, "school", practitioner=f"w{n}")
        world.child(f"c{n}")
        world.involve(f"c{n}", f"w{n}", "school", ServiceKind.EDUCATION)
    world.child("hidden")
    world.shield("hidden")
    for n in range(STREAMS // ON_EACH):
        world.involve("hidden", f"w{n}", "school", ServiceKind.EDUCATION)
    return world


async def test_r34_a_thousand_streams_are_routed_by_one_statement(serve: Serve) -> None:
    """A change that concerns 20 of 1,000 streams takes one statement for all, and two for each of those 20.

    One that all of them work with and none may hear of takes the one statement, and nothing for any stream.
    """
    gateway = await serve(crowd(), operations_per_socket=ON_EACH)
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(socket(gateway)) for _ in range(STREAMS // ON_EACH)]
        await asyncio.gather(*(opened(one, gateway.token(f"u{n}"), n) for n, one in enumerate(sockets)))
        assert gateway.app.state.streams.hub.open == STREAMS
        with statements() as texts:
            await happen(gateway, change("hidden", FieldGroup.WHEREABOUTS), change("c0", FieldGroup.IDENTITY))
            events = [await sockets[0].next() for _ in range(ON_EACH)]
        assert {message["payload"]["data"]["caseloadChanged"]["child"]["givenNames"] for message in events} == {"C0"}
        assert len({message["id"] for message in events}) == ON_EACH
        asked = [text for text in texts if "account AS asking" in text]
        told = [text for text in texts if "change.position" in text and "child.given_names" in text]
        assert (len(asked) <= 2, len(told)) == (True, ON_EACH)
        await asyncio.gather(*(one.settled() for one in sockets))
    assert gateway.app.state.streams.hub.open == 0


async def opened(one: Socket, token: str, n: int) -> None:
    """Open the streams of one socket, and wait until they are in force."""
    await one.init(token)
    for number in range(ON_EACH):
        one.subscribe(f"{n}.{number}", request("teacher"))
        await asyncio.sleep(0)
    await one.settled()
