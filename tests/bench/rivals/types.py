"""The types of the Strawberry rivals over ORM entities: fields, resolvers and guards as its documentation has them."""

from datetime import date
from typing import Any

import strawberry

import schema.enums  # noqa: F401  # Strawberry knows the closed sets
from authz.notices import notices
from authz.sight import CHILD_GROUPS
from authz.words import FieldGroup, NarrowGroup, Shield, Standing
from resolvers.ids import Kind, write_id
from resolvers.store.words import Gender, OrganisationKind, Relationship, ServiceKind
from tests.bench.rivals.guards import sees

Info = strawberry.Info[dict[str, Any], None]


def _id(kind: Kind) -> Any:
    def resolve(root: Any) -> strawberry.ID:
        return strawberry.ID(write_id(kind, root.id))

    return strawberry.field(resolver=resolve)


@strawberry.type
class Broker:
    name: str
    phone: str
    email: str


@strawberry.type
class Withheld:
    group: FieldGroup
    notice: str
    broker: Broker


@strawberry.type
class Address:
    town: str | None
    postcode: str

    @strawberry.field
    def lines(self) -> list[str]:
        return (self.address_lines or "").splitlines()  # type: ignore[attr-defined]  # of the entity


@strawberry.type
class Organisation:
    id: strawberry.ID = _id(Kind.ORGANISATION)
    name: str
    kind: OrganisationKind

    @strawberry.field(extensions=sees(FieldGroup.PLACE))
    def phone(self) -> str | None:
        return self.place and self.place.phone  # type: ignore[attr-defined,no-any-return]


@strawberry.type
class Practitioner:
    id: strawberry.ID = _id(Kind.PRACTITIONER)
    name: str
    profession: str
    phone: str
    email: str | None

    @strawberry.field
    async def organisation(self: Any, info: Info) -> Organisation:
        found: Organisation = await info.context["loaders"].organisation.load(self.organisation_id)
        return found


@strawberry.type
class Involvement:
    id: strawberry.ID = _id(Kind.INVOLVEMENT)
    service: ServiceKind
    started_on: date = strawberry.field(name="from")
    ended_on: date | None = strawberry.field(name="to")
    lead: bool
    own: bool

    @strawberry.field
    async def organisation(self: Any, info: Info) -> Organisation:
        found: Organisation = await info.context["loaders"].organisation.load(self.organisation_id)
        return found

    @strawberry.field
    async def practitioner(self: Any, info: Info) -> Practitioner | None:
        loaders = info.context["loaders"]
        body = await loaders.organisation.load(self.organisation_id)
        if self.practitioner_id is None or not body.sight.sees(FieldGroup.PLACE.bit):
            return None
        found: Practitioner | None = await loaders.practitioner.load(self.practitioner_id)
        return found


@strawberry.type
class InvolvementEdge:
    node: Involvement


@strawberry.type
class InvolvementConnection:
    edges: list[InvolvementEdge]


@strawberry.type
class Contact:
    id: strawberry.ID = _id(Kind.CONTACT)
    relationship: Relationship
    parental_responsibility: bool

    @strawberry.field
    def given_names(self: Any) -> str:
        return self.person.given_names  # type: ignore[no-any-return]

    @strawberry.field
    def family_name(self: Any) -> str:
        return self.person.family_name  # type: ignore[no-any-return]

    @strawberry.field(extensions=sees(FieldGroup.WHEREABOUTS))
    async def phone(self: Any, info: Info) -> str | None:
        reach = await info.context["loaders"].reach.load(self.person_id)
        return reach and reach.phone  # type: ignore[no-any-return]

    @strawberry.field(extensions=sees(FieldGroup.WHEREABOUTS))
    async def email(self: Any, info: Info) -> str | None:
        reach = await info.context["loaders"].reach.load(self.person_id)
        return reach and reach.email  # type: ignore[no-any-return]

    @strawberry.field(extensions=sees(FieldGroup.WHEREABOUTS))
    async def address(self: Any, info: Info) -> Address | None:
        reach = await info.context["loaders"].reach.load(self.person_id)
        return reach if reach and reach.postcode else None

    @strawberry.field
    def withheld(self: Any) -> list[Withheld]:
        return notices(self.sight.withheld((FieldGroup.WHEREABOUTS,)))  # type: ignore[return-value]


@strawberry.type
class ChildSummary:
    child_id: strawberry.ID = _id(Kind.CHILD)
    directory_number: str
    given_names: str
    family_name: str
    date_of_birth: date
    gender: Gender

    @strawberry.field
    def shielded(self: Any) -> bool:
        return self.facts.shield is Shield.SHIELDED

    @strawberry.field
    def involved(self: Any) -> bool:
        return Standing.INVOLVED in self.facts.standing


@strawberry.type
class Child:
    id: strawberry.ID = _id(Kind.CHILD)
    directory_number: str
    given_names: str
    family_name: str
    date_of_birth: date
    gender: Gender

    @strawberry.field
    def shielded(self: Any) -> bool:
        return self.facts.shield is Shield.SHIELDED

    @strawberry.field(extensions=sees(FieldGroup.CONTACT_NAMES))
    async def contacts(self: Any, info: Info) -> list[Contact] | None:
        found: list[Contact] = await info.context["loaders"].contacts.load(self)
        return found

    @strawberry.field(extensions=sees(FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES))
    async def involvements(self: Any, info: Info, first: int = 20) -> InvolvementConnection | None:
        found = await info.context["loaders"].involvements.load(self)
        return InvolvementConnection(edges=[InvolvementEdge(node=each) for each in found[:first]])

    @strawberry.field
    def withheld(self: Any) -> list[Withheld]:
        return notices(self.sight.withheld(CHILD_GROUPS))  # type: ignore[return-value]
