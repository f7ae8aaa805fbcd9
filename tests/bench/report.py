"""What came of it: figures by name, ratios in the same run, and the tables that people read."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from tests.bench.answers import Statements
from tests.bench.contestants import CONTESTANTS, Server
from tests.bench.rounds import Point
from tests.bench.works import WORKS

BUSY = 16
"""At how many clients CPU is compared."""

TARGETS = {
    "stock": {"W1": 15, "W2": 25, "W3": 8, "W4": 40},
    "mercurius": {"W1": 0.8, "W2": 0.5, "W3": 1.5, "W4": 0.35},
    "floor": {"W1": 2.5, "W2": 2.5},
}
"""Goals: times less CPU than stock Strawberry, CPU as a part of Mercurius's, latency at one client against the floor."""

SELECTS = {"W1": 4, "W2": 4, "W3": 1, "W4": 4}
"""The most SELECTs of a request of ours."""

Figures = dict[str, Any]


def figures(
    points: Sequence[Point],
    statements: dict[str, Statements],
    servers: dict[str, Server],
    more: Figures,
) -> Figures:
    """Return everything measured, by machine-independent names."""
    contestants = {
        name: {
            "startup_seconds": round(server.started, 2),
            "peak_megabytes": round(server.peak, 1),
            "works": _works(name, points, statements[name]),
        }
        for name, server in servers.items()
    }
    measured = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": _machine(), **more}
    return {**measured, "contestants": contestants, "ratios": _ratios(points)}


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _works(name: str, points: Sequence[Point], statements: Statements) -> Figures:
    found: Figures = {}
    for work in WORKS:
        mine = [point for point in points if point.contestant == name and point.work == work]
        by_clients = {
            str(n): _at(point for point in mine if point.clients == n) for n in sorted({p.clients for p in mine})
        }
        if by_clients:
            found[work] = {"statements": statements.get(work), "clients": by_clients}
    return found


def _at(points: Iterable[Point]) -> Figures:
    rounds = list(points)
    names = {
        "cpu": "cpu_ms",
        "database": "database_cpu_ms",
        "rate": "requests_per_second",
        "p50": "p50_ms",
        "p99": "p99_ms",
    }
    return {told: round(median(getattr(point, name) for point in rounds), 3) for name, told in names.items()}


def _ratios(points: Sequence[Point]) -> Figures:
    """Return, for each rival and work, the median over the rounds of what it costs against ours in the same round."""
    by = {(p.contestant, p.work, p.clients, p.round): p for p in points}

    def against(rival: str, work: str, clients: int, what: str) -> float | None:
        pairs = [
            (getattr(theirs, what), getattr(ours, what))
            for (name, at, n, turn), theirs in by.items()
            if (name, at, n) == (rival, work, clients) and (ours := by.get(("ours", work, clients, turn)))
        ]
        known = [theirs / ours for theirs, ours in pairs if ours and theirs]
        return median(known) if known else None

    found: Figures = {}
    for rival in CONTESTANTS:
        if rival == "ours":
            continue
        for work in WORKS:
            cpu, latency = against(rival, work, BUSY, "cpu"), against(rival, work, 1, "p50")
            if cpu or latency:
                told = {"cpu_times_ours": cpu and round(cpu, 2), "latency_times_ours": latency and round(latency, 2)}
                found.setdefault(rival, {})[work] = told
    return found


def table(measured: Figures) -> list[list[str]]:
    """Return the rows of the table of a run, the heading first."""
    rows = [
        [
            "work",
            "contestant",
            "CPU ms",
            "of ours",
            "database ms",
            "SELECTs",
            "p50/p99 at 1",
            "at 16",
            "at 64",
            "requests/s",
        ]
    ]
    for work, title in WORKS.items():
        for name, told in measured["contestants"].items():
            found = told["works"].get(work)
            if found is None:
                continue
            busy = found["clients"].get(str(BUSY)) or next(iter(found["clients"].values()))
            ratio = measured["ratios"].get(name, {}).get(work, {}).get("cpu_times_ours")
            rows.append([
                f"{work} {title}", CONTESTANTS[name].title, f"{busy['cpu_ms']:.2f}", f"{ratio:.2f}x" if ratio else "",
                f"{busy['database_cpu_ms']:.2f}", str((found["statements"] or {}).get("reads", "")),
                *(_latency(found["clients"].get(n)) for n in ("1", "16", "64")), f"{busy['requests_per_second']:.0f}",
            ])  # fmt: skip
    return rows


def _latency(at: Figures | None) -> str:
    return f"{at['p50_ms']:.1f}/{at['p99_ms']:.1f}" if at else ""


def processes(measured: Figures) -> list[list[str]]:
    """Return what each process took beside its requests."""
    rows = [["contestant", "start-up, s", "peak memory, MB"]]
    for name, told in measured["contestants"].items():
        rows.append([CONTESTANTS[name].title, f"{told['startup_seconds']:.1f}", f"{told['peak_megabytes']:.0f}"])
    return rows


def plain(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
