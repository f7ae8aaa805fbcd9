"""Records that begin, and records that come together: children registered, records merged."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from resolvers.merging import merge_children
from resolvers.registering import ChildEntered, register_child
from resolvers.store.words import Gender
from schema.changed import read_changed
from schema.entering import AddressInput, entered
from schema.fields import Info, given
from schema.problems import Answer, DeedInput, perform


@strawberry.input(description="A child to be registered")
class RegisterChildInput(DeedInput):
    given_names: str = strawberry.field(description="The given names")
    family_name: str = strawberry.field(description="The family name")
    date_of_birth: date = strawberry.field(description="The date of birth")
    gender: Gender = strawberry.field(description="The gender as registered")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Where the child lives")


@strawberry.input(description="Which two records are one child's")
class MergeChildrenInput(DeedInput):
    keep: strawberry.ID = strawberry.field(description="The child whose record is kept")
    merge: strawberry.ID = strawberry.field(description="The child whose record goes into it; its id answers no more")
    note: str = strawberry.field(description="Why, for those who look at it later")


Registering = Annotated[RegisterChildInput, argument(description="Which child")]
Merging = Annotated[MergeChildrenInput, argument(description="Which records")]


async def register_one(info: Info, input: Registering) -> Answer:  # noqa: A002  # the contract's name
    """Register a child."""
    who = input.given_names, input.family_name, input.date_of_birth, input.gender
    child = ChildEntered(*who, entered(given(input.address)))
    return await perform(info, input, register_child(child), read_changed)


async def merge_two(info: Info, input: Merging) -> Answer:  # noqa: A002
    """Merge two records."""
    keep, merge = str(input.keep), str(input.merge)
    return await perform(info, input, merge_children(keep, merge, input.note), read_changed, asked=(keep, merge))
