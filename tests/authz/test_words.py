from hypothesis import given
from hypothesis import strategies as st

from authz.words import NARROWER, Act, FieldGroup, Lapse, NarrowGroup, Purpose, Role, Shield, Status, groups_in, mask
from tests.authz.law import COLUMNS, MAY, NARROW
from tests.authz.people import GROUPS

SOME_GROUPS = st.sets(st.sampled_from(GROUPS))


def test_words_are_their_names() -> None:
    """Every word is stored, printed and sent as its own name."""
    words = [word for kind in (Role, Purpose, Lapse, FieldGroup, NarrowGroup, Act, Shield, Status) for word in kind]
    assert [word.name for word in words] == [str(word) for word in words]
    assert [word.name for word in words] == [word.value for word in words]


def test_groups_have_a_bit_each() -> None:
    """No two groups share a bit, so a verdict on one says nothing about another."""
    bits = [group.bit for group in GROUPS]
    assert len(GROUPS) == len(set(bits))
    assert all(bit.bit_count() == 1 for bit in bits)


def test_groups_are_those_of_the_law() -> None:
    """The groups of a child's record are the columns of the matrix, in its order; PLACE is of bodies alone."""
    assert list(FieldGroup) == [*COLUMNS, FieldGroup.PLACE]


def test_roles_are_those_of_the_law() -> None:
    """Every role has its acts and purposes in the law, and the law names no other."""
    assert list(Role) == list(MAY)


def test_narrower_groups_are_those_of_the_law() -> None:
    """Own and issued rows narrow the groups in whose columns the matrix says `own` and `iss`, and no others."""
    assert {group: narrow for group, (narrow, _) in NARROW.items()} == NARROWER


def test_narrow_groups_stay_inside() -> None:
    """The internal groups are never among the public ones, neither by value nor by name."""
    assert not {group.name for group in NarrowGroup} & {group.name for group in FieldGroup}
    assert not any(isinstance(group, FieldGroup) for group in NarrowGroup)


@given(SOME_GROUPS)
def test_mask_and_groups_in_are_inverse(groups: set[NarrowGroup | FieldGroup]) -> None:
    """A mask holds exactly the groups that it was made of, told in the order of the words."""
    assert [group for group in GROUPS if group in groups] == list(groups_in(mask(*groups)))


@given(SOME_GROUPS, SOME_GROUPS)
def test_masks_join(some: set[NarrowGroup | FieldGroup], others: set[NarrowGroup | FieldGroup]) -> None:
    """The mask of two sets of groups is the union of their masks, whatever they share."""
    assert mask(*some, *others) == mask(*some) | mask(*others)


def test_no_groups_make_no_bits() -> None:
    """Nothing named is nothing held."""
    assert mask() == 0
    assert groups_in(0) == ()
