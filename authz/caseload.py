"""Whose caseload a viewer may ask for (R7): what a list of somebody's children may be made of at all."""

from enum import auto
from uuid import UUID

from authz.viewer import Viewer
from authz.words import Act, Role, Word

OVERSEEING = frozenset({Role.PROTECTION_OFFICER, Role.DIRECTORY_TEAM})
"""The roles that may ask for the caseloads of their own organisation's practitioners."""


class Caseload(Word):
    """What a practitioner's caseload shows to a viewer.

    OWN: every child whom the practitioner, who is the viewer, works with and who exists for the viewer. COLLEAGUE:
    only children whose SERVICES the viewer sees in full, through work that is not sensitive (R10, R11) nor done for a
    body whose workers are unknown to the viewer. CLOSED: nothing, and nothing is read.
    """

    OWN = auto()
    COLLEAGUE = auto()
    CLOSED = auto()


def caseload_of(viewer: Viewer, practitioner: UUID, organisation: UUID) -> Caseload:
    """Return what `viewer` may ask for of the caseload of `practitioner`, who works for `organisation`.

    It turns on the viewer's account and the public directory alone, never on a child's record.
    """
    if not viewer.may(Act.CASELOAD):
        return Caseload.CLOSED
    if practitioner == viewer.practitioner:
        return Caseload.OWN
    if viewer.role in OVERSEEING and organisation == viewer.organisation:
        return Caseload.COLLEAGUE
    return Caseload.CLOSED
