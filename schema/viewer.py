"""Who is asking."""

from typing import Any

import strawberry

from authz.viewer import Viewer as ViewerRecord
from authz.words import Lapse, Purpose, Role
from resolvers.budget import records_left
from resolvers.ids import Kind, write_id
from schema.fields import Info, loading, object_type, open_field
from schema.organisation import Organisation

_WHY = "it is the viewer's own account"


def _id(root: ViewerRecord) -> strawberry.ID:
    return strawberry.ID(write_id(Kind.ACCOUNT, root.account))


@loading()
async def _records_left(info: Info) -> int:
    return await records_left(info.context)


@loading(lambda of: of.organisation)
async def _organisation(root: ViewerRecord, info: Info) -> Any:
    return None if root.lapses else await info.context.loaders.organisation.load(root.organisation)


@object_type(of=ViewerRecord, description="Who is asking, and what they may ask for")
class Viewer:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random", resolver=_id)
    name: str = open_field(why=_WHY, description="The name on the account")
    role: Role = open_field(why=_WHY, description="What kind of viewer the account is")
    organisation: Organisation | None = open_field(
        why=_WHY,
        description="The body the account belongs to; null while the account has a lapse",
        resolver=_organisation,
    )
    records_left: int = open_field(
        why=_WHY,
        description="Distinct records this account may still ask for in the current hour, as at the start of this "
        "operation",
        resolver=_records_left,
    )
    purposes: list[Purpose] = open_field(why=_WHY, description="The purposes the account may state")
    lapses: list[Lapse] = open_field(why=_WHY, description="What keeps this account from reading records, if anything")
