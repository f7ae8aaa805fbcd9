"""What a country's directory would take: each figure by a formula over measured ones, computed and never typed.

INVARIANT (modelled): nothing here is measured. `formulas` tells each line with the formula that made it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, log
from typing import Any

Figures = dict[str, Any]

MIX = {"record": 12, "common": 5, "page": 3}
"""How often each operation stands in twenty enquiries: the mixed work of `make bench`."""

BUSY = 0.6
"""How much of a core is planned for at the peak; the rest is for what no model knows."""

POOL = 64
"""The most connections of a worker: 32 for reading and 32 for writing (`resolvers/store/engine.py`)."""

KEPT_YEARS = 6
MEMORY = 256
"""Gigabytes of memory of a large server of today, and its cores below."""
CORES = 64
GB = 1e9
DAY, YEAR = 86_400, 365


@dataclass(frozen=True, slots=True)
class Demand:
    """How many children there are, and how much is asked."""

    name: str
    children: int
    enquiries: int
    peak: int


DEMANDS = (
    Demand("11 million children, 200,000 enquiries a day", 11_000_000, 200_000, 50),
    Demand("ten times that", 110_000_000, 2_000_000, 500),
)

Line = tuple[str, str, float, str]
"""What it is, the formula, its value and its unit."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the model takes from a run: the largest size, and the one before it."""

    largest: Figures
    before: Figures

    @classmethod
    def of(cls, figures: Figures) -> "Measured":
        *_, before, largest = figures["sizes"]
        return cls(largest, before)

    def mixed(self, figure: str) -> float:
        """Return a figure of the operations, as they are mixed in an enquiry, at the largest size."""
        return self._mixed(self.largest, figure)

    def growth(self, figure: str) -> float:
        """Return by how much it grows where the directory grows as it did between the two sizes; never less than 1."""
        return max(1.0, self.mixed(figure) / self._mixed(self.before, figure))

    @property
    def step(self) -> float:
        return float(self.largest["children"] / self.before["children"])

    def bytes_a_child(self, kind: str) -> float:
        """Return what one more child takes: what the larger directory has more, by child."""
        more = self.largest["sizes"][kind] - self.before["sizes"][kind]
        return float(more / (self.largest["children"] - self.before["children"]))

    @staticmethod
    def _mixed(size: Figures, figure: str) -> float:
        operations: Mapping[str, Figures] = size["operations"]
        return float(sum(operations[name][figure] * share for name, share in MIX.items()) / sum(MIX.values()))


def formulas(measured: Measured, demand: Demand) -> Iterator[Line]:
    """Yield the lines of the model for one demand."""
    n, day, peak = demand.children, demand.enquiries, demand.peak
    tenfold = log(n / measured.largest["children"]) / log(measured.step)
    ours = measured.mixed("cpu_ms")
    theirs = measured.mixed("database_cpu_ms") * measured.growth("database_cpu_ms") ** tenfold
    m, s = measured.largest["worker_megabytes"], measured.mixed("p50_ms")
    yield "gateway CPU an enquiry", "mixed `cpu_ms`", ours, "ms"
    yield "database CPU an enquiry", "mixed `database_cpu_ms` x growth ^ tenfolds", theirs, "ms"
    yield "gateway CPU a day", "enquiries x gateway CPU", day * ours / 1000, "s"
    yield "database CPU a day", "enquiries x database CPU", day * theirs / 1000, "s"
    workers = ceil(peak * ours / 1000 / BUSY)
    yield "workers, one core each", f"peak x gateway CPU / {BUSY:g}, rounded up", workers, ""
    yield "database cores", f"peak x database CPU / {BUSY:g}, rounded up", ceil(peak * theirs / 1000 / BUSY), ""
    yield "connections in use at the peak", "peak x p50, rounded up", ceil(peak * s / 1000), ""
    yield "connections to allow", f"workers x {POOL}", workers * POOL, ""
    yield "memory of the workers", "workers x peak memory of one", workers * m / 1000, "GB"
    yield from _disk(measured, demand)


def _disk(measured: Measured, demand: Demand) -> Iterator[Line]:
    heap, indexes = (measured.bytes_a_child(kind) * demand.children / GB for kind in ("heap", "indexes"))
    yield "tables", "children x heap bytes a child", heap, "GB"
    yield "indexes", "children x index bytes a child", indexes, "GB"
    yield "memory of the database, all in it", "tables + indexes", heap + indexes, "GB"
    yield "memory of the database, at least", "indexes", indexes, "GB"
    grown = demand.enquiries * measured.mixed("journal_bytes") / GB
    yield "journal a day", "enquiries x mixed `journal_bytes`", grown, "GB"
    yield "journal a year", f"journal a day x {YEAR}", grown * YEAR, "GB"
    yield f"journal of {KEPT_YEARS} years", f"journal a year x {KEPT_YEARS}", grown * YEAR * KEPT_YEARS, "GB"
    yield (
        "log of the journal at the peak, to each replica",
        "peak x mixed `wal_bytes`", demand.peak * measured.mixed("wal_bytes") / 1e6, "MB/s",
    )  # fmt: skip
    yield "seeding, or a load anew", "children / children a second", _loading(measured, demand) / 3600, "h"


def _loading(measured: Measured, demand: Demand) -> float:
    return float(demand.children / measured.largest["seeding"]["children_per_second"])


def limits(measured: Measured) -> Iterator[Line]:
    """Yield how far one database server goes: what it holds in memory, and what its cores answer."""
    each = {kind: measured.bytes_a_child(kind) for kind in ("heap", "indexes")}
    memory = MEMORY * GB * 0.75
    usable = f"{MEMORY} GB x 0.75"
    yield "children whose tables and indexes fit", f"{usable} / bytes a child", memory / sum(each.values()) / 1e6, "m"
    yield "children whose indexes fit", f"{usable} / index bytes a child", memory / each["indexes"] / 1e6, "m"
    answered = CORES * BUSY / measured.mixed("database_cpu_ms") * 1000
    yield "enquiries a second", f"{CORES} cores x {BUSY:g} / database CPU an enquiry", answered, ""
