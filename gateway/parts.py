"""What lives as long as the application: opened with it, and closed with it in the opposite order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from gateway.sampling import Sampler
from gateway.streams import Streams
from gateway.tokens import Issuer
from gateway.wire import DRAIN
from resolvers.feeder import Feeder
from resolvers.store.journal import Journal
from resolvers.store.pruning import Pruning
from resolvers.store.replica import Replica
from resolvers.store.snapshot import Reader
from resolvers.traces import Traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that are opened and closed."""

    issuers: Sequence[Issuer]
    reader: Reader
    writing: AsyncEngine
    replica: Replica | None
    journal: Journal
    feeder: Feeder
    checkpoint_seconds: float
    tracing: Any
    sampler: Sampler | None
    streams: Streams
    pruning: Pruning
    traces: Traces

    @asynccontextmanager
    async def opened(self, _: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        """Open all parts until it is left; give what the wire is to find in the state of the application."""
        async with AsyncExitStack() as closing:
            closing.push_async_callback(self.writing.dispose)
            closing.push_async_callback(self.reader.dispose)
            if self.replica is not None:
                closing.push_async_callback(self.replica.close)
                await self.replica.open()
            if self.tracing is not None:
                closing.push_async_callback(self.tracing.close)
            if self.sampler is not None:
                await self.sampler.open()
                closing.push_async_callback(self.sampler.close)
            await self.journal.open(self.checkpoint_seconds)
            closing.push_async_callback(self.journal.drain)
            await self.feeder.open()
            closing.push_async_callback(self.feeder.close)
            for issuer in self.issuers:
                await closing.enter_async_context(issuer.keys)
            await self.pruning.open()
            closing.push_async_callback(self.pruning.close)
            await self.traces.open()
            closing.push_async_callback(self.traces.close)
            closing.push_async_callback(self.streams.close)
            yield {DRAIN: self.streams.drain}
