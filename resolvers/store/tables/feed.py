"""What feeds have sent: entries as they wait, the names under which they came, and what becomes of each.

An entry holds what is not yet on any record, an address perhaps of a child whose record is shielded. It is written by
its client and read by statements alone that put it where it belongs; it is gone once that is done.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from authz.words import FieldGroup
from resolvers import comparing, names
from resolvers.store.keys import KeyList
from resolvers.store.tables.base import LAW, Base, Located, day, derived, flag, instant, key, label, refers, text, word
from resolvers.store.words import FeedKind, FeedMatch, Gender, Likeness, SensitiveBasis, ServiceKind

_COUNTED = BigInteger().with_variant(Integer, "sqlite")
IDENTITY, WHEREABOUTS, SERVICES = FieldGroup.IDENTITY, FieldGroup.WHEREABOUTS, FieldGroup.SERVICES


def _of_entry() -> Any:
    """Declare the entry that a row is about, which is part of its key."""
    return mapped_column(_COUNTED, ForeignKey("feed_entry.position"), primary_key=True, info=label(LAW))


class FeedSubmission(Base):
    """What a client has sent at once, by what it was answered: name, outcome and problem of each entry."""

    __tablename__ = "feed_submission"

    id: Mapped[UUID] = key()
    account_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)
    results: Mapped[Any] = mapped_column(JSON, info=label(LAW))

    __table_args__ = (Index(None, "account_id", "at"),)


class FeedName(Base):
    """That a client has sent an entry: keyed hashes of its name and of its content, by which it is known again."""

    __tablename__ = "feed_name"

    account_id: Mapped[UUID] = refers("account.id", primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, info=label(LAW))
    digest: Mapped[str] = text(LAW)
    at: Mapped[datetime] = instant(LAW)

    __table_args__ = (Index(None, "account_id", "at"),)


class FeedEntry(Located, Base):
    """One entry that waits, with all that it says; `position` is the order in which entries came.

    `same_child` is the same for the entries of one client about one child, which are done in order. One that failed is
    tried again from `due_at` on; one that is `set_aside` waits for an operator. What an entry `gives` overwrites what
    is known, and what it leaves out does not. `births` are the day of birth and those that it is mistaken for.
    """

    __tablename__ = "feed_entry"
    GROUP = WHEREABOUTS

    position: Mapped[int] = mapped_column(_COUNTED, primary_key=True, autoincrement=True, info=label(LAW))
    account_id: Mapped[UUID] = refers("account.id")
    issuer_id: Mapped[UUID] = refers("organisation.id")
    same_child: Mapped[str] = text(LAW)
    came_at: Mapped[datetime] = instant(LAW)
    due_at: Mapped[datetime] = instant(LAW)
    attempts: Mapped[int] = mapped_column(info=label(LAW), default=0)
    set_aside: Mapped[bool] = flag(LAW)
    kind: Mapped[FeedKind] = word(FeedKind, LAW)

    scheme: Mapped[str] = text(FieldGroup.IDENTIFIERS)
    value: Mapped[str] = text(FieldGroup.IDENTIFIERS)
    search_key: Mapped[str] = derived(comparing.identifier_key, "scheme", "value", group=FieldGroup.IDENTIFIERS)

    given_names: Mapped[str] = text(IDENTITY)
    family_name: Mapped[str] = text(IDENTITY)
    family_name_folded: Mapped[str] = derived(names.fold, "family_name", group=IDENTITY)
    given_names_folded: Mapped[str] = derived(names.fold, "given_names", group=IDENTITY)
    family_name_key: Mapped[str] = derived(names.name_key, "family_name", group=IDENTITY)
    family_name_metaphone: Mapped[str] = derived(names.by_metaphone, "family_name", group=IDENTITY)
    family_name_nysiis: Mapped[str] = derived(names.by_nysiis, "family_name", group=IDENTITY)
    given_names_sounds: Mapped[str] = derived(names.sounds, "given_names", group=IDENTITY)
    date_of_birth: Mapped[date] = day(IDENTITY)
    births: Mapped[Any] = mapped_column(KeyList(Date()), info=label(IDENTITY))
    gender: Mapped[Gender] = word(Gender, IDENTITY)
    directory_number: Mapped[str] = text(IDENTITY)
    other_number: Mapped[str] = text(IDENTITY)

    practitioner_id: Mapped[UUID | None] = refers("practitioner.id", group=SERVICES)
    organisation_id: Mapped[UUID | None] = refers("organisation.id", group=FieldGroup.PLACES)
    service: Mapped[ServiceKind | None] = word(ServiceKind, SERVICES)
    started_on: Mapped[date | None] = day(SERVICES)
    ended_on: Mapped[date | None] = day(SERVICES)
    gives_end: Mapped[bool] = flag(LAW)
    lead: Mapped[bool | None] = mapped_column(info=label(SERVICES))
    assessment: Mapped[bool | None] = mapped_column(info=label(SERVICES))
    sensitive: Mapped[bool] = flag(LAW)
    basis: Mapped[SensitiveBasis | None] = word(SensitiveBasis, SERVICES)

    phone: Mapped[str | None] = text(WHEREABOUTS)
    email: Mapped[str | None] = text(WHEREABOUTS)
    since: Mapped[date | None] = day(WHEREABOUTS)
    gives_phone: Mapped[bool] = flag(LAW)
    gives_email: Mapped[bool] = flag(LAW)
    gives_address: Mapped[bool] = flag(LAW)
    phone_key: Mapped[str | None] = derived(comparing.phone_key, "phone", group=WHEREABOUTS)
    email_key: Mapped[str | None] = derived(comparing.email_key, "email", group=WHEREABOUTS)
    postcode_key: Mapped[str | None] = derived(comparing.postcode_key, "postcode", group=WHEREABOUTS)
    uprn_key: Mapped[str | None] = derived(comparing.uprn_key, "uprn", "postcode", group=WHEREABOUTS)
    address_key: Mapped[str | None] = derived(comparing.address_key, "address_lines", "postcode", group=WHEREABOUTS)

    __table_args__ = (
        Index(None, "same_child", "position"),
        Index(
            "ix_feed_entry_waiting",
            "account_id",
            "position",
            postgresql_where=sql("NOT set_aside"),
            sqlite_where=sql("NOT set_aside"),
        ),
    )


class FeedLikeness(Base):
    """That an entry is like a record, as long as its batch is under way: none is ever kept."""

    __tablename__ = "feed_likeness"

    position: Mapped[int] = _of_entry()
    child_id: Mapped[UUID] = refers("child.id", primary_key=True)
    likeness: Mapped[Likeness] = word(Likeness, LAW, primary_key=True)


class FeedMatched(Base):
    """Where an entry lands, as long as its batch is under way: none is ever kept.

    `row_id` is the row that it amends, `idle` that it changes nothing. `ordinary` and `sensitive` are whose group an
    involvement changes, `rung` whether its body was an agency before.
    """

    __tablename__ = "feed_matched"

    position: Mapped[int] = _of_entry()
    match: Mapped[FeedMatch] = word(FeedMatch, LAW)
    child_id: Mapped[UUID | None] = mapped_column(info=label(LAW))
    other_child_id: Mapped[UUID | None] = mapped_column(info=label(LAW))
    row_id: Mapped[UUID | None] = mapped_column(info=label(LAW))
    idle: Mapped[bool] = flag(LAW)
    ordinary: Mapped[bool] = flag(LAW)
    sensitive: Mapped[bool] = flag(LAW)
    rung: Mapped[bool] = flag(LAW)
