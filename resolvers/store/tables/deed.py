"""What deeds leave beside their own rows: changes that others are told of, keys to ask again under."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from resolvers.store.tables.base import LAW, Base, instant, label, refers, text, word
from resolvers.store.words import CaseloadChange


class Change(Base):
    """One change, for streams and workers: whose record or whose rights, and which groups of it; never a value.

    `what` it is to those who work with the child; null stands for DETAILS_CHANGED. `practitioner_id` is whose work it
    is about, where it is about one involvement; `person_id` whose reach, where it is about a carer's: then the verdict
    on the contact decides (R8). `position` gives the order in which changes were written. It stays inside: no id on the
    wire is a number.
    `event_id` is the audit event of the deed, a reference without a foreign key as all of the journal's.
    """

    __tablename__ = "change"

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True, info=label(LAW)
    )
    at: Mapped[datetime] = instant(LAW)
    deed: Mapped[str] = text(LAW)
    child_id: Mapped[UUID | None] = refers("child.id")
    account_id: Mapped[UUID | None] = refers("account.id")
    groups: Mapped[Any] = mapped_column(JSON, info=label(LAW))
    what: Mapped[CaseloadChange | None] = word(CaseloadChange, LAW)
    practitioner_id: Mapped[UUID | None] = refers("practitioner.id")
    person_id: Mapped[UUID | None] = refers("person.id")
    event_id: Mapped[UUID] = mapped_column(info=label(LAW))

    __table_args__ = (Index(None, "at"), Index(None, "child_id", "position"))


class Idempotency(Base):
    """A deed that was done under a key of its client: keyed hashes of key and input, and what it answered with.

    `answer_id` is the key of the row that the deed made or changed; the answer itself is read anew each time (R32).
    """

    __tablename__ = "idempotency"

    account_id: Mapped[UUID] = refers("account.id", primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, info=label(LAW))
    digest: Mapped[str] = text(LAW)
    answer_id: Mapped[UUID | None] = mapped_column(info=label(LAW))
    at: Mapped[datetime] = instant(LAW)
