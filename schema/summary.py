"""A row of a result: enough to recognise the child, nothing that locates."""

from datetime import date

import strawberry

from authz.words import FieldGroup
from resolvers.records import ChildRecord
from resolvers.store.words import Gender
from schema.connection import LIST, TOO_MANY, Edge, PageInfo
from schema.cost import FREE
from schema.fields import object_type, open_field, part


def _child_id(root: ChildRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


@object_type(
    of=ChildRecord,
    exists_by=(FieldGroup.IDENTITY,),
    description="A row of a result: enough to recognise the child, nothing that locates. "
    "Not a Node: open the record with child(id: childId)",
)
class ChildSummary:
    child_id: strawberry.ID = part(description="The id of the Child", resolver=_child_id)
    directory_number: str = part(description="The directory number")
    given_names: str = part(description="Given names")
    family_name: str = part(description="Family name")
    date_of_birth: date = part(description="Date of birth")
    gender: Gender = part(description="Gender")
    shielded: bool = part(description="Whether the record is shielded")
    involved: bool = part(description="Whether the viewer works with this child now")


@object_type(exists_by=(FieldGroup.IDENTITY,), description="Children that a search found, or that somebody works with")
class ChildSummaryConnection:
    edges: list[Edge[ChildSummary]] = open_field(why=LIST, description="The rows", cost=FREE)
    page_info: PageInfo = open_field(why=LIST, description="Where this page stands")
    too_many: bool = open_field(why=LIST, description=TOO_MANY.format("children"))
