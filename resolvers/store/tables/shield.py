"""The case of a shield. Its state is a fact for the law; all else is for the responsible team."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from authz.words import FieldGroup
from resolvers.store.tables.base import LAW, Base, day, instant, key, refers, text, word
from resolvers.store.words import ShieldReason, ShieldState


class Shield(Base):
    """One shield of one child. `raised_by_id` is the shield whose household a HOLD follows, which has no reason."""

    __tablename__ = "shield"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    state: Mapped[ShieldState] = word(ShieldState, LAW)
    reason: Mapped[ShieldReason | None] = word(ShieldReason, FieldGroup.SHIELD_CASE)
    evidence: Mapped[str | None] = text(FieldGroup.SHIELD_CASE)
    requested_by_id: Mapped[UUID | None] = refers("account.id", group=FieldGroup.SHIELD_CASE)
    decided_by_id: Mapped[UUID | None] = refers("account.id", group=FieldGroup.SHIELD_CASE)
    lift_proposed_by_id: Mapped[UUID | None] = refers("account.id", group=FieldGroup.SHIELD_CASE)
    raised_by_id: Mapped[UUID | None] = refers("shield.id", group=FieldGroup.SHIELD_CASE)
    since: Mapped[datetime] = instant(FieldGroup.SHIELD_CASE)
    review_by: Mapped[date | None] = day(FieldGroup.SHIELD_CASE)

    __table_args__ = (Index(None, "child_id"),)
