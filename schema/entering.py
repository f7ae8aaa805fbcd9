"""What people enter, as inputs give it: addresses, and the fields that a client has named at all."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from resolvers.entered import AddressEntered
from schema.fields import given

WITHHELD_TOO = "any mention of what is withheld refuses the whole"


@strawberry.input(description="A postal address, entered whole")
class AddressInput:
    lines: list[str] = strawberry.field(description="Its lines, without town and postcode")
    town: str | None = strawberry.field(default=UNSET, description="The town")
    postcode: str = strawberry.field(description="The postcode")
    uprn: str | None = strawberry.field(default=UNSET, description="The unique property reference number")

    def entered(self) -> AddressEntered:
        """Return it as the stacks take it."""
        return AddressEntered(self.lines, given(self.town), self.postcode, given(self.uprn))


def entered(address: AddressInput | None) -> AddressEntered | None:
    """Return an optional address, None where it was left out."""
    return address.entered() if address else None


def named(**values: Any) -> Mapping[str, Any]:
    """Return those of `values` that a client has named, null among them; addresses as the stacks take them."""
    found = {name: value for name, value in values.items() if value is not UNSET}
    return {name: entered(value) if isinstance(value, AddressInput) else value for name, value in found.items()}


def filled(**values: Any) -> Mapping[str, Any]:
    """Return those of `values` that a client has given a value: where something is made, null gives none."""
    return {name: value for name, value in named(**values).items() if value is not None}
