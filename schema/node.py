"""The Relay interface of what can be refetched."""

import strawberry

from schema.fields import part


@strawberry.interface(description="What can be refetched by `node`")
class Node:
    id: strawberry.ID = part(description="Opaque and random: it has no order and tells nothing")
