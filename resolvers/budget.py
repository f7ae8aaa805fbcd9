"""The budget of records: how many an account may ask for in an hour, over all ways of asking (R14).

It is kept in the database, so that all workers count together. What was asked for is kept as a keyed hash.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.viewer import Viewer
from authz.words import Role
from resolvers.batching import LevelLoader
from resolvers.clock import AN_HOUR, Moment
from resolvers.errors import BudgetExceeded
from resolvers.reading import reading
from resolvers.scope import ACCOUNT
from resolvers.secret_keys import SecretKeys
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant

if TYPE_CHECKING:
    from resolvers.context import Operation

UNLIMITED = 2**31 - 1
"""What `recordsLeft` says where a role has no budget: the greatest number that GraphQL's Int can say."""

_MINE = (t.Budget.account_id == ACCOUNT, t.Budget.hour == bindparam("hour", type_=Instant()))
_KNOWN = select(t.Budget.asked).where(*_MINE, among(t.Budget.asked, "keys"))
_LOCK = select(t.Account.id).where(t.Account.id == ACCOUNT).with_for_update()
_PAST = delete(t.Budget).where(t.Budget.account_id == ACCOUNT, t.Budget.hour < bindparam("hour", type_=Instant()))


@reading()
def _spent() -> Select[Any]:
    return select(func.count()).select_from(t.Budget).where(*_MINE)


class Budget:
    """Counts what accounts ask for. `limits` has the records an hour of each role, None for no limit.

    `shield_requests` is how many shields an account may request in a day; their deed counts them.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        key: SecretKeys,
        limits: Mapping[Role, int | None],
        shield_requests: int | None = None,
    ) -> None:
        self._engine = engine
        self._key = key
        self._limits = limits
        self.shield_requests = shield_requests

    def limit(self, viewer: Viewer) -> int | None:
        """Return how many records `viewer` may ask for in an hour."""
        return self._limits[viewer.role]

    async def charge(self, viewer: Viewer, moment: Moment, asked: Iterable[str]) -> None:
        """Charge what is asked for, each thing once an hour.

        Raises BudgetExceeded, and charges nothing, where the hour's budget does not hold all of it.
        """
        limit = self.limit(viewer)
        if limit is None:
            return
        hashes = {tuple(hmac.digest(key, text.encode(), "sha256").hex() for key in self._key) for text in asked}
        keys = sorted(chain.from_iterable(hashes))
        bound = {"viewer_account": viewer.account, "hour": moment.hour}
        async with self._engine.begin() as connection:
            # One charge of an account at a time: two that are made together must not both take the last record.
            await connection.execute(_LOCK, bound)
            known = set((await connection.execute(_KNOWN, {**bound, "keys": keys})).scalars())
            fresh = sorted(current for current, *others in hashes if known.isdisjoint((current, *others)))
            if fresh:
                await self._take(connection, bound, fresh, limit, moment.now)

    async def _take(
        self, connection: AsyncConnection, bound: dict[str, Any], fresh: list[str], limit: int, now: datetime
    ) -> None:
        spent = (await connection.execute(_spent(), bound)).scalar_one()
        if spent + len(fresh) > limit:
            wait = bound["hour"] + AN_HOUR - now
            raise BudgetExceeded("the hour's budget of records is used up: ask again in the next hour", wait)
        if not spent:
            await connection.execute(_PAST, bound)
        row = {"account_id": bound["viewer_account"], "hour": bound["hour"]}
        await connection.execute(insert(t.Budget), [row | {"asked": key} for key in fresh])


class ClosedBudget(Budget):
    """The budget within a deed: what a deed asks for is charged before its transaction begins, never within it."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget._engine, budget._key, budget._limits, budget.shield_requests)

    async def charge(self, viewer: Viewer, moment: Moment, asked: Iterable[str]) -> None:  # noqa: ARG002  # as above
        """Refuse: a second transaction would wait for the one that waits for it."""
        raise RuntimeError("a deed charges before it begins: its own transaction holds the account")


async def records_left(operation: "Operation") -> int:
    """Return how many records the viewer may still ask for in this hour, as at the start of the operation."""
    limit = operation.budget.limit(operation.viewer)
    if limit is None:
        return UNLIMITED
    rows = await operation.rows(_spent(), hour=operation.moment.hour)
    return max(limit - int(rows[0][0]), 0)


class ChargeLoader(LevelLoader[str, None]):
    """Charges what one level of an operation asks for at once, before any of it is read."""

    def __init__(self, operation: "Operation") -> None:
        super().__init__()
        self.operation = operation

    async def batch_load_fn(self, keys: list[str]) -> list[None]:
        await self.operation.budget.charge(self.operation.viewer, self.operation.moment, keys)
        return [None] * len(keys)
