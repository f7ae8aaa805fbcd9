"""What people and case systems enter of an address."""

import strawberry
from strawberry import UNSET


@strawberry.input(description="A postal address, entered whole")
class AddressInput:
    lines: list[str] = strawberry.field(description="Its lines, without town and postcode")
    town: str | None = strawberry.field(default=UNSET, description="The town")
    postcode: str = strawberry.field(description="The postcode")
    uprn: str | None = strawberry.field(default=UNSET, description="The unique property reference number")
