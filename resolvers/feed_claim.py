"""What is done next of what feeds have sent: whose turn it is, and what has failed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, Uuid, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from authz.viewer import Viewer
from authz.words import Purpose, Role
from resolvers.account import read_account
from resolvers.belief import in_force
from resolvers.clock import Moment
from resolvers.reading import reading
from resolvers.scope import NOW
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.tables.base import Instant

REASON = "Entries that this account has fed to the directory"
"""Why a batch is done, in the journal; what the client stated stands with the event of its submission."""

ATTEMPTS = 5
"""How often an entry is tried that cannot be done; then it is set aside."""

LONGEST_PAUSE = timedelta(minutes=10)
"""How long an entry that failed waits at most until it is tried again."""

_ENTRY = t.FeedEntry
_POSITION: Any = bindparam("at_position", type_=BigInteger())


def _due() -> tuple[Any, ...]:
    """Return the conditions that an entry can be done now: it is due, and the first that waits of its child."""
    earlier = aliased(_ENTRY)
    before = select(earlier.position).where(
        earlier.same_child == _ENTRY.same_child, earlier.position < _ENTRY.position, ~earlier.set_aside
    )
    return ~_ENTRY.set_aside, _ENTRY.due_at <= NOW, ~before.exists()


@reading()
def _next() -> Select[*tuple[Any, ...]]:
    """Select the entry that has waited longest, of an account that may feed now."""
    account, body = aliased(t.Account), aliased(t.Organisation)
    found = select(_ENTRY.position, _ENTRY.attempts, account.id.label("account"), account.subject)
    found = found.join(account, account.id == _ENTRY.account_id).join(body, body.id == account.organisation_id)
    may = account.role == Role.FEED_CLIENT, *in_force(account, body)
    return found.where(*_due(), *may).order_by(_ENTRY.position).limit(1)


@reading()
def _together() -> Select[*tuple[Any, ...]]:
    """Select what is done together: entries of one account, none of which has failed before."""
    mine = _ENTRY.account_id == bindparam("of_account", type_=Uuid()), _ENTRY.attempts == 0
    return select(_ENTRY.position).where(*mine, *_due()).order_by(_ENTRY.position).limit(bindparam("at_most"))


@reading()
def _left() -> Select[*tuple[Any, ...]]:
    waits = func.count(case((~_ENTRY.set_aside, 1)))
    return select(waits.label("waiting"), func.count(case((_ENTRY.set_aside, 1))).label("aside"))


_FAILED = (
    update(_ENTRY)
    .where(_ENTRY.position == _POSITION)
    .values(
        attempts=_ENTRY.attempts + 1,
        set_aside=_ENTRY.attempts + 1 >= ATTEMPTS,
        due_at=bindparam("again_at", type_=Instant()),
    )
)


@dataclass
class Claim:
    """Which entries a batch is of; `retried` tells how often a single one has failed before."""

    entries: list[int] = field(default_factory=list)
    retried: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """How many entries wait to be done, and how many are set aside."""

    waiting: int
    aside: int


async def claimed(session: Session, moment: Moment, claim: Claim, most: int) -> Viewer | None:
    """Fill in which entries are done now; return the account that has sent them, None where nothing is due."""
    bound = {"now": moment.now, "today": moment.today}
    first = await session.rows(_next(), bound)
    if not first:
        return None
    account = await read_account(session, first[0].subject, moment)
    if account is None:
        return None
    claim.entries, claim.retried = [first[0].position], first[0].attempts
    if not claim.retried:
        rows = await session.rows(_together(), {**bound, "of_account": first[0].account, "at_most": most})
        claim.entries = [row.position for row in rows]
    return replace(account.viewer, purpose=Purpose.DATA_QUALITY, reason=REASON)


async def left(session: Session) -> Left:
    """Return what is left to do."""
    (row,) = await session.rows(_left(), {})
    return Left(row.waiting, row.aside)


async def note_failure(connection: AsyncConnection, entry: int, attempts: int, now: datetime) -> bool:
    """Have an entry that cannot be done tried again later; return whether it is set aside for good."""
    pause = min(timedelta(seconds=2**attempts), LONGEST_PAUSE)
    await connection.execute(_FAILED, {"at_position": entry, "again_at": now + pause})
    return attempts + 1 >= ATTEMPTS
