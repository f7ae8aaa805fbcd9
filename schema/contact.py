"""Contacts: carers of one child."""

from operator import attrgetter
from typing import Any

from authz.words import FieldGroup
from resolvers.records import ContactRecord
from resolvers.store.words import Relationship
from schema.address import Address
from schema.connection import LIST, TOO_MANY, Edge, PageInfo
from schema.cost import FREE, ONE
from schema.fields import Info, guarded, loading, object_type, open_field, part, related
from schema.node import Node
from schema.summary import ChildSummary
from schema.withheld import Withheld, withheld_of

_WHEREABOUTS = FieldGroup.WHEREABOUTS


def _reach(attribute: str) -> Any:
    """Return the resolver of one field of how to reach a carer."""
    return related(lambda of: of.person_reach, attrgetter(attribute))


@loading()
def _child(root: ContactRecord, info: Info) -> Any:
    info.context.trail.listed(root.child.key, root.child.facts, root.child.sight)
    return root.child


@object_type(
    of=ContactRecord,
    exists_by=(FieldGroup.CONTACT_NAMES,),
    description="A person with parental responsibility for, or care of, one child",
)
class Contact(Node):
    given_names: str = part(description="Given names")
    family_name: str = part(description="Family name")
    relationship: Relationship = part(description="How the person is related to the child")
    parental_responsibility: bool = part(description="Whether the person has parental responsibility")
    version: str = part(
        description="Changes only when something that this viewer sees of the contact has changed",
        resolver=related(lambda of: of.contact_version),
    )
    phone: str | None = guarded(_WHEREABOUTS, description="The telephone", resolver=_reach("phone"))
    email: str | None = guarded(_WHEREABOUTS, description="The e-mail address", resolver=_reach("email"))
    address: Address | None = guarded(_WHEREABOUTS, description="The address", resolver=_reach("address"))
    child: ChildSummary = part(description="The child in this person's care", resolver=_child, cost=ONE)
    withheld: list[Withheld] = part(
        description="What this viewer does not see of the contact", resolver=withheld_of(_WHEREABOUTS)
    )


@object_type(exists_by=(FieldGroup.CONTACT_NAMES,), description="What a search for contacts found")
class ContactConnection:
    edges: list[Edge[Contact]] = open_field(why=LIST, description="The rows", cost=FREE)
    page_info: PageInfo = open_field(why=LIST, description="Where this page stands")
    too_many: bool = open_field(why=LIST, description=TOO_MANY.format("contacts"))
