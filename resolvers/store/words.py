"""Closed sets that are facts of the directory rather than words of the law."""

from enum import auto

from authz.words import Word


class Gender(Word):
    FEMALE = auto()
    MALE = auto()
    NOT_SPECIFIED = auto()


class Ended(Word):
    """Why a record ended before the child grew up."""

    LEFT = auto()
    DECEASED = auto()


class ReachKind(Word):
    """What is known of where a child is."""

    CURRENT = auto()
    LAST_KNOWN = auto()
    NONE_KNOWN = auto()
    LEFT_ENGLAND = auto()


class Relationship(Word):
    MOTHER = auto()
    FATHER = auto()
    GUARDIAN = auto()
    FOSTER_CARER = auto()
    GRANDPARENT = auto()
    OTHER_CARER = auto()


class OrganisationKind(Word):
    SCHOOL = auto()
    GP_PRACTICE = auto()
    HOSPITAL = auto()
    LOCAL_AUTHORITY = auto()
    POLICE_FORCE = auto()
    CHARITY = auto()
    PROBATION = auto()
    OTHER = auto()


class ServiceKind(Word):
    EDUCATION = auto()
    PRIMARY_CARE = auto()
    HEALTH_VISITING = auto()
    SOCIAL_CARE = auto()
    EDUCATION_WELFARE = auto()
    YOUTH_SERVICE = auto()
    VOLUNTARY = auto()
    POLICE = auto()
    PROBATION = auto()
    SEXUAL_HEALTH = auto()
    MENTAL_HEALTH = auto()
    SUBSTANCE_MISUSE = auto()
    YOUTH_OFFENDING = auto()


SENSITIVE_KINDS = (
    ServiceKind.SEXUAL_HEALTH,
    ServiceKind.MENTAL_HEALTH,
    ServiceKind.SUBSTANCE_MISUSE,
    ServiceKind.YOUTH_OFFENDING,
    ServiceKind.PROBATION,
)
"""Services that are sensitive by their nature; a single row may be marked sensitive beside, never unmarked."""


class ShieldState(Word):
    REQUESTED = auto()
    HOLD = auto()
    ACTIVE = auto()
    LIFT_PROPOSED = auto()
    REFUSED = auto()
    LIFTED = auto()


STANDING_STATES = (ShieldState.REQUESTED, ShieldState.HOLD, ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED)
"""The states in which a shield is in force; from the commit of its request (R21)."""


OWN_STATES = (ShieldState.REQUESTED, ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED)
"""The states of a shield that stands by itself; a HOLD stands as long as the one that it follows."""


class ShieldReason(Word):
    DOMESTIC_VIOLENCE = auto()
    WITNESS_PROTECTION = auto()
    ADOPTION = auto()
    KIDNAP_RISK = auto()
    FOSTER_PLACEMENT = auto()
    OTHER = auto()


SEALING_REASONS = (ShieldReason.ADOPTION, ShieldReason.WITNESS_PROTECTION)
"""Reasons for which former names are sealed: they would link a child's two lives."""


class ShieldStep(Word):
    """What one account has said on a shield."""

    APPROVE = auto()
    REFUSE = auto()
    LIFT = auto()


class ApplicationState(Word):
    PENDING = auto()
    PARTLY_APPROVED = auto()
    APPROVED = auto()
    REFUSED = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()


class LegalBasis(Word):
    COURT_ORDER = auto()
    PREVENT_OR_DETECT_CRIME = auto()
    PROSECUTE_OFFENCE_AGAINST_CHILD = auto()
    SECTION_47_ENQUIRY = auto()
    SAFEGUARDING_REVIEW = auto()


class OverrideGround(Word):
    CHILD_AT_IMMEDIATE_RISK = auto()
    CHILD_MISSING = auto()
    LEGAL_DUTY = auto()


class TaskKind(Word):
    HOUSEHOLD_SHIELD = auto()
    SHIELD_REVIEW = auto()
    UNCERTAIN_MATCH = auto()
    BROKER_REQUEST = auto()
    OVERRIDE_INVESTIGATION = auto()


class TaskResolution(Word):
    """How a task is ended."""

    SHIELD_TOO = auto()
    DOES_NOT_LIVE_THERE = auto()
    SAME_CHILD = auto()
    NEW_CHILD = auto()
    DONE = auto()


class AlertKind(Word):
    """What an alert is about."""

    CONFLICT = auto()
    OWN_RECORD = auto()
    SAME_HOUSEHOLD = auto()
    COLLEAGUES_CHILD = auto()
    MANY_REFUSALS = auto()
    MANY_RECORDS = auto()
    OVERRIDE = auto()
    SHIELD_REQUEST = auto()


class CheckpointKind(Word):
    """Why a checkpoint of the journal was signed.

    START with a writer's first event, HELD from time to time, END when it stopped; FOUND for what a writer that did
    not stop left, by whoever found it; RESTORE where an operator said that the database comes from a backup.
    """

    START = auto()
    HELD = auto()
    END = auto()
    FOUND = auto()
    RESTORE = auto()


class CaseloadChange(Word):
    """What a change of a record is to those who work with the child."""

    SOMEONE_BECAME_INVOLVED = auto()
    INVOLVEMENT_ENDED = auto()
    DETAILS_CHANGED = auto()


class SensitiveBasis(Word):
    """On what ground a sensitive involvement is on record (R11)."""

    CONSENT = auto()
    RISK_OF_SIGNIFICANT_HARM = auto()


class FeedKind(Word):
    """What one entry of a feed does for its child."""

    INVOLVEMENT = auto()
    REACH = auto()
    PLACEMENT = auto()


class FeedOutcome(Word):
    """What a client is told of one entry: it tells of the entry itself, never of what it matches (R19)."""

    ACCEPTED = auto()
    QUEUED = auto()
    REFUSED = auto()


class Likeness(Word):
    """How an entry of a feed is like a record.

    SAME has an identifier of the client's own body; SPENT has one too and is concealed. ALIKE may be the same child.
    """

    SAME = auto()
    SPENT = auto()
    ALIKE = auto()


class FeedMatch(Word):
    """What becomes of an entry of a feed.

    It lands on the KNOWN record; on one that is NEW, and on HOLD; nowhere where its identifier is SPENT. One that is
    like another of its batch comes LATER.
    """

    KNOWN = auto()
    NEW = auto()
    SPENT = auto()
    LATER = auto()
