"""What the stacks hand upward of the journal: one row for each record that an operation touched."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.trail import AccessKind
from authz.words import FieldGroup, Purpose, Role
from resolvers.ids import Kind, write_id
from resolvers.store.words import OrganisationKind


@dataclass(frozen=True, slots=True, eq=False)
class AccessRecord:
    """One row of the journal as it is told; what is not told was never read.

    `record` is a reference, empty where the operation touched no record; then `key` is the event's own.
    """

    key: UUID
    at: datetime
    record: str
    kind: AccessKind
    viewer_key: UUID | None
    viewer_name: str | None
    role: Role
    organisation: str | None
    organisation_kind: OrganisationKind | None
    purpose: Purpose | None
    reason: str | None
    disclosed: list[FieldGroup]
    withheld: list[FieldGroup]
    override: bool
    whole_event: bool

    @property
    def id(self) -> str:
        return write_id(Kind.EVENT if self.whole_event else Kind.ACCESS, self.key)

    @property
    def viewer(self) -> str | None:
        """The account, by its id."""
        return None if self.viewer_key is None else write_id(Kind.ACCOUNT, self.viewer_key)
