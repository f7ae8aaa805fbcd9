"""Practitioners: workers of the public directory."""

import strawberry

from resolvers.records import PractitionerRecord
from schema.fields import object_type, open_field
from schema.organisation import Organisation

_WHY = "the public directory of workers; nothing about a child is in it"


@object_type(of=PractitionerRecord, description="A person who works with children, and how to reach them at work")
class Practitioner:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random")
    name: str = open_field(why=_WHY, description="The name")
    profession: str = open_field(why=_WHY, description="What the person does")
    phone: str = open_field(why=_WHY, description="The telephone at work")
    email: str | None = open_field(why=_WHY, description="The e-mail address at work")
    organisation: Organisation = open_field(why=_WHY, description="The body the person works for")
