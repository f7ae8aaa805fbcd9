"""What an id names, by one route for every type: the parent record's sight comes first (R12)."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resolvers.child import open_by_id
from resolvers.contact import open_contact
from resolvers.ids import Kind, read_id
from resolvers.records import ChildRecord, ContactRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

MOST_NODES = 100

Opened = ChildRecord | ContactRecord | None


async def open_node(operation: "Operation", text: str) -> Opened:
    """Open what `text` is the id of; None for whatever is none to this viewer, whatever the reason."""
    key = read_id(text)
    if key is not None and key.kind is Kind.CHILD:
        return await open_by_id(operation, text)
    if key is not None and key.kind is Kind.CONTACT:
        return await open_contact(operation, key.key, text)
    await operation.charge(text)
    operation.trail.missed(text)
    return None


async def open_nodes(operation: "Operation", texts: Sequence[str]) -> list[Opened]:
    """Open what each of `texts` names, in their order, in one batch a type."""
    return await asyncio.gather(*(open_node(operation, text) for text in texts))
