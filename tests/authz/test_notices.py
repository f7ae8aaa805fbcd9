import re

import pytest

from authz.notices import BROKER, NOTICES, Withheld, notices
from authz.sight import CHILD_GROUPS
from authz.words import FieldGroup

TOLD = [group for group in FieldGroup if group is not FieldGroup.IDENTITY]


def test_every_group_that_can_be_withheld_has_its_sentence() -> None:
    """Whoever reads `withheld` finds a sentence for every group: those of a child, and PLACE."""
    assert TOLD == list(NOTICES)
    assert {*CHILD_GROUPS, FieldGroup.PLACE} == set(NOTICES)


def test_notices_keep_the_order_asked_for() -> None:
    """Notices stand in the order in which the groups are given."""
    groups = FieldGroup.TRAIL, FieldGroup.FORMER_NAMES
    assert list(groups) == [withheld.group for withheld in notices(groups)]


def test_nothing_withheld_is_no_notice() -> None:
    """Where nothing is withheld nothing is said."""
    assert () == notices(())


@pytest.mark.parametrize("group", TOLD)
def test_r3_the_broker_is_national(group: FieldGroup) -> None:
    """R3: every notice of every group sends to one and the same national desk."""
    assert (Withheld(group, NOTICES[group], BROKER),) == notices((group,))


@pytest.mark.parametrize("group", TOLD)
def test_r3_a_notice_names_nobody(group: FieldGroup) -> None:
    """R3: after its first letter a notice has no capital and no digit, so it names no team, place or person."""
    assert re.fullmatch(r"[A-Z][a-z ,-]+\.", NOTICES[group])


@pytest.mark.parametrize("group", TOLD)
def test_r2_a_notice_is_the_same_object_for_all(group: FieldGroup) -> None:
    """R2: a notice is made once; there is no place in it for what is stored on a record."""
    assert notices((group,))[0] is notices((group,))[0]
