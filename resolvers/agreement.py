"""The agreement that every account signs, and signs anew when its text changes (R28)."""

from uuid import UUID

from sqlalchemy import Text, bindparam, update

from authz.viewer import Viewer
from resolvers.account import find_again
from resolvers.belief import AGREEMENT_VERSION
from resolvers.context import Operation
from resolvers.deed import Act, Deed
from resolvers.problem import invalid
from resolvers.scope import ACCOUNT
from resolvers.store import tables as t

_SIGN = update(t.Account).where(t.Account.id == ACCOUNT)
_SIGN = _SIGN.values(agreement_version=bindparam("signed", type_=Text()))


def accept(version: str) -> Act:
    """Return the deed of signing the agreement of this version, for the viewer's own account.

    It raises NotDone INVALID for every other version than the one in force, which its message names.
    """

    async def act(deed: Deed) -> UUID:
        if version != AGREEMENT_VERSION:
            raise invalid(
                "version", f"the agreement in force is `{AGREEMENT_VERSION}`: read it, then accept this version"
            )
        await deed.write(_SIGN, signed=version)
        deed.rights_changed(deed.viewer.account)
        return deed.viewer.account

    return act


async def read_account(operation: Operation, _: UUID | None) -> Viewer | None:
    """Return the viewer as the account is now, who also goes on with the rest of the operation."""
    viewer = await find_again(operation)
    if viewer is not None:
        operation.viewer = viewer
        await operation.renew()
    return viewer
