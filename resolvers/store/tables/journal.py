"""The journal: one event per operation, one row per record touched. References and names, never values.

Its references are no foreign keys: the journal outlives what it speaks of, and an entry costs no look-up.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from authz.trail import AccessKind
from authz.words import FieldGroup, Purpose, Role
from resolvers.store.hours import hour_of
from resolvers.store.tables.base import LAW, Base, Instant, flag, key, label, text, word
from resolvers.store.words import CheckpointKind

TRAIL = FieldGroup.TRAIL


class AccessEvent(Base):
    """Who asked, when, why and with what outcome.

    `at` is part of the key because PostgreSQL partitions the journal by day. `document_hash` stands for the
    document, whose text and variables are never kept; `searches` holds names of criteria and numbers of hits.
    `deed` names the mutation that was done in the same transaction; an event of reading has none. `writer`, `position`
    and `digest` tie it to the event before it (`resolvers/store/chain.py`); events from before that have none.
    """

    __tablename__ = "access_event"

    id: Mapped[UUID] = key()
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True, info=label(TRAIL))
    account_id: Mapped[UUID] = mapped_column(info=label(TRAIL))
    on_behalf_of: Mapped[str | None] = text(TRAIL)
    role: Mapped[Role] = word(Role, TRAIL)
    organisation_id: Mapped[UUID] = mapped_column(info=label(TRAIL))
    route: Mapped[str] = text(TRAIL)
    purpose: Mapped[Purpose | None] = word(Purpose, TRAIL)
    reason: Mapped[str | None] = text(TRAIL)
    operation_name: Mapped[str | None] = text(TRAIL)
    document_hash: Mapped[str] = text(TRAIL)
    outcome: Mapped[str] = text(TRAIL)
    deed: Mapped[str | None] = text(TRAIL)
    searches: Mapped[Any] = mapped_column(JSON, info=label(TRAIL))
    writer: Mapped[UUID | None] = mapped_column(info=label(LAW))
    position: Mapped[int | None] = mapped_column(BigInteger, info=label(LAW))
    digest: Mapped[str | None] = text(LAW)

    __table_args__ = (
        Index(None, "account_id", "at"),
        Index(None, "writer", "position"),
        {"postgresql_partition_by": "RANGE (at)"},
    )


class AccessSubject(Base):
    """One record that an operation touched, or a keyed hash of what it sought and did not get.

    `shielded` says that the record was not open then, or that nobody knows: who looked is told the less (R30).
    """

    __tablename__ = "access_subject"

    id: Mapped[UUID] = key()
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True, info=label(TRAIL))
    event_id: Mapped[UUID] = mapped_column(info=label(TRAIL))
    kind: Mapped[AccessKind] = word(AccessKind, TRAIL)
    child_id: Mapped[UUID | None] = mapped_column(info=label(TRAIL))
    sought: Mapped[str | None] = text(TRAIL)
    disclosed: Mapped[Any] = mapped_column(JSON, info=label(TRAIL))
    withheld: Mapped[Any] = mapped_column(JSON, info=label(TRAIL))
    standing: Mapped[Any] = mapped_column(JSON, info=label(TRAIL))
    override: Mapped[bool] = flag(TRAIL)
    shielded: Mapped[bool] = mapped_column(info=label(TRAIL), default=True)

    __table_args__ = (
        Index(None, "event_id"),
        Index(None, "child_id", "at"),
        Index(None, "sought", "at"),
        {"postgresql_partition_by": "RANGE (at)"},
    )


Index("ix_access_event_hour", hour_of(AccessEvent.__table__.c.at)).ddl_if(dialect="postgresql")


class JournalCheckpoint(Base):
    """A signed statement of how far a writer's chain went; each also seals the one before it, whoever wrote that.

    `token` is what counts, a JWS that says all of it; the other columns are there to find it by. A RESTORE is about no
    writer.
    """

    __tablename__ = "journal_checkpoint"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False, info=label(LAW)
    )
    kind: Mapped[CheckpointKind] = word(CheckpointKind, LAW)
    writer: Mapped[UUID | None] = mapped_column(info=label(LAW))
    position: Mapped[int] = mapped_column(BigInteger, info=label(LAW))
    token: Mapped[str] = text(LAW)

    __table_args__ = (Index(None, "writer", "position"),)
