"""The law as people agreed it, typed here once from its text and never derived from the code that it judges.

`Y` seen, `-` withheld, `own` and `iss` the viewer's own rows only, `Y*` seen unless former names are sealed;
a row without marks: the record does not exist for this viewer.
"""

from authz.rules import Facts
from authz.sight import Sight
from authz.words import Act, FieldGroup, NarrowGroup, Purpose, Role, Shield, Standing, Status

COLUMNS = (
    FieldGroup.IDENTITY,
    FieldGroup.FORMER_NAMES,
    FieldGroup.CONTACT_NAMES,
    FieldGroup.WHEREABOUTS,
    FieldGroup.PLACES,
    FieldGroup.SERVICES,
    FieldGroup.AGENCIES,
    FieldGroup.LEAD,
    FieldGroup.SENSITIVE_SERVICES,
    FieldGroup.IDENTIFIERS,
    FieldGroup.SHIELD_CASE,
    FieldGroup.TRAIL,
)

OPEN_RECORD = """
    PRACTITIONER                    Y  Y   Y  Y  Y  Y    Y  Y  own  iss  -  -
    PROTECTION_OFFICER              Y  Y   Y  Y  Y  Y    Y  Y  own  iss  -  -
    POLICE_APPLICANT, IN_SCOPE      Y  -   Y  Y  -  -    Y  -  -    -    -  -
    POLICE_APPLICANT
    DIRECTORY_TEAM, RESPONSIBLE     Y  Y   Y  Y  Y  Y    Y  Y  Y    Y    Y  Y
    DIRECTORY_TEAM                  Y  Y   Y  Y  Y  Y    Y  Y  -    -    -  -
    DATA_MANAGER                    Y  Y   Y  Y  Y  Y    Y  Y  -    Y    -  -
    DATA_MANAGER, TASKED            Y  Y   Y  Y  Y  Y    Y  Y  Y    Y    -  -
    AUDITOR
    FEED_CLIENT
"""

SHIELDED_RECORD = """
    PRACTITIONER                    Y  Y*  Y  -  -  own  -  -  own  -    -  -
    PROTECTION_OFFICER              Y  Y*  Y  -  -  own  -  -  own  -    -  -
    PROTECTION_OFFICER, OVERRIDING  Y  Y*  Y  Y  Y  Y    Y  Y  own  iss  -  -
    POLICE_APPLICANT, IN_SCOPE      Y  -   Y  -  -  -    -  -  -    -    -  -
    POLICE_APPLICANT
    DIRECTORY_TEAM, RESPONSIBLE     Y  Y   Y  Y  Y  Y    Y  Y  Y    Y    Y  Y
    DIRECTORY_TEAM                  Y  Y*  Y  -  -  -    -  -  -    -    -  -
    DATA_MANAGER                    Y  Y*  Y  -  -  -    -  -  -    -    -  -
    DATA_MANAGER, TASKED            Y  Y   Y  Y  Y  Y    Y  Y  Y    Y    -  -
    AUDITOR
    FEED_CLIENT
"""

ACTS_AND_PURPOSES = """
    PRACTITIONER:
        SEARCH OPEN CASELOAD INVOLVE AMEND REGISTER REQUEST_SHIELD BROKER
        for COORDINATE_CARE MISSING_EDUCATION CHILD_PROTECTION
    PROTECTION_OFFICER:
        SEARCH OPEN CASELOAD INVOLVE AMEND REGISTER REQUEST_SHIELD BROKER OVERRIDE DECIDE_APPLICATION
        for COORDINATE_CARE MISSING_EDUCATION CHILD_PROTECTION IMMEDIATE_RISK CASE_REVIEW
    POLICE_APPLICANT:
        APPLY SEARCH OPEN
        for POLICE_APPLICATION COURT_ORDER
    DIRECTORY_TEAM:
        SEARCH OPEN CASELOAD AMEND REQUEST_SHIELD BROKER DECIDE_APPLICATION DECIDE_SHIELD LIFT_SHIELD READ_TRAIL
        TASKS TRANSFER SUSPEND
        for COORDINATE_CARE CHILD_PROTECTION DATA_QUALITY SUBJECT_ACCESS CASE_REVIEW
    DATA_MANAGER:
        SEARCH OPEN AMEND REGISTER MERGE CONCEAL TASKS
        for DATA_QUALITY SUBJECT_ACCESS
    AUDITOR:
        READ_TRAIL ALERTS READ_APPLICATIONS
        for CASE_REVIEW SUBJECT_ACCESS
    FEED_CLIENT:
        FEED
        for DATA_QUALITY
"""

Marks = tuple[str, ...]
BLANK: Marks = ("",) * len(COLUMNS)


def _matrix(text: str) -> dict[tuple[Role, Standing], Marks]:
    read = {}
    for line in text.strip().splitlines():
        role, _, rest = line.strip().partition(" ")
        words = rest.split()
        standing = Standing.NONE
        if role.endswith(","):
            role, standing = role[:-1], Standing[words.pop(0)]
        read[Role(role), standing] = tuple(words) or BLANK
    return read


MATRIX = {Shield.OPEN: _matrix(OPEN_RECORD), Shield.SHIELDED: _matrix(SHIELDED_RECORD)}
"""For each kind of record, the rows: role and the one standing that makes the row, or none, to a mark a group."""


def _acts_and_purposes(text: str) -> dict[Role, tuple[frozenset[Act], tuple[Purpose, ...]]]:
    read, words = {}, text.split()
    starts = [n for n, word in enumerate(words) if word.endswith(":")]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        split = words.index("for", start)
        acts = frozenset(map(Act, words[start + 1 : split]))
        read[Role(words[start][:-1])] = acts, tuple(map(Purpose, words[split + 1 : end]))
    return read


MAY = _acts_and_purposes(ACTS_AND_PURPOSES)
"""For each role, its acts, and its purposes in their order."""


def row_of(role: Role, facts: Facts) -> Marks:
    """Read the row of the matrix that speaks of `role` and a record with these `facts`, as it stands there."""
    if Standing.CONFLICTED in facts.standing or facts.shield is Shield.CONCEALED:
        return BLANK
    if facts.status is Status.ARCHIVED and role is not Role.DATA_MANAGER:
        return BLANK
    rows = MATRIX[facts.shield]
    telling = [marks for (who, standing), marks in rows.items() if who is role and standing & facts.standing]
    return telling[0] if telling else rows[role, Standing.NONE]


def marks_of(role: Role, facts: Facts) -> Marks:
    """Read off the matrix what `role` sees of a record with these `facts`: a mark per group, the `*` settled."""
    settled = "-" if facts.former_names_sealed else "Y"
    return tuple(settled if mark == "Y*" else mark for mark in row_of(role, facts))


NARROW = {
    FieldGroup.SERVICES: (NarrowGroup.OWN_SERVICES, "own"),
    FieldGroup.SENSITIVE_SERVICES: (NarrowGroup.OWN_SENSITIVE, "own"),
    FieldGroup.IDENTIFIERS: (NarrowGroup.ISSUED_IDENTIFIERS, "iss"),
}


def marks_in(sight: Sight) -> Marks:
    """Write a verdict of the code in the marks of the matrix."""
    return tuple(_mark(sight, group) for group in COLUMNS) if sight.exists else BLANK


def _mark(sight: Sight, group: FieldGroup) -> str:
    if sight.sees(group.bit):
        return "Y"
    narrow, mark = NARROW.get(group, (None, "-"))
    return mark if narrow and sight.sees(narrow.bit) else "-"
