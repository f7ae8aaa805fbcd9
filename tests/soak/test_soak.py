"""A short soak: no answer is wrong and none without its event, whatever becomes of the database meanwhile."""

from pathlib import Path

import pytest

from tests.databases import do_without
from tests.faults.postgres import binaries
from tests.soak.run import soak


async def test_clients_are_answered_rightly_through_every_fault(tmp_path: Path) -> None:
    """Sixteen clients of two workers see a server that freezes, restarts and is full, and a worker that is killed."""
    if binaries() is None:
        do_without(FileNotFoundError("initdb"))
    report = await soak(tmp_path, clients=16, stretch=1.0, fault=1.0, workers=2)
    assert (report.wrong, report.missing) == ([], 0)
    assert all(int(answered) > 0 for name, answered, *_ in report.rows if name == "quiet")
    assert any(int(refused) > 0 for _, _, refused, *_ in report.rows), "no fault was felt"


@pytest.mark.parametrize("name", ["soak", "attack", "conformance"])
def test_the_long_form_has_a_target(name: str) -> None:
    """Each of the longer forms is a target of make."""
    assert f"\n{name}: setup" in (Path(__file__).resolve().parent.parent.parent / "Makefile").read_text()
