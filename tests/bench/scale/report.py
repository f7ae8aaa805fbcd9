"""What came of it: whether each operation is flat, and the tables of docs/scale.md."""

import json
import os
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.bench.page import DOCS, markdown
from tests.bench.scale.asked import OPERATIONS
from tests.bench.scale.model import DEMANDS, Line, Measured, formulas, limits

Figures = dict[str, Any]

FLAT = 1.5
"""What is called flat: at most so many times the work of the smallest size from it on."""

_BEGIN, _END = "<!-- measured by make scale: {} -->", "<!-- measured: end -->"


def figures(sizes: Sequence[Figures]) -> Figures:
    """Return all figures of a run."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine, "sizes": list(sizes)}


def growth(measured: Figures, name: str, figure: str) -> float:
    """Return a figure of an operation at the largest size as a multiple of that at the smallest."""
    first, last = (measured["sizes"][n]["operations"][name].get(figure, 0) for n in (0, -1))
    return float(last / first) if first else 1.0


def curve(measured: Figures) -> list[list[str]]:
    """Return the rows of work by operation and size, the heading first."""
    sizes = measured["sizes"]
    names = [f"{size['children']:,}" for size in sizes]
    head = ["operation", "SELECTs", *(f"pages at {name}" for name in names), "growth", "flat", "writing"]
    rows = [head]
    for name, title in OPERATIONS.items():
        found = [size["operations"][name] for size in sizes]
        grown = growth(measured, name, "pages_read")
        rows.append([
            title, "/".join(sorted({str(each["selects"]) for each in found})),
            *(f"{each['pages_read']:,.0f}" for each in found), f"{grown:.2f}x", "yes" if grown <= FLAT else "**no**",
            "/".join(f"{each['pages_written']:.0f}" for each in found),
        ])  # fmt: skip
    return rows


def times(measured: Figures) -> list[list[str]]:
    """Return the rows of times, the heading first: p50, the gateway's CPU and PostgreSQL's, at each size."""
    sizes = measured["sizes"]
    rows = [
        ["operation", *(f"p50 / gateway / database at {size['children']:,}, ms" for size in sizes), "journal bytes"]
    ]
    for name, title in OPERATIONS.items():
        found = [size["operations"][name] for size in sizes]
        told = [f"{each['p50_ms']:.1f} / {each['cpu_ms']:.2f} / {each['database_cpu_ms']:.2f}" for each in found]
        rows.append([title, *told, f"{found[-1]['journal_bytes']:,.0f}"])
    return rows


def disk(measured: Figures) -> list[list[str]]:
    """Return the rows of what each size takes, and how long it took to make."""
    rows = [["children", "tables, MB", "indexes, MB", "bytes a child", "seeding, s", "children a second"]]
    for size in measured["sizes"]:
        heap, indexes = size["sizes"]["heap"], size["sizes"]["indexes"]
        rows.append([
            f"{size['children']:,}", f"{heap / 1e6:,.0f}", f"{indexes / 1e6:,.0f}",
            f"{(heap + indexes) / size['children']:,.0f}", f"{size['seeding']['seconds']:.0f}",
            f"{size['seeding']['children_per_second']:,.0f}",
        ])  # fmt: skip
    return rows


def tables(measured: Figures) -> list[list[str]]:
    """Return the rows of the largest tables at the largest size."""
    rows = [["table", "rows", "table, MB", "indexes, MB"]]
    for name, size in list(measured["sizes"][-1]["sizes"]["tables"].items())[:12]:
        rows.append([f"`{name}`", f"{size['rows']:,}", f"{size['heap'] / 1e6:,.1f}", f"{size['indexes'] / 1e6:,.1f}"])
    return rows


def model(measured: Figures) -> list[list[str]]:
    """Return the rows of the model, the heading first, each with its formula."""
    taken = Measured.of(measured)
    columns = [list(formulas(taken, demand)) for demand in DEMANDS]
    rows = [["modelled", "formula", *(demand.name for demand in DEMANDS)]]
    for lines in zip(*columns, strict=True):
        what, formula, *_ = lines[0]
        rows.append([what, formula, *map(_figure, lines)])
    return rows


def one_server(measured: Figures) -> list[list[str]]:
    """Return the rows of how far one database server goes."""
    return [
        ["modelled", "formula", "figure"],
        *([line[0], line[1], _figure(line)] for line in limits(Measured.of(measured))),
    ]


def _figure(line: Line) -> str:
    _, _, value, unit = line
    told = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{told} {unit}".rstrip()


def _when(measured: Figures) -> str:
    return f"`make scale` on {measured['date']}: {measured['machine']}."


PARTS: dict[str, Callable[[Figures], str]] = {
    "curve": lambda measured: f"{_when(measured)}\n\n{markdown(curve(measured))}",
    "times": lambda measured: markdown(times(measured)),
    "disk": lambda measured: markdown(disk(measured)),
    "tables": lambda measured: markdown(tables(measured)),
    "model": lambda measured: markdown(model(measured)),
    "one server": lambda measured: markdown(one_server(measured)),
}
"""Each part of the page with what makes it."""


def renewed(page: str, measured: Figures) -> str:
    """Return the page with its parts made of these figures. Raises ValueError where one has no place."""
    for name, part in PARTS.items():
        begin = _BEGIN.format(name)
        before, found, rest = page.partition(f"{begin}\n")
        _, ended, after = rest.partition(f"\n{_END}\n")
        if not (found and ended):
            raise ValueError(f"docs/scale.md has no part between `{begin}` and `{_END}`")
        page = f"{before}{found}\n{part(measured)}\n{ended}{after}"
    return page


def read() -> Figures:
    """Return the figures that docs/scale.md shows."""
    found: Figures = json.loads((DOCS / "scale.json").read_text(encoding="utf-8"))
    return found


def write(measured: Figures) -> None:
    """Write the parts of docs/scale.md and the figures beside it anew."""
    page = DOCS / "scale.md"
    page.write_text(renewed(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
    (DOCS / "scale.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
