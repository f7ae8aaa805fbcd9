"""What a search may ask for."""

from datetime import date

import strawberry
from strawberry import UNSET


@strawberry.input(description="A range of dates, both ends included")
class DateRange:
    first: date = strawberry.field(name="from", description="The earliest date")
    last: date = strawberry.field(name="to", description="The latest date; two years after the earliest at most")


@strawberry.input(
    description="At least: a family name with a date of birth or a range of at most two years; or a directory "
    "number. All criteria must hold."
)
class ChildSearch:
    family_name: str | None = strawberry.field(
        default=UNSET,
        description="The whole family name; case, diacritics, hyphens and apostrophes do not matter",
    )
    date_of_birth: date | None = strawberry.field(default=UNSET, description="The date of birth")
    born_between: DateRange | None = strawberry.field(default=UNSET, description="A range of dates of birth")
    directory_number: str | None = strawberry.field(default=UNSET, description="The directory number")
