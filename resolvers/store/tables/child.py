"""A child's record. Locating data stands in tables of its own, so that it is never read by the way."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from authz.words import FieldGroup
from resolvers import comparing, names
from resolvers.store.tables.base import (
    LAW,
    Base,
    Located,
    day,
    derived,
    instant,
    key,
    label,
    refers,
    text,
    word,
)
from resolvers.store.words import Ended, Gender, ReachKind


class Child(Base):
    """Who a child is. `directory_number` has 12 digits, the last a check digit, and carries no place."""

    __tablename__ = "child"

    id: Mapped[UUID] = key()
    directory_number: Mapped[str] = mapped_column(unique=True, info=label(FieldGroup.IDENTITY))
    given_names: Mapped[str] = text(FieldGroup.IDENTITY)
    family_name: Mapped[str] = text(FieldGroup.IDENTITY)
    family_name_folded: Mapped[str] = derived(names.fold, "family_name", group=FieldGroup.IDENTITY)
    given_names_folded: Mapped[str] = derived(names.fold, "given_names", group=FieldGroup.IDENTITY)
    family_name_key: Mapped[str] = derived(names.name_key, "family_name", group=FieldGroup.IDENTITY)
    family_name_metaphone: Mapped[str] = derived(names.by_metaphone, "family_name", group=FieldGroup.IDENTITY)
    family_name_nysiis: Mapped[str] = derived(names.by_nysiis, "family_name", group=FieldGroup.IDENTITY)
    given_names_sounds: Mapped[str] = derived(names.sounds, "given_names", group=FieldGroup.IDENTITY)
    date_of_birth: Mapped[date] = day(FieldGroup.IDENTITY)
    gender: Mapped[Gender] = word(Gender, FieldGroup.IDENTITY)
    ended_on: Mapped[date | None] = day(LAW)
    ended_why: Mapped[Ended | None] = word(Ended, LAW)
    concealed_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (
        Index(None, "family_name_key", "date_of_birth"),
        Index(None, "family_name_metaphone", "date_of_birth"),
        Index(None, "family_name_nysiis", "date_of_birth"),
    )


class ChangeCounter(Base):
    """How often the columns of one group of a record have changed, for `version` (R32); no row means never."""

    __tablename__ = "change_counter"

    child_id: Mapped[UUID] = refers("child.id", primary_key=True)
    group: Mapped[FieldGroup] = word(FieldGroup, LAW, primary_key=True)
    changes: Mapped[int] = mapped_column(info=label(LAW))


class ChildReach(Located, Base):
    """Where a child is, as far as known; the row whose `replaced_at` is null holds now."""

    __tablename__ = "child_reach"
    GROUP = FieldGroup.WHEREABOUTS

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    kind: Mapped[ReachKind] = word(ReachKind, FieldGroup.WHEREABOUTS)
    phone: Mapped[str | None] = text(FieldGroup.WHEREABOUTS)
    email: Mapped[str | None] = text(FieldGroup.WHEREABOUTS)
    since: Mapped[date] = day(FieldGroup.WHEREABOUTS)
    until: Mapped[date | None] = day(FieldGroup.WHEREABOUTS)
    may_return: Mapped[bool | None] = mapped_column(info=label(FieldGroup.WHEREABOUTS))
    phone_key: Mapped[str | None] = derived(comparing.phone_key, "phone", group=FieldGroup.WHEREABOUTS)
    email_key: Mapped[str | None] = derived(comparing.email_key, "email", group=FieldGroup.WHEREABOUTS)
    postcode_key: Mapped[str | None] = derived(comparing.postcode_key, "postcode", group=FieldGroup.WHEREABOUTS)
    uprn_key: Mapped[str | None] = derived(comparing.uprn_key, "uprn", "postcode", group=FieldGroup.WHEREABOUTS)
    address_key: Mapped[str | None] = derived(
        comparing.address_key, "address_lines", "postcode", group=FieldGroup.WHEREABOUTS
    )
    replaced_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (
        Index(None, "uprn_key"),
        Index(None, "address_key"),
        Index(
            "uq_child_reach_current",
            "child_id",
            unique=True,
            postgresql_where=sql("replaced_at IS NULL"),
            sqlite_where=sql("replaced_at IS NULL"),
        ),
    )


class ChildAuthority(Base):
    """The authority responsible for a record; it names a region, so it is as hidden as an address."""

    __tablename__ = "child_authority"

    child_id: Mapped[UUID] = refers("child.id", primary_key=True)
    authority_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.WHEREABOUTS)
    updated_at: Mapped[datetime] = instant(FieldGroup.WHEREABOUTS)
    source_system: Mapped[str] = text(FieldGroup.WHEREABOUTS)


class FormerName(Base):
    __tablename__ = "former_name"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    given_names: Mapped[str] = text(FieldGroup.FORMER_NAMES)
    family_name: Mapped[str] = text(FieldGroup.FORMER_NAMES)
    family_name_key: Mapped[str | None] = derived(names.name_key, "family_name", group=FieldGroup.FORMER_NAMES)
    until: Mapped[date | None] = day(FieldGroup.FORMER_NAMES)

    __table_args__ = (Index(None, "child_id"), Index(None, "family_name_key"))


class Placement(Base):
    """A school place; current while `ended_on` lies ahead or is null."""

    __tablename__ = "placement"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    organisation_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.PLACES)
    started_on: Mapped[date] = day(FieldGroup.PLACES)
    ended_on: Mapped[date | None] = day(FieldGroup.PLACES)

    __table_args__ = (Index(None, "child_id"),)


class Registration(Base):
    """A registration with a general practice; current while `ended_on` lies ahead or is null."""

    __tablename__ = "registration"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    organisation_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.PLACES)
    started_on: Mapped[date] = day(FieldGroup.PLACES)
    ended_on: Mapped[date | None] = day(FieldGroup.PLACES)

    __table_args__ = (Index(None, "child_id"),)


class ExternalIdentifier(Base):
    __tablename__ = "external_identifier"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    scheme: Mapped[str] = text(FieldGroup.IDENTIFIERS)
    value: Mapped[str] = text(FieldGroup.IDENTIFIERS)
    issuer_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.IDENTIFIERS)
    search_key: Mapped[str | None] = derived(comparing.identifier_key, "scheme", "value", group=FieldGroup.IDENTIFIERS)

    __table_args__ = (Index(None, "child_id"), Index(None, "search_key"))
