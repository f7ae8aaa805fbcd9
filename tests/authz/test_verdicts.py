"""Verdicts of one operation: kept where they are asked for, by facts and sights alone."""

from uuid import UUID

from authz.rules import Facts
from authz.sight import Sight, sight_of, sight_of_contact
from authz.trail import Trail
from authz.verdicts import Verdicts
from authz.words import FieldGroup, Role, Shield, Standing
from tests.authz.people import viewer_of

ANN, BEN = UUID(int=1), UUID(int=2)
OPEN, SHIELDED = Facts(), Facts(Shield.SHIELDED)
WHERE = FieldGroup.WHEREABOUTS.bit


def test_a_trail_keeps_no_verdicts_unless_it_is_to() -> None:
    """Without a trace nothing is kept beside the trail itself."""
    trail = Trail()
    trail.opened(ANN, OPEN, Sight(1, ()))
    assert trail.verdicts is None


def test_a_verdict_is_kept_with_what_was_asked() -> None:
    """Facts and sight of each record that a trail names, opened or listed, and the groups that were asked for."""
    teacher = viewer_of(Role.PRACTITIONER)
    trail = Trail(verdicts=Verdicts())
    assert trail.verdicts is not None
    trail.opened(ANN, SHIELDED, sight_of(teacher, SHIELDED))
    trail.listed(BEN, OPEN, sight_of(teacher, OPEN))
    trail.asked(ANN, WHERE, sight_of(teacher, SHIELDED))
    kept = trail.verdicts.of
    assert {ANN: (SHIELDED, WHERE), BEN: (OPEN, 0)} == {key: (each.facts, each.asked) for key, each in kept.items()}
    assert sight_of(teacher, SHIELDED) == kept[ANN].sight


def test_what_a_carers_sight_took_is_told_once() -> None:
    """R8 takes WHEREABOUTS below a record that shows its own: the rule is kept, however many carers it is of."""
    teacher, verdicts = viewer_of(Role.PRACTITIONER), Verdicts()
    own = sight_of(teacher, OPEN)
    carer = sight_of_contact(teacher, own, OPEN, (SHIELDED,))
    verdicts.decided(ANN, OPEN, own)
    for _ in range(2):
        verdicts.asked(ANN, WHERE, carer)
    assert verdicts.of[ANN].beside == ("shielded-sibling",)
    verdicts.asked(ANN, WHERE, own)
    assert verdicts.of[ANN].beside == ("shielded-sibling",)


def test_the_latest_verdict_counts() -> None:
    """An override that begins within the operation decides what is told, and what was asked before stays asked."""
    officer, verdicts = viewer_of(Role.PROTECTION_OFFICER), Verdicts()
    overriding = Facts(Shield.SHIELDED, standing=Standing.OVERRIDING)
    verdicts.decided(ANN, SHIELDED, sight_of(officer, SHIELDED))
    verdicts.asked(ANN, WHERE, sight_of(officer, SHIELDED))
    verdicts.decided(ANN, overriding, sight_of(officer, overriding))
    assert (overriding, WHERE) == (verdicts.of[ANN].facts, verdicts.of[ANN].asked)


def test_of_a_record_that_was_not_decided_on_nothing_is_kept() -> None:
    """R12: what is asked of a record that is not there for the viewer leaves nothing."""
    verdicts = Verdicts()
    verdicts.asked(ANN, WHERE, Sight(0, ()))
    assert verdicts.of == {}
