"""Which changes a sight lets its viewer hear of."""

import pytest

from authz.change import heard
from authz.sight import Sight
from authz.words import FieldGroup, Group, NarrowGroup, mask

G, N = FieldGroup, NarrowGroup


@pytest.mark.parametrize(
    ("held", "changed", "own", "told"),
    [
        ((G.IDENTITY,), (G.IDENTITY, G.PLACES), False, {G.IDENTITY}),
        ((N.OWN_SERVICES,), (G.SERVICES,), False, set()),
        ((N.OWN_SERVICES,), (G.SERVICES,), True, {G.SERVICES}),
        ((N.OWN_SERVICES,), (G.SENSITIVE_SERVICES,), True, set()),
        ((N.OWN_SENSITIVE,), (G.SENSITIVE_SERVICES,), True, {G.SENSITIVE_SERVICES}),
        ((G.SERVICES,), (G.SERVICES,), False, {G.SERVICES}),
        ((N.ISSUED_IDENTIFIERS,), (G.IDENTIFIERS,), True, set()),
        ((G.IDENTIFIERS,), (G.IDENTIFIERS,), False, {G.IDENTIFIERS}),
        ((), tuple(FieldGroup), True, set()),
    ],
)
def test_r34_a_change_is_heard_of_by_whoever_sees_what_has_changed(
    held: tuple[Group, ...], changed: tuple[FieldGroup, ...], own: bool, told: set[FieldGroup]
) -> None:
    """Groups in sight are heard of; groups of which own rows are seen, where the change is about own work."""
    assert heard(Sight(mask(*held), ()), changed, own=own) == told
