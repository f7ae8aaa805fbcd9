"""Viewers, facts and what hypothesis draws them from."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from authz.rules import Case, Facts, Rule, allow, forbid, record, viewer
from authz.viewer import Viewer
from authz.words import FieldGroup, Group, NarrowGroup, Role, Shield, Standing, Status

SOMEBODY = UUID("00000000-0000-4000-8000-000000000001")
SOMEWHERE = UUID("00000000-0000-4000-8000-000000000002")
GROUPS: tuple[Group, ...] = (*FieldGroup, *NarrowGroup)


def viewer_of(role: Role, **facts: Any) -> Viewer:
    return Viewer(account=SOMEBODY, name="Somebody", role=role, organisation=SOMEWHERE, **facts)


def _joined(standings: list[Standing]) -> Standing:
    joined = Standing.NONE
    for standing in standings:
        joined |= standing
    return joined


ROLES = st.sampled_from(Role)
STANDINGS = st.lists(st.sampled_from(Standing), max_size=2).map(_joined)
FACTS = st.builds(
    Facts,
    shield=st.sampled_from(Shield),
    status=st.sampled_from(Status),
    standing=st.lists(st.sampled_from(Standing), max_size=6).map(_joined),
    former_names_sealed=st.booleans(),
)

_SOME_GROUPS = st.sets(st.sampled_from(GROUPS), min_size=1)
_RECORDS = st.builds(
    lambda shields, **rest: record(*shields, **rest),
    st.sets(st.sampled_from(Shield)),
    status=st.none() | st.sampled_from(Status),
    standing=STANDINGS,
    sealed=st.none() | st.booleans(),
)
_CASES: st.SearchStrategy[Case] = _RECORDS | st.builds(viewer, ROLES, STANDINGS)

ALLOWING: st.SearchStrategy[Rule] = st.builds(
    allow, st.text(min_size=1), st.sets(ROLES, min_size=1), _SOME_GROUPS, st.none() | _CASES
)
FORBIDDING: st.SearchStrategy[Rule] = st.builds(
    forbid, st.text(min_size=1), _SOME_GROUPS, _CASES, st.lists(_CASES, max_size=2).map(tuple)
)
POLICIES = st.lists(ALLOWING | FORBIDDING, max_size=6)
