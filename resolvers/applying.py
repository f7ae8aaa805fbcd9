"""The life of an application: applied for, decided by two, withdrawn (R24, R25)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, insert, select, update

from resolvers.application import lock
from resolvers.attempt import sought
from resolvers.belief import in_force
from resolvers.deed import Act, Deed
from resolvers.ids import Kind, read_key
from resolvers.numbers import read_number
from resolvers.problem import invalid, needs_second_person, written
from resolvers.reading import reading
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant
from resolvers.store.words import ApplicationState, LegalBasis
from resolvers.work_records import ApplicationRecord

LONGEST = timedelta(days=28)
"""How long access lasts at most, and where no decider says less."""

MOST_NUMBERS, MOST_NUMBER = 50, 40
"""How many numbers one application may ask for, and of how many characters one may be."""

UNDECIDED = frozenset({ApplicationState.PENDING, ApplicationState.PARTLY_APPROVED})

_ID = bindparam("application", type_=Uuid())
_MOVED = update(t.Application).where(t.Application.id == _ID)
_MOVED = _MOVED.values(
    state=bindparam("to_state", type_=t.Application.__table__.c.state.type),
    expires_at=bindparam("until", type_=Instant()),
)
_COVER = insert(t.ApplicationChild).from_select(
    ["application_id", "child_id"],
    select(_ID, t.Child.id).where(among(t.Child.directory_number, "numbers"), t.Child.concealed_at.is_(None)),
)


@reading()
def _approvals() -> Select[*tuple[Any, ...]]:
    """Select who has approved an application until now, but for those whose account has lapsed since (R41)."""
    row, account, body = t.ApplicationDecision, t.Account, t.Organisation
    found = select(row.account_id, row.organisation_id, row.expires_at).join(account, account.id == row.account_id)
    found = found.join(body, body.id == account.organisation_id)
    return found.where(row.application_id == _ID, row.approve, *in_force(account, body))


@reading()
def _applicant() -> Select[Any]:
    return select(t.Application.applicant_id).where(t.Application.id == _ID)


def apply(basis: LegalBasis, justification: str, numbers: list[str]) -> Act:
    """Return the deed of applying for access to the children who have these directory numbers.

    Whether there is such a child is not asked: every number answers alike (R25). Where one is of a child in conflict
    with the viewer, an alert is raised (R16). It raises NotDone INVALID for what cannot be meant whatever is stored.
    """

    async def act(deed: Deed) -> UUID:
        if not 1 <= len(numbers) <= MOST_NUMBERS:
            raise invalid("directoryNumbers", f"`directoryNumbers` must be 1 to {MOST_NUMBERS} directory numbers")
        deed.operation.attempts.append(sought(numbers))
        key = deed.new_id("application")
        row = {
            "id": key,
            "applicant_id": deed.viewer.account,
            "legal_basis": basis,
            "justification": written("justification", justification),
            "requested": [written("directoryNumbers", number, MOST_NUMBER) for number in numbers],
            "state": ApplicationState.PENDING,
            "applied_at": deed.moment.now,
            "expires_at": None,
        }
        await deed.add(t.Application, row)
        return key

    return act


def decide(target: str, *, approve: bool, note: str, expires_at: datetime | None) -> Act:
    """Return the deed of deciding on an application: the first refusal refuses, the second approval approves (R25).

    It raises NotDone: NOT_FOUND for an application that the viewer may not decide on, the own body's among them,
    NEEDS_SECOND_PERSON where the viewer or the viewer's body has approved it already, and INVALID.
    """

    async def act(deed: Deed) -> UUID:
        said = written("note", note)
        if approve and expires_at is not None and expires_at <= deed.moment.now:
            raise invalid("expiresAt", "`expiresAt` must lie ahead; leave it out for 28 days")
        application = await _target(deed, target)
        if application.state not in UNDECIDED:
            raise invalid("applicationId", f"this application is {application.state}: there is nothing to decide")
        deed.operation.attempts.append(sought(application.requested))
        before = await deed.operation.rows(_approvals(), application=application.key)
        if approve and any(_same_side(deed, row) for row in before):
            raise needs_second_person("you or your body have approved this already: another body must approve it too")
        until = expires_at if approve else None
        await _note_decision(deed, application, approve=approve, note=said, until=until)
        if approve and before:
            await _grant(deed, application, [until, *(row.expires_at for row in before)])
        else:
            state = ApplicationState.PARTLY_APPROVED if approve else ApplicationState.REFUSED
            await deed.write(_MOVED, application=application.key, to_state=state, until=None)
        (row,) = await deed.operation.rows(_applicant(), application=application.key)
        deed.rights_changed(row[0])
        return application.key

    return act


def _same_side(deed: Deed, approval: Any) -> bool:
    return deed.viewer.account == approval.account_id or bool(deed.viewer.organisation == approval.organisation_id)


async def _note_decision(
    deed: Deed, application: ApplicationRecord, *, approve: bool, note: str, until: datetime | None
) -> None:
    row = {
        "id": deed.new_id("decision"),
        "application_id": application.key,
        "account_id": deed.viewer.account,
        "role": deed.viewer.role,
        "organisation_id": deed.viewer.organisation,
        "approve": approve,
        "at": deed.moment.now,
        "note": note,
        "expires_at": until,
    }
    await deed.add(t.ApplicationDecision, row)


async def _grant(deed: Deed, application: ApplicationRecord, dates: list[datetime | None]) -> None:
    """Approve an application: it covers whoever has a number that was asked for now, until the earliest date (R24)."""
    until = min([deed.moment.now + LONGEST, *(date for date in dates if date is not None)])
    numbers = [number for text in application.requested if (number := read_number(text)) is not None]
    await deed.write(_COVER, application=application.key, numbers=numbers)
    await deed.write(_MOVED, application=application.key, to_state=ApplicationState.APPROVED, until=until)


def withdraw(target: str) -> Act:
    """Return the deed of withdrawing the viewer's own application; access that it gave ends at once.

    It raises NotDone: NOT_FOUND for another's, INVALID for one that has come to its end.
    """

    async def act(deed: Deed) -> UUID:
        application = await _target(deed, target)
        if application.state not in UNDECIDED | {ApplicationState.APPROVED}:
            raise invalid("applicationId", f"this application is {application.state}: there is nothing to withdraw")
        until = application.expires_at
        await deed.write(_MOVED, application=application.key, to_state=ApplicationState.WITHDRAWN, until=until)
        deed.rights_changed(deed.viewer.account)
        return application.key

    return act


async def _target(deed: Deed, target: str) -> ApplicationRecord:
    key = read_key(target, Kind.APPLICATION)
    application = None if key is None else await lock(deed.operation, key)
    if application is None:
        raise deed.missing("applicationId", target)
    return application
