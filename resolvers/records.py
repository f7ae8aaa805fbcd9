"""What the stacks hand upward: frozen rows, each with the sight under which it was read.

Those of which a page has hundreds are tuples: to make one takes a third of the time of a frozen dataclass.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from authz.rules import Facts
from authz.sight import Sight
from authz.words import Shield, Standing
from resolvers.ids import Kind, write_id
from resolvers.store.words import (
    Gender,
    OrganisationKind,
    ReachKind,
    Relationship,
    ServiceKind,
)


@dataclass(frozen=True, slots=True, eq=False)
class ChildRecord:
    """Who a child is, with the facts and the verdict for one viewer; backs Child and ChildSummary."""

    key: UUID
    directory_number: str
    given_names: str
    family_name: str
    date_of_birth: date
    gender: Gender
    facts: Facts
    sight: Sight

    @property
    def id(self) -> str:
        return write_id(Kind.CHILD, self.key)

    @property
    def record(self) -> UUID:
        """The record that the journal names."""
        return self.key

    @property
    def shielded(self) -> bool:
        return self.facts.shield is Shield.SHIELDED

    @property
    def involved(self) -> bool:
        return Standing.INVOLVED in self.facts.standing


class ContactRecord(NamedTuple):
    """A carer of one child; `sight` is the child's less WHEREABOUTS where R8 says so.

    `changes` is how often the care and the person's names have changed, for `version`.
    """

    key: UUID
    person: UUID
    child: ChildRecord
    given_names: str
    family_name: str
    relationship: Relationship
    parental_responsibility: bool
    changes: tuple[int, int]
    sight: Sight

    @property
    def id(self) -> str:
        return write_id(Kind.CONTACT, self.key)

    @property
    def record(self) -> UUID:
        return self.child.key


class AddressRecord(NamedTuple):
    lines: list[str]
    town: str | None
    postcode: str
    uprn: str | None


class PersonReachRecord(NamedTuple):
    phone: str | None
    email: str | None
    address: AddressRecord | None
    changes: int


class OrganisationRecord(NamedTuple):
    """A body; what PLACE guards is None where the sight lacks it, since it was never read."""

    key: UUID
    name: str
    kind: OrganisationKind
    phone: str | None
    email: str | None
    address: AddressRecord | None
    sight: Sight

    @property
    def id(self) -> str:
        return write_id(Kind.ORGANISATION, self.key)


class PractitionerRecord(NamedTuple):
    key: UUID
    name: str
    profession: str
    phone: str
    email: str | None
    organisation: OrganisationRecord

    @property
    def id(self) -> str:
        return write_id(Kind.PRACTITIONER, self.key)


class InvolvementRecord(NamedTuple):
    """One service working with a child; it exists because `sight`, the child's, holds a bit that shows it."""

    key: UUID
    service: ServiceKind
    organisation: OrganisationRecord
    practitioner: PractitionerRecord | None
    started_on: date
    ended_on: date | None
    lead: bool
    assessment: bool
    own: bool
    sight: Sight

    @property
    def id(self) -> str:
        return write_id(Kind.INVOLVEMENT, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class WhereaboutsRecord:
    """Where a child is, as far as known; `kind` tells which of the other fields hold."""

    kind: ReachKind
    since: date
    until: date | None
    may_return: bool | None
    address: AddressRecord | None


@dataclass(frozen=True, slots=True, eq=False)
class ReachRecord:
    """What WHEREABOUTS covers of a child's record: reach, place and responsible authority."""

    phone: str | None
    email: str | None
    whereabouts: WhereaboutsRecord | None
    responsible_authority: OrganisationRecord | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class StayRecord:
    """A school place or a registration with a practice."""

    organisation: OrganisationRecord
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, eq=False)
class AgencyRecord:
    name: str
    phone: str


@dataclass(frozen=True, slots=True, eq=False)
class FormerNameRecord:
    given_names: str
    family_name: str
    until: date | None


@dataclass(frozen=True, slots=True, eq=False)
class IdentifierRecord:
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class LeadingRecord:
    """The lead professional and the holder of the common assessment, as far as the viewer may know."""

    lead: InvolvementRecord | None
    holder: InvolvementRecord | None
