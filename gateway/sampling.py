"""Sampling: what others count anyway is carried to the metrics once a second, so that no request does it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Gauge
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.documents import Documents
from gateway.metrics import Metrics
from resolvers.feeder import Feeder
from resolvers.stopping import stop
from resolvers.store.journal import Journal
from resolvers.store.replica import Replica
from resolvers.store.snapshot import Reader
from schema.plan import Plans

PAUSE = 1.0
"""Seconds between two samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is sampled."""

    documents: Documents
    plans: Plans
    reader: Reader
    writing: AsyncEngine
    journal: Journal
    feeder: Feeder
    replica: Replica | None = None


class Sampler:
    """Carries the counts of `sources` to `metrics`, from `open` to `close`."""

    def __init__(self, metrics: Metrics, sources: Sources) -> None:
        self._counts, self._states = _counts(metrics, sources), [*_states(metrics, sources)]
        self._last = [read() for _, read in self._counts]
        self._task: asyncio.Task[None] | None = None

    def sample(self) -> None:
        """Carry what has been counted since the last time, and what is so now."""
        for number, (counter, read) in enumerate(self._counts):
            now = read()
            counter.inc(now - self._last[number])
            self._last[number] = now
        for gauge, read in self._states:
            gauge.set(read())

    async def open(self) -> None:
        """Begin to sample."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Sample for the last time: what the end of the process has cost is told by those that go on."""
        if self._task is not None:
            await stop(self._task)
        self.sample()

    async def _run(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(PAUSE)


def _counts(metrics: Metrics, sources: Sources) -> Sequence[tuple[Counter, Callable[[], int]]]:
    """Return the counters that are sampled, each with what counts for it."""
    documents, plans, journal = sources.documents, sources.plans, sources.journal
    kept = metrics.counter("document_cache_requests", "Documents that were kept, or read anew", "result")
    planned = metrics.counter("plan_cache_requests", "Plans that were kept, or made anew", "result")
    lost = metrics.counter("alerts_lost", "Alerts that the database did not take and never will")
    fed = metrics.counter("feed_entries_done", "Entries of feeds that were processed")
    unfed = metrics.counter("feed_batches_failed", "Batches of feeds that were not done")
    unsigned = metrics.counter("checkpoints_unsigned", "Times that the journal's checkpoints could not be signed")
    return (
        (kept.labels("hit"), lambda: documents.hits),
        (kept.labels("miss"), lambda: documents.misses),
        (planned.labels("hit"), lambda: plans.hits),
        (planned.labels("miss"), lambda: plans.misses),
        (lost, lambda: journal.watch.lost),
        (unsigned, lambda: journal.unsigned),
        (fed, lambda: sources.feeder.done),
        (unfed, lambda: sources.feeder.failures),
    )


def _states(metrics: Metrics, sources: Sources) -> Iterator[tuple[Gauge, Callable[[], int]]]:
    """Yield the gauges that are sampled, each with what tells how it stands."""
    reader, journal = sources.reader, sources.journal
    pool = metrics.gauge("pool_connections", "Connections of the pools, in use or at rest", "pool", "state")
    failing = metrics.gauge("alerts_failing", "Processes whose last look raised no alert, since the database took none")
    waiting = metrics.gauge("feed_entries_waiting", "Entries of feeds that wait to be processed", mode="livemax")
    aside = metrics.gauge("feed_entries_set_aside", "Entries of feeds that could not be processed", mode="livemax")
    replica = sources.replica
    serving = metrics.gauge("replicas_serving", "Processes that read details from a replica now")
    yield serving, lambda: int(replica is not None and replica.serves)
    yield from (
        (pool.labels("reading", "in_use"), lambda: _out(reader.engine) - reader.resting),
        (pool.labels("reading", "resting"), lambda: reader.resting),
        (pool.labels("writing", "in_use"), lambda: _out(sources.writing) - journal.resting),
        (pool.labels("writing", "resting"), lambda: journal.resting),
        (failing, lambda: int(journal.watch.failing)),
        (waiting, lambda: sources.feeder.left.waiting),
        (aside, lambda: sources.feeder.left.aside),
    )


def _out(engine: AsyncEngine) -> int:
    """Return how many connections of the pool of `engine` are checked out."""
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0
