"""Suspension: an account that reads nothing more, from the next request on (R28)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select, update

from resolvers.deed import Act, Deed
from resolvers.ids import Kind, read_key
from resolvers.override import END_OF_ACCOUNT
from resolvers.problem import NotDone, Problem, ProblemCode, written
from resolvers.reading import reading
from resolvers.scope import AUTHORITY, NOW
from resolvers.store import tables as t

_ID = bindparam("suspended", type_=Uuid())
_SUSPEND = update(t.Account).where(t.Account.id == _ID).values(suspended_at=NOW)


@reading()
def _within() -> Select[*tuple[Any, ...]]:
    """Select an account, locked, if its body is in the authority of the viewer's team."""
    account, body = t.Account, t.Organisation
    found = select(account.id, account.suspended_at).join(body, body.id == account.organisation_id)
    found = found.where(account.id == _ID, body.authority_id == AUTHORITY)
    return found.with_for_update(of=account, key_share=True)


def suspend(target: str, note: str) -> Act:
    """Return the deed of suspending an account of the authority that the viewer's team serves.

    Its overrides end with it (R17). One that is suspended already stays as it is. It raises NotDone: NOT_FOUND for
    every other account, NOT_YOURS_TO_CHANGE for the own one, INVALID without a note.
    """

    async def act(deed: Deed) -> UUID | None:
        why, key = written("note", note), read_key(target, Kind.ACCOUNT)
        if key == deed.viewer.account:
            message = "an account does not suspend itself: ask a colleague"
            raise NotDone(Problem(ProblemCode.NOT_YOURS_TO_CHANGE, "accountId", message))
        rows = [] if key is None else await deed.operation.rows(_within(), suspended=key)
        if not rows:
            raise deed.missing("accountId", target)
        if rows[0].suspended_at is None:
            await _done(deed, rows[0].id, why)
        return None

    return act


async def _done(deed: Deed, account: UUID, note: str) -> None:
    by = {"suspended_by_id": deed.viewer.account, "at": deed.moment.now, "note": note}
    await deed.add(t.Suspension, {"id": deed.new_id("suspension"), "account_id": account, **by})
    await deed.write(_SUSPEND, suspended=account)
    await deed.write(END_OF_ACCOUNT, overrider=account)
    deed.rights_changed(account)
