"""What is done about accounts: an agreement accepted."""

from typing import Annotated

import strawberry
from strawberry import argument

from resolvers.agreement import accept, read_account
from schema.fields import Info, loading, object_type, open_field
from schema.problems import AS_READ, Answer, DeedInput, Payload, perform, read_by
from schema.viewer import Viewer


@object_type(description="The viewer's account, after a deed about it")
class ViewerPayload(Payload):
    viewer: Viewer | None = open_field(why=AS_READ, description="The account as it is now", resolver=read_by())


@strawberry.input(description="The agreement that is accepted")
class AcceptAgreementInput(DeedInput):
    version: str = strawberry.field(description="The version that was read; only the one in force can be accepted")


AcceptAgreement = Annotated[AcceptAgreementInput, argument(description="Which agreement is accepted")]


@loading()
async def accept_agreement(info: Info, input: AcceptAgreement) -> Answer:  # noqa: A002  # the contract's name
    return await perform(info, input, accept(input.version), read_account)
