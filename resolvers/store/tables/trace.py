"""Traces: why an operation was answered as it was, kept for some minutes for those who may know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from authz.words import Role
from resolvers.store.tables.base import LAW, Base, instant, key, label, refers, word


class Trace(Base):
    """The verdicts of one operation: by which account and role it was asked, and until when they are kept.

    `verdicts` has a list for each record: its key, the number of its facts, the bits in sight, the bits asked for, and
    the rules that took something below it. No value of a record is in it.
    """

    __tablename__ = "trace"

    id: Mapped[UUID] = key()
    account_id: Mapped[UUID] = refers("account.id")
    role: Mapped[Role] = word(Role, LAW)
    until: Mapped[datetime] = instant(LAW)
    verdicts: Mapped[Any] = mapped_column(JSON, info=label(LAW))

    __table_args__ = (Index(None, "until"),)
