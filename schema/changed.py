"""The payload of deeds on a child's record: the record as the law shows it after them."""

from typing import Any
from uuid import UUID

from resolvers.context import Operation
from schema.child import Child
from schema.cost import ONE
from schema.fields import object_type, open_field
from schema.problems import AS_READ, Payload, read_by


@object_type(description="A child's record after a deed about it")
class ChildPayload(Payload):
    child: Child | None = open_field(
        why=AS_READ,
        description="The record as this viewer may know it now; null where it does not exist for this viewer any more",
        resolver=read_by(lambda of: of.child),
        cost=ONE,
    )


async def read_changed(operation: Operation, key: UUID | None) -> Any:
    """Return the record that a deed was about, None where it does not exist for the viewer any more."""
    child = None if key is None else await operation.loaders.child.load(key)
    if child is not None:
        operation.trail.opened(child.key, child.facts, child.sight)
    return child
