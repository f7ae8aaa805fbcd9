"""What is done about applications for access: applied, decided, withdrawn."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET, argument

from resolvers.applying import MOST_NUMBERS, apply, decide, withdraw
from resolvers.context import Operation
from resolvers.store.words import LegalBasis
from schema.application import AccessApplication
from schema.fields import Info, given, object_type, open_field
from schema.problems import AS_READ, Answer, DeedInput, Payload, perform, read_by


@object_type(description="An application after a deed about it")
class ApplicationPayload(Payload):
    application: AccessApplication | None = open_field(
        why=AS_READ, description="The application as it is now", resolver=read_by(lambda of: of.application)
    )


@strawberry.input(description="What access is applied for")
class ApplyForAccessInput(DeedInput):
    legal_basis: LegalBasis = strawberry.field(description="On which legal basis")
    justification: str = strawberry.field(description="Why access is needed, for those who decide")
    directory_numbers: list[str] = strawberry.field(
        description=f"The children's directory numbers, {MOST_NUMBERS} at most; whether one exists is not told"
    )


@strawberry.input(description="A decision on an application")
class DecideApplicationInput(DeedInput):
    application_id: strawberry.ID = strawberry.field(description="Which application")
    approve: bool = strawberry.field(description="True to approve; the first refusal refuses")
    note: str = strawberry.field(description="Why, for other deciders, teams and auditors")
    expires_at: datetime | None = strawberry.field(
        default=UNSET,
        description="Until when, at the latest; the earlier of both deciders' dates counts, and 28 days at most",
    )


@strawberry.input(description="An application that is not needed any more")
class WithdrawApplicationInput(DeedInput):
    application_id: strawberry.ID = strawberry.field(description="Which application, one of the viewer's own")


Applying = Annotated[ApplyForAccessInput, argument(description="What access is applied for")]
Deciding = Annotated[DecideApplicationInput, argument(description="What is decided")]
Withdrawing = Annotated[WithdrawApplicationInput, argument(description="Which application is withdrawn")]


async def _read(operation: Operation, key: UUID | None) -> Any:
    return None if key is None else await operation.loaders.application.load(key)


async def apply_for_access(info: Info, input: Applying) -> Answer:  # noqa: A002  # the contract's name
    """Apply."""
    return await perform(info, input, apply(input.legal_basis, input.justification, input.directory_numbers), _read)


async def decide_application(info: Info, input: Deciding) -> Answer:  # noqa: A002
    """Decide."""
    target = str(input.application_id)
    act = decide(target, approve=input.approve, note=input.note, expires_at=given(input.expires_at))
    return await perform(info, input, act, _read, asked=(target,))


async def withdraw_application(info: Info, input: Withdrawing) -> Answer:  # noqa: A002
    """Withdraw."""
    target = str(input.application_id)
    return await perform(info, input, withdraw(target), _read, asked=(target,))
