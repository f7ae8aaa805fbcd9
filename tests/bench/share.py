"""What the journal costs of a page of 50, and whether each answer has its event; what plans that are kept serve."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.contestants import CONTESTANTS, Place, serving
from tests.bench.rounds import load

OURS = CONTESTANTS["ours"]


def _silent(place: Place) -> list[str]:
    return [*OURS.command(place), "silent"]


def journal(
    database: str, keys: Path, requests: Sequence[bytes], events: Callable[[], int], *, rounds: int, seconds: float
) -> dict[str, Any]:
    """Return the journal's share of the throughput at 16 clients, answers and events of the journalled ones."""
    silent = replace(OURS, name="silent", command=_silent)
    shares, answers = [], 0
    with serving(OURS, database, keys) as told, serving(silent, database, keys) as untold:
        for server in (told, untold):
            load(server.port, requests, clients=4, seconds=seconds, least=5)
        before = events()
        for _ in range(rounds):
            ours, bare = (load(each.port, requests, clients=16, seconds=seconds, least=1) for each in (told, untold))
            shares.append(1 - ours["requests"] / ours["seconds"] * bare["seconds"] / bare["requests"])
            answers += ours["requests"]
        kept = events() - before
    plans = json.loads(told.said.splitlines()[-1])
    return {"journal": {"share": round(median(shares), 3), "answers": answers, "events": kept}, "plans": plans}
