"""What one operation carries through the stacks: made at the door, dropped at the end, shared with nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from authz.trail import Trail
from authz.viewer import Viewer
from resolvers.attempt import Attempt
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.loaders import Loaders
from resolvers.reading import Row, Statement
from resolvers.session import Session

if TYPE_CHECKING:
    from resolvers.deed import Asking, Deeds


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
    mutation asks for, `asking` is how it is asked; only mutations have them.
    """

    viewer: Viewer
    moment: Moment
    session: Session
    cursor_secret: bytes
    budget: Budget
    version_secret: bytes
    trail: Trail = field(default_factory=Trail)
    attempts: list[Attempt] = field(default_factory=list)
    deeds: "Deeds | None" = None
    asking: "Asking | None" = None

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

    async def charge(self, *asked: str) -> None:
        """Charge what is asked for against the hour's budget; with what else this level asks for, at once.

        Raises BudgetExceeded.
        """
        if self.budget.limit(self.viewer) is not None:
            await self.loaders.charge.load_many(asked)

    async def rows(self, statement: Statement, **parameters: Any) -> Sequence[Row]:
        """Return the rows of `statement`, with the lens bound and `parameters` beside it."""
        return await self.session.rows(statement, {**self.lens, **parameters})
