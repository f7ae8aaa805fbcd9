"""The declared disclosures: a closed list that covers every fact on which a verdict may turn."""

from dataclasses import fields

from authz.disclosures import DISCLOSURES
from authz.policy import POLICY
from authz.rules import Facts
from authz.sight import NOTHING, sight_of, sight_of_body, sight_of_contact
from authz.words import FieldGroup, Role, Shield
from tests.authz.people import viewer_of


def test_disclosures_are_numbered_in_order() -> None:
    """The list goes from D1 on without a gap, so that it can be cited."""
    assert [f"D{n}" for n in range(1, len(DISCLOSURES) + 1)] == [each.id for each in DISCLOSURES]


def test_every_disclosure_is_argued() -> None:
    """Each says what is told, why that is right and what cannot be told, in whole sentences."""
    said = [text for each in DISCLOSURES for text in (each.tells, each.why, each.limit)]
    assert [] == [text for text in said if not (text[0].isupper() or text[0] == "`") or not text.endswith(".")]
    assert len(said) == len(set(said))


def test_every_fact_of_the_law_is_declared() -> None:
    """Whatever a verdict may turn on can show in it: each fact of the law is covered by a disclosure."""
    assert {field.name for field in fields(Facts)} == {fact for each in DISCLOSURES for fact in each.facts}


def test_every_rule_beside_the_policy_is_declared() -> None:
    """The rules of sights that stand in no sentence of the policy are covered by disclosures, and no others."""
    viewer, open_record = viewer_of(Role.PRACTITIONER), Facts()
    carer = sight_of_contact(viewer, sight_of(viewer, open_record), open_record, (Facts(Shield.SHIELDED),))
    sights = (NOTHING, sight_of_body(True), sight_of_body(False), carer)
    beside = {rule for sight in sights for rule in sight.rules} - {rule.id for rule in POLICY}
    assert beside == {rule for each in DISCLOSURES for rule in each.rules}


def test_withheld_former_names_tell_the_kind_of_reason() -> None:
    """D5: below a shield former names are withheld, from those who see them on other shielded records, if sealed."""
    for role in (Role.PRACTITIONER, Role.PROTECTION_OFFICER, Role.DIRECTORY_TEAM, Role.DATA_MANAGER):
        plain, sealed = (
            sight_of(viewer_of(role), Facts(Shield.SHIELDED, former_names_sealed=sealed)) for sealed in (False, True)
        )
        assert (True, False) == (plain.sees(FieldGroup.FORMER_NAMES.bit), sealed.sees(FieldGroup.FORMER_NAMES.bit))
        assert FieldGroup.FORMER_NAMES.bit == plain.bits ^ sealed.bits
