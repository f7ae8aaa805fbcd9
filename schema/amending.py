"""Records amended: names, telephones, addresses, carers, school places and registrations."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from resolvers.amending import amend_child
from resolvers.caring import CarerEntered, add_contact, amend_contact
from resolvers.staying import record_placement, record_registration
from resolvers.store.words import Relationship
from schema.changed import read_changed
from schema.entering import WITHHELD_TOO, AddressInput, filled, named
from schema.fields import Info, given
from schema.problems import Answer, DeedInput, perform

_VERSION = "The version that was read: a change of what has changed since is refused"


@strawberry.input(description="A carer of a child: always a new person, whoever is on record elsewhere")
class AddContactInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child")
    given_names: str = strawberry.field(description="The carer's given names")
    family_name: str = strawberry.field(description="The carer's family name")
    relationship: Relationship = strawberry.field(description="What the carer is to the child")
    parental_responsibility: bool = strawberry.field(description="Whether the carer has parental responsibility")
    phone: str | None = strawberry.field(default=UNSET, description="The carer's telephone")
    email: str | None = strawberry.field(default=UNSET, description="The carer's e-mail address")
    address: AddressInput | None = strawberry.field(default=UNSET, description="The carer's address")


@strawberry.input(
    description=f"How to reach a carer. What is left out stays, null clears; {WITHHELD_TOO}, whatever is stored"
)
class AmendContactInput(DeedInput):
    contact_id: strawberry.ID = strawberry.field(description="The contact")
    version: str = strawberry.field(description=_VERSION)
    phone: str | None = strawberry.field(default=UNSET, description="The carer's telephone")
    email: str | None = strawberry.field(default=UNSET, description="The carer's e-mail address")
    address: AddressInput | None = strawberry.field(default=UNSET, description="The carer's address")


@strawberry.input(
    description=f"What changes in a child's record. What is left out stays, null clears; {WITHHELD_TOO}, whatever is "
    "stored"
)
class AmendChildInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child")
    version: str = strawberry.field(description=_VERSION)
    given_names: str | None = strawberry.field(default=UNSET, description="The given names; they cannot be cleared")
    family_name: str | None = strawberry.field(default=UNSET, description="The family name; it cannot be cleared")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Where the child lives now")
    phone: str | None = strawberry.field(default=UNSET, description="The child's own telephone")
    email: str | None = strawberry.field(default=UNSET, description="The child's own e-mail address")


@strawberry.input(description="A school place")
class RecordPlacementInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child")
    organisation_id: strawberry.ID = strawberry.field(description="The school")
    start: date = strawberry.field(name="from", description="From when")
    to: date | None = strawberry.field(default=UNSET, description="The last day, if it is known")


@strawberry.input(description="A registration with a general practice; the one of before ends")
class RecordRegistrationInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child")
    organisation_id: strawberry.ID = strawberry.field(description="The practice")
    since: date = strawberry.field(description="Since when; today at the latest")


Adding = Annotated[AddContactInput, argument(description="Which carer, of whom")]
Contact = Annotated[AmendContactInput, argument(description="Which contact, and what changes")]
Child = Annotated[AmendChildInput, argument(description="Which child, and what changes")]
Place = Annotated[RecordPlacementInput, argument(description="Which place, of whom")]
Registration = Annotated[RecordRegistrationInput, argument(description="Which practice, of whom")]


async def add_one_contact(info: Info, input: Adding) -> Answer:  # noqa: A002  # the contract's name
    """Add a carer."""
    target = str(input.child_id)
    reach = filled(phone=input.phone, email=input.email, address=input.address)
    whose = input.given_names, input.family_name, input.relationship
    carer = CarerEntered(*whose, input.parental_responsibility, reach)
    return await perform(info, input, add_contact(target, carer), read_changed, asked=(target,))


async def amend_one_contact(info: Info, input: Contact) -> Answer:  # noqa: A002
    """Amend how to reach a carer."""
    target = str(input.contact_id)
    reach = named(phone=input.phone, email=input.email, address=input.address)
    return await perform(info, input, amend_contact(target, input.version, reach), read_changed, asked=(target,))


async def amend_one_child(info: Info, input: Child) -> Answer:  # noqa: A002
    """Amend a child's record."""
    target, names = str(input.child_id), named(givenNames=input.given_names, familyName=input.family_name)
    reach = named(phone=input.phone, email=input.email, address=input.address)
    act = amend_child(target, input.version, {**names, **reach})
    return await perform(info, input, act, read_changed, asked=(target,))


async def place_one(info: Info, input: Place) -> Answer:  # noqa: A002
    """Record a school place."""
    target, school = str(input.child_id), str(input.organisation_id)
    act = record_placement(target, school, input.start, given(input.to))
    return await perform(info, input, act, read_changed, asked=(target, school))


async def register_one_with_practice(info: Info, input: Registration) -> Answer:  # noqa: A002
    """Record a registration."""
    target, practice = str(input.child_id), str(input.organisation_id)
    act = record_registration(target, practice, input.since)
    return await perform(info, input, act, read_changed, asked=(target, practice))
