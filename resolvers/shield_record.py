"""What the stacks hand upward of the case behind a shield."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from resolvers.ids import Kind, write_id
from resolvers.records import ChildRecord
from resolvers.store.words import ShieldReason, ShieldState


@dataclass(frozen=True, slots=True, eq=False)
class ShieldRecord:
    """One case: its child, and all that is for the responsible team. `follows` is the shield that a HOLD follows.

    `requester` and `proposer` are the accounts whose names `requested_by` and `lift_proposed_by` are.
    """

    key: UUID
    child: ChildRecord
    state: ShieldState
    reason: ShieldReason | None
    evidence: str | None
    requested_by: str | None
    decided_by: str | None
    lift_proposed_by: str | None
    since: datetime
    review_by: date | None
    requester: UUID | None
    proposer: UUID | None
    follows: UUID | None

    @property
    def id(self) -> str:
        return write_id(Kind.SHIELD, self.key)
