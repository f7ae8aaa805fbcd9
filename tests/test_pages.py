"""The pages that are made: as they would be made now, with a test or an issue for every rule."""

import pytest

from tests.pages import PAGES
from tests.rules import ROOT, RULES, carriers, carriers_of, states, stories_of
from tests.scenarios.reading import stories

ANEW = "`make golden` writes it anew; read the difference"
LAW = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
STATES = states(LAW)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_is_made(name: str) -> None:
    """What follows from the code and the tests stands in the docs as it follows now."""
    assert PAGES[name]() == (ROOT / name).read_text(encoding="utf-8"), ANEW


def test_every_rule_is_in_the_table() -> None:
    """R0 to R42 each have a row, and the law says of each how far it stands."""
    assert [f"R{number}" for number in range(43)] == list(RULES) == list(STATES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_tests_or_what_it_comes_with(rule: str) -> None:
    """A rule that stands, wholly or in part, has a test or a scenario; one that comes with an issue has none yet."""
    carried = bool(carriers_of(rule) or stories_of(rule))
    assert carried != STATES[rule].startswith("Comes with"), f"say in docs/policy.md how far {rule} stands now"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_upheld_somewhere(rule: str) -> None:
    """The files that uphold a rule are there, and a rule that stands names one of the rooms."""
    said, where = RULES[rule]
    assert said.endswith(".")
    assert not [path for path in where if not (ROOT / path).is_file()]
    assert where or STATES[rule].startswith("Comes with")


def test_no_test_carries_a_rule_that_does_not_exist() -> None:
    """A test or a scenario that names a rule names one of the law's."""
    assert not [test.name for test in carriers() if not test.rules <= RULES.keys()]
    assert not [str(told) for told in stories() if not {*told.rules} <= {*RULES, "2.3"}]


@pytest.mark.parametrize(
    ("was", "is_now", "sentence"),
    [
        ("**Held** by", "**Comes with luck.**", "`luck`, with which R20 comes, is none of"),
        ("**Held** by", "Later by", "say of R20 either Held, In part, or Comes with"),
        (
            "**Held** by",
            "**In part**: so far.\n\n**Held** by",
            "say of R20 either Held, In part, or Comes with",
        ),
    ],
)
def test_how_far_a_rule_stands_is_said_in_known_words(was: str, is_now: str, sentence: str) -> None:
    """A rule of which the law says nothing, two things, or an issue that nobody knows, fails with what to say."""
    before, heading, after = LAW.partition("### R20:")
    with pytest.raises(ValueError, match=sentence):
        states(before + heading + after.replace(was, is_now, 1))


def test_a_test_may_carry_several_rules() -> None:
    """`test_r4_r8_...` carries both of its rules."""
    both = {test.name for test in carriers_of("R4")} & {test.name for test in carriers_of("R8")}
    assert both == {test.name for test in carriers() if {"R4", "R8"} <= test.rules}
    assert "test_r4_r8_a_contacts_details_find_it_only_in_sight" in both
