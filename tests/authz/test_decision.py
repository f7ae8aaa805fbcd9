from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.decision import ORDER, Ask, Question, Tree, answer, holds, tree
from authz.rules import Facts, all_facts
from authz.table import TABLE
from authz.words import FieldGroup, Group, Role, Shield, Standing, Status, mask
from tests.authz.people import FACTS, GROUPS, ROLES


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("group", GROUPS)
def test_the_tree_answers_as_the_table(role: Role, group: Group) -> None:
    """For every role, group and all facts, the decision tree says what the total table says."""
    decision = tree(role, group.bit)
    held = {facts: TABLE[role, facts].bits & group.bit != 0 for facts in all_facts()}
    assert held == {facts: answer(decision, facts) for facts in all_facts()}


@given(ROLES, st.sets(st.sampled_from(GROUPS)), FACTS)
def test_the_tree_of_several_groups_asks_for_any(role: Role, groups: set[Group], facts: Facts) -> None:
    """Of several groups any one that is held suffices; of no group, none is."""
    bits = mask(*groups)
    assert (TABLE[role, facts].bits & bits != 0) == answer(tree(role, bits), facts)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FEED_CLIENT])
def test_a_role_that_sees_nothing_is_not_asked(role: Role) -> None:
    """For a role without any right the answer is no, without a question to the database."""
    assert tree(role, mask(*GROUPS)) is False


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("group", FieldGroup)
def test_no_question_is_asked_in_vain(role: Role, group: FieldGroup) -> None:
    """Every question of a tree changes its answer, and none is asked twice on one way down."""
    for path, decision in _ways(tree(role, group.bit), ()):
        if isinstance(decision, Ask):
            assert decision.yes != decision.no
            assert decision.fact not in path
            assert sorted(map(ORDER.index, path)) == list(map(ORDER.index, path))


def _ways(decision: Tree, path: tuple[Question, ...]) -> Iterator[tuple[tuple[Question, ...], Tree]]:
    yield path, decision
    if isinstance(decision, Ask):
        yield from _ways(decision.yes, (*path, decision.fact))
        yield from _ways(decision.no, (*path, decision.fact))


def test_every_fact_can_be_asked() -> None:
    """The questions tell all facts apart: no two facts answer all of them alike."""
    answers = [tuple(holds(facts, fact) for fact in ORDER) for facts in all_facts()]
    assert len(answers) == len(set(answers))


@pytest.mark.parametrize(
    ("facts", "fact", "expected"),
    [
        (Facts(former_names_sealed=True), None, True),
        (Facts(), None, False),
        (Facts(standing=Standing.TASKED | Standing.INVOLVED), Standing.TASKED, True),
        (Facts(standing=Standing.INVOLVED), Standing.TASKED, False),
        (Facts(Shield.SHIELDED), Shield.SHIELDED, True),
        (Facts(Shield.CONCEALED), Shield.SHIELDED, False),
        (Facts(status=Status.LEFT), Status.LEFT, True),
        (Facts(status=Status.LEFT), Status.DECEASED, False),
    ],
)
def test_a_question_is_answered_by_its_fact(facts: Facts, fact: Question, expected: bool) -> None:
    """Each question looks at one fact: the seal, a standing, the shield or the status."""
    assert expected == holds(facts, fact)
