"""What is measured of this gateway alone: what the journal costs a page of 50, whether plans are kept, two workers."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from tests.bench.contestants import CONTESTANTS, Contestant, Place, serving
from tests.bench.issuer import Issuer
from tests.bench.rounds import load

OURS = CONTESTANTS["ours"]
CLIENTS = 16


def _telling(name: str) -> Contestant:
    """Return ours as `tests.bench.ours` serves it: `silent`, without its journal, or as it is."""

    def command(place: Place) -> list[str]:
        return [sys.executable, "-m", "tests.bench.ours", name, *OURS.command(place)[1:]]

    return replace(OURS, name=name, command=command)


def journal(
    database: str, issuer: Issuer, requests: Sequence[bytes], events: Callable[[], int], *, rounds: int, seconds: float
) -> dict[str, Any]:
    """Return the journal's share of the throughput, the answers of the journalled gateway and its events."""
    shares, answers = [], 0
    with serving(_telling("told"), database, issuer) as told, serving(_telling("silent"), database, issuer) as silent:
        for server in (told, silent):
            load(server.port, requests, clients=4, seconds=seconds, least=5)
        before = events()
        for _ in range(rounds):
            ours, bare = (
                load(each.port, requests, clients=CLIENTS, seconds=seconds, least=1) for each in (told, silent)
            )
            shares.append(1 - ours["requests"] / ours["seconds"] * bare["seconds"] / bare["requests"])
            answers += ours["requests"]
        kept = events() - before
    (plans,) = (json.loads(line) for line in told.said.splitlines() if line.startswith('{"hits"'))
    return {"journal": {"share": round(median(shares), 3), "answers": answers, "events": kept}, "plans": plans}


def workers(database: str, issuer: Issuer, requests: Sequence[bytes], *, seconds: float) -> dict[str, Any]:
    """Return the requests a second of one process and of two, which share the machine with client and database."""
    rates = {}
    for number in (1, 2):
        with serving(OURS, database, issuer, workers=number) as server:
            load(server.port, requests, clients=CLIENTS, seconds=seconds, least=2)
            figures = load(server.port, requests, clients=CLIENTS, seconds=seconds * 2, least=1)
            rates[str(number)] = round(figures["requests"] / figures["seconds"], 1)
    return {"workers": rates}
