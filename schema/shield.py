"""Shields: the case behind one, for the responsible team."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from authz.words import FieldGroup
from resolvers.page import Page
from resolvers.shield import shield_requests as list_shields
from resolvers.shield_record import ShieldRecord
from resolvers.store.words import ShieldReason, ShieldState
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.cost import ONE
from schema.fields import Info, given, loading, object_type, part
from schema.summary import ChildSummary

State = Annotated[ShieldState | None, argument(description="In which state they are to be")]


def _id(root: ShieldRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


@object_type(
    of=ShieldRecord,
    exists_by=(FieldGroup.SHIELD_CASE,),
    description="The case behind one shield of a child; a child may have several",
)
class Shield:
    id: strawberry.ID = part(description="Opaque and random; `node` does not open it", resolver=_id)
    child: ChildSummary = part(description="The child who is shielded", cost=ONE)
    state: ShieldState = part(description="How far it has come; in force in all but REFUSED and LIFTED")
    reason: ShieldReason | None = part(description="Why; null on a HOLD, which follows a household member's shield")
    evidence: str | None = part(description="What shows it, as the requester wrote it")
    requested_by: str | None = part(description="The name of who requested it")
    decided_by: str | None = part(description="The name of who decided on it last")
    lift_proposed_by: str | None = part(description="The name of who has proposed to lift it")
    since: datetime = part(name="from", description="Since when it has been in force")
    review_by: date | None = part(description="When the team is to review it; reaching it lifts nothing")


@loading()
async def shield_requests(
    info: Info, state: State = UNSET, first: First = 20, after: After = UNSET
) -> Page[ShieldRecord]:
    """Return a page of cases."""
    return await list_shields(info.context, given(state), page_size(first, 20, MOST_ROWS), given(after))


ShieldRequests = Connection[Shield]
