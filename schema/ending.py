"""What ends a team's part in a record: its transfer to another authority, its concealment."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import argument

from resolvers.concealment import conceal
from resolvers.context import Operation
from resolvers.transfer import transfer
from schema.changed import read_changed
from schema.fields import Info, object_type
from schema.problems import Answer, DeedInput, Payload, perform


@object_type(description="What the concealment of a record answers with: nothing that names one")
class ConcealPayload(Payload):
    pass


@strawberry.input(description="Which record another authority is to be responsible for")
class TransferRecordInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child whose record it is")
    to_authority: strawberry.ID = strawberry.field(description="The authority, by its id as an organisation")
    note: str = strawberry.field(description="Why, for those who look at it later")


@strawberry.input(description="Which record is concealed, and on whose word")
class ConcealChildInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child whose old record ends")
    note: str = strawberry.field(
        description="On whose word, for those who look at it later; it must not tell of the child's new life"
    )


Transferring = Annotated[TransferRecordInput, argument(description="Which record, to whom")]
Concealing = Annotated[ConcealChildInput, argument(description="Which record, and on whose word")]


async def transfer_one(info: Info, input: Transferring) -> Answer:  # noqa: A002  # the contract's name
    """Transfer a record to another authority."""
    target, to = str(input.child_id), str(input.to_authority)
    return await perform(info, input, transfer(target, to, input.note), read_changed, asked=(target, to))


async def conceal_one(info: Info, input: Concealing) -> Answer:  # noqa: A002
    """Conceal a record."""
    target = str(input.child_id)
    return await perform(info, input, conceal(target, input.note), _nothing, asked=(target,))


async def _nothing(_operation: Operation, _key: UUID | None) -> Any:
    return None
