"""The viewer's own work with children: recorded, ended, taken off."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from resolvers.involving import end_involvement, record_involvement, withdraw_consent
from resolvers.store.words import SensitiveBasis, ServiceKind
from schema.changed import read_changed
from schema.fields import Info, given
from schema.problems import Answer, DeedInput, perform


@strawberry.input(description="The viewer's own work with a child")
class RecordInvolvementInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child")
    service: ServiceKind = strawberry.field(description="What kind of service it is")
    start: date = strawberry.field(name="from", description="Since when; today at the latest")
    lead: bool | None = strawberry.field(default=False, description="Whether the viewer is the lead professional")
    assessment: bool | None = strawberry.field(
        default=False, description="Whether the viewer holds the common assessment"
    )
    basis: SensitiveBasis | None = strawberry.field(
        default=UNSET,
        description="On what ground a sensitive service is on record, which needs one; given for any other, it makes "
        "the work sensitive",
    )


@strawberry.input(description="Which work of the viewer's own ends, and when")
class EndInvolvementInput(DeedInput):
    involvement_id: strawberry.ID = strawberry.field(description="The involvement")
    to: date = strawberry.field(description="Its last day; today at the latest")


@strawberry.input(description="For which work of the viewer's own consent is withdrawn")
class WithdrawConsentInput(DeedInput):
    involvement_id: strawberry.ID = strawberry.field(description="The involvement; it is taken off the record")


Recording = Annotated[RecordInvolvementInput, argument(description="Which work, with whom")]
Ending = Annotated[EndInvolvementInput, argument(description="Which work ends, and when")]
Withdrawing = Annotated[WithdrawConsentInput, argument(description="For which work")]


async def record_one(info: Info, input: Recording) -> Answer:  # noqa: A002  # the contract's name
    """Record an involvement."""
    target = str(input.child_id)
    act = record_involvement(
        target,
        input.service,
        input.start,
        lead=bool(input.lead),
        assessment=bool(input.assessment),
        basis=given(input.basis),
    )
    return await perform(info, input, act, read_changed, asked=(target,))


async def end_one(info: Info, input: Ending) -> Answer:  # noqa: A002
    """End an involvement."""
    target = str(input.involvement_id)
    return await perform(info, input, end_involvement(target, input.to), read_changed, asked=(target,))


async def withdraw_one(info: Info, input: Withdrawing) -> Answer:  # noqa: A002
    """Take an involvement off the record."""
    target = str(input.involvement_id)
    return await perform(info, input, withdraw_consent(target), read_changed, asked=(target,))
