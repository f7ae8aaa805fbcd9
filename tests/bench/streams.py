"""A thousand streams on one process, measured: `python -m tests.bench.streams`. What they take, and what a change does."""

import asyncio
import gc
import resource
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from authz.words import FieldGroup
from resolvers.store.engine import database_url, make_engine
from tests.client import gateway_on
from tests.databases import make_template
from tests.gateway.test_many_streams import ON_EACH, STREAMS, crowd, opened
from tests.streaming import change, happen, socket


def resident() -> float:
    """Return how many MiB of memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def main() -> None:
    folder = Path(tempfile.mkdtemp())
    template = await make_template("sqlite", folder)
    async with template.copy(folder) as url, AsyncExitStack() as stack:
        engine = make_engine(database_url(url))
        await crowd().write(engine)
        await engine.dispose()
        gateway = await stack.enter_async_context(gateway_on(url, folder, operations_per_socket=ON_EACH))
        await gateway.ask("u0", "{ caseload { edges { node { givenNames } } } }")
        gc.collect()
        before, began = resident(), time.process_time()
        sockets = [await stack.enter_async_context(socket(gateway)) for _ in range(STREAMS // ON_EACH)]
        await asyncio.gather(*(opened(one, gateway.token(f"u{n}"), n) for n, one in enumerate(sockets)))
        gc.collect()
        print(
            f"{STREAMS} streams opened: {resident() - before:.1f} MiB, {time.process_time() - began:.1f} s of processor"
        )
        began = time.process_time()
        for _ in range(100):
            await happen(gateway, change("hidden", FieldGroup.WHEREABOUTS))
        await asyncio.gather(*(one.settled() for one in sockets))
        print(
            f"100 changes that nobody may hear of: {resident() - before:.1f} MiB, {time.process_time() - began:.1f} s"
        )
        began = time.process_time()
        await happen(gateway, change("c0", FieldGroup.IDENTITY))
        for _ in range(ON_EACH):
            await sockets[0].next()
        print(
            f"one change, told to {ON_EACH} streams: {(time.process_time() - began) * 1000 / ON_EACH:.1f} ms for each"
        )


if __name__ == "__main__":
    asyncio.run(main())
