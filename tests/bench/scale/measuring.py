"""One size: a database of its own, seeded by the command; the work of each operation, then its times and its trail."""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from resolvers.store.engine import database_url, make_engine
from tests.bench.city import hire
from tests.bench.contestants import CONTESTANTS, Server, cpu_of, serving
from tests.bench.issuer import Issuer
from tests.bench.rounds import load
from tests.bench.run import answering
from tests.bench.scale import asked, buffers
from tests.bench.scale.sizes import Ask, journal, sizes
from tests.bench.works import Question
from tests.databases import POSTGRES

Figures = dict[str, Any]

_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


@contextmanager
def database() -> Iterator[str]:
    """Give the URL of a new, empty database, which is dropped at the end."""
    name = f"gateway_scale_{uuid4().hex[:12]}"
    with answering(POSTGRES) as admin:
        admin(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        finally:
            admin(f"DROP DATABASE {name} WITH (FORCE)")


def seeded(url: str, children: int) -> Figures:
    """Migrate and seed the database at `url` by the commands of the gateway, and return how long the seeding took."""
    command = str(Path(sys.executable).with_name("gateway"))
    subprocess.run([command, "migrate", "--database", url], check=True, capture_output=True)
    began, used = time.perf_counter(), _children_cpu()
    subprocess.run([command, "seed", "--children", str(children), "--database", url], check=True, capture_output=True)
    took = time.perf_counter() - began
    return {"seconds": took, "cpu_seconds": _children_cpu() - used, "children_per_second": children / took}


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _prepared(url: str) -> Mapping[str, Sequence[Question]]:
    engine = make_engine(database_url(url))
    await hire(engine)
    await asked.employ(engine)
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM (ANALYZE)"))
        found = await asked.questions(connection)
    await engine.dispose()
    return found


def measure(children: int, seconds: float) -> Figures:
    """Return everything measured at one size; without `seconds` nothing is timed."""
    with database() as url, tempfile.TemporaryDirectory() as folder, answering(url) as ask:
        told = seeded(url, children)
        with asyncio.Runner() as runner:
            questions = runner.run(_prepared(url))
            taken = sizes(ask)
            works = runner.run(buffers.works(url, Path(folder), questions))
        figures: Figures = {
            "children": children,
            "seeding": told,
            "sizes": taken,
            "operations": {name: _work(found) for name, found in works.items()},
        }
        if seconds:
            issuer = Issuer(Path(folder))
            with serving(CONTESTANTS["ours"], url, issuer) as server:
                for name, asking in questions.items():
                    raw = [question.raw(issuer.token(question.subject)) for question in asking]
                    figures["operations"][name] |= _timed(server, raw, seconds, ask)
                figures["worker_megabytes"] = round(server.peak, 1)
        return figures


def _work(found: Sequence[buffers.Work]) -> Figures:
    return {
        "selects": max(work.selects for work in found),
        "pages_read": median(work.read for work in found),
        "pages_read_most": max(work.read for work in found),
        "pages_written": median(work.written for work in found),
        "wal_bytes": median(work.wal for work in found),
        "indexes": sorted(set().union(*(work.indexes for work in found))),
    }


def _timed(server: Server, raw: Sequence[bytes], seconds: float, ask: Ask) -> Figures:
    """Return times, and what the journal has grown by, of one client that asks a warm server."""
    load(server.port, raw, clients=1, seconds=seconds / 4, least=2 * len(raw))
    grown = journal(ask)
    cpu, used = server.cpu, _backends(ask)
    told = load(server.port, raw, clients=1, seconds=seconds, least=len(raw))
    requests = told["requests"]
    return {
        "requests": requests,
        "p50_ms": told["p50"],
        "cpu_ms": (server.cpu - cpu) / requests * 1000,
        "database_cpu_ms": (_backends(ask) - used) / requests * 1000,
        "journal_bytes": (journal(ask) - grown) / requests,
    }


def _backends(ask: Ask) -> float:
    """Return the CPU seconds of the processes of PostgreSQL that serve this database."""
    return sum(cpu_of(row["pid"]) for row in ask(_BACKENDS))
