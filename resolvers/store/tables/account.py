"""Accounts, and what ties one to a record: conflicts, approved applications, overrides and tasks."""

from datetime import date, datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from authz.words import FieldGroup, Role, Word
from resolvers.store.tables.base import LAW, Base, Instant, day, flag, instant, key, label, refers, text, word
from resolvers.store.words import AlertKind, ApplicationState, LegalBasis, OverrideGround, TaskKind, TaskResolution


class Account(Base):
    """A viewer's account: the only source of role, organisation and rights. A token merely names it."""

    __tablename__ = "account"

    id: Mapped[UUID] = key()
    subject: Mapped[str] = mapped_column(unique=True, info=label(LAW))
    name: Mapped[str] = text(LAW)
    role: Mapped[Role] = word(Role, LAW)
    organisation_id: Mapped[UUID] = refers("organisation.id")
    practitioner_id: Mapped[UUID | None] = refers("practitioner.id")
    person_id: Mapped[UUID | None] = refers("person.id")
    purposes: Mapped[Any] = mapped_column(JSON, info=label(LAW))
    vetted_until: Mapped[date | None] = day(LAW)
    trained_until: Mapped[date | None] = day(LAW)
    agreement_version: Mapped[str | None] = text(LAW)
    suspended_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (
        Index(
            "ix_account_organisation_id_of_carers",
            "organisation_id",
            postgresql_where=sql("person_id IS NOT NULL"),
            sqlite_where=sql("person_id IS NOT NULL"),
        ),
    )


class Suspension(Base):
    """Who suspended an account, when and why; that it is suspended says the account itself."""

    __tablename__ = "suspension"

    id: Mapped[UUID] = key()
    account_id: Mapped[UUID] = refers("account.id")
    suspended_by_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(LAW)

    __table_args__ = (Index(None, "account_id"),)


class ConflictSource(Word):
    DECLARED = auto()
    MATCHED = auto()
    FOUND = auto()


class AccountConflict(Base):
    """A stored conflict of interest; never computed from hidden data while a request waits."""

    __tablename__ = "account_conflict"

    id: Mapped[UUID] = key()
    account_id: Mapped[UUID] = refers("account.id")
    child_id: Mapped[UUID] = refers("child.id")
    source: Mapped[ConflictSource] = word(ConflictSource, LAW)
    since: Mapped[datetime] = instant(LAW)
    ended_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (Index(None, "account_id", "child_id"),)


class Application(Base):
    """Access applied for. It opens its children while its state is APPROVED and `expires_at` lies ahead."""

    __tablename__ = "application"

    id: Mapped[UUID] = key()
    applicant_id: Mapped[UUID] = refers("account.id")
    legal_basis: Mapped[LegalBasis] = word(LegalBasis, LAW)
    justification: Mapped[str] = text(LAW)
    requested: Mapped[Any] = mapped_column(JSON, info=label(LAW))
    state: Mapped[ApplicationState] = word(ApplicationState, LAW)
    applied_at: Mapped[datetime] = instant(LAW)
    expires_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (Index(None, "applicant_id"), Index(None, "applied_at", "id"))


class ApplicationChild(Base):
    __tablename__ = "application_child"

    application_id: Mapped[UUID] = refers("application.id", primary_key=True)
    child_id: Mapped[UUID] = refers("child.id", primary_key=True)


class ApplicationDecision(Base):
    """One decision, with the role and the body of its approver at that time: an account may move (R25)."""

    __tablename__ = "application_decision"

    id: Mapped[UUID] = key()
    application_id: Mapped[UUID] = refers("application.id")
    account_id: Mapped[UUID] = refers("account.id")
    role: Mapped[Role] = word(Role, LAW)
    organisation_id: Mapped[UUID] = refers("organisation.id")
    approve: Mapped[bool] = flag(LAW)
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(LAW)
    expires_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (Index(None, "application_id"),)


class Override(Base):
    """One emergency: one account sees one record until `until`, or until it is closed. A task has it looked into."""

    __tablename__ = "override"

    id: Mapped[UUID] = key()
    account_id: Mapped[UUID] = refers("account.id")
    child_id: Mapped[UUID] = refers("child.id")
    ground: Mapped[OverrideGround] = word(OverrideGround, LAW)
    explanation: Mapped[str] = text(LAW)
    opened_at: Mapped[datetime] = instant(LAW)
    until: Mapped[datetime] = instant(LAW)
    closed_at: Mapped[datetime | None] = instant(LAW)
    investigation_id: Mapped[UUID | None] = refers("task.id")

    __table_args__ = (Index(None, "account_id", "child_id"),)


class Task(Base):
    """Work for a team or a data manager; an open UNCERTAIN_MATCH opens the records it names to its assignee.

    It waits from `since` on, which may lie ahead. `shield_id` is the hold or the shield that it is about.
    """

    __tablename__ = "task"

    id: Mapped[UUID] = key()
    kind: Mapped[TaskKind] = word(TaskKind, LAW)
    child_id: Mapped[UUID] = refers("child.id")
    other_child_id: Mapped[UUID | None] = refers("child.id")
    assignee_id: Mapped[UUID | None] = refers("account.id")
    shield_id: Mapped[UUID | None] = refers("shield.id")
    since: Mapped[datetime] = instant(LAW)
    resolved_at: Mapped[datetime | None] = instant(LAW)

    __table_args__ = (
        *(Index(None, "assignee_id"), Index(None, "child_id"), Index(None, "shield_id")),
        Index(None, "since", "id"),
    )


class Resolution(Base):
    """What one account has said on how a task ends; what opens a record waits here for a second one (R36).

    `other_child_id` is the record that a match is said to be the same child as.
    """

    __tablename__ = "task_resolution"

    id: Mapped[UUID] = key()
    task_id: Mapped[UUID] = refers("task.id")
    account_id: Mapped[UUID] = refers("account.id")
    resolution: Mapped[TaskResolution] = word(TaskResolution, LAW)
    other_child_id: Mapped[UUID | None] = refers("child.id")
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(FieldGroup.TRAIL)

    __table_args__ = (Index(None, "task_id"),)


class Alert(Base):
    """Something that people should look at: the event that raised it and the record, references both (R16)."""

    __tablename__ = "alert"

    id: Mapped[UUID] = key()
    kind: Mapped[AlertKind] = word(AlertKind, LAW)
    at: Mapped[datetime] = instant(LAW)
    event_id: Mapped[UUID] = mapped_column(info=label(LAW))
    child_id: Mapped[UUID | None] = refers("child.id")

    __table_args__ = (Index(None, "at", "id"),)


class Budget(Base):
    """What an account has asked for in one hour: a keyed hash each, counted against the role's budget (R14)."""

    __tablename__ = "budget"

    account_id: Mapped[UUID] = refers("account.id", primary_key=True)
    hour: Mapped[datetime] = mapped_column(Instant, primary_key=True, info=label(LAW))
    asked: Mapped[str] = mapped_column(primary_key=True, info=label(LAW))
