"""What is done about accounts: an agreement accepted, an account suspended."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import argument

from resolvers.agreement import accept, read_account
from resolvers.context import Operation
from resolvers.suspension import suspend
from schema.fields import Info, loading, object_type, open_field
from schema.problems import AS_READ, Answer, DeedInput, Payload, perform, read_by
from schema.viewer import Viewer


@object_type(description="The viewer's account, after a deed about it")
class ViewerPayload(Payload):
    viewer: Viewer | None = open_field(why=AS_READ, description="The account as it is now", resolver=read_by())


@strawberry.input(description="The agreement that is accepted")
class AcceptAgreementInput(DeedInput):
    version: str = strawberry.field(description="The version that was read; only the one in force can be accepted")


@strawberry.input(description="Which account is suspended, and why")
class SuspendAccountInput(DeedInput):
    account_id: strawberry.ID = strawberry.field(description="The account, one of the team's own authority")
    note: str = strawberry.field(description="Why, for those who look at it later")


Agreement = Annotated[AcceptAgreementInput, argument(description="Which agreement is accepted")]
Suspending = Annotated[SuspendAccountInput, argument(description="Which account, and why")]


@loading()
async def accept_agreement(info: Info, input: Agreement) -> Answer:  # noqa: A002  # the contract's name
    """Accept the agreement."""
    return await perform(info, input, accept(input.version), read_account)


async def suspend_account(info: Info, input: Suspending) -> Answer:  # noqa: A002
    """Suspend an account; the deed leaves no task."""
    target = str(input.account_id)
    return await perform(info, input, suspend(target, input.note), _no_task, asked=(target,))


async def _no_task(_operation: Operation, _key: UUID | None) -> Any:
    return None
