"""What is withheld, and whom to ask instead."""

from typing import Any

from authz.notices import notices
from authz.sight import CHILD_GROUPS
from authz.words import FieldGroup
from schema.fields import object_type, open_field

_WHY = "it follows from the verdict alone, whether or not anything is stored"


@object_type(description="The one national contact for everything withheld: it never names a place")
class Broker:
    name: str = open_field(why=_WHY, description="The name of the desk")
    phone: str = open_field(why=_WHY, description="Its telephone number")
    email: str = open_field(why=_WHY, description="Its e-mail address")


@object_type(description="One group of fields that this viewer does not see on this record, and whom to ask instead")
class Withheld:
    group: FieldGroup = open_field(why=_WHY, description="The group that is withheld")
    notice: str = open_field(why=_WHY, description="A sentence for the person who reads the record")
    broker: Broker = open_field(why=_WHY, description="Whom to ask instead")


def withheld_of(*groups: FieldGroup) -> Any:
    """Return the resolver of a record's `withheld`, which may list `groups`."""

    def resolve(root: Any) -> Any:
        return notices(root.sight.withheld(groups))

    return resolve


WITHHELD_OF_CHILD = withheld_of(*CHILD_GROUPS)
