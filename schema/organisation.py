"""Organisations: name and kind for all, how to reach one for those to whom it is known."""

import strawberry

from authz.words import FieldGroup
from resolvers.records import OrganisationRecord
from resolvers.store.words import OrganisationKind
from schema.address import Address
from schema.fields import guarded, object_type, open_field
from schema.withheld import Withheld, withheld_of

_WHY = "the public directory of bodies names them; nothing about a child is in it"
_PLACE = FieldGroup.PLACE


@object_type(of=OrganisationRecord, description="A body that works with children")
class Organisation:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random")
    name: str = open_field(why=_WHY, description="Its name")
    kind: OrganisationKind = open_field(why=_WHY, description="What kind of body it is")
    phone: str | None = guarded(
        _PLACE, description="Its telephone; withheld for confidential organisations, a refuge for one"
    )
    email: str | None = guarded(_PLACE, description="Its e-mail address")
    address: Address | None = guarded(_PLACE, description="Its address")
    withheld: list[Withheld] = open_field(
        why="it follows from the verdict alone",
        description="What this viewer does not see of it",
        resolver=withheld_of(_PLACE),
    )
