"""The hub: what it has begun is over when it is closed."""

import asyncio

from tests.cast import cast
from tests.conftest import Serve
from tests.world import id_of


async def test_a_hub_that_is_closed_leaves_nothing_running(serve: Serve) -> None:
    """However far its routing has come in ending since its last stream was left, nothing of it outlives the close."""
    gateway = await serve(cast())
    hub, before = gateway.app.state.streams.hub, asyncio.all_tasks()
    for turns in range(20):
        hub.leave(await hub.join(id_of("account", "teacher"), None))
        for _ in range(turns):
            await asyncio.sleep(0)
        await hub.close()
        assert asyncio.all_tasks() - before == set()
