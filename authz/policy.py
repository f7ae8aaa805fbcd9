"""The law: who sees what of a record, who may ask for what, and why. Sentences only, no logic.

Read it from top to bottom; `gateway policy show` prints what it amounts to. Default deny, forbid wins.
The reasons for each sentence stand in `docs/policy.md`.
"""

from collections.abc import Mapping

from authz.rules import Rule, allow, forbid, record, viewer
from authz.words import Act, FieldGroup, Group, NarrowGroup, Purpose, Role, Shield, Standing, Status

PRACTITIONERS = (Role.PRACTITIONER, Role.PROTECTION_OFFICER)

RECOGNISE = (FieldGroup.IDENTITY, FieldGroup.FORMER_NAMES, FieldGroup.CONTACT_NAMES)
LOCATE = (
    FieldGroup.WHEREABOUTS,
    FieldGroup.PLACES,
    FieldGroup.SERVICES,
    FieldGroup.AGENCIES,
    FieldGroup.LEAD,
)
CONFIDE = (FieldGroup.SENSITIVE_SERVICES, FieldGroup.IDENTIFIERS)
OVERSEE = (FieldGroup.SHIELD_CASE, FieldGroup.TRAIL)
OWN_ROWS = (NarrowGroup.OWN_SENSITIVE, NarrowGroup.ISSUED_IDENTIFIERS)
EVERYTHING: tuple[Group, ...] = (*RECOGNISE, *LOCATE, *CONFIDE, *OVERSEE, NarrowGroup.OWN_SERVICES, *OWN_ROWS)

POLICY: tuple[Rule, ...] = (
    allow("open-to-practitioners", PRACTITIONERS, (*RECOGNISE, *LOCATE, *OWN_ROWS), record(Shield.OPEN)),
    allow(
        "shielded-to-practitioners",
        PRACTITIONERS,
        (*RECOGNISE, NarrowGroup.OWN_SERVICES, NarrowGroup.OWN_SENSITIVE),
        record(Shield.SHIELDED),
    ),
    allow(
        "override-in-an-emergency",
        (Role.PROTECTION_OFFICER,),
        (*LOCATE, *OWN_ROWS),
        record(Shield.SHIELDED, standing=Standing.OVERRIDING),
    ),
    allow(
        "police-in-approved-scope",
        (Role.POLICE_APPLICANT,),
        (FieldGroup.IDENTITY, FieldGroup.CONTACT_NAMES),
        record(Shield.OPEN, Shield.SHIELDED, standing=Standing.IN_SCOPE),
    ),
    allow(
        "police-in-approved-scope-open",
        (Role.POLICE_APPLICANT,),
        (FieldGroup.WHEREABOUTS, FieldGroup.AGENCIES),
        record(Shield.OPEN, standing=Standing.IN_SCOPE),
    ),
    allow("open-to-teams", (Role.DIRECTORY_TEAM,), (*RECOGNISE, *LOCATE), record(Shield.OPEN)),
    allow("shielded-to-teams", (Role.DIRECTORY_TEAM,), RECOGNISE, record(Shield.SHIELDED)),
    allow(
        "responsible-team",
        (Role.DIRECTORY_TEAM,),
        (*RECOGNISE, *LOCATE, *CONFIDE, *OVERSEE),
        record(Shield.OPEN, Shield.SHIELDED, standing=Standing.RESPONSIBLE),
    ),
    allow(
        "open-to-data-managers",
        (Role.DATA_MANAGER,),
        (*RECOGNISE, *LOCATE, FieldGroup.IDENTIFIERS),
        record(Shield.OPEN),
    ),
    allow("shielded-to-data-managers", (Role.DATA_MANAGER,), RECOGNISE, record(Shield.SHIELDED)),
    allow(
        "matching-task",
        (Role.DATA_MANAGER,),
        (*RECOGNISE, *LOCATE, *CONFIDE),
        record(Shield.OPEN, Shield.SHIELDED, standing=Standing.TASKED),
    ),
    forbid(
        "sealed-former-names",
        (FieldGroup.FORMER_NAMES,),
        record(Shield.SHIELDED, sealed=True),
        unless=(
            viewer(Role.DIRECTORY_TEAM, Standing.RESPONSIBLE),
            viewer(Role.DATA_MANAGER, Standing.TASKED),
        ),
    ),
    forbid("conflict-of-interest", EVERYTHING, record(standing=Standing.CONFLICTED)),
    forbid("concealed", EVERYTHING, record(Shield.CONCEALED)),
    forbid("archived", EVERYTHING, record(status=Status.ARCHIVED), unless=(viewer(Role.DATA_MANAGER),)),
)

_PRACTITIONER_ACTS = frozenset(
    {
        Act.SEARCH,
        Act.OPEN,
        Act.CASELOAD,
        Act.INVOLVE,
        Act.AMEND,
        Act.REGISTER,
        Act.REQUEST_SHIELD,
        Act.BROKER,
    }
)

ACTS: Mapping[Role, frozenset[Act]] = {
    Role.PRACTITIONER: _PRACTITIONER_ACTS,
    Role.PROTECTION_OFFICER: _PRACTITIONER_ACTS | {Act.OVERRIDE, Act.DECIDE_APPLICATION},
    Role.POLICE_APPLICANT: frozenset({Act.APPLY, Act.SEARCH, Act.OPEN}),
    Role.DIRECTORY_TEAM: frozenset(
        {
            Act.SEARCH,
            Act.OPEN,
            Act.CASELOAD,
            Act.AMEND,
            Act.REQUEST_SHIELD,
            Act.BROKER,
            Act.DECIDE_APPLICATION,
            Act.DECIDE_SHIELD,
            Act.LIFT_SHIELD,
            Act.READ_TRAIL,
            Act.TASKS,
            Act.TRANSFER,
            Act.SUSPEND,
        }
    ),
    Role.DATA_MANAGER: frozenset({Act.SEARCH, Act.OPEN, Act.AMEND, Act.REGISTER, Act.MERGE, Act.CONCEAL, Act.TASKS}),
    Role.AUDITOR: frozenset({Act.READ_TRAIL, Act.ALERTS, Act.READ_APPLICATIONS}),
    Role.FEED_CLIENT: frozenset({Act.FEED}),
}

_CARE = (Purpose.COORDINATE_CARE, Purpose.MISSING_EDUCATION, Purpose.CHILD_PROTECTION)

PURPOSES: Mapping[Role, tuple[Purpose, ...]] = {
    Role.PRACTITIONER: _CARE,
    Role.PROTECTION_OFFICER: (*_CARE, Purpose.IMMEDIATE_RISK, Purpose.CASE_REVIEW),
    Role.POLICE_APPLICANT: (Purpose.POLICE_APPLICATION, Purpose.COURT_ORDER),
    Role.DIRECTORY_TEAM: (
        Purpose.COORDINATE_CARE,
        Purpose.CHILD_PROTECTION,
        Purpose.DATA_QUALITY,
        Purpose.SUBJECT_ACCESS,
        Purpose.CASE_REVIEW,
    ),
    Role.DATA_MANAGER: (Purpose.DATA_QUALITY, Purpose.SUBJECT_ACCESS),
    Role.AUDITOR: (Purpose.CASE_REVIEW, Purpose.SUBJECT_ACCESS),
    Role.FEED_CLIENT: (Purpose.DATA_QUALITY,),
}

PURPOSES_OF: Mapping[Act, tuple[Purpose, ...]] = {Act.OVERRIDE: (Purpose.CHILD_PROTECTION, Purpose.IMMEDIATE_RISK)}
"""Acts that are for some purposes alone; every other act is for whatever its account may state."""
