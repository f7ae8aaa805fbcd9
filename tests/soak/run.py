"""The soak: `python -m tests.soak.run`; a table of what was asked, answered and wrong, in quiet and in each fault."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate
from tests.bench.report import plain
from tests.faults.postgres import Postgres, binaries
from tests.serving import classroom, serving
from tests.soak.soaking import FAULTS, Soak, resident

SETTINGS = {
    "GATEWAY_DEADLINE_SECONDS": "4",
    "GATEWAY_RECORDS_PER_HOUR": "null",
    "GATEWAY_ALERT_RECORDS": "null",
    "GATEWAY_ALERT_REFUSALS": "null",
    "GATEWAY_CONCURRENCY_PER_ACCOUNT": "null",
}
WARM_UP = 6.0
"""For how many seconds processes that have just begun are asked before anything is counted: they prove all first."""
RECOVERY = 6.0
"""For how many seconds after a fault refusals may go on: a deadline, and what it takes to connect again."""


@dataclass
class Report:
    """What a soak found: a row for each stretch of time, what was wrong, and the answers without an event."""

    rows: list[list[str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answered: int = 0
    missing: int = 0
    memory: list[float] = field(default_factory=list)


async def soak(folder: Path, *, clients: int, stretch: float, fault: float, workers: int) -> Report:
    """Serve `clients` for a `stretch` of seconds before, between and after faults of `fault` seconds each."""
    programs = binaries()
    assert programs is not None, "no PostgreSQL to start: install its server"
    server = Postgres(Path(tempfile.mkdtemp()), programs)
    await server.start()
    try:
        engine = make_engine(database_url(server.url))
        await migrate(engine)
        await classroom().write(engine)
        await engine.dispose()
        return await _soaked(server, folder, clients=clients, stretch=stretch, fault=fault, workers=workers)
    finally:
        await server.remove()


async def _soaked(
    server: Postgres, folder: Path, *, clients: int, stretch: float, fault: float, workers: int
) -> Report:
    report = Report()
    async with serving(server.url, folder, "--workers", str(workers), **SETTINGS) as service:
        soaking = Soak(service)
        await soaking.learn()
        warm = time.monotonic() + WARM_UP
        await asyncio.gather(*(soaking.client(number, warm) for number in range(clients)))
        names = [
            "quiet",
            *(name for each in FAULTS if workers > 1 or each != "worker killed" for name in (each, "quiet")),
        ]
        length = sum(stretch if name == "quiet" else fault + RECOVERY for name in names)
        until = time.monotonic() + length
        asking = [asyncio.create_task(soaking.client(number, until)) for number in range(clients)]
        for name in names:
            before, wrong = soaking.told.statuses.copy(), len(soaking.told.wrong)
            if name == "quiet":
                await asyncio.sleep(stretch)
            else:
                soaking.told.faulty = True
                await FAULTS[name](server, service, fault)
                await asyncio.sleep(RECOVERY)
                soaking.told.faulty = False
            report.memory.append(resident(service))
            told = soaking.told.statuses - before
            report.rows.append(
                [name, str(told[200]), str(told[503]), str(told[504]), str(told[500]),
                 str(len(soaking.told.wrong) - wrong), f"{report.memory[-1]:.0f}"]
            )  # fmt: skip
        await asyncio.gather(*asking)
        report.wrong, report.answered = soaking.told.wrong, soaking.told.answered
        engine = make_engine(database_url(server.url))
        report.missing = max(0, soaking.told.events - await _events(engine))
        await engine.dispose()
    return report


async def _events(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(t.AccessEvent))).scalar_one()
        return found


def main(argv: Sequence[str] | None = None) -> int:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--minutes", type=float, default=5.0, help="how long all of it lasts, about")
    told.add_argument("--clients", type=int, default=64)
    told.add_argument("--workers", type=int, default=2)
    told.add_argument("--fault", type=float, default=5.0, help="how many seconds a fault lasts")
    asked = told.parse_args(argv)
    faults = len(FAULTS)
    stretch = max(5.0, (asked.minutes * 60 - faults * (asked.fault + RECOVERY)) / (faults + 1))
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(
            soak(Path(folder), clients=asked.clients, stretch=stretch, fault=asked.fault, workers=asked.workers)
        )
    print(plain([["stretch", "answered", "503", "504", "500", "wrong", "memory, MB"], *report.rows]))
    print(f"\n{report.answered} answers; {len(report.wrong)} wrong; {report.missing} without an event")
    for what in sorted(set(report.wrong)):
        print(f"{report.wrong.count(what)} x {what}")
    return int(bool(report.wrong or report.missing))


if __name__ == "__main__":
    raise SystemExit(main())
