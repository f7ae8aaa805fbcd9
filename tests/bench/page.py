"""docs/performance.md: its parts between `<!-- measured ... -->` marks are written anew by `make bench`."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.chart import chart
from tests.bench.report import SELECTS, TARGETS, Figures, processes, table
from tests.bench.works import WORKS

DOCS = Path(__file__).parents[2] / "docs"
_BEGIN, _END = "<!-- measured by make bench: {} -->", "<!-- measured: end -->"


def write(measured: Figures) -> None:
    """Write the page's parts, the figures as JSON and the chart anew."""
    (DOCS / "performance.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    (DOCS / "performance.svg").write_text(chart(measured), encoding="utf-8")
    page = DOCS / "performance.md"
    text = page.read_text(encoding="utf-8")
    for name, part in PARTS.items():
        text = _renewed(text, _BEGIN.format(name), part(measured))
    page.write_text(text, encoding="utf-8")


def _renewed(text: str, begin: str, part: str) -> str:
    before, found, rest = text.partition(f"{begin}\n")
    _, ended, after = rest.partition(f"\n{_END}\n")
    if not (found and ended):
        raise ValueError(f"docs/performance.md has no part between `{begin}` and `{_END}`")
    return f"{before}{found}\n{part}\n{ended}{after}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table, the heading first."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _when(measured: Figures) -> str:
    machine = f"`make bench` on {measured['date']}: {measured['machine']}, {measured['children']:,} children."
    return f"{machine}\nRounds: {measured['rounds']}; load of the machine before: {measured.get('load_before', 'not noted')}."


def targets(measured: Figures) -> list[list[str]]:
    """Return each target with its figure in this run, and whether it is met."""
    rows = [["target", "goal", "measured", "met"]]
    for size, goal in (("50", 25), ("500", 40)):
        alone = measured.get("executor", {}).get(size)
        if alone:
            rows.append(_row(f"executor alone, {size} records, against stock", goal, alone["ratio"], least=True))
            share = alone["guards_share"]
            rows.append([f"guards' share, {size} records", "under 10 %", f"{share:.1%}", _met(share < 0.1)])
    for rival, goals in TARGETS.items():
        for work, goal in goals.items():
            told = measured["ratios"].get(rival, {}).get(work)
            if told:
                rows.append(_against(rival, work, goal, told))
    return [*rows, *_selects(measured), *_journal(measured)]


def _selects(measured: Figures) -> list[list[str]]:
    found = measured["contestants"]["ours"]["works"]
    counted = [(work, goal, found[work]["statements"]["reads"]) for work, goal in SELECTS.items() if work in found]
    return [
        [f"{work} {WORKS[work]}: SELECTs", str(goal), str(reads), _met(reads <= goal)] for work, goal, reads in counted
    ]


def _journal(measured: Figures) -> list[list[str]]:
    if "journal" not in measured:
        return []
    told, plans = measured["journal"], measured["plans"]
    lost, hits = told["answers"] - told["events"], plans["hits"] / (plans["hits"] + plans["misses"])
    return [
        ["journal's share of W2's throughput", "at most 15 %", f"{told['share']:.1%}", _met(told["share"] <= 0.15)],
        ["answers without their event", "0", f"{lost} of {told['answers']}", _met(lost == 0)],
        ["plans that were kept already", "over 99 %", f"{hits:.2%}", _met(hits > 0.99)],
        [
            "W2 by two workers",
            "told alone",
            f"{measured['workers']['2']} requests/s; by one {measured['workers']['1']}",
            "",
        ],
    ]


def _against(rival: str, work: str, goal: float, told: Figures) -> list[str]:
    name = f"{work} {WORKS[work]}"
    if rival == "stock":
        return _row(f"{name}: CPU of stock Strawberry against ours", goal, told["cpu_times_ours"], least=True)
    if rival == "mercurius":
        return _row(f"{name}: CPU of ours against Mercurius", goal, 1 / told["cpu_times_ours"], least=False)
    return _row(
        f"{name}: latency of ours against the floor, one client", goal, 1 / told["latency_times_ours"], least=False
    )


def _row(name: str, goal: float, figure: float, *, least: bool) -> list[str]:
    met = figure >= goal if least else figure <= goal
    return [name, f"{'at least' if least else 'at most'} {goal:g}x", f"{figure:.2f}x", _met(met)]


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


def _executor(measured: Figures) -> str:
    rows = [["records", "Strawberry's own, ms", "planned, ms", "without guards, ms", "ratio", "guards' share"]]
    for size, told in measured.get("executor", {}).items():
        times = [f"{told[name]:.2f}" for name in ("stock_ms", "planned_ms", "unguarded_ms")]
        rows.append([size, *times, f"{told['ratio']:.1f}x", f"{told['guards_share']:.1%}"])
    return markdown(rows)


PARTS: dict[str, Callable[[Figures], str]] = {
    "targets": lambda measured: f"{_when(measured)}\n\n{markdown(targets(measured))}",
    "requests": lambda measured: markdown(table(measured)),
    "processes": lambda measured: markdown(processes(measured)),
    "executor": _executor,
}
"""Each part of the page with what makes it of the figures."""
