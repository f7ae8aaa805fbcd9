"""Practitioners: workers of the public directory."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.caseload import caseload_page
from resolvers.records import PractitionerRecord
from schema.arguments import After, First
from schema.connection import MOST_ROWS, PAGE, page_size
from schema.fields import Info, given, loading, object_type, open_field
from schema.node import Node
from schema.summary import ChildSummaryConnection

if TYPE_CHECKING:
    from schema.organisation import Organisation

_WHY = "the public directory of workers; nothing about a child is in it"


@loading(lambda of: of.caseloads)
async def _caseload(root: PractitionerRecord, info: Info, first: First = 50, after: After = UNSET) -> Any:
    return await caseload_page(info.context, root, page_size(first, 50, MOST_ROWS), given(after))


@object_type(of=PractitionerRecord, description="A person who works with children, and how to reach them at work")
class Practitioner(Node):
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random")
    name: str = open_field(why=_WHY, description="The name")
    profession: str = open_field(why=_WHY, description="What the person does")
    phone: str = open_field(why=_WHY, description="The telephone at work")
    email: str | None = open_field(why=_WHY, description="The e-mail address at work")
    organisation: Annotated["Organisation", strawberry.lazy("schema.organisation")] = open_field(
        why=_WHY, description="The body the person works for"
    )
    caseload: ChildSummaryConnection = open_field(
        why="it is a list; the rows are judged one by one, and whose lists are open at all is decided before (R7)",
        description="The children this practitioner works with: for the practitioner's own account, and for directory "
        "teams and protection officers of the same organisation; empty for everyone else. Needs a purpose and a "
        "reason; every row leaves an audit event",
        resolver=_caseload,
        cost=PAGE,
    )
