"""The measuring: contestants take turns at each point, round after round, all of them warm."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.answers import Works
from tests.bench.contestants import Server, cores, cpu_of, on
from tests.bench.issuer import Issuer

Backends = Callable[[], Sequence[int]]
"""Gives the processes of PostgreSQL that serve the benchmark's database."""

_LONG = 3
"""A point that takes so many times its span is not measured again: there is one figure of it, and time is short."""

_WARMING = 4
"""How many clients warm a server."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: rounds, seconds a point, numbers of clients; without seconds, each client asks once."""

    rounds: int = 3
    seconds: float = 2.0
    clients: Sequence[int] = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Point:
    """One contestant at one work, with so many clients, in one round; times are milliseconds a request."""

    contestant: str
    work: str
    clients: int
    round: int
    requests: int
    rate: float
    cpu: float
    database: float
    p50: float
    p99: float


def load(port: int, requests: Sequence[bytes], **how: float) -> dict[str, Any]:
    """Return what the load generator measured, in a process on the client's core. Raises RuntimeError."""
    job = {"port": port, "requests": [raw.decode() for raw in requests], **how}
    command = [sys.executable, "-m", "tests.bench.load"]
    with on(cores()[1]):
        done = subprocess.run(command, input=json.dumps(job), text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


class Measuring:
    """Measures servers at works; `backends` tells PostgreSQL's share."""

    def __init__(self, servers: Mapping[str, Server], works: Works, issuer: Issuer, backends: Backends) -> None:
        self.servers, self.backends = servers, backends
        self._raw = {
            work: [question.raw(issuer.token(question.subject)) for question in asked] for work, asked in works.items()
        }

    def points(self, plan: Plan) -> Iterator[Point]:
        """Yield every point, in turns."""
        long: set[tuple[str, str, int]] = set()
        for work in self._raw:
            for server in self.servers.values():
                least = server.contestant.warm // (10 if work == "W4" else 1) // _WARMING if plan.seconds else 1
                self._load(server, work, clients=_WARMING, seconds=plan.seconds, least=least)
        for turn in range(1, plan.rounds + 1):
            for work in self._raw:
                for clients in plan.clients:
                    for name in self.servers:
                        if (name, work, clients) in long:
                            continue
                        point, took = self._measure(name, work, clients, turn, plan.seconds)
                        if took > _LONG * plan.seconds:
                            long.add((name, work, clients))
                        yield point

    def _load(self, server: Server, work: str, **how: float) -> dict[str, Any]:
        try:
            return load(server.port, self._raw[work], **how)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n`{server.contestant.name}` says: {server.said}") from None

    def _measure(self, name: str, work: str, clients: int, turn: int, seconds: float) -> tuple[Point, float]:
        server = self.servers[name]
        cpu, database = server.cpu, self._database()
        figures = self._load(server, work, clients=clients, seconds=seconds, least=1)
        asked = figures["requests"]
        return Point(
            contestant=name, work=work, clients=clients, round=turn, requests=asked, rate=asked / figures["seconds"],
            cpu=(server.cpu - cpu) / asked * 1000, database=(self._database() - database) / asked * 1000,
            p50=figures["p50"], p99=figures["p99"],
        ), figures["seconds"]  # fmt: skip

    def _database(self) -> float:
        return sum(map(cpu_of, self.backends()))
