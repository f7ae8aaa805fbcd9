"""What is done about shields: requested, decided on, lifted."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET, argument

from resolvers.context import Operation
from resolvers.references import reference
from resolvers.shield import note
from resolvers.shield_record import ShieldRecord
from resolvers.shielding import LONGEST_REVIEW, UNTIL_REVIEW, decide, lift, request
from resolvers.store.words import ShieldReason
from schema.cost import ONE
from schema.fields import Info, given, loading, object_type, open_field
from schema.problems import ABOUT_THE_DEED, AS_READ, Answer, DeedInput, Payload, perform
from schema.shield import Shield


@dataclass(frozen=True, slots=True)
class Case:
    """What a deed about a shield answers with: the case where it is in sight, and its reference in any case."""

    shield: ShieldRecord | None
    reference: str


@loading(lambda of: of.shield)
def _shield(root: Answer) -> ShieldRecord | None:
    return None if root.result is None else root.result.shield


def _reference(root: Answer) -> str | None:
    return None if root.result is None else root.result.reference


@object_type(description="A shield after a deed about it. `reference` is for a requester who may not read the case")
class ShieldPayload(Payload):
    shield: Shield | None = open_field(
        why=AS_READ, description="The case as it is now; null where it is not in sight", resolver=_shield, cost=ONE
    )
    reference: str | None = open_field(
        why=ABOUT_THE_DEED,
        description="By which to speak of the case with its team; it opens nothing",
        resolver=_reference,
    )


@strawberry.input(description="A shield that is asked for")
class RequestShieldInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="Which child")
    reason: ShieldReason = strawberry.field(description="Why; for the responsible team alone")
    evidence: str = strawberry.field(description="What shows it; for the responsible team alone")


@strawberry.input(description="A decision on a shield")
class DecideShieldInput(DeedInput):
    shield_id: strawberry.ID = strawberry.field(description="Which shield")
    approve: bool = strawberry.field(description="True to approve; to refuse takes two accounts of the team")
    note: str = strawberry.field(description="Why; kept with the case")
    review_by: date | None = strawberry.field(
        default=UNSET,
        description=f"When an approved shield is reviewed, {LONGEST_REVIEW.days} days ahead at most; left out, in "
        f"{UNTIL_REVIEW.days} days",
    )


@strawberry.input(
    description="Proposes when the shield is active; lifts when a second account of the responsible team says the same"
)
class LiftShieldInput(DeedInput):
    shield_id: strawberry.ID = strawberry.field(description="Which shield")
    note: str = strawberry.field(description="Why; kept with the case")


Requesting = Annotated[RequestShieldInput, argument(description="Whom to shield, and why")]
Deciding = Annotated[DecideShieldInput, argument(description="What is decided")]
Lifting = Annotated[LiftShieldInput, argument(description="Which shield is to be lifted")]


async def _read(operation: Operation, key: UUID | None) -> Case | None:
    if key is None:
        return None
    shield = await operation.loaders.shield.load(key)
    if shield is not None:
        await note(operation, shield)
    return Case(shield, reference(operation, key))


async def request_shield(info: Info, input: Requesting) -> Answer:  # noqa: A002  # the contract's name
    """Request."""
    target = str(input.child_id)
    return await perform(info, input, request(target, input.reason, input.evidence), _read, asked=(target,))


async def decide_shield(info: Info, input: Deciding) -> Answer:  # noqa: A002
    """Decide."""
    target = str(input.shield_id)
    act = decide(target, approve=input.approve, note=input.note, review_by=given(input.review_by))
    return await perform(info, input, act, _read, asked=(target,))


async def lift_shield(info: Info, input: Lifting) -> Answer:  # noqa: A002
    """Lift."""
    target = str(input.shield_id)
    return await perform(info, input, lift(target, input.note), _read, asked=(target,))
