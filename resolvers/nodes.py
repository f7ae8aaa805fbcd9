"""What an id names, by one route for every type: the parent record's sight comes first (R12)."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resolvers.child import open_by_id
from resolvers.contact import open_contact
from resolvers.ids import Key, Kind, read_id
from resolvers.records import ChildRecord, ContactRecord, OrganisationRecord, PractitionerRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

MOST_NODES = 100

Opened = ChildRecord | ContactRecord | OrganisationRecord | PractitionerRecord | None


async def open_node(operation: "Operation", text: str) -> Opened:
    """Open what `text` is the id of; None for whatever is none to this viewer, whatever the reason."""
    key = read_id(text)
    if key is not None and key.kind is Kind.CHILD:
        return await open_by_id(operation, text)
    if key is not None and key.kind is Kind.CONTACT:
        return await open_contact(operation, key.key, text)
    await operation.charge(text)
    found = None if key is None else await _listed(operation, key)
    if found is None:
        operation.trail.missed(text)
    return found


async def _listed(operation: "Operation", key: Key) -> OrganisationRecord | PractitionerRecord | None:
    """Return what the directory of bodies and workers has under `key`; None where it is unknown or confidential."""
    if key.kind is Kind.ORGANISATION:
        return await operation.loaders.organisation.load(key.key)
    if key.kind is Kind.PRACTITIONER:
        return await operation.loaders.practitioner.load(key.key)
    return None


async def open_nodes(operation: "Operation", texts: Sequence[str]) -> list[Opened]:
    """Open what each of `texts` names, in their order, in one batch a type."""
    return await asyncio.gather(*(open_node(operation, text) for text in texts))
