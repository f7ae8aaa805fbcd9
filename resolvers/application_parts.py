"""What belongs to applications: their decisions, and the children that they are about, as the law shows them (R25)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, null, select
from sqlalchemy.orm import aliased

from authz.words import Role
from resolvers.application import Reach, reach_of
from resolvers.child import read_child, visible_children
from resolvers.loading import RowsByParent
from resolvers.numbers import read_number
from resolvers.reading import BOTH, Row, Statement, reading
from resolvers.records import ChildRecord
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import ApplicationState
from resolvers.work_records import ApplicationRecord, DecisionRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

_DECIDER = aliased(t.Account)


@reading(DecisionRecord, named=BOTH)
def _decisions(*, named: bool) -> Select[*tuple[Any, ...]]:
    """Select decisions, oldest first; by whom and why they were taken for those alone who may know (`named`)."""
    row = t.ApplicationDecision
    by, note = (_DECIDER.name.label("by"), row.note) if named else (null().label("by"), null().label("note"))
    found = select(row.application_id, row.role, row.approve, row.at, by, note)
    found = found.join(_DECIDER, _DECIDER.id == row.account_id).where(among(row.application_id, "keys"))
    return found.order_by(row.at, row.id)


class DecisionsLoader(RowsByParent[ApplicationRecord, list[DecisionRecord], DecisionRecord]):
    """Loads the decisions on applications; names and notes are not selected for the applicant."""

    reading = _decisions

    def statement(self) -> Statement:
        return _decisions(named=reach_of(self.operation.viewer) is not Reach.OWN)

    def keys_of(self, parents: Sequence[ApplicationRecord]) -> Mapping[str, Any]:
        return {"keys": [parent.key for parent in parents]}

    def parent_of(self, row: Row) -> UUID:
        key: UUID = row.application_id
        return key

    def make(self, row: Row, parent: ApplicationRecord) -> DecisionRecord:  # noqa: ARG002  # one shape for all
        return DecisionRecord(row.role, row.approve, row.at, row.by, row.note)

    async def batch_load_fn(self, applications: list[ApplicationRecord]) -> list[list[DecisionRecord]]:
        return await self.lists(applications)


@reading(ChildRecord, role=Role)
def _covered(role: Role) -> Select[Any]:
    link = aliased(t.ApplicationChild)
    found = visible_children(role, t.Child).add_columns(link.application_id)
    return found.join(link, link.child_id == t.Child.id).where(among(link.application_id, "keys"))


class CoveredLoader(RowsByParent[ApplicationRecord, list[ChildRecord], ChildRecord | None]):
    """Loads the children whom approved applications cover, as far as they exist for the viewer now."""

    reading = _covered

    def statement(self) -> Statement:
        return _covered(self.operation.viewer.role)

    def keys_of(self, parents: Sequence[ApplicationRecord]) -> Mapping[str, Any]:
        return {"keys": [parent.key for parent in parents]}

    def parent_of(self, row: Row) -> UUID:
        key: UUID = row.application_id
        return key

    def make(self, row: Row, parent: ApplicationRecord) -> ChildRecord | None:  # noqa: ARG002  # one shape for all
        return read_child(row, self.operation.viewer)

    async def batch_load_fn(self, applications: list[ApplicationRecord]) -> list[list[ChildRecord]]:
        return [[child for child in rows if child is not None] for rows in await self.lists(applications)]


async def children_of(operation: "Operation", application: ApplicationRecord) -> list[ChildRecord]:
    """Return the children of an application who exist for the viewer now, in the order of the numbers asked for.

    Of one that was approved they are those it covers; of any other those that have the numbers now, and for the
    applicant none. Each row names a child: it is noted and charged (R14).
    """
    found = await _found(operation, application)
    place = {number: n for n, text in enumerate(application.requested) if (number := read_number(text))}
    found.sort(key=lambda child: (place.get(child.directory_number, len(place)), child.directory_number))
    await operation.name(*found)
    return found


async def _found(operation: "Operation", application: ApplicationRecord) -> list[ChildRecord]:
    if application.state in {ApplicationState.APPROVED, ApplicationState.EXPIRED}:
        return list(await operation.loaders.covered.load(application))
    if application.mine:
        return []
    numbers = dict.fromkeys(number for text in application.requested if (number := read_number(text)))
    return [child for child in await operation.loaders.number.load_many(numbers) if child is not None]
