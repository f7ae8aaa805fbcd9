"""What this process last read of an account, which an operation may go by until its statements have confirmed it.

The account decides over every operation, and suspension is in force at once (R28). To read it takes a statement. The
first statement that reads records can ask instead whether the account is still as it was: then rows come only if it
is. Where none come, the account is read after all, in the same snapshot, and decides.

INVARIANT (confirmed): nothing leaves by a belief that no row and no reading has confirmed (`Operation.confirm`).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, bindparam, cast, exists
from sqlalchemy.orm import aliased

from authz.viewer import Viewer
from resolvers.judged import judged
from resolvers.reading import Statement
from resolvers.scope import ACCOUNT, ORGANISATION, PRACTITIONER, TODAY
from resolvers.store import tables as t

AGREEMENT_VERSION = "2026-1"
"""The agreement in force: an account that has signed another one has lapsed."""

_KEPT = 10_000
"""Accounts that are remembered, the latest to have asked."""


@dataclass(frozen=True, slots=True)
class Belief:
    """An account without a lapse as it was read: its viewer, and as they are stored its purposes and authority."""

    subject: str
    viewer: Viewer
    purposes: str
    authority: UUID | None

    @property
    def bound(self) -> Mapping[str, Any]:
        """What `if_still` binds beside the lens."""
        return {
            "believed_subject": self.subject,
            "believed_name": self.viewer.name,
            "believed_role": self.viewer.role,
            "believed_purposes": self.purposes,
            "believed_authority": self.authority,
        }


class Beliefs:
    """The beliefs of one process, by the subjects of their accounts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Belief] = OrderedDict()

    def recall(self, subject: str) -> Belief | None:
        """Return what was last read of the account of `subject`, if anything is to be believed of it."""
        return self._kept.get(subject)

    def keep(self, belief: Belief) -> None:
        """Remember an account that has just been read; one with a lapse is forgotten."""
        self._kept.pop(belief.subject, None)
        if belief.viewer.lapses:
            return
        self._kept[belief.subject] = belief
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def in_force(account: Any, body: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an account has no lapse today; `body` is the organisation of the account (R28)."""
    return (
        account.vetted_until >= TODAY,
        account.trained_until >= TODAY,
        account.agreement_version == AGREEMENT_VERSION,
        account.suspended_at.is_(None),
        body.id == account.organisation_id,
        body.accredited,
    )


def _still() -> Any:
    """Return the condition that the account is in force, and all that makes a viewer as it is bound."""
    account, body = aliased(t.Account), aliased(t.Organisation)

    def text(name: str) -> Any:
        return bindparam(f"believed_{name}", type_=Text())

    return judged(
        exists().where(
            account.id == ACCOUNT,
            account.subject == text("subject"),
            account.name == text("name"),
            account.role == bindparam("believed_role", type_=t.Account.role.type),
            account.organisation_id == ORGANISATION,
            account.practitioner_id.is_not_distinct_from(PRACTITIONER),
            cast(account.purposes, Text) == text("purposes"),
            body.authority_id.is_not_distinct_from(bindparam("believed_authority", type_=Uuid())),
            *in_force(account, body),
        )
    )


_STILL = _still()


@lru_cache(2048)
def if_still(statement: Statement) -> Statement:
    """Return `statement`, which gives rows of records and no aggregate, with no rows unless the belief holds."""
    return Statement(statement.where(_STILL))
