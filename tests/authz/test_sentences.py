"""The law in plain English: a sentence for a rule, from the rule itself."""

import pytest

from authz.policy import POLICY
from authz.rules import Case, Rule, allow, forbid, record, viewer
from authz.sentences import listed, sentence, standing_names
from authz.words import FieldGroup, NarrowGroup, Role, Shield, Standing, Status

TRAIL, NAMES = FieldGroup.TRAIL, FieldGroup.IDENTITY
ALL = tuple(group for group in (*FieldGroup, *NarrowGroup) if group is not FieldGroup.PLACE)
TEAM = viewer(Role.DIRECTORY_TEAM, Standing.RESPONSIBLE | Standing.INVOLVED)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (allow("r", (Role.AUDITOR,), (TRAIL,)), "AUDITOR sees TRAIL."),
        (
            allow("r", (Role.AUDITOR, Role.PRACTITIONER), (TRAIL, NAMES), record(Shield.OPEN)),
            "PRACTITIONER and AUDITOR see IDENTITY and TRAIL if the record is OPEN.",
        ),
        (
            allow("r", (Role.AUDITOR,), ALL, record(Shield.SHIELDED, Shield.OPEN, status=Status.LEFT, sealed=False)),
            "AUDITOR sees anything if the record is OPEN or SHIELDED, and LEFT and former names are not sealed.",
        ),
        (forbid("r", ALL, record()), "Nobody sees anything."),
        (
            forbid("r", (TRAIL,), record(sealed=True), unless=(TEAM, record(standing=Standing.TASKED))),
            "Nobody sees TRAIL if former names are sealed, unless the viewer is DIRECTORY_TEAM and the standing is "
            "INVOLVED and RESPONSIBLE, or the standing is TASKED.",
        ),
        (
            forbid("r", (TRAIL,), Case(roles=frozenset({Role.AUDITOR, Role.FEED_CLIENT}))),
            "Nobody sees TRAIL if the viewer is AUDITOR or FEED_CLIENT.",
        ),
    ],
)
def test_a_rule_is_said_whole(rule: Rule, said: str) -> None:
    """A sentence has who, what, when and unless, and leaves out what the rule does not ask."""
    assert said == sentence(rule)


def test_no_two_rules_are_said_alike() -> None:
    """Every rule of the law has a sentence of its own, so nothing that a rule asks is left out."""
    assert len(POLICY) == len({sentence(rule) for rule in POLICY})


def test_words_are_listed_as_people_do() -> None:
    """One word stands alone, two are joined, more have commas."""
    assert ["A", "A or B", "A, B or C"] == [listed(words, "or") for words in ("A", "AB", "ABC")]


def test_standings_are_named_in_order() -> None:
    """Each standing in a set of them is named once; none has no name."""
    assert ["INVOLVED", "TASKED"] == standing_names(Standing.TASKED | Standing.INVOLVED)
    assert [] == standing_names(Standing.NONE)
