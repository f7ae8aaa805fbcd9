"""What is done in an emergency: one shielded record opened for minutes, and closed again."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from resolvers.override import close_override, open_override, read_overridden
from resolvers.records import ChildRecord
from resolvers.store.words import OverrideGround
from schema.child import Child
from schema.cost import ONE
from schema.fields import Info, loading, object_type, open_field
from schema.problems import AS_READ, Answer, DeedInput, Payload, perform


@loading(lambda of: of.child)
def _child(root: Answer) -> ChildRecord | None:
    return None if root.result is None else root.result.child


@loading()
def _until(root: Answer) -> datetime | None:
    return None if root.result is None else root.result.until


@object_type(description="A record after its override was opened or closed")
class OverridePayload(Payload):
    child: Child | None = open_field(
        why=AS_READ,
        description="The record as this viewer may know it now; null where it does not exist for this viewer any more",
        resolver=_child,
        cost=ONE,
    )
    until: datetime | None = open_field(
        why="it is about the viewer's own override",
        description="Until when the override opens the record; null where none is in force",
        resolver=_until,
    )


@strawberry.input(description="Which record is opened in an emergency, and why")
class OpenOverrideInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child whose record is shielded; nobody else's opens")
    ground: OverrideGround = strawberry.field(description="On which ground")
    explanation: str = strawberry.field(
        description="Why, in the viewer's own words, 10 to 500 characters: it is read when the override is looked into"
    )
    accept_investigation: bool = strawberry.field(
        description="Must be true: the override is looked into, and an alert is raised at once"
    )


@strawberry.input(description="Which override is not needed any more")
class CloseOverrideInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child whose record it opens")


Opening = Annotated[OpenOverrideInput, argument(description="Which record, and why")]
Closing = Annotated[CloseOverrideInput, argument(description="Which record")]


async def open_one(info: Info, input: Opening) -> Answer:  # noqa: A002  # the contract's name
    """Override the shield of one record."""
    target = str(input.child_id)
    act = open_override(target, input.ground, input.explanation, accepted=input.accept_investigation)
    return await perform(info, input, act, read_overridden, asked=(target,))


async def close_one(info: Info, input: Closing) -> Answer:  # noqa: A002
    """Close the viewer's override of one record."""
    target = str(input.child_id)
    return await perform(info, input, close_override(target), read_overridden, asked=(target,))
