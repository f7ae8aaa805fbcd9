"""The closed sets of the directory's own work, with a sentence for each word."""

from resolvers.store import words as facts
from schema.enums import told

told(
    facts.LegalBasis,
    "On which legal basis access is applied for.",
    {
        "COURT_ORDER": "An order of a court.",
        "PREVENT_OR_DETECT_CRIME": "To prevent or detect a crime.",
        "PROSECUTE_OFFENCE_AGAINST_CHILD": "To prosecute an offence against a child.",
        "SECTION_47_ENQUIRY": "An enquiry under section 47 of the Children Act 1989.",
        "SAFEGUARDING_REVIEW": "A review of how children were safeguarded.",
    },
)
told(
    facts.ApplicationState,
    "How far an application for access has come.",
    {
        "PENDING": "Nobody has decided yet.",
        "PARTLY_APPROVED": "One body has approved; another must.",
        "APPROVED": "Access is open until it expires.",
        "REFUSED": "One decider has refused.",
        "EXPIRED": "Access has ended.",
        "WITHDRAWN": "The applicant has withdrawn it.",
    },
)
told(
    facts.OverrideGround,
    "On which ground a shield is overridden.",
    {
        "CHILD_AT_IMMEDIATE_RISK": "The child is at immediate risk.",
        "CHILD_MISSING": "The child is missing.",
        "LEGAL_DUTY": "The law demands it.",
    },
)
told(
    facts.TaskKind,
    "What a task is about.",
    {
        "HOUSEHOLD_SHIELD": "Whether a member of a shielded household is to be shielded too.",
        "SHIELD_REVIEW": "A shield whose day of review has come.",
        "UNCERTAIN_MATCH": "Whether two records are the same child.",
        "BROKER_REQUEST": "Somebody asks to be put in touch.",
        "OVERRIDE_INVESTIGATION": "An override that is to be looked into.",
    },
)
told(
    facts.TaskResolution,
    "How a task is resolved.",
    {
        "SHIELD_TOO": "The hold becomes a shield of its own.",
        "DOES_NOT_LIVE_THERE": "The child is not of the household; the links to it end.",
        "SAME_CHILD": "Both records are the same child: the one that waited goes into the other.",
        "NEW_CHILD": "It is a child of its own: the record that waited is opened.",
        "DONE": "It has been looked into.",
    },
)
told(
    facts.AlertKind,
    "What an alert is about.",
    {
        "CONFLICT": "A record in conflict with the account was asked for.",
        "OWN_RECORD": "The account's own record was asked for.",
        "SAME_HOUSEHOLD": "A record of the account's own household was asked for.",
        "COLLEAGUES_CHILD": "A colleague's child was asked for.",
        "MANY_REFUSALS": "The account was refused many times.",
        "MANY_RECORDS": "The account read many records.",
        "OVERRIDE": "A shield was overridden.",
        "SHIELD_REQUEST": "A shield was requested.",
    },
)
