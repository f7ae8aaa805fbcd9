from functools import cache
from itertools import product

import pytest

from authz.policy import ACTS, POLICY, PURPOSES, PURPOSES_OF
from authz.rules import allow
from authz.table import compile_table
from authz.words import Act, FieldGroup, NarrowGroup, Purpose, Role
from tests.authz.law import MAY
from tests.authz.people import viewer_of

ALLOWS = [rule.id for rule in POLICY if rule.allows]
FORBIDS = [rule.id for rule in POLICY if not rule.allows]
SLIP = allow("slip", Role, (*FieldGroup, *NarrowGroup))
"""The worst sentence that anybody could add: everybody sees everything, always."""


@cache
def seen(without: str = "", *, slipped: bool = False) -> list[int]:
    """Return the bits of the total table of the policy without one sentence, or with the slip beside it."""
    policy = tuple(rule for rule in POLICY if rule.id != without)
    return [cell.bits for cell in compile_table((*policy, SLIP) if slipped else policy).values()]


@pytest.mark.parametrize("role", Role)
def test_acts_are_those_of_the_law(role: Role) -> None:
    """Each role holds the acts that the law gives it, and no other (2.4)."""
    acts, _ = MAY[role]
    assert acts == ACTS[role]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_a_viewer_may_what_the_law_says(role: Role, act: Act) -> None:
    """For every role and act, a viewer may ask exactly where the law gives the act (2.4)."""
    acts, _ = MAY[role]
    assert (act in acts) == viewer_of(role).may(act)


@pytest.mark.parametrize("role", Role)
def test_purposes_are_those_of_the_law(role: Role) -> None:
    """Each role may state the purposes that the law gives it, in its order (2.4)."""
    _, purposes = MAY[role]
    assert purposes == PURPOSES[role]


def test_r17_an_override_is_for_two_purposes() -> None:
    """R17: one act is for some purposes alone, which all who hold it may state; a viewer holds it under these (2.4)."""
    assert {Act.OVERRIDE: (Purpose.CHILD_PROTECTION, Purpose.IMMEDIATE_RISK)} == PURPOSES_OF
    for role, purpose, act in product(Role, Purpose, Act):
        acts, purposes = MAY[role]
        told = viewer_of(role, purposes=purposes, purpose=purpose)
        fitting = act is not Act.OVERRIDE or purpose in {Purpose.CHILD_PROTECTION, Purpose.IMMEDIATE_RISK}
        assert told.may_for_this(act) == (act in acts and purpose in purposes and fitting)
    officer = viewer_of(
        Role.PROTECTION_OFFICER, purposes=PURPOSES[Role.PROTECTION_OFFICER], purpose=Purpose.CASE_REVIEW
    )
    assert not officer.may_for_this()
    assert officer.may_for_this(Act.OVERRIDE, Act.OPEN)


def test_every_act_is_somebodys() -> None:
    """No act stands in the vocabulary without a role that holds it."""
    assert set(Act) == {act for acts in ACTS.values() for act in acts}


@pytest.mark.parametrize("rule", ALLOWS)
def test_r40_every_allowing_sentence_is_needed(rule: str) -> None:
    """R40: without any one allowing sentence somebody loses a group somewhere in the total table, and nobody gains."""
    assert seen() != seen(rule)
    assert all(left & ~had == 0 for had, left in zip(seen(), seen(rule), strict=True))


@pytest.mark.parametrize("rule", FORBIDS)
def test_r40_every_forbidding_sentence_is_needed(rule: str) -> None:
    """R40: without any one forbidding sentence, a slip elsewhere in the policy would show what it now cannot."""
    assert seen(slipped=True) != seen(rule, slipped=True)


def test_r40_one_sentence_is_a_second_lock() -> None:
    """R40: `concealed` alone changes no verdict today, since nothing allows anything there; all others do."""
    assert ["concealed"] == [rule.id for rule in POLICY if seen() == seen(rule.id)]
