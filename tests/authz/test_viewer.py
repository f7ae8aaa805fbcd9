from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.policy import ACTS
from authz.words import Act, Lapse, Role
from tests.authz.people import ROLES, viewer_of


@given(ROLES, st.lists(st.sampled_from(Act)))
def test_any_act_suffices(role: Role, acts: list[Act]) -> None:
    """Of several acts one that the role holds suffices; of none, none does."""
    assert any(act in ACTS[role] for act in acts) == viewer_of(role).may(*acts)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("lapse", Lapse)
def test_r28_a_lapse_takes_every_act(role: Role, lapse: Lapse) -> None:
    """R28: an account with any lapse may ask for nothing, all acts at once included."""
    assert not viewer_of(role, lapses=(lapse,)).may(*Act)


def test_a_viewer_is_frozen() -> None:
    """Nothing that a request passes through can add to a viewer."""
    with pytest.raises(FrozenInstanceError):
        viewer_of(Role.PRACTITIONER).role = Role.DIRECTORY_TEAM  # type: ignore[misc]  # the attempt


def test_a_viewer_begins_with_nothing() -> None:
    """What nobody has set is absent: no purpose, no authority, no practitioner."""
    viewer = viewer_of(Role.DIRECTORY_TEAM)
    assert (None, None, None, None, ()) == (
        viewer.practitioner,
        viewer.authority,
        viewer.purpose,
        viewer.reason,
        viewer.purposes,
    )
