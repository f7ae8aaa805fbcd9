"""Organisations: name and kind for all, how to reach one for those to whom it is known."""

from typing import Any

import strawberry
from strawberry import UNSET

from authz.words import FieldGroup
from resolvers.practitioner import workers
from resolvers.records import OrganisationRecord
from resolvers.store.words import OrganisationKind
from schema.address import Address
from schema.arguments import After, First
from schema.connection import MOST_ROWS, PAGE, Connection, page_size
from schema.fields import Info, given, guarded, loading, object_type, open_field
from schema.node import Node
from schema.practitioner import Practitioner
from schema.withheld import Withheld, withheld_of

_WHY = "the public directory of bodies names them; nothing about a child is in it"
_PLACE = FieldGroup.PLACE


@loading(lambda of: of.workers)
async def _practitioners(root: OrganisationRecord, info: Info, first: First = 50, after: After = UNSET) -> Any:
    return await workers(info.context, root, page_size(first, 50, MOST_ROWS), given(after))


@object_type(of=OrganisationRecord, description="A body that works with children")
class Organisation(Node):
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random")
    name: str = open_field(why=_WHY, description="Its name")
    kind: OrganisationKind = open_field(why=_WHY, description="What kind of body it is")
    phone: str | None = guarded(
        _PLACE, description="Its telephone; withheld for confidential organisations, a refuge for one"
    )
    email: str | None = guarded(_PLACE, description="Its e-mail address")
    address: Address | None = guarded(_PLACE, description="Its address")
    practitioners: Connection[Practitioner] | None = guarded(
        _PLACE, description="The practitioners who work for it, by name", resolver=_practitioners, cost=PAGE
    )
    withheld: list[Withheld] = open_field(
        why="it follows from the verdict alone",
        description="What this viewer does not see of it",
        resolver=withheld_of(_PLACE),
    )
