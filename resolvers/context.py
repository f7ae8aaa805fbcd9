"""What one operation carries through the stacks: made at the door, dropped at the end, shared with nobody."""

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.trail import Trail
from authz.viewer import Viewer
from resolvers.account import read_account
from resolvers.attempt import Attempt
from resolvers.belief import Belief, if_still
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.errors import AccountChanged
from resolvers.loaders import Loaders
from resolvers.reading import Reading, Row, Statement
from resolvers.records import ChildRecord
from resolvers.secret_keys import SecretKeys
from resolvers.session import Session

if TYPE_CHECKING:
    from resolvers.deed import Asking
    from resolvers.deeds import Deeds
    from resolvers.hub import Hub


def lens(viewer: Viewer, moment: Moment) -> Mapping[str, Any]:
    """Return what every statement on records binds: the viewer's references and the moment."""
    return {
        "viewer_account": viewer.account,
        "viewer_practitioner": viewer.practitioner,
        "viewer_organisation": viewer.organisation,
        "viewer_authority": viewer.authority,
        "now": moment.now,
        "today": moment.today,
        "adults_born_by": moment.adults_born_by,
        "archived_deaths": moment.archived_deaths,
    }


@dataclass
class Operation:
    """One operation of one viewer: who, when, the snapshot that it reads and the trail that it leaves.

    `attempts` are those of its searches; what was sought by id or number is in the trail. `deeds` does what a
    mutation asks for, `asking` is how it is asked; only mutations have them. `belief` is what `viewer` was made of, as
    long as nothing has confirmed it. `hub` is what subscriptions follow.
    """

    viewer: Viewer
    moment: Moment
    session: Session
    cursor_secret: SecretKeys
    budget: Budget
    version_secret: SecretKeys
    trail: Trail = field(default_factory=Trail)
    attempts: list[Attempt] = field(default_factory=list)
    belief: Belief | None = None
    deeds: "Deeds | None" = None
    asking: "Asking | None" = None
    hub: "Hub | None" = None

    @cached_property
    def lens(self) -> Mapping[str, Any]:
        """What every statement binds: the viewer's references and the moment (`resolvers/scope.py`)."""
        return lens(self.viewer, self.moment)

    @cached_property
    def loaders(self) -> Loaders:
        """The batching loaders of this operation (R37)."""
        return Loaders(self)

    async def renew(self) -> None:
        """Begin anew: what is read from now on is read from a fresh snapshot, by loaders that know nothing yet."""
        await self.session.rest()
        for kept in ("lens", "loaders"):
            self.__dict__.pop(kept, None)

    def release(self) -> None:
        """Let go of the loaders, which lead back here: what was read is dropped at once, and no cycle is left."""
        self.__dict__.pop("loaders", None)

    async def charge(self, *asked: str) -> None:
        """Charge what is asked for against the hour's budget; with what else this level asks for, at once.

        Raises BudgetExceeded.
        """
        if self.budget.limit(self.viewer) is not None:
            await self.loaders.charge.load_many(asked)

    async def name(self, *children: ChildRecord) -> None:
        """Note that rows have named children, and charge them: each tells who a child is (R14, R29)."""
        for child in children:
            self.trail.listed(child.key, child.facts, child.sight)
        await self.charge(*(child.id for child in children))

    async def rows(self, statement: Statement, **parameters: Any) -> Sequence[Row]:
        """Return the rows of `statement`, with the lens bound and `parameters` beside it."""
        await self.confirm()
        return await self.session.rows(statement, {**self.lens, **parameters})

    async def details(
        self, reading: Reading[[]], keys: Sequence[UUID], near: Callable[[], Container[UUID]]
    ) -> Sequence[Row]:
        """Return the rows of a reading of details, from a replica if one serves.

        Those of the keys in `near()` are read on the primary, and so is whatever the replica does not give: what the
        primary has opened does not disappear where a replica lags.
        """
        statement = reading()
        if not self.session.replica_serves:
            return await self.rows(statement, keys=keys)
        await self.confirm()
        kept = near()
        far = [key for key in keys if key not in kept]
        found = await self.session.details(statement, {"keys": far}) if far else ()
        known = {getattr(row, str(reading.replica)) for row in found}
        left = [key for key in keys if key not in known]
        return found if found and not left else [*found, *await self.rows(statement, keys=left)]

    async def first_rows(self, statement: Statement, **parameters: Any) -> Sequence[Row]:
        """Return the rows of a statement that gives records and no aggregate, and may come first.

        Then it confirms what is believed of the account: by its rows, or by reading the account where there are none.
        Raises AccountChanged.
        """
        async with self._confirming:
            if self.belief is not None:
                bound = {**self.lens, **self.belief.bound, **parameters}
                rows = await self.session.rows(if_still(statement), bound)
                if rows:
                    self.belief = None
                else:
                    await self._read_account(self.belief)
                return rows
        return await self.session.rows(statement, {**self.lens, **parameters})

    async def confirm(self) -> None:
        """Read the account, unless something has confirmed what is believed of it. Raises AccountChanged."""
        if self.belief is None:
            return
        async with self._confirming:
            if self.belief is not None:
                await self._read_account(self.belief)

    async def _read_account(self, belief: Belief) -> None:
        if await read_account(self.session, belief.subject, self.moment) != belief:
            raise AccountChanged
        self.belief = None

    @cached_property
    def _confirming(self) -> asyncio.Lock:
        return asyncio.Lock()
