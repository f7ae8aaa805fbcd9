"""Accounts: who a token's subject is, read from the directory, never from the token."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Text, bindparam, cast, select

from authz.policy import PURPOSES
from authz.viewer import Viewer
from authz.words import Act, Lapse, Role
from resolvers.belief import AGREEMENT_VERSION, Belief
from resolvers.clock import Moment
from resolvers.reading import BOTH, Row, reading
from resolvers.scope import ACCOUNT
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation


def _accounts() -> Select[Any]:
    return select(
        t.Account.id,
        t.Account.name,
        t.Account.role,
        t.Account.organisation_id,
        t.Account.practitioner_id,
        t.Account.purposes,
        cast(t.Account.purposes, Text).label("purposes_text"),
        t.Account.vetted_until,
        t.Account.trained_until,
        t.Account.agreement_version,
        t.Account.suspended_at,
        t.Organisation.authority_id,
        t.Organisation.accredited,
    ).join(t.Organisation, t.Organisation.id == t.Account.organisation_id)


@reading()
def _by_subject() -> Select[Any]:
    return _accounts().where(t.Account.subject == bindparam("subject", type_=Text()))


@reading()
def _by_key() -> Select[Any]:
    return _accounts().where(among(t.Account.id, "keys"))


@reading(locked=BOTH)
def _mine(*, locked: bool) -> Select[Any]:
    """Select the viewer's own account; `locked`, for one transaction at a time."""
    mine = _accounts().where(t.Account.id == ACCOUNT)
    return mine.with_for_update(of=t.Account, key_share=True) if locked else mine


def _has_run_out(until: date | None, today: date) -> bool:
    return until is None or until < today


def _lapses(row: Row, moment: Moment) -> tuple[Lapse, ...]:
    """Return what keeps the account from reading; every doubt is a lapse (R41)."""
    found = {
        Lapse.VETTING: _has_run_out(row.vetted_until, moment.today),
        Lapse.TRAINING: _has_run_out(row.trained_until, moment.today),
        Lapse.AGREEMENT: row.agreement_version != AGREEMENT_VERSION,
        Lapse.SUSPENDED: row.suspended_at is not None,
        Lapse.ORGANISATION: not row.accredited,
    }
    return tuple(lapse for lapse, holds in found.items() if holds)


async def find_viewer(session: Session, subject: str, moment: Moment) -> Viewer | None:
    """Return the viewer whose account has this `subject`, without a purpose yet, or None where there is none."""
    read = await read_account(session, subject, moment)
    return None if read is None else read.viewer


async def read_account(session: Session, subject: str, moment: Moment) -> Belief | None:
    """Return what is to be known of the account that has this `subject`, or None where there is none."""
    rows = await session.rows(_by_subject(), {"subject": subject})
    if not rows:
        return None
    row = rows[0]
    return Belief(subject, _viewer(row, moment), row.purposes_text, row.authority_id)


async def still_may(session: Session, accounts: Sequence[UUID], act: Act, moment: Moment) -> set[UUID]:
    """Return which of `accounts` are there, have no lapse and hold `act`: one statement for all of them (R28)."""
    rows = await session.rows(_by_key(), {"keys": accounts})
    return {row.id for row in rows if _viewer(row, moment).may(act)}


async def find_again(operation: "Operation", *, locked: bool = False) -> Viewer | None:
    """Return the viewer of `operation` as the account is now; `locked`, it stays so for the rest of the transaction."""
    rows = await operation.rows(_mine(locked=locked))
    if not rows:
        return None
    asked = operation.viewer
    return replace(
        _viewer(rows[0], operation.moment),
        on_behalf_of=asked.on_behalf_of,
        purpose=asked.purpose,
        reason=asked.reason,
    )


def _viewer(row: Row, moment: Moment) -> Viewer:
    return Viewer(
        account=row.id,
        name=row.name,
        role=row.role,
        organisation=row.organisation_id,
        practitioner=row.practitioner_id,
        authority=row.authority_id if row.role is Role.DIRECTORY_TEAM else None,
        purposes=tuple(purpose for purpose in PURPOSES[row.role] if purpose in row.purposes),
        lapses=_lapses(row, moment),
    )
