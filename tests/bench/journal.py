"""What a round of the journal costs on PostgreSQL, by the way its rows are sent: `python -m tests.bench.journal`.

Prints for each size of a round the gateway's CPU time and the wall time of one round, in milliseconds. Each way
writes the same rows, in turn, on a database of its own.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import uvloop
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.words import FieldGroup, Purpose, Role
from resolvers.store.engine import database_url, make_engine
from resolvers.store.ledger import Entry, Ledger
from resolvers.store.tables import AccessEvent, AccessSubject
from resolvers.store.watch import Watch
from tests.databases import make_template
from tests.sealing import CHECKPOINTS
from tests.world import NOW

SIZES = ((1, 1), (1, 50), (16, 50))
"""Events of a round, and subjects of each event."""

GROUPS = [str(group) for group in list(FieldGroup)[:6]]
Way = Callable[[list[Entry]], Awaitable[None]]


def entry(subjects: int) -> Entry:
    """Return one event of a page that opened so many records."""
    event = {
        "id": uuid4(), "at": NOW, "account_id": uuid4(), "on_behalf_of": None, "role": Role.PRACTITIONER,
        "organisation_id": uuid4(), "route": "graphql", "purpose": Purpose.COORDINATE_CARE, "reason": "a reason given",
        "operation_name": "Page", "document_hash": "0" * 64, "outcome": "OK", "deed": None, "searches": [],
    }  # fmt: skip
    rows = [
        {
            "id": uuid4(), "at": NOW, "event_id": event["id"], "kind": "OPENED", "child_id": uuid4(), "sought": None,
            "disclosed": GROUPS, "withheld": [], "standing": ["INVOLVED"], "override": False,
            "shielded": False,
        }
        for _ in range(subjects)
    ]  # fmt: skip
    return Entry(dict(sorted(event.items())), [dict(sorted(row.items())) for row in rows], [])


def executemany(engine: AsyncEngine) -> Way:
    """Write by two INSERTs, each with a list of rows: the way of SQLite."""

    async def write(entries: list[Entry]) -> None:
        async with engine.begin() as connection:
            await connection.execute(insert(AccessEvent), [one.event for one in entries])
            await connection.execute(insert(AccessSubject), [row for one in entries for row in one.subjects])

    return write


def ledger(engine: AsyncEngine) -> Way:
    """Write as the journal does."""
    return Ledger(engine, CHECKPOINTS, Watch(engine)).write


WAYS = {"rows one by one": executemany, "the journal's": ledger}


async def measured(write: Way, events: int, subjects: int) -> tuple[float, float]:
    """Return CPU and wall time of one round, in milliseconds, warm."""
    rounds = [[entry(subjects) for _ in range(events)] for _ in range(max(8, 200 // events))]
    await write([entry(subjects)])
    cpu, wall = time.process_time(), time.perf_counter()
    for one in rounds:
        await write(one)
    return (
        (time.process_time() - cpu) / len(rounds) * 1000,
        (time.perf_counter() - wall) / len(rounds) * 1000,
    )


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template("postgresql", Path(folder))
        print(f"{'way':<18}{'events':>8}{'subjects':>10}{'CPU ms':>10}{'wall ms':>10}")
        for events, subjects in SIZES:
            for name, way in WAYS.items():
                async with template.copy(Path(folder)) as url:
                    engine = make_engine(database_url(url))
                    cpu, wall = await measured(way(engine), events, subjects)
                    await engine.dispose()
                print(f"{name:<18}{events:>8}{events * subjects:>10}{cpu:>10.2f}{wall:>10.2f}")
        await template.drop()


if __name__ == "__main__":
    uvloop.run(main())
