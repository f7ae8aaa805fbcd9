"""R0 as a property of generated worlds: random directories, random operations, every kind of viewer."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Template
from tests.worlds.dense import VIEWERS
from tests.worlds.generated import Pair, make_pair
from tests.worlds.hunt import Hunt, look
from tests.worlds.sparing import override, sparing

READERS = ("teacher", "officer", "police", "team", "manager", "nurse", "helper", "rivals")
OTHERS = ("auditor", "feed", "lapsed")
SEEDS = (1, 2)
EACH, OF_OTHERS, ON_POSTGRESQL, UNDER_A_BUDGET, UNDER_OVERRIDES, TRACED = 105, 40, 45, 25, 60, 40
"""How many operations each pair is asked: more than 2,000 in all."""

pair = cache(make_pair)


async def alike(pair: Pair, operations: int, template: Template, folder: Path, **settings: Any) -> None:
    leak = await look(pair, operations, template, folder, **settings)
    assert leak is None, f"\n{leak}"


def test_enough_is_asked() -> None:
    """At least 2,000 operations are asked of pairs of worlds, for every viewer."""
    asked = len(READERS) * len(SEEDS) * EACH + len(OTHERS) * OF_OTHERS + 4 * ON_POSTGRESQL + 3 * 2 * UNDER_A_BUDGET
    assert asked >= 2_000
    assert {*READERS, *OTHERS} == VIEWERS.keys()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("viewer", READERS)
async def test_r0_generated_worlds_answer_alike(sqlite: Template, tmp_path: Path, viewer: str, seed: int) -> None:
    """Two worlds with the same view for a viewer give the same answers and statements to whatever is asked."""
    await alike(pair(viewer, seed), EACH, sqlite, tmp_path)


@pytest.mark.parametrize("viewer", OTHERS)
async def test_r0_generated_worlds_answer_those_alike_who_read_no_record(
    sqlite: Template, tmp_path: Path, viewer: str
) -> None:
    """Nor do the accounts that read no child's record learn of one."""
    await alike(pair(viewer, 1), OF_OTHERS, sqlite, tmp_path)


@pytest.mark.parametrize("viewer", ["teacher", "police", "team", "nurse"])
async def test_r0_generated_worlds_answer_alike_on_postgresql(
    postgresql: Template, tmp_path: Path, viewer: str
) -> None:
    """The same holds on the other database, whose plans and orders are others."""
    await alike(pair(viewer, 3), ON_POSTGRESQL, postgresql, tmp_path)


@pytest.mark.parametrize("viewer", ["officer", "police", "rivals"])
async def test_r0_what_is_left_of_a_budget_is_alike(sqlite: Template, tmp_path: Path, viewer: str) -> None:
    """What is hidden costs neither more nor less (R14): the same is left in both worlds after every operation."""
    await alike(pair(viewer, 1), 2 * UNDER_A_BUDGET, sqlite, tmp_path, records_per_hour=60)


@pytest.mark.parametrize("viewer", ["teacher", "officer", "team"])
async def test_r0_a_trace_tells_its_viewer_nothing(sqlite: Template, tmp_path: Path, viewer: str) -> None:
    """What is asked for with a trace is answered alike in both worlds too: neither the id nor the rest differs."""
    await alike(pair(viewer, 2), TRACED, sqlite, tmp_path, explorer=True)


@pytest.mark.parametrize("seed", SEEDS)
async def test_r0_r17_an_override_opens_nothing_of_others(sqlite: Template, tmp_path: Path, seed: int) -> None:
    """While an officer overrides every shielded record of which two worlds tell the same, all others look alike."""
    spared, children = sparing(pair("officer", seed))
    hunt = Hunt(spared, sqlite, tmp_path, seed=7)
    first = [override(hunt.schema, child) for child in children]
    leak = await hunt.run(UNDER_OVERRIDES + len(first), first)
    assert leak is None, f"\n{leak}"
    assert len([data for data in hunt.told[: len(first)] if data and data["openOverride"]["problems"] == []]) >= 3
    assert len(spared.edits) > len(pair("officer", seed).edits) / 2, "the worlds differ in most of what they did"
