"""Two tables compared: every changed decision is told once, and nothing else."""

from itertools import product

import pytest
from hypothesis import Phase, given, settings

from authz.decision import holds
from authz.diff import DECISIONS, KEYS, Change, Decisions, changes
from authz.policy import POLICY
from authz.rules import Facts, Rule, all_facts, allow, record
from authz.table import compile_table, decide
from authz.words import FieldGroup, Role, Shield, Standing
from tests.authz.people import POLICIES


def law(*added: Rule, without: str = "") -> Decisions:
    """Return the decisions of today's law with `added` rules and without one of its own."""
    table = compile_table((*(rule for rule in POLICY if rule.id != without), *added))
    return {key: cell.bits for key, cell in table.items()}


def covers(change: Change, role: Role, facts: Facts) -> bool:
    return (
        role is change.role
        and facts.shield in change.shields
        and facts.status in change.statuses
        and all(asked in {None, holds(facts, key)} for key, asked in zip(KEYS, change.asked, strict=True))
    )


def test_equal_tables_have_no_change() -> None:
    """Where no decision differs, nobody gains and nobody loses."""
    assert [] == changes(DECISIONS)


@settings(max_examples=8, phases=[Phase.generate])  # a whole table each: to shrink one would take minutes
@given(POLICIES, POLICIES)
def test_every_changed_decision_is_told_once(before: list[Rule], after: list[Rule]) -> None:
    """For any two policies: each cell that differs falls under one change, which says just what it gains and loses."""
    old, new = (
        {(role, facts): decide(policy, role, facts).bits for role, facts in product(Role, tuple(all_facts()))}
        for policy in (before, after)
    )
    told: dict[tuple[Role, Facts], list[Change]] = {key: [] for key in old}
    for change in changes(old, new):
        cells = product([change.role], [facts for facts in all_facts() if covers(change, change.role, facts)])
        for cell in cells:
            told[cell].append(change)
    for cell, found in told.items():
        gained, lost = new[cell] & ~old[cell], old[cell] & ~new[cell]
        assert ([(gained, lost)] if gained or lost else []) == [tuple(change.delta) for change in found]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (
            law(
                allow(
                    "x",
                    (Role.PRACTITIONER,),
                    (FieldGroup.PLACES,),
                    record(Shield.SHIELDED, standing=Standing.INVOLVED),
                )
            ),
            [
                "PRACTITIONER gains PLACES where the record is SHIELDED, and LIVE, LEFT or DECEASED, under INVOLVED, "
                "without CONFLICTED"
            ],
        ),
        (
            law(without="sealed-former-names"),
            [
                f"{who} gains FORMER_NAMES where the record is SHIELDED, and LIVE, LEFT{ended} or {last}, {ties}without "
                "CONFLICTED, with former names sealed"
                for who, ended, last, ties in (
                    ("PRACTITIONER", "", "DECEASED", ""),
                    ("PROTECTION_OFFICER", "", "DECEASED", ""),
                    ("DIRECTORY_TEAM", "", "DECEASED", "without RESPONSIBLE, "),
                )
            ]
            + [
                "DATA_MANAGER gains FORMER_NAMES where the record is SHIELDED, without TASKED, without CONFLICTED, with "
                "former names sealed"
            ],
        ),
        (
            law(without="police-in-approved-scope"),
            [
                "POLICE_APPLICANT loses the record, with IDENTITY, CONTACT_NAMES, WHEREABOUTS and AGENCIES, where the "
                "record is OPEN, and LIVE, LEFT or DECEASED, under IN_SCOPE, without CONFLICTED",
                "POLICE_APPLICANT loses the record, with IDENTITY and CONTACT_NAMES, where the record is SHIELDED, and "
                "LIVE, LEFT or DECEASED, under IN_SCOPE, without CONFLICTED",
            ],
        ),
        (
            law(
                allow("x", (Role.AUDITOR,), (FieldGroup.IDENTITY,), record(sealed=False)),
                without="archived",
            ),
            None,
        ),
    ],
)
def test_a_change_is_told_in_a_sentence(new: Decisions, told: list[str] | None) -> None:
    """A sentence says who gains or loses which group, of which records, under which standings and without which."""
    sentences = [f"{change.role} {change}" for change in changes(DECISIONS, new)]
    if told is None:
        gained = [sentence for sentence in sentences if sentence.startswith("AUDITOR")]
        assert [
            "AUDITOR gains the record, with IDENTITY, where the record is OPEN or SHIELDED, without CONFLICTED, with "
            "former names not sealed"
        ] == gained
    else:
        assert told == sentences


def test_a_change_everywhere_is_told_in_one_sentence() -> None:
    """What is gained on every record, and what is swapped for something else, is told without conditions."""
    none = dict.fromkeys(DECISIONS, 0)
    names = {key: FieldGroup.IDENTITY.bit if key[0] is Role.AUDITOR else 0 for key in DECISIONS}
    assert ["gains the record, with IDENTITY, on any record"] == [str(change) for change in changes(none, names)]
    assert ["loses the record, with IDENTITY, on any record"] == [str(change) for change in changes(names, none)]
    trail = {key: bits | FieldGroup.TRAIL.bit if bits else 0 for key, bits in names.items()}
    places = {key: bits | FieldGroup.PLACES.bit if bits else 0 for key, bits in names.items()}
    assert ["gains PLACES and loses TRAIL on any record"] == [str(change) for change in changes(trail, places)]
