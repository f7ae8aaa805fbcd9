"""The closed sets that clients see, with a sentence for each word."""

from enum import Enum
from typing import Any

import strawberry

from authz import trail
from authz import words as law
from resolvers import problem
from resolvers.store import words as facts


def told(kind: type[Enum], description: str, sentences: dict[str, str]) -> None:
    """Register `kind` as a GraphQL enum; every value must have its sentence."""
    missing = {member.name for member in kind} ^ set(sentences)
    if missing:
        raise ValueError(f"`{kind.__name__}` lacks or has too many sentences: {sorted(missing)}")
    registered: Any = strawberry.enum(kind, description=description)
    for value in registered.__strawberry_definition__.values:
        value.description = sentences[value.name]


told(
    law.Role,
    "What kind of viewer an account is.",
    {
        "PRACTITIONER": "Works with children: a teacher, a health visitor, a social worker.",
        "PROTECTION_OFFICER": "Works in child protection; may override a shield in an emergency.",
        "POLICE_APPLICANT": "Police or court staff: sees the children of an approved application alone.",
        "DIRECTORY_TEAM": "Keeps the directory for one authority and decides on shields there.",
        "DATA_MANAGER": "Mends matches and duplicates.",
        "AUDITOR": "Reads the journal, no child's record.",
        "FEED_CLIENT": "A case system that feeds the directory; reads nothing.",
    },
)
told(
    law.Purpose,
    "Why a viewer asks.",
    {
        "COORDINATE_CARE": "To work together with others around a child.",
        "CHILD_PROTECTION": "To protect a child from harm.",
        "IMMEDIATE_RISK": "To act on an immediate risk.",
        "MISSING_EDUCATION": "To find a child who is missing education.",
        "DATA_QUALITY": "To keep the directory correct.",
        "SUBJECT_ACCESS": "To answer a family that asks what is held on it.",
        "POLICE_APPLICATION": "Under an approved application of the police.",
        "COURT_ORDER": "Under the order of a court.",
        "CASE_REVIEW": "To review how a case was handled.",
    },
)
told(
    law.Lapse,
    "What keeps an account from reading records.",
    {
        "VETTING": "The vetting has run out.",
        "TRAINING": "The training has run out.",
        "AGREEMENT": "The agreement in force is not signed.",
        "SUSPENDED": "The account is suspended.",
        "ORGANISATION": "The organisation is not accredited.",
    },
)
told(
    law.FieldGroup,
    "The unit of disclosure: what is seen or withheld as one.",
    {
        "IDENTITY": "Who the child is.",
        "FORMER_NAMES": "Names the child had before.",
        "CONTACT_NAMES": "Who has parental responsibility or care.",
        "WHEREABOUTS": "Anything that locates the child or a carer.",
        "PLACES": "School and practice.",
        "SERVICES": "Services that work with the child.",
        "AGENCIES": "Bodies to ring about the child.",
        "LEAD": "The lead professional and the holder of an assessment.",
        "SENSITIVE_SERVICES": "Services whose very kind is confidential.",
        "IDENTIFIERS": "Identifiers that other bodies issued.",
        "SHIELD_CASE": "Why, by whom and until when a record is shielded.",
        "TRAIL": "Who has looked at the record.",
        "PLACE": "How to reach an organisation.",
    },
)
told(
    trail.AccessKind,
    "How an operation touched a record.",
    {
        "OPENED": "A record was read.",
        "SUMMARY": "A row named the child, or its trail was read.",
        "SOUGHT": "An id or number was asked for and gave nothing, or the operation touched no record.",
    },
)
told(
    facts.Gender,
    "A child's gender as registered.",
    {"FEMALE": "Female.", "MALE": "Male.", "NOT_SPECIFIED": "Not known or not specified."},
)
told(
    facts.Relationship,
    "How a carer is related to a child.",
    {
        "MOTHER": "Mother.",
        "FATHER": "Father.",
        "GUARDIAN": "Guardian.",
        "FOSTER_CARER": "Foster carer.",
        "GRANDPARENT": "Grandparent.",
        "OTHER_CARER": "Another carer.",
    },
)
told(
    facts.OrganisationKind,
    "What kind of body an organisation is.",
    {
        "SCHOOL": "A school or nursery.",
        "GP_PRACTICE": "A general practice.",
        "HOSPITAL": "A hospital or community health body.",
        "LOCAL_AUTHORITY": "A local authority or one of its services.",
        "POLICE_FORCE": "A police force.",
        "CHARITY": "A charity or voluntary body.",
        "PROBATION": "A probation body.",
        "OTHER": "Another body.",
    },
)
told(
    facts.ServiceKind,
    "What kind of service works with a child.",
    {
        "EDUCATION": "A school or nursery.",
        "PRIMARY_CARE": "A general practice.",
        "HEALTH_VISITING": "Health visiting.",
        "SOCIAL_CARE": "Children's social care.",
        "EDUCATION_WELFARE": "Education welfare.",
        "YOUTH_SERVICE": "A youth service.",
        "VOLUNTARY": "A voluntary service.",
        "POLICE": "The police.",
        "PROBATION": "Probation; sensitive.",
        "SEXUAL_HEALTH": "Sexual health; sensitive.",
        "MENTAL_HEALTH": "Mental health; sensitive.",
        "SUBSTANCE_MISUSE": "Substance misuse; sensitive.",
        "YOUTH_OFFENDING": "Youth offending; sensitive.",
    },
)
told(
    problem.ProblemCode,
    "What kept a deed from being done.",
    {
        "INVALID": "A value cannot be meant.",
        "STALE_VERSION": "The record has changed since the version given.",
        "DUPLICATE_KEY": "The key stands for another deed.",
        "NOT_YOURS_TO_CHANGE": "A field of it is not in sight, so it cannot be changed.",
        "NEEDS_BASIS": "A sensitive service is recorded with a basis only.",
        "NEEDS_SECOND_PERSON": "Another person must take this step.",
        "NOT_FOUND": "The target is absent, forbidden or hidden; which, is not told.",
    },
)
told(
    facts.ShieldState,
    "How far a shield has come.",
    {
        "REQUESTED": "Requested, and in force from then on.",
        "HOLD": "In force because a household member is shielded.",
        "ACTIVE": "Approved, and in force.",
        "LIFT_PROPOSED": "One account has proposed to lift it; still in force.",
        "REFUSED": "Two accounts have refused it.",
        "LIFTED": "It has ended.",
    },
)
told(
    facts.ShieldReason,
    "Why a child is shielded.",
    {
        "DOMESTIC_VIOLENCE": "Violence at home.",
        "WITNESS_PROTECTION": "A protected witness in the family; former names are sealed.",
        "ADOPTION": "An adoption; former names are sealed.",
        "KIDNAP_RISK": "Somebody may take the child away.",
        "FOSTER_PLACEMENT": "A placement that must not be found.",
        "OTHER": "Another reason, told by the evidence.",
    },
)
told(
    facts.CaseloadChange,
    "What a change is to those who work with the child.",
    {
        "SOMEONE_BECAME_INVOLVED": "Somebody has begun to work with the child.",
        "INVOLVEMENT_ENDED": "Somebody no longer works with the child.",
        "DETAILS_CHANGED": "Something else has changed that the viewer sees.",
    },
)
