"""What people wrote down when a record left their hands: transfers to another authority, concealments, merges."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from authz.words import FieldGroup
from resolvers.store.tables.base import LAW, Base, instant, key, refers, text


class Transfer(Base):
    """Who transferred a record from one authority to another, when and why; both authorities name a region."""

    __tablename__ = "transfer"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    from_authority_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.WHEREABOUTS)
    to_authority_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.WHEREABOUTS)
    account_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(LAW)

    __table_args__ = (Index(None, "child_id"),)


class Concealment(Base):
    """Who concealed a record, when and why. Nothing in it refers to the record that comes after (R22)."""

    __tablename__ = "concealment"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    account_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(LAW)

    __table_args__ = (Index(None, "child_id"),)


class Merge(Base):
    """Who merged one record into another, when and why; what was merged exists for nobody from then on (R20)."""

    __tablename__ = "merge"

    id: Mapped[UUID] = key()
    kept_id: Mapped[UUID] = refers("child.id")
    merged_id: Mapped[UUID] = refers("child.id")
    account_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(LAW)

    __table_args__ = (Index(None, "kept_id"), Index(None, "merged_id"))
