"""An address, of a child, a carer or a body: whoever sees the field that holds it sees all of it."""

from authz.words import FieldGroup
from resolvers.records import AddressRecord
from schema.fields import object_type, part


@object_type(of=AddressRecord, exists_by=(FieldGroup.WHEREABOUTS, FieldGroup.PLACE), description="A postal address")
class Address:
    lines: list[str] = part(description="Its lines, without town and postcode")
    town: str | None = part(description="The town")
    postcode: str = part(description="The postcode")
    uprn: str | None = part(description="The unique property reference number")
