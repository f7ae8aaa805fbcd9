"""The case of a shield. Its state is a fact for the law; all else is for the responsible team."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from authz.words import FieldGroup
from resolvers.store.tables.base import LAW, Base, day, instant, key, refers, text, word
from resolvers.store.words import ShieldReason, ShieldState, ShieldStep


class Shield(Base):
    """One shield of one child; a child may have several, each a case of its own.

    A HOLD, which has no reason, follows the shield `raised_by_id` of its household, and ends with it. So does a shield
    that was a hold once, but that it stands by itself.
    INVARIANT (one-root): what a standing shield follows stands by itself and follows nothing.
    INVARIANT (children-locked): whoever changes a shield, or whom it follows, has its child's row locked.
    """

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

    __table_args__ = (Index(None, "child_id"), Index(None, "raised_by_id"), Index(None, "since", "id"))


class ShieldDecision(Base):
    """What one account has said on a shield, when and why: a first refusal waits here for a second one (R36)."""

    __tablename__ = "shield_decision"

    id: Mapped[UUID] = key()
    shield_id: Mapped[UUID] = refers("shield.id")
    account_id: Mapped[UUID] = refers("account.id")
    step: Mapped[ShieldStep] = word(ShieldStep, LAW)
    at: Mapped[datetime] = instant(LAW)
    note: Mapped[str] = text(FieldGroup.SHIELD_CASE)

    __table_args__ = (Index(None, "shield_id"),)


class ShieldRequest(Base):
    """That an account has requested a shield, to be counted against its budget of the day."""

    __tablename__ = "shield_request"

    shield_id: Mapped[UUID] = refers("shield.id", primary_key=True)
    account_id: Mapped[UUID] = refers("account.id")
    at: Mapped[datetime] = instant(LAW)

    __table_args__ = (Index(None, "account_id", "at"),)
