"""Leaks of streams to plant, of which no test by hand knows: generated worlds find them."""

from tests.leaks.guardians import Streams
from tests.leaks.leak import Leak
from tests.leaks.tree import Patch

STREAMS = (
    Leak(
        "a carer of the past",
        "A stream tells of changes of a carer whom the child has no longer.",
        "CWE-200, exposure of sensitive information: a tie that has ended still counts",
        (
            Patch(
                "resolvers/changes.py",
                "link.person_id == change.person_id, current(link))\n    return or_(",
                "link.person_id == change.person_id)\n    return or_(",
            ),
        ),
        (Streams(),),
    ),
    Leak(
        "hidden work by its name",
        "A change in sight that comes with the end of sensitive work is called the end of work.",
        "CWE-203, observable discrepancy",
        (
            Patch(
                "resolvers/changes.py",
                "    CaseloadChange.INVOLVEMENT_ENDED: (FieldGroup.SENSITIVE_SERVICES, FieldGroup.SERVICES),\n",
                "",
            ),
        ),
        (Streams(),),
    ),
)
