"""The trail of a record: who has looked at it, for those who hold TRAIL (R30)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from authz.words import FieldGroup, Role
from resolvers.access import read_access
from resolvers.access_records import AccessRecord
from resolvers.cursor import Place, SealedScope
from resolvers.loading import ByChild
from resolvers.page import LIMIT, Page, cut
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.store.keys import among
from resolvers.telling import SUBJECT, Telling
from resolvers.window import read_window, within

if TYPE_CHECKING:
    from resolvers.context import Operation


@reading(AccessRecord, keys={"full": (FieldGroup.TRAIL,)}, role=Role, after=BOTH)
def _trails(role: Role, *, after: bool) -> Select[Any]:
    """Select numbered rows of records, the latest first, as many of each record as `limit` says."""
    telling = Telling(role)
    latest = (telling.at.desc(), telling.key.desc())
    number = func.row_number().over(partition_by=SUBJECT.child_id, order_by=latest).label("number")
    found = telling.joined(select(*telling.columns(), number)).where(among(SUBJECT.child_id, "full"))
    numbered = found.where(within(telling, after=after)).subquery()
    return select(numbered).where(telling.reads, numbered.c.number <= LIMIT).order_by(numbered.c.number)


class TrailLoader(ByChild[AccessRecord]):
    """Loads the trails of records whose TRAIL is in sight."""

    reading = _trails

    def __init__(self, operation: "Operation", first: int, after: Place | None) -> None:
        super().__init__(operation)
        self.limit, self.window = first + 1, replace(read_window(operation.moment.now, None, None), mark=after)

    def statement(self) -> Statement:
        return _trails(self.operation.viewer.role, after=self.window.mark is not None)

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {**super().keys_of(parents), **self.window.bound, "limit": self.limit}

    def make(self, row: Row, parent: ChildRecord) -> AccessRecord:  # noqa: ARG002  # one shape for all
        return read_access(self.operation, row)


async def access_trail(operation: "Operation", child: ChildRecord, first: int, after: str | None) -> Page[AccessRecord]:
    """Return a page of who has looked at `child`, the latest first.

    Raises BadInput for a cursor that is not of this list, this child's included.
    """
    scope = SealedScope(operation.cursor_secret, operation.viewer.account, "accessTrail", child.id)
    mark = None if after is None else scope.unseal(after)
    rows = await operation.loaders.trail(first, mark).load(child)
    return cut(rows, first, scope, has_previous=mark is not None)
