from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.rules import Facts
from authz.sight import Sight
from authz.trail import AccessKind, Touched, Trail
from authz.words import FieldGroup, NarrowGroup, Shield, Standing, mask
from tests.authz.people import GROUPS

ANN, BEN = UUID(int=1), UUID(int=2)
NAME = FieldGroup.IDENTITY.bit
SERVICES = mask(FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES)
FACTS = Facts(standing=Standing.INVOLVED)
MASKS = st.sets(st.sampled_from(GROUPS)).map(lambda groups: mask(*groups))


def sight(*groups: FieldGroup | NarrowGroup) -> Sight:
    return Sight(mask(*groups), ())


def test_r29_an_opened_record_is_noted() -> None:
    """R29: opening a record leaves a row with the viewer's standing and IDENTITY disclosed."""
    trail = Trail()
    trail.opened(ANN, FACTS, sight(FieldGroup.IDENTITY))
    assert {(ANN, AccessKind.OPENED): Touched(Standing.INVOLVED, NAME, 0, shielded=False)} == trail.touched


@pytest.mark.parametrize("shield", Shield)
def test_r30_whether_the_record_was_shielded_then_is_noted(shield: Shield) -> None:
    """R30: of a record that is touched it is kept whether it was open; once it was not, it stays so noted."""
    trail, seen = Trail(), sight(FieldGroup.IDENTITY)
    trail.opened(ANN, Facts(shield=shield), seen)
    assert trail.touched[ANN, AccessKind.OPENED].shielded is (shield is not Shield.OPEN)
    trail.opened(ANN, Facts(shield=Shield.SHIELDED), seen)
    trail.opened(ANN, FACTS, seen)
    assert trail.touched[ANN, AccessKind.OPENED].shielded
    whole = Trail()
    whole.opened(ANN, FACTS, seen)
    whole.take(trail)
    assert whole.touched[ANN, AccessKind.OPENED].shielded


def test_r29_a_trail_that_is_read_leaves_a_trace() -> None:
    """R29: a row of the journal that names a record by reference is noted, with TRAIL disclosed and nothing else."""
    trail = Trail()
    trail.traced(ANN, Standing.RESPONSIBLE, shielded=True)
    trail.traced(ANN, Standing.RESPONSIBLE, shielded=True)
    seen = Touched(Standing.RESPONSIBLE, FieldGroup.TRAIL.bit, 0, shielded=True)
    assert {(ANN, AccessKind.SUMMARY): seen} == trail.touched


def test_r29_a_row_that_names_a_child_is_noted() -> None:
    """R29: a row of a list leaves a row of its own kind."""
    trail = Trail()
    trail.listed(ANN, FACTS, sight(FieldGroup.IDENTITY))
    assert {(ANN, AccessKind.SUMMARY): Touched(Standing.INVOLVED, NAME, 0, shielded=False)} == trail.touched


def test_r29_what_gave_nothing_is_noted_once() -> None:
    """R29: ids and numbers that gave nothing are kept, each once, in the order of asking."""
    trail = Trail()
    for sought in ("b", "a", "b"):
        trail.missed(sought)
    assert ["b", "a"] == list(trail.sought)


def test_r29_shown_and_withheld_are_told_apart() -> None:
    """R29: of what is asked, what the sight holds is disclosed and what it lacks is withheld."""
    trail, seen = Trail(), sight(FieldGroup.IDENTITY, FieldGroup.PLACES)
    trail.opened(ANN, FACTS, seen)
    trail.asked(ANN, FieldGroup.PLACES.bit, seen)
    trail.asked(ANN, FieldGroup.WHEREABOUTS.bit, seen)
    touched = trail.touched[ANN, AccessKind.OPENED]
    assert mask(FieldGroup.IDENTITY, FieldGroup.PLACES) == touched.disclosed
    assert FieldGroup.WHEREABOUTS.bit == touched.withheld


def test_own_rows_leave_their_group_withheld() -> None:
    """Who sees only the own services is noted as having seen those, with SERVICES withheld."""
    trail, seen = Trail(), sight(FieldGroup.IDENTITY, NarrowGroup.OWN_SERVICES)
    trail.opened(ANN, FACTS, seen)
    trail.asked(ANN, SERVICES, seen)
    touched = trail.touched[ANN, AccessKind.OPENED]
    assert NAME | NarrowGroup.OWN_SERVICES.bit == touched.disclosed
    assert FieldGroup.SERVICES.bit == touched.withheld


def test_a_record_listed_and_opened_is_noted_twice() -> None:
    """Naming a child in a list and opening the record are two deeds; fields count for the opened one."""
    trail, seen = Trail(), sight(FieldGroup.IDENTITY, FieldGroup.PLACES)
    trail.listed(ANN, FACTS, seen)
    trail.opened(ANN, FACTS, seen)
    trail.opened(ANN, FACTS, seen)
    trail.asked(ANN, FieldGroup.PLACES.bit, seen)
    assert [AccessKind.SUMMARY, AccessKind.OPENED] == [kind for _, kind in trail.touched]
    assert NAME == trail.touched[ANN, AccessKind.SUMMARY].disclosed


def test_fields_of_another_record_are_not_mixed_in() -> None:
    """What is asked of one record is never noted on another, nor on one that was not opened."""
    trail, seen = Trail(), sight(FieldGroup.IDENTITY, FieldGroup.PLACES)
    trail.opened(ANN, FACTS, seen)
    trail.asked(BEN, FieldGroup.PLACES.bit, seen)
    assert [(ANN, AccessKind.OPENED)] == list(trail.touched)
    assert NAME == trail.touched[ANN, AccessKind.OPENED].disclosed


@given(MASKS, st.lists(MASKS))
def test_the_trail_tells_the_truth(held: int, questions: list[int]) -> None:
    """Whatever is asked: disclosed is what was asked and held, withheld the public groups asked and not held."""
    touched, seen = Touched(Standing.NONE), Sight(held, ())
    asked = 0
    for bits in questions:
        touched.asked(bits, seen)
        asked |= bits
    assert asked & held == touched.disclosed
    assert asked & ~held & mask(*FieldGroup) == touched.withheld


def test_trails_are_apart() -> None:
    """Two operations never share a trail (R37)."""
    one, other = Trail(), Trail()
    one.missed("a")
    one.opened(ANN, FACTS, sight(FieldGroup.IDENTITY))
    assert Trail() == other


def test_r29_a_trail_takes_what_another_holds() -> None:
    """R29: what a part of an operation touched, sought and searched for is the operation's."""
    whole, part = Trail(), Trail()
    whole.opened(ANN, FACTS, sight(FieldGroup.IDENTITY))
    for record in (ANN, BEN):
        part.opened(record, FACTS, sight(FieldGroup.IDENTITY))
        part.asked(record, SERVICES, sight(FieldGroup.IDENTITY))
    part.missed("x")
    whole.take(part)
    seen = Touched(Standing.INVOLVED, NAME, FieldGroup.SERVICES.bit, shielded=False)
    assert {(ANN, AccessKind.OPENED): seen, (BEN, AccessKind.OPENED): seen} == whole.touched
    assert list(whole.sought) == ["x"]
