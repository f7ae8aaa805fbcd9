from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given

from authz.policy import POLICY
from authz.rules import Facts, Rule, all_facts, allow, forbid, record, viewer
from authz.table import BEYOND, COLUMNS, TABLE, Cell, beyond, compile_table, decide, matrix, rows, standings_that_matter
from authz.words import FieldGroup, NarrowGroup, Role, Shield, Standing, Status, groups_in, mask
from tests.authz import law
from tests.authz.people import ALLOWING, FACTS, FORBIDDING, POLICIES, ROLES

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "policy.txt"
RENEW = "the law has changed: if it is meant to, `make golden`"
NAME = FieldGroup.IDENTITY.bit
NAMES = (FieldGroup.IDENTITY,)
Groups = tuple[FieldGroup | NarrowGroup, ...]


@pytest.mark.parametrize("shield", [Shield.OPEN, Shield.SHIELDED])
def test_the_matrix_is_that_of_the_law(shield: Shield) -> None:
    """The matrix that `gateway policy show` prints says, cell by cell, what the text of the law says (2.3).

    Beside the rows of the text it has a blank one for each role that a conflict keeps from what it would see.
    """
    told = {_label(role, standing): marks for (role, standing), marks in law.MATRIX[shield].items()}
    conflicted = {f"{role}, CONFLICTED": law.BLANK for role in Role if told[role] != law.BLANK}
    assert told | conflicted == {label: tuple(marks) for label, *marks in matrix(shield)}


def _label(role: Role, standing: Standing) -> str:
    return f"{role}, {standing.name}" if standing else role


def test_the_matrix_has_the_columns_of_the_law() -> None:
    """The matrix is printed in the order of groups in which the law states it."""
    assert law.COLUMNS == COLUMNS


def test_nobody_sees_a_concealed_record_in_the_matrix() -> None:
    """The matrix of concealed records is blank for every role."""
    assert [(role, *law.BLANK) for role in Role] == matrix(Shield.CONCEALED)


def test_other_records_are_those_of_the_law() -> None:
    """What is printed of records that are not live says what the law says of each of their cells, for each role."""
    for role, *marks in beyond():
        for word, mark in zip(BEYOND, marks, strict=True):
            cells = [facts for facts in all_facts() if word in {facts.shield, facts.status}]
            cells = [facts for facts in cells if word is Shield.CONCEALED or facts.shield is not Shield.CONCEALED]
            live = [law.marks_of(Role(role), replace(facts, status=Status.LIVE)) for facts in cells]
            seen = [law.marks_of(Role(role), facts) for facts in cells]
            assert (mark == "") == all(marks == law.BLANK for marks in seen)
            assert mark != "as live" or seen == live
            assert mark in {"", "as live"}


def test_records_that_differ_are_marked() -> None:
    """A status or concealment that changes what is seen, and does not blank it, is marked as such."""
    loose = tuple(rule for rule in POLICY if rule.id != "concealed")
    seal = forbid("left", (FieldGroup.PLACES,), record(status=Status.LEFT))
    auditor = allow("old", (Role.AUDITOR,), NAMES, record(Shield.CONCEALED, status=Status.LIVE))
    told = {role: marks for role, *marks in beyond(compile_table((*loose, seal, auditor)))}
    assert ["differs", "as live", "", ""] == told[Role.PRACTITIONER]
    assert ["", "", "", "differs"] == told[Role.AUDITOR]


def test_the_transcription_is_whole() -> None:
    """The text that all is compared with has all its rows, ten and eleven, with a mark for each of twelve groups."""
    shapes = {shield: [len(marks) for marks in rows.values()] for shield, rows in law.MATRIX.items()}
    assert {Shield.OPEN: [12] * 10, Shield.SHIELDED: [12] * 11} == shapes


def test_the_total_table_is_the_golden_one() -> None:
    """A change of the law is a change of its golden file, read in review line by line."""
    assert GOLDEN.read_text(encoding="utf-8").splitlines() == list(rows()), RENEW


def test_rows_tell_everything() -> None:
    """The printed table is without loss: every verdict of the total table can be read back from its lines."""
    printed = [_read(line) for line in rows()]
    keys = {domain: set().union(*(told for where, told, _ in printed if where == domain)) for domain, _, _ in printed}
    groups = {(where, frozenset(told)): seen for where, told, seen in printed}
    for (role, facts), cell in TABLE.items():
        domain = (role, facts.shield, facts.status)
        told = frozenset(_facts_told(facts) & keys[domain])
        assert groups_in(cell.bits) == groups[domain, told], (role, facts)


def _facts_told(facts: Facts) -> set[str]:
    sealed = {"FORMER_NAMES_SEALED"} if facts.former_names_sealed else set()
    return {str(standing.name) for standing in Standing if standing in facts.standing} | sealed


def _read(line: str) -> tuple[tuple[Role, Shield, Status], set[str], Groups]:
    who, _, what = line.partition(": ")
    role, shield, status, *told = who.split(", ")
    words = [] if what == "the record does not exist" else what.split()
    seen = tuple(FieldGroup(word) if word in FieldGroup.__members__ else NarrowGroup(word) for word in words)
    return (Role(role), Shield(shield), Status(status)), set(told), seen


def test_the_table_is_total() -> None:
    """There is a verdict for every role and all facts, so that none is ever made up at request time."""
    assert set(product(Role, all_facts())) == set(TABLE)


def test_no_verdict_is_partial() -> None:
    """Whoever sees anything of a record sees IDENTITY: without it the record does not exist."""
    assert not [key for key, cell in TABLE.items() if cell.bits and not cell.bits & NAME]


def test_the_table_keeps_to_records() -> None:
    """PLACE is the business of bodies: no verdict on a child's record ever holds it."""
    assert not [key for key, cell in TABLE.items() if cell.bits & FieldGroup.PLACE.bit]


MATTERS = {
    Role.PRACTITIONER: Standing.CONFLICTED,
    Role.PROTECTION_OFFICER: Standing.CONFLICTED | Standing.OVERRIDING,
    Role.POLICE_APPLICANT: Standing.CONFLICTED | Standing.IN_SCOPE,
    Role.DIRECTORY_TEAM: Standing.CONFLICTED | Standing.RESPONSIBLE,
    Role.DATA_MANAGER: Standing.CONFLICTED | Standing.TASKED,
    Role.AUDITOR: Standing.NONE,
    Role.FEED_CLIENT: Standing.NONE,
}


@pytest.mark.parametrize("role", Role)
def test_no_verdict_turns_on_a_standing_that_is_not_its_roles(role: Role) -> None:
    """Only the standing that makes a role's row, and a conflict, ever change what the role sees."""
    assert MATTERS[role] == standings_that_matter(role)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DIRECTORY_TEAM])
def test_who_is_responsible_matters_to_directory_teams_alone(role: Role) -> None:
    """The responsible authority names a region: no verdict of another role may be an oracle for it."""
    pairs = [(facts, replace(facts, standing=facts.standing ^ Standing.RESPONSIBLE)) for facts in all_facts()]
    assert all(TABLE[role, here].bits == TABLE[role, there].bits for here, there in pairs)


@given(ROLES, FACTS)
def test_default_deny(role: Role, facts: Facts) -> None:
    """Without a sentence nobody sees anything."""
    assert Cell(0, ()) == decide((), role, facts)


@given(POLICIES, ROLES, FACTS)
def test_absence_of_a_rule_is_absence_of_a_right(policy: list[Rule], role: Role, facts: Facts) -> None:
    """Nothing is seen that no applying sentence allows."""
    allowed = mask(*(group for rule in policy if rule.allows and rule.applies(role, facts) for group in _of(rule)))
    assert decide(policy, role, facts).bits & ~allowed == 0


@given(POLICIES, FORBIDDING, ROLES, FACTS)
def test_forbid_wins(policy: list[Rule], ban: Rule, role: Role, facts: Facts) -> None:
    """Where a forbidding sentence applies, none of its groups is seen, wherever it stands and whatever allows them."""
    first, last = decide([ban, *policy], role, facts), decide([*policy, ban], role, facts)
    assert first.bits == last.bits
    assert not ban.applies(role, facts) or first.bits & ban.bits == 0
    assert first.bits & ~decide(policy, role, facts).bits == 0


@given(POLICIES, ALLOWING, ROLES, FACTS)
def test_allow_never_takes(policy: list[Rule], grant: Rule, role: Role, facts: Facts) -> None:
    """An allowing sentence never takes away what was seen without it."""
    assert decide(policy, role, facts).bits & ~decide([*policy, grant], role, facts).bits == 0


@given(POLICIES, ROLES, FACTS)
def test_a_cell_names_the_sentences_that_decided(policy: list[Rule], role: Role, facts: Facts) -> None:
    """A verdict names every sentence that applied, in the order of the policy, and no other."""
    assert tuple(rule.id for rule in policy if rule.applies(role, facts)) == decide(policy, role, facts).rules


def test_without_identity_nothing_is_seen() -> None:
    """A right to a group of a record that does not exist for the viewer is no right."""
    where = allow("where", (Role.AUDITOR,), (FieldGroup.WHEREABOUTS,))
    hidden = forbid("hidden", NAMES, record())
    who = allow("who", (Role.AUDITOR,), NAMES)
    assert Cell(0, ("where",)) == decide((where,), Role.AUDITOR, Facts())
    assert Cell(0, ("where", "who", "hidden")) == decide((where, who, hidden), Role.AUDITOR, Facts())
    assert Cell(mask(FieldGroup.WHEREABOUTS, FieldGroup.IDENTITY), ("where", "who")) == decide(
        (where, who), Role.AUDITOR, Facts()
    )


@pytest.mark.parametrize("facts", [Facts(Shield.CONCEALED), Facts(standing=Standing.CONFLICTED)], ids=str)
@pytest.mark.parametrize("role", Role)
def test_no_sentence_can_open_what_is_closed_to_all(role: Role, facts: Facts) -> None:
    """Concealment and conflict hold against any sentence that somebody may add later."""
    slip = allow("slip", Role, (*FieldGroup, *NarrowGroup))
    assert decide((*POLICY, slip), role, facts).bits == 0


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("no-role", allow("no-role", (), NAMES)),
        ("no-group", allow("no-group", (Role.AUDITOR,), ())),
        ("never", allow("never", (Role.AUDITOR,), NAMES, viewer(Role.FEED_CLIENT))),
        ("concealed", forbid("concealed", NAMES, record())),
        ("TEACHER", allow("TEACHER", ("TEACHER",), NAMES)),  # type: ignore[arg-type]  # the mistake
    ],
)
def test_a_policy_with_a_fault_does_not_serve(name: str, rule: Rule) -> None:
    """No role, no group, never applying, an id that is taken, a role that nobody has: the start stops, naming it."""
    with pytest.raises(ValueError, match=f"`{name}`"):
        compile_table((*POLICY, rule))


def test_an_unknown_role_beside_a_known_one_does_not_serve() -> None:
    """A misspelt role stops the start even where another role of the sentence is known (2.1, default deny)."""
    rule = allow("both", (Role.PRACTITIONER, "TEACHER"), NAMES)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ValueError, match="`both` names no role of ours, \\['TEACHER'\\]"):
        compile_table((*POLICY, rule))


def test_an_unknown_group_does_not_serve() -> None:
    """A sentence about a group that does not exist cannot even be made."""
    with pytest.raises((AttributeError, ValueError)):
        allow("r", (Role.AUDITOR,), ("WHEREABOUT",))  # type: ignore[arg-type]  # the mistake


def _of(rule: Rule) -> Groups:
    return groups_in(rule.bits)  # type: ignore[return-value]  # there are no other groups
