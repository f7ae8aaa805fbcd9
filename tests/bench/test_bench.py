"""The benchmark in its quick form: all who can take part answer alike, and every figure is there. No time is judged."""

import asyncio
import json

import asyncpg
import pytest

from tests.bench import page, report, run
from tests.bench.chart import chart
from tests.bench.contestants import CONTESTANTS
from tests.bench.works import WORKS
from tests.databases import POSTGRES, do_without

QUICK = ["--children", "2000", "--rounds", "1", "--seconds", "0", "--clients", "2", "--no-more"]
FIGURES = {"cpu_ms", "database_cpu_ms", "requests_per_second", "p50_ms", "p99_ms"}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> report.Figures:
    """Run the benchmark once, each client asking once."""
    try:
        asyncio.run(_reach())
    except (OSError, asyncpg.PostgresError) as error:
        do_without(error)
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    run.main([*QUICK, "--json", str(file)])
    figures: report.Figures = json.loads(file.read_text())
    return figures


async def _reach() -> None:
    await (await asyncpg.connect(POSTGRES)).close()


def test_all_who_can_take_part_answer_alike_and_are_measured(measured: report.Figures) -> None:
    """Every contestant that is installed answers each work as ours does, and has all of its figures."""
    here = {name for name, contestant in CONTESTANTS.items() if contestant.available}
    assert here >= {"ours", "stock", "tuned", "floor"}
    assert here == set(measured["contestants"])
    for told in measured["contestants"].values():
        assert list(WORKS) == list(told["works"])
        assert all(set(at) == FIGURES for work in told["works"].values() for at in work["clients"].values())
        assert told["peak_megabytes"] > 10


def test_statements_do_not_grow_with_a_page(measured: report.Figures) -> None:
    """A page of 500 takes as many SELECTs as a page of 50; the floor one for each work, and ours fewer than stock."""
    reads = {
        name: {work: found["statements"]["reads"] for work, found in told["works"].items() if found["statements"]}
        for name, told in measured["contestants"].items()
    }
    assert {1} == set(reads["floor"].values())
    assert reads["ours"]["W2"] == reads["ours"]["W4"] < reads["stock"]["W2"]


def test_the_page_and_the_chart_are_written_of_any_run(measured: report.Figures) -> None:
    """What the docs show of a run can be made of this one: each part of the page, and a bar for every contestant."""
    parts = {name: make(measured) for name, make in page.PARTS.items()}
    assert all(
        title.title in parts["requests"] for name, title in CONTESTANTS.items() if name in measured["contestants"]
    )
    assert chart(measured).count("<rect") == 1 + len(WORKS) * len(measured["contestants"])
