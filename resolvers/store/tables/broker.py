"""Brokered contact: who asks to be put in touch, and what the responsible team answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from resolvers.store.tables.base import LAW, Base, instant, key, label, refers, text


class BrokerRequest(Base):
    """One request, spoken of by a random `reference`; its task, which `task_id` names, waits for the responsible team.

    No authority is named: whose task it is follows from who is responsible for the record now.
    """

    __tablename__ = "broker_request"

    id: Mapped[UUID] = key()
    reference: Mapped[str] = mapped_column(unique=True, info=label(LAW))
    account_id: Mapped[UUID] = refers("account.id")
    child_id: Mapped[UUID] = refers("child.id")
    task_id: Mapped[UUID] = refers("task.id")
    at: Mapped[datetime] = instant(LAW)
    message: Mapped[str] = text(LAW)
    answer: Mapped[str | None] = text(LAW)
    answered_at: Mapped[datetime | None] = instant(LAW)
    answered_by_id: Mapped[UUID | None] = refers("account.id")

    __table_args__ = (Index(None, "account_id", "at", "id"), Index(None, "task_id"))
