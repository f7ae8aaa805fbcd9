"""Scale in its quick form: three times the children, and no operation says or touches more than it may. No time is judged."""

import asyncio

import asyncpg
import pytest

from tests.bench.page import DOCS
from tests.bench.scale import report
from tests.bench.scale.asked import OPERATIONS
from tests.bench.scale.measuring import measure
from tests.bench.scale.model import DEMANDS, MIX, Measured, formulas, limits
from tests.databases import POSTGRES, do_without

SMALL, LARGE = 3_000, 10_000

BOUND, DEEPER = 1.5, 12
"""By how much the pages of an operation may grow: a part, and a level more of each index that it goes down."""

NAMESAKES = frozenset({"given", "carers", "carer", "postcode"})
"""Operations that look through all namesakes, as docs/scale.md tells: they may grow with these, the others may not."""


@pytest.fixture(scope="module")
def measured() -> report.Figures:
    """Measure both sizes, without times."""
    try:
        asyncio.run(_reach())
    except (OSError, asyncpg.PostgresError) as error:
        do_without(error)
    return report.figures([measure(SMALL, 0), measure(LARGE, 0)])


async def _reach() -> None:
    await (await asyncpg.connect(POSTGRES)).close()


def test_no_operation_says_more_in_a_larger_directory(measured: report.Figures) -> None:
    """Each operation takes as many SELECTs of 10,000 children as of 3,000."""
    counted = [{name: each["selects"] for name, each in size["operations"].items()} for size in measured["sizes"]]
    assert list(OPERATIONS) == list(counted[0])
    assert counted[0] == counted[1]


def test_no_operation_touches_more_in_a_larger_directory(measured: report.Figures) -> None:
    """The pages that each operation touches, reading and journalling, stay within half as many again and a level more."""
    grown = {}
    for name in OPERATIONS:
        small, large = (size["operations"][name] for size in measured["sizes"])
        for figure in ("pages_read", "pages_written"):
            if name not in NAMESAKES and large[figure] > BOUND * small[figure] + DEEPER:
                grown[name, figure] = (small[figure], large[figure])
    assert grown == {}


def test_an_attempt_walks_no_namesakes(measured: report.Figures) -> None:
    """Whether a search was one on a record in conflict is asked from the conflicts on: its work is the same anywhere."""
    searches = ("born", "common", "given", "sound")
    written = {size["operations"][name]["pages_written"] for size in measured["sizes"] for name in searches}
    assert max(written) - min(written) <= DEEPER


def test_carers_are_found_in_an_index_alone(measured: report.Figures) -> None:
    """A search for contacts looks at the given names of a family name in an index, and fetches whom it finds."""
    for size in measured["sizes"]:
        assert "ix_person_family_name_key_given_names_folded" in size["operations"]["carer"]["indexes"]


def test_the_model_is_made_of_what_is_measured() -> None:
    """Twice the bytes a child and twice the CPU are twice the disk and twice the seconds, at ten times the demand ten."""

    def size(children: int, factor: int) -> report.Figures:
        each = dict.fromkeys(("cpu_ms", "database_cpu_ms", "p50_ms", "journal_bytes", "wal_bytes"), 3.0 * factor)
        taken = {"heap": 1_000 * children * factor, "indexes": 500 * children * factor}
        operations = dict.fromkeys(MIX, each)
        seeding = {"children_per_second": 1_000}
        return {
            "children": children, "sizes": taken, "operations": operations, "seeding": seeding, "worker_megabytes": 100,
        }  # fmt: skip

    def modelled(factor: int, demand: int) -> dict[str, float]:
        run = Measured.of({"sizes": [size(1_000, factor), size(10_000, factor)]})
        lines = [*formulas(run, DEMANDS[demand]), *limits(run)]
        return {what: value for what, _, value, _ in lines}

    once, twice, tenfold = modelled(1, 0), modelled(2, 0), modelled(1, 1)
    for what in ("tables", "indexes", "gateway CPU a day", "database CPU a day", "journal a year"):
        assert twice[what] == pytest.approx(2 * once[what])
        assert tenfold[what] == pytest.approx(10 * once[what])
    assert once["tables"] == pytest.approx(11.0)
    assert twice["enquiries a second"] == pytest.approx(once["enquiries a second"] / 2)


def test_the_page_is_that_of_its_figures() -> None:
    """docs/scale.md has in each of its parts what its figures, docs/scale.json, make."""
    page = (DOCS / "scale.md").read_text(encoding="utf-8")
    assert report.renewed(page, report.read()) == page
