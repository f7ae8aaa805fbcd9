"""The planned executor answers as Strawberry's own does, whatever is asked of whatever schema."""

import gc
import os

import pytest

from tests.schema.plan.fuzz import EACH, cases

CASES = int(os.environ.get("FUZZ_CASES", "10000"))
"""How many operations are drawn; `make fuzz FUZZ_CASES=100000` draws more."""
SEED = os.environ.get("FUZZ_SEED", "1")
PARTS = 4


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # the stock executor drops some
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # and whatever these would have raised
@pytest.mark.parametrize("part", range(PARTS))
async def test_both_executors_answer_alike(part: int) -> None:
    """Data is the same to the order of its keys, errors by message, path and locations, and so is what guards noted."""
    ran = 0
    for case in cases(CASES // PARTS, f"{SEED}-{part}"):
        assert not await case.differences(), case.seed
        ran += 1
    assert ran == CASES // PARTS >= EACH
    gc.collect()  # what the stock executor dropped is to be warned of here, where that is expected
