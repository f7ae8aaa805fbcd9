"""The check of the law: what cannot be meant as it stands is told in a sentence, and today's law has nothing to tell."""

from collections.abc import Mapping
from typing import Any

import pytest

from authz.check import check
from authz.policy import ACTS, POLICY, PURPOSES
from authz.rules import Case, Rule, allow, forbid, record, viewer
from authz.words import Act, FieldGroup, NarrowGroup, Purpose, Role, Shield, Standing, Status

NAMES = (FieldGroup.IDENTITY,)
OVERRIDDEN = record(Shield.SHIELDED, standing=Standing.OVERRIDING)


def told(*added: Rule, without: str = "", acts: Any = ACTS, purposes: Any = PURPOSES) -> list[str]:
    """Check today's law with `added` rules and without one of its own."""
    return check((*(rule for rule in POLICY if rule.id != without), *added), acts, purposes)


def held(kind: Mapping[Role, Any], role: Any, *words: Any) -> dict[Any, Any]:
    """Return what each role holds, with `words` alone for `role`."""
    return {**kind, role: words}


def test_todays_law_has_no_fault() -> None:
    """The law in force says what it means: no rule is idle or contradicted, no act or purpose is nobody's."""
    assert [] == check()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            allow("same", (Role.DIRECTORY_TEAM,), (FieldGroup.PLACES,), record(Shield.OPEN)),
            "rule `same` changes nothing that the other rules do not settle: remove it, or mend its case",
        ),
        (
            allow("no-record", (Role.AUDITOR,), (FieldGroup.TRAIL,)),
            "rule `no-record` changes nothing that the other rules do not settle: remove it, or mend its case",
        ),
        (
            forbid("ended", NAMES, record(Shield.CONCEALED, status=Status.ARCHIVED)),
            "rule `ended` changes nothing that the other rules do not settle: remove it, or mend its case",
        ),
        (
            allow("old", (Role.AUDITOR,), NAMES, record(Shield.CONCEALED)),
            "rule `old` allows IDENTITY, forbidden by `concealed` wherever it applies: "
            "mend the case of one, or leave the groups out",
        ),
        (
            allow(
                "kin",
                (Role.AUDITOR,),
                (*NAMES, FieldGroup.PLACES),
                record(Shield.CONCEALED, standing=Standing.CONFLICTED),
            ),
            "rule `kin` allows IDENTITY and PLACES, forbidden by `conflict-of-interest` and `concealed` wherever it "
            "applies: mend the case of one, or leave the groups out",
        ),
        (
            allow("sealed", (Role.AUDITOR,), (*NAMES, FieldGroup.FORMER_NAMES), record(Shield.SHIELDED, sealed=True)),
            "rule `sealed` allows FORMER_NAMES, forbidden by `sealed-former-names` wherever it applies: "
            "mend the case of one, or leave the groups out",
        ),
        (
            allow("half", (Role.AUDITOR, Role.PRACTITIONER), (FieldGroup.PLACES,), viewer(Role.PRACTITIONER)),
            "rule `half` never applies to AUDITOR: leave the role out, or mend the case",
        ),
        (
            allow("body", (Role.PROTECTION_OFFICER,), (FieldGroup.TRAIL, FieldGroup.PLACE), OVERRIDDEN),
            "rule `body` names PLACE, which no record of a child has: leave it out",
        ),
        (
            forbid(
                "twice",
                (FieldGroup.TRAIL,),
                record(Shield.SHIELDED),
                unless=(viewer(Role.DIRECTORY_TEAM), viewer(Role.DIRECTORY_TEAM, Standing.RESPONSIBLE)),
            ),
            "exception 2 of rule `twice` excepts nothing of its own: remove it, or mend its case",
        ),
        (
            forbid("elsewhere", (FieldGroup.TRAIL,), record(Shield.SHIELDED), unless=(record(Shield.OPEN),)),
            "exception 1 of rule `elsewhere` excepts nothing of its own: remove it, or mend its case",
        ),
        (
            allow("concealed", (Role.AUDITOR,), NAMES),
            "rule `concealed` stands twice: give each sentence its own id",
        ),
        (
            allow("TEACHER", (Role.AUDITOR,), NAMES, Case(roles=frozenset({"TEACHER"}))),  # type: ignore[arg-type]  # the slip
            "rule `TEACHER` names no role of ours, ['TEACHER']: name one of `Role`",
        ),
    ],
    ids=lambda given: given.id if isinstance(given, Rule) else "",
)
def test_a_doubtful_rule_is_told_in_a_sentence(rule: Rule, sentence: str) -> None:
    """A rule that changes nothing, allows what is forbidden, or names what it cannot mean is told with a remedy."""
    assert sentence in told(rule)


def test_a_contradicted_rule_is_told_once() -> None:
    """A rule of which nothing is left is told as contradicted, and not as idle too."""
    (sentence, *others) = told(allow("old", (Role.POLICE_APPLICANT,), NAMES, record(Shield.CONCEALED)))
    assert sentence.startswith("rule `old` allows IDENTITY, forbidden by `concealed`")
    assert [] == others


def test_a_rule_may_be_contradicted_by_several_together() -> None:
    """Where no one rule forbids it everywhere, all that take part are named."""
    policy = (
        allow("all", Role, (*FieldGroup, *NarrowGroup)),
        allow("trail", (Role.AUDITOR,), (*NAMES, FieldGroup.TRAIL)),
        *(forbid(shield.lower(), (FieldGroup.TRAIL,), record(shield)) for shield in Shield),
    )
    assert (
        "rule `trail` allows TRAIL, forbidden by `open`, `shielded` and `concealed` wherever it applies: "
        "mend the case of one, or leave the groups out"
    ) in check(policy)


def test_two_rules_that_say_the_same_are_told_as_a_pair() -> None:
    """A rule that stands a second time under another id is told with its twin, and neither of them as idle."""
    one = next(rule for rule in POLICY if rule.id == "open-to-teams")
    twin = Rule("again", one.allows, one.roles, one.bits, one.when, one.unless)
    assert ["rules `open-to-teams` and `again` say the same: remove one"] == told(twin)


def test_a_second_lock_is_no_idle_rule() -> None:
    """A rule that forbids what nobody allows today holds against a slip, and is not told."""
    assert [] == told(
        forbid("lock", (FieldGroup.TRAIL,), record(Shield.SHIELDED), unless=(viewer(Role.DIRECTORY_TEAM),))
    )


def test_a_group_that_nobody_sees_is_told() -> None:
    """A group that no rule leaves to anybody is told."""
    sentences = told(forbid("secret", (FieldGroup.SHIELD_CASE, NarrowGroup.OWN_SERVICES), record()))
    assert "group `SHIELD_CASE` is seen by nobody: allow it to somebody, or remove it" in sentences
    assert "group `OWN_SERVICES` is seen by nobody: allow it to somebody, or remove it" in sentences


def test_sight_and_acts_must_fit() -> None:
    """A role that sees records and cannot reach one, or reaches records and sees none, is told."""
    idle = held(ACTS, Role.DATA_MANAGER, Act.MERGE, Act.CONCEAL)
    assert ["role `DATA_MANAGER` sees records and holds no act to reach one: give it SEARCH, OPEN or CASELOAD"] == told(
        acts=idle
    )
    blind = held(ACTS, Role.AUDITOR, *ACTS[Role.AUDITOR], Act.CASELOAD, Act.OPEN)
    assert ["role `AUDITOR` holds OPEN and CASELOAD and sees no record: allow it one, or take the act away"] == told(
        acts=blind
    )


@pytest.mark.parametrize(
    ("acts", "purposes", "sentences"),
    [
        (
            held(ACTS, Role.FEED_CLIENT),
            PURPOSES,
            [
                "role `FEED_CLIENT` has no act: give it one in `ACTS`, or remove the role",
                "act `FEED` is held by no role: give it to one in `ACTS`, or remove it",
            ],
        ),
        (
            ACTS,
            {role: some for role, some in PURPOSES.items() if role is not Role.POLICE_APPLICANT},
            [
                "role `POLICE_APPLICANT` has no purpose: give it one in `PURPOSES`, or remove the role",
                "purpose `POLICE_APPLICATION` is held by no role: give it to one in `PURPOSES`, or remove it",
                "purpose `COURT_ORDER` is held by no role: give it to one in `PURPOSES`, or remove it",
            ],
        ),
        (
            held(ACTS, "TEACHER", Act.OPEN),
            held(PURPOSES, Role.FEED_CLIENT, Purpose.DATA_QUALITY, "CURIOSITY"),
            [
                "`ACTS` names `TEACHER`, which is no role of ours: name one of `Role`",
                "`PURPOSES` names `CURIOSITY`, which is no purpose of ours: name one of `Purpose`",
            ],
        ),
    ],
)
def test_acts_and_purposes_are_somebodys(acts: Any, purposes: Any, sentences: list[str]) -> None:
    """A role without an act or a purpose, one of these that nobody holds, and a word that is none of ours are told."""
    assert sentences == told(acts=acts, purposes=purposes)


def test_a_broken_rule_does_not_hide_the_rest() -> None:
    """With a structural fault acts and purposes are still looked at; what the rules amount to is not."""
    sentences = told(allow("empty", (), ()), without="responsible-team", acts=held(ACTS, Role.FEED_CLIENT))
    assert ["empty"] * 3 + ["FEED_CLIENT", "FEED"] == [sentence.split("`")[1] for sentence in sentences]


@pytest.mark.parametrize("one", [rule for rule in POLICY if rule.bits.bit_count() > 1], ids=lambda rule: rule.id)
def test_no_rule_can_be_said_twice_unnoticed(one: Rule) -> None:
    """For every rule of several groups: said again with one group less, it is told as changing nothing."""
    less = Rule("less", one.allows, one.roles, one.bits & (one.bits - 1), one.when, one.unless)
    idle = "rule `less` changes nothing that the other rules do not settle: remove it, or mend its case"
    assert idle in told(less)
