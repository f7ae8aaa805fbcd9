"""Who reads the journal, and how much of it: events of records whose trail is in sight, or all by reference (R30)."""

from enum import auto
from functools import cache

from authz.policy import ACTS
from authz.table import TABLE
from authz.words import Act, FieldGroup, Role, Word


class Oversight(Word):
    """What of the journal a role reads.

    OF_RECORDS: the events of records whose TRAIL is in sight. WHOLE: every event, by reference; such a role sees no
    record at all, so that a reference stays one. NONE: nothing, and nothing is read.
    """

    OF_RECORDS = auto()
    WHOLE = auto()
    NONE = auto()


@cache
def oversight_of(role: Role) -> Oversight:
    """Return what `role` reads of the journal; it follows from its acts and from the total table."""
    if Act.READ_TRAIL not in ACTS[role]:
        return Oversight.NONE
    seen = [cell.bits for (each, _), cell in TABLE.items() if each is role]
    if any(bits & FieldGroup.TRAIL.bit for bits in seen):
        return Oversight.OF_RECORDS
    return Oversight.NONE if any(seen) else Oversight.WHOLE
