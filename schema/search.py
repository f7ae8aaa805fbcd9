"""What a search may ask for."""

from datetime import date

import strawberry
from strawberry import UNSET

from resolvers.criteria import ChildCriteria, ContactCriteria
from resolvers.store.words import Gender
from schema.fields import given

_GIVEN_NAMES = "At least three letters; a trailing * asks for a prefix"


@strawberry.input(description="A range of dates, both ends included")
class DateRange:
    first: date = strawberry.field(name="from", description="The earliest date")
    last: date = strawberry.field(name="to", description="The latest date; two years after the earliest at most")


@strawberry.input(description="An identifier that another body issued")
class ExternalIdentifierInput:
    scheme: str = strawberry.field(description="Which kind of identifier it is")
    value: str = strawberry.field(description="The identifier")


@strawberry.input(
    description="At least: a family name with a date of birth or a range of at most two years; or a directory "
    "number; or an external identifier. All criteria must hold. Postcode, phone and e-mail mean the child's own, "
    "current; they only narrow, and never find a record whose WHEREABOUTS this viewer does not see."
)
class ChildSearch:
    family_name: str | None = strawberry.field(
        default=UNSET,
        description="The whole family name; case, diacritics, hyphens, apostrophes and the order of double names do "
        "not matter",
    )
    given_names: str | None = strawberry.field(default=UNSET, description=_GIVEN_NAMES)
    date_of_birth: date | None = strawberry.field(default=UNSET, description="The date of birth")
    born_between: DateRange | None = strawberry.field(default=UNSET, description="A range of dates of birth")
    directory_number: str | None = strawberry.field(default=UNSET, description="The directory number")
    external_identifier: ExternalIdentifierInput | None = strawberry.field(
        default=UNSET,
        description="Only identifiers issued by the viewer's own organisation, unless IDENTIFIERS is held in full",
    )
    gender: Gender | None = strawberry.field(default=UNSET, description="The gender as registered")
    postcode: str | None = strawberry.field(default=UNSET, description="The postcode of the current address")
    phone: str | None = strawberry.field(default=UNSET, description="The child's own telephone")
    email: str | None = strawberry.field(default=UNSET, description="The child's own e-mail address")
    sounds_like: bool | None = strawberry.field(
        default=False, description="Match names by sound as well as by spelling"
    )

    def criteria(self) -> ChildCriteria:
        """Return what is asked for."""
        between, identifier = given(self.born_between), given(self.external_identifier)
        return ChildCriteria(
            family_name=given(self.family_name),
            given_names=given(self.given_names),
            date_of_birth=given(self.date_of_birth),
            born_between=(between.first, between.last) if between else None,
            directory_number=given(self.directory_number),
            external_identifier=(identifier.scheme, identifier.value) if identifier else None,
            gender=given(self.gender),
            postcode=given(self.postcode),
            phone=given(self.phone),
            email=given(self.email),
            sounds_like=bool(self.sounds_like),
        )


@strawberry.input(
    description="Needs, beside the family name, given names (three letters), a phone, an e-mail or a postcode. Phone, "
    "e-mail and postcode never find a contact whose WHEREABOUTS this viewer does not see."
)
class ContactSearch:
    family_name: str = strawberry.field(description="The carer's whole family name, compared as a child's is")
    given_names: str | None = strawberry.field(default=UNSET, description=_GIVEN_NAMES)
    phone: str | None = strawberry.field(default=UNSET, description="The carer's telephone")
    email: str | None = strawberry.field(default=UNSET, description="The carer's e-mail address")
    postcode: str | None = strawberry.field(default=UNSET, description="The postcode of the carer's address")

    def criteria(self) -> ContactCriteria:
        """Return what is asked for."""
        return ContactCriteria(
            family_name=self.family_name,
            given_names=given(self.given_names),
            phone=given(self.phone),
            email=given(self.email),
            postcode=given(self.postcode),
        )
