"""The tables, each column labelled with the field group that must be in sight for it to be read."""

from resolvers.store.tables.account import (
    Account,
    AccountConflict,
    Alert,
    Application,
    ApplicationChild,
    ApplicationDecision,
    Budget,
    ConflictSource,
    Override,
    Resolution,
    Suspension,
    Task,
)
from resolvers.store.tables.base import Base
from resolvers.store.tables.broker import BrokerRequest
from resolvers.store.tables.child import (
    ChangeCounter,
    Child,
    ChildAuthority,
    ChildReach,
    ExternalIdentifier,
    FormerName,
    Placement,
    Registration,
)
from resolvers.store.tables.deed import Change, Idempotency
from resolvers.store.tables.ending import Concealment, Merge, Transfer
from resolvers.store.tables.feed import FeedEntry, FeedLikeness, FeedMatched, FeedName, FeedSubmission
from resolvers.store.tables.journal import AccessEvent, AccessSubject, JournalCheckpoint
from resolvers.store.tables.organisation import Involvement, Organisation, OrganisationPlace, Practitioner
from resolvers.store.tables.person import Contact, Person, PersonReach
from resolvers.store.tables.shield import Shield, ShieldDecision, ShieldRequest
from resolvers.store.tables.trace import Trace

__all__ = [
    "AccessEvent",
    "AccessSubject",
    "Account",
    "AccountConflict",
    "Alert",
    "Application",
    "ApplicationChild",
    "ApplicationDecision",
    "Base",
    "BrokerRequest",
    "Budget",
    "Change",
    "ChangeCounter",
    "Child",
    "ChildAuthority",
    "ChildReach",
    "Concealment",
    "ConflictSource",
    "Contact",
    "ExternalIdentifier",
    "FeedEntry",
    "FeedLikeness",
    "FeedMatched",
    "FeedName",
    "FeedSubmission",
    "FormerName",
    "Idempotency",
    "Involvement",
    "JournalCheckpoint",
    "Merge",
    "Organisation",
    "OrganisationPlace",
    "Override",
    "Person",
    "PersonReach",
    "Placement",
    "Practitioner",
    "Registration",
    "Resolution",
    "Shield",
    "ShieldDecision",
    "ShieldRequest",
    "Suspension",
    "Task",
    "Trace",
    "Transfer",
]
