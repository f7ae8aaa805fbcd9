"""Why a verdict is as it is: the reasons agree with the verdict and with the rules that make it."""

import pytest
from hypothesis import given

from authz.explain import Outcome, Reason, reasons
from authz.policy import POLICY
from authz.rules import Facts, all_facts, weigh
from authz.sight import CHILD_GROUPS
from authz.words import NARROWER, FieldGroup, Lapse, Role, Shield, Standing, Status
from tests.authz.law import COLUMNS, marks_of
from tests.authz.people import FACTS, ROLES, viewer_of

MARKS = {
    Outcome.SEEN: {"Y"},
    Outcome.OWN_ROWS: {"own", "iss"},
    Outcome.WITHHELD: {"-"},
    Outcome.NO_RECORD: {""},
}


@pytest.mark.parametrize("role", Role)
def test_outcomes_are_those_of_the_law(role: Role) -> None:
    """For every role and all facts, each group comes out as the matrix of the law says, in its order."""
    for facts in all_facts():
        told = reasons(viewer_of(role), facts)
        assert list(COLUMNS) == [reason.group for reason in told]
        assert all(mark in MARKS[reason.outcome] for mark, reason in zip(marks_of(role, facts), told, strict=True))


@given(ROLES, FACTS)
def test_what_is_seen_was_given_by_each_rule_that_is_named(role: Role, facts: Facts) -> None:
    """A group is seen by the rules that are said to give it: any one of them suffices, without them it is not seen."""
    applying = [rule for rule in POLICY if rule.applies(role, facts)]
    for reason in reasons(viewer_of(role), facts):
        if reason.outcome in {Outcome.SEEN, Outcome.OWN_ROWS}:
            narrow = reason.outcome is Outcome.OWN_ROWS
            bit = (NARROWER[reason.group] if narrow else reason.group).bit
            giving = {rule.id for rule in applying if rule.allows and rule.bits & bit}
            assert giving == set(reason.gave)
            assert reason.took == () or narrow
            assert not weigh(rule for rule in applying if rule.id not in reason.gave) & bit


@given(ROLES, FACTS)
def test_what_was_given_and_is_not_seen_was_taken(role: Role, facts: Facts) -> None:
    """A group that a rule gave and that is withheld is taken by a rule that is named, or there is no record."""
    told = reasons(viewer_of(role), facts)
    for reason in told:
        if reason.outcome is Outcome.WITHHELD:
            assert bool(reason.took) or not reason.gave
    assert told[0].outcome in {Outcome.SEEN, Outcome.NO_RECORD}
    assert told[0].outcome is Outcome.SEEN or told[0].took or not told[0].gave


@pytest.mark.parametrize(
    ("role", "facts", "group", "reason"),
    [
        (
            Role.PRACTITIONER,
            Facts(Shield.SHIELDED, former_names_sealed=True),
            FieldGroup.FORMER_NAMES,
            (Outcome.WITHHELD, ("shielded-to-practitioners",), ("sealed-former-names",)),
        ),
        (
            Role.PROTECTION_OFFICER,
            Facts(Shield.SHIELDED, standing=Standing.OVERRIDING),
            FieldGroup.SERVICES,
            (Outcome.SEEN, ("override-in-an-emergency",), ()),
        ),
        (
            Role.PROTECTION_OFFICER,
            Facts(Shield.SHIELDED),
            FieldGroup.SERVICES,
            (Outcome.OWN_ROWS, ("shielded-to-practitioners",), ()),
        ),
        (
            Role.PRACTITIONER,
            Facts(Shield.SHIELDED, former_names_sealed=True),
            FieldGroup.PLACES,
            (Outcome.WITHHELD, (), ()),
        ),
        (
            Role.PRACTITIONER,
            Facts(status=Status.ARCHIVED, standing=Standing.CONFLICTED),
            FieldGroup.IDENTITY,
            (Outcome.NO_RECORD, ("open-to-practitioners",), ("conflict-of-interest", "archived")),
        ),
    ],
)
def test_reasons_name_the_rules(
    role: Role, facts: Facts, group: FieldGroup, reason: tuple[Outcome, tuple[str, ...], tuple[str, ...]]
) -> None:
    """Each outcome has its example: the rules that gave and those that took, in the order of the policy."""
    assert Reason(group, *reason) in reasons(viewer_of(role), facts)


def test_r28_a_lapse_is_the_first_reason() -> None:
    """R28: for an account with a lapse every group is taken by the lapse, before any rule."""
    told = reasons(viewer_of(Role.DATA_MANAGER, lapses=(Lapse.VETTING,)), Facts(standing=Standing.CONFLICTED))
    assert [FieldGroup.IDENTITY, *CHILD_GROUPS] == [reason.group for reason in told]
    assert {Outcome.NO_RECORD} == {reason.outcome for reason in told}
    assert {("lapsed-accounts-see-nothing", "conflict-of-interest")} == {reason.took for reason in told}
