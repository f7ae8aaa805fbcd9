from dataclasses import replace

import pytest
from hypothesis import given, settings

from authz.policy import POLICY
from authz.rules import Case, Facts, Rule, all_facts, allow, faults, forbid, record, standings, viewer
from authz.words import FieldGroup, Role, Shield, Standing, Status, mask
from tests.authz.people import ALLOWING, FACTS, FORBIDDING, ROLES

NAMES = (FieldGroup.IDENTITY,)
SOUND = allow("sound", (Role.PRACTITIONER,), NAMES)


def test_standings_are_all_combinations() -> None:
    """Every combination of the six standings comes once, none of them first."""
    listed = list(standings())
    assert Standing.NONE == listed[0]
    assert 2**6 == len(listed) == len(set(listed))


def test_all_facts_are_the_whole_domain() -> None:
    """The law is decided for every shield, status, set of standings and seal: 3 x 4 x 64 x 2 facts."""
    facts = list(all_facts())
    assert 3 * 4 * 64 * 2 == len(facts) == len(set(facts))


def test_facts_begin_open_and_live() -> None:
    """Facts that name nothing describe a live, open record to which nothing ties the viewer."""
    assert Facts(Shield.OPEN, Status.LIVE, Standing.NONE, False) == Facts()


@given(ROLES, FACTS)
def test_case_that_names_nothing_always_holds(role: Role, facts: Facts) -> None:
    """What a case does not name it does not ask."""
    assert Case().holds(role, facts)
    assert record().holds(role, facts)


@settings(max_examples=20)
@given(ROLES, FACTS)
def test_case_asks_every_part(role: Role, facts: Facts) -> None:
    """A case that names everything holds for its own role and facts, and for no neighbour of them."""
    case = Case(
        frozenset({role}),
        frozenset({facts.shield}),
        frozenset({facts.status}),
        facts.standing,
        facts.former_names_sealed,
    )
    near = [known for known in all_facts() if known.standing == facts.standing]
    assert [(role, facts)] == [(other, known) for other in Role for known in near if case.holds(other, known)]


@pytest.mark.parametrize(
    ("case", "facts", "holds"),
    [
        (record(Shield.OPEN), Facts(), True),
        (record(Shield.OPEN), Facts(Shield.SHIELDED), False),
        (record(Shield.OPEN, Shield.SHIELDED), Facts(Shield.SHIELDED), True),
        (record(Shield.OPEN, Shield.SHIELDED), Facts(Shield.CONCEALED), False),
        (record(status=Status.LEFT), Facts(status=Status.LEFT), True),
        (record(status=Status.LEFT), Facts(), False),
        (record(standing=Standing.TASKED), Facts(standing=Standing.TASKED | Standing.INVOLVED), True),
        (record(standing=Standing.TASKED | Standing.INVOLVED), Facts(standing=Standing.TASKED), False),
        (record(sealed=True), Facts(former_names_sealed=True), True),
        (record(sealed=True), Facts(), False),
        (record(sealed=False), Facts(), True),
        (record(sealed=False), Facts(former_names_sealed=True), False),
    ],
)
def test_record_asks_what_it_names(case: Case, facts: Facts, holds: bool) -> None:
    """A case holds for any shield that it names, the one status, all standings named and the seal."""
    assert holds == case.holds(Role.PRACTITIONER, facts)


@given(ROLES, FACTS)
def test_viewer_asks_role_and_standing(role: Role, facts: Facts) -> None:
    """A case of viewers holds for its role with its standing alone, whatever the record."""
    case = viewer(Role.DATA_MANAGER, Standing.TASKED)
    assert (role is Role.DATA_MANAGER and Standing.TASKED in facts.standing) == case.holds(role, facts)


@given(ALLOWING, ROLES, FACTS)
def test_allowing_rule_applies_to_its_roles_in_its_case(rule: Rule, role: Role, facts: Facts) -> None:
    """An allowing sentence speaks of the roles that it names, in its case, and has no exception."""
    assert rule.allows
    assert (role in rule.roles and rule.when.holds(role, facts)) == rule.applies(role, facts)


@given(FORBIDDING, ROLES, FACTS)
def test_forbidding_rule_applies_to_all_but_its_exceptions(rule: Rule, role: Role, facts: Facts) -> None:
    """A forbidding sentence speaks of every role in its case, unless one of its exceptions holds."""
    assert not rule.allows
    assert frozenset(Role) == rule.roles
    excepted = any(case.holds(role, facts) for case in rule.unless)
    assert (rule.when.holds(role, facts) and not excepted) == rule.applies(role, facts)


def test_rules_join_their_groups() -> None:
    """A sentence holds the bits of all groups that it names."""
    groups = FieldGroup.IDENTITY, FieldGroup.PLACES
    assert mask(*groups) == allow("a", (Role.AUDITOR,), groups).bits == forbid("f", groups, record()).bits


def test_the_policy_has_no_fault() -> None:
    """The policy in force is structurally sound."""
    assert [] == faults(POLICY)


def test_a_sound_policy_has_no_fault() -> None:
    """A sentence with an id, a role, a group and a case that can hold is no fault."""
    assert [] == faults((SOUND,))


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ((allow("r", (), NAMES),), "rule `r` names no role: name one or remove it"),
        ((allow("r", (Role.AUDITOR,), ()),), "rule `r` names no group: name one or remove it"),
        ((forbid("r", (), record()),), "rule `r` names no group: name one or remove it"),
        ((SOUND, SOUND), "rule `sound` stands twice: give each sentence its own id"),
        (
            (allow("r", (Role.AUDITOR,), NAMES, viewer(Role.PRACTITIONER)),),
            "rule `r` can never apply: mend its case or remove it",
        ),
        (
            (forbid("r", NAMES, viewer(Role.AUDITOR), unless=(viewer(Role.AUDITOR),)),),
            "rule `r` can never apply: mend its case or remove it",
        ),
        (
            (allow("r", (Role.AUDITOR,), NAMES, Case(shields=frozenset())),),
            "rule `r` can never apply: mend its case or remove it",
        ),
        (
            (allow("r", ("TEACHER",), NAMES),),  # type: ignore[arg-type]  # the mistake that is to be found
            "rule `r` names no role of ours, ['TEACHER']: name one of `Role`",
        ),
        (
            (allow("r", (Role.AUDITOR, "TEACHER", "NURSE"), NAMES),),  # type: ignore[arg-type]  # as above
            "rule `r` names no role of ours, ['NURSE', 'TEACHER']: name one of `Role`",
        ),
        (
            (forbid("r", NAMES, record(), unless=(viewer("MANAGER"),)),),  # type: ignore[arg-type]  # as above
            "rule `r` names no role of ours, ['MANAGER']: name one of `Role`",
        ),
        (
            (allow("r", (Role.AUDITOR,), NAMES, record("SHUT", Shield.OPEN)),),  # type: ignore[arg-type]  # as above
            "rule `r` names no shield of ours, ['SHUT']: name one of `Shield`",
        ),
        (
            (forbid("r", NAMES, record(status="GONE")),),  # type: ignore[arg-type]  # as above
            "rule `r` names no status of ours, ['GONE']: name one of `Status`",
        ),
        (
            (allow("r", (Role.AUDITOR,), NAMES, record(standing="TASKED")),),  # type: ignore[arg-type]  # as above
            "rule `r` names no standing of ours, ['TASKED']: name one of `Standing`",
        ),
        (
            (replace(SOUND, bits=SOUND.bits | 1 << 40),),
            "rule `sound` names no group of ours, by its bits: name one of `FieldGroup` or `NarrowGroup`",
        ),
    ],
)
def test_a_fault_is_told_in_a_sentence(rules: tuple[Rule, ...], sentence: str) -> None:
    """No role, no group, an unknown role, never applying, a doubled id: each is told, with the rule's id."""
    assert sentence in faults(rules)


def test_an_unknown_word_is_told_alone() -> None:
    """Whether a rule with an unknown word can apply is not asked: the word is what is to be mended."""
    told = faults((allow("r", (Role.AUDITOR,), NAMES, viewer("TEACHER")),))  # type: ignore[arg-type]  # the mistake
    assert ["rule `r` names no role of ours, ['TEACHER']: name one of `Role`"] == told


def test_every_fault_is_told() -> None:
    """Faults do not hide one another."""
    told = faults((SOUND, SOUND, allow("empty", (), ())))
    assert ["sound", "empty", "empty", "empty"] == [sentence.split("`")[1] for sentence in told]
