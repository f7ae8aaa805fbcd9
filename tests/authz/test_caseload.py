"""R7: whose caseload a viewer may ask for, over every role, tie and lapse."""

from itertools import product
from uuid import UUID

import pytest

from authz.caseload import Caseload, caseload_of
from authz.words import Lapse, Role
from tests.authz.people import SOMEWHERE, viewer_of

ME, OTHER = UUID(int=1), UUID(int=2)
ELSEWHERE = UUID(int=3)
NOBODY = {Role.POLICE_APPLICANT, Role.DATA_MANAGER, Role.AUDITOR, Role.FEED_CLIENT}


@pytest.mark.parametrize("role", Role)
def test_r7_whose_caseload_a_viewer_may_ask_for(role: Role) -> None:
    """Own, a colleague's or none, by role, by whose it is and by where that worker works."""
    overseer = Caseload.COLLEAGUE if role in {Role.PROTECTION_OFFICER, Role.DIRECTORY_TEAM} else Caseload.CLOSED
    expected = {
        (ME, SOMEWHERE): Caseload.OWN,
        (ME, ELSEWHERE): Caseload.OWN,
        (OTHER, SOMEWHERE): overseer,
        (OTHER, ELSEWHERE): Caseload.CLOSED,
    }
    if role in NOBODY:
        expected = dict.fromkeys(expected, Caseload.CLOSED)
    viewer = viewer_of(role, practitioner=ME)
    assert expected == {(worker, body): caseload_of(viewer, worker, body) for worker, body in expected}


@pytest.mark.parametrize("role", Role)
def test_r7_who_is_no_practitioner_has_no_caseload_of_ones_own(role: Role) -> None:
    """An account without a practitioner owns nobody's list."""
    viewer = viewer_of(role)
    assert Caseload.OWN not in {caseload_of(viewer, *at) for at in product((ME, OTHER), (SOMEWHERE, ELSEWHERE))}


@pytest.mark.parametrize("role", Role)
def test_r28_a_lapse_closes_every_caseload(role: Role) -> None:
    """An account with a lapse may ask for no list, its own practitioner's neither."""
    viewer = viewer_of(role, practitioner=ME, lapses=(Lapse.VETTING,))
    assert {Caseload.CLOSED} == {caseload_of(viewer, worker, SOMEWHERE) for worker in (ME, OTHER)}
