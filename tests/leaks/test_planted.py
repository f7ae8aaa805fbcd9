"""R0, R40: the guardians are able to fail: each leak of the field, planted in a copy of the tree, is caught."""

import pytest

from tests.leaks.guardians import Proof
from tests.leaks.planted import LEAKS, Leak
from tests.leaks.run import catches
from tests.leaks.tree import ROOT, DoesNotApply, Patch, copied, run

QUICK = sorted({each.caught_by[0].kind: each for each in LEAKS}.values(), key=LEAKS.index) + list(LEAKS[::5])
"""A share of them, each kind of guardian among them: `make leaks` plants all."""


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name.replace(" ", "-"))
def test_r40_each_leak_can_be_planted(leak: Leak) -> None:
    """What a leak changes stands in the code, and once."""
    for patch in leak.patches:
        assert (ROOT / patch.file).read_text(encoding="utf-8").count(patch.old) == 1, f"{patch.file}: {patch.old}"


@pytest.mark.parametrize("leak", dict.fromkeys(QUICK), ids=lambda leak: leak.name.replace(" ", "-"))
def test_r40_a_planted_leak_is_caught(leak: Leak) -> None:
    """Each leak is caught by the first guardian that is said to catch it, asked alone."""
    assert catches(leak.caught_by[0], leak), f"{leak.what} ({leak.hole}) is not caught by {leak.caught_by[0]}"


def test_leaks_are_told_apart() -> None:
    """There are more than 25 leaks, each with a name, a sentence and a guardian of its own telling."""
    assert len(LEAKS) >= 25
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) == len({leak.patches for leak in LEAKS})
    assert all(leak.what.endswith(".") and leak.hole.startswith("CWE-") for leak in LEAKS)


def test_a_leak_that_cannot_be_planted_is_a_failure() -> None:
    """Code that has moved on from under a leak is said in a sentence, not passed over."""
    with (
        pytest.raises(DoesNotApply, match="has `no such line` 0 times: the code has moved on"),
        copied([Patch("authz/sight.py", "no such line", "")]),
    ):
        pass


def test_a_copy_runs_its_own_code() -> None:
    """What is run in a copy is the copy, whatever else is installed."""
    with copied() as root:
        said = run(root, "-c", "import authz, gateway, tests; print(authz.__file__, gateway.__file__, tests.__file__)")
        assert said.text.count(str(root)) == 3


def test_a_guardian_that_breaks_down_catches_nothing() -> None:
    """A tree that does not even start is no leak that was caught: the proof says so."""
    with copied([Patch("authz/sight.py", "from functools import cache\n", "from functools import nothing\n")]) as root:
        guardian = Proof()
        with pytest.raises(ValueError, match="the proof broke down"):
            guardian.caught(guardian.ask(root))
