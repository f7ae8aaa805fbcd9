"""The journal as clients read it: who looked at which record, when and why."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from authz.trail import AccessKind
from authz.words import FieldGroup, Purpose, Role
from resolvers.access import Question
from resolvers.access import access_events as list_events
from resolvers.access_records import AccessRecord
from resolvers.page import Page
from resolvers.records import ChildRecord
from resolvers.store.words import OrganisationKind
from resolvers.trail import access_trail as read_trail
from resolvers.window import WIDEST
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.fields import Info, given, loading, object_type, part

FIRST_EVENTS = 50

Event = Annotated[
    strawberry.ID | None, argument(description="The id of an event, as an alert or a row of this list has it")
]
Record = Annotated[str | None, argument(description="The reference of a record, or of what was sought in vain")]
By = Annotated[strawberry.ID | None, argument(description="The account that looked, by its id")]
From = Annotated[
    datetime | None,
    argument(name="from", description=f"From when on; {WIDEST.days} days before `to` where it is left out"),
]
To = Annotated[
    datetime | None,
    argument(name="to", description=f"Before when; {WIDEST.days} days after `from` at most, and now where left out"),
]


def _id(root: AccessRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


def _viewer(root: AccessRecord) -> strawberry.ID | None:
    return None if root.viewer is None else strawberry.ID(root.viewer)


@object_type(
    of=AccessRecord,
    exists_by=(FieldGroup.TRAIL,),
    description="One record that an operation touched, or something that it sought in vain",
)
class AccessEvent:
    id: strawberry.ID = part(description="Opaque and random; `node` does not open it", resolver=_id)
    at: datetime = part(
        description="When; to a directory team by the whole hour where it is not told who looked",
    )
    record: str = part(
        description="A reference to the record, not an id that opens it; of what was sought in vain one of its own, "
        "and empty where the operation touched nothing"
    )
    kind: AccessKind = part(description="How the record was touched")
    viewer: strawberry.ID | None = part(
        description="Null to a directory team on the trail of a record that is or was shielded, as are viewerName, "
        "organisation and reason: they can name a place. The kind of body stays",
        resolver=_viewer,
    )
    viewer_name: str | None = part(description="The name of the account now")
    role: Role = part(description="The role of the account then")
    organisation: str | None = part(description="The name of the body of who looked, of then")
    organisation_kind: OrganisationKind | None = part(description="What kind of body it is")
    purpose: Purpose | None = part(description="For which purpose")
    reason: str | None = part(
        description="Why, in the words of who looked; null too where the operation touched more than may be told of"
    )
    disclosed: list[FieldGroup] = part(description="The groups that were asked for and shown")
    withheld: list[FieldGroup] = part(description="The groups that were asked for and not shown")
    override: bool = part(description="Whether it was done under an override")


AccessEvents = Connection[AccessEvent]


@loading(lambda of: of.trail)
async def access_trail(
    root: ChildRecord, info: Info, first: First = FIRST_EVENTS, after: After = UNSET
) -> Page[AccessRecord]:
    """Return a page of a record's trail."""
    return await read_trail(info.context, root, page_size(first, FIRST_EVENTS, MOST_ROWS), given(after))


@loading()
async def access_events(  # noqa: PLR0917  # the contract's arguments; clients give them by name
    info: Info,
    event: Event = UNSET,
    record: Record = UNSET,
    viewer: By = UNSET,
    since: From = UNSET,
    until: To = UNSET,
    first: First = FIRST_EVENTS,
    after: After = UNSET,
) -> Page[AccessRecord]:
    """Return a page of the journal."""
    asked = Question(given(event), given(record), given(viewer), given(since), given(until))
    return await list_events(info.context, asked, page_size(first, FIRST_EVENTS, MOST_ROWS), given(after))
