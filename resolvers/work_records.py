"""What the stacks hand upward of the directory's own work: applications, tasks and alerts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.words import Role
from resolvers.ids import Kind, write_id
from resolvers.records import OrganisationRecord
from resolvers.store.words import AlertKind, ApplicationState, LegalBasis, TaskKind


@dataclass(frozen=True, slots=True, eq=False)
class ApplicationRecord:
    """Access applied for, as it stands now; `mine` tells whether the viewer is the applicant."""

    key: UUID
    applicant: str
    organisation: OrganisationRecord
    legal_basis: LegalBasis
    justification: str
    requested: list[str]
    state: ApplicationState
    expires_at: datetime | None
    mine: bool

    @property
    def id(self) -> str:
        return write_id(Kind.APPLICATION, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class DecisionRecord:
    """One decision on an application; `by` and `note` are None for the applicant, for whom they are not read."""

    role: Role
    approve: bool
    at: datetime
    by: str | None
    note: str | None


@dataclass(frozen=True, slots=True, eq=False)
class TaskRecord:
    """Work that waits; `subject` is a reference, `child` the key of the record that the law judges.

    Where somebody asks to be put in touch, `message` is what is asked, and `requester` the account that asks. `shield`
    is the key of the hold or the shield that it is about.
    """

    key: UUID
    kind: TaskKind
    subject: str
    since: datetime
    child: UUID
    message: str | None = None
    requester: UUID | None = None
    shield: UUID | None = None

    @property
    def id(self) -> str:
        return write_id(Kind.TASK, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class AlertRecord:
    """Something to look at, by the event that raised it."""

    key: UUID
    kind: AlertKind
    at: datetime
    event_key: UUID

    @property
    def id(self) -> str:
        return write_id(Kind.ALERT, self.key)

    @property
    def event(self) -> str:
        """The event of the journal, by its id."""
        return write_id(Kind.EVENT, self.event_key)
