"""A shelf of full records in memory, shaped as the directory's are: two carers, three involvements each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from datetime import date
from functools import cache, partial
from inspect import isawaitable
from operator import attrgetter
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import strawberry
from graphql import execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig

from authz.rules import Facts
from authz.sight import CHILD_GROUPS, Sight
from authz.trail import Trail
from authz.words import FieldGroup, Group, mask
from resolvers.batching import LevelLoader
from resolvers.store.words import Gender, OrganisationKind, Relationship, ServiceKind
from schema import fields
from schema.scalars import SCALARS

SEEN = Sight(mask(*CHILD_GROUPS, FieldGroup.IDENTITY, FieldGroup.PLACE), ("bench",))
FACTS = Facts()

_BODY = "organisation { id name kind phone email address { lines town postcode uprn } }"
PAGE = f"""
query Page {{ page {{
  id directoryNumber givenNames familyName dateOfBirth gender shielded phone email updatedOn
  contacts {{ id givenNames familyName relationship parentalResponsibility phone email
    address {{ lines town postcode uprn }} }}
  involvements {{ id service from to lead assessment own {_BODY}
    practitioner {{ id name profession phone email {_BODY} }} }}
}} }}
"""


@cache
def _class(*names: str) -> type[Any]:
    return make_dataclass("Row", names, frozen=True, slots=True, eq=False)


def row(**values: Any) -> Any:
    """Return a record, frozen and slotted as the directory's are."""
    return _class(*values)(**values)


def make_types(*, guards: bool) -> type[Any]:
    """Return the root type over records on a shelf; without `guards` the same fields are open to all."""

    def guarded(group: Group, resolver: Any = None) -> Any:
        if guards:
            return fields.guarded(group, description="-", resolver=resolver)
        return fields.part(description="-", resolver=resolver)

    part = partial(fields.part, description="-")
    declare = fields.object_type(description="-")
    where, place = FieldGroup.WHEREABOUTS, FieldGroup.PLACE

    def reach(attribute: str) -> Any:
        return guarded(where, fields.related(lambda of: of.reach, attrgetter(attribute)))

    def person_reach(attribute: str) -> Any:
        return guarded(where, fields.related(lambda of: of.person_reach, attrgetter(attribute)))

    @declare
    class Address:
        lines: list[str] = part()
        town: str | None = part()
        postcode: str = part()
        uprn: str | None = part()

    @declare
    class Organisation:
        id: strawberry.ID = part()
        name: str = part()
        kind: OrganisationKind = part()
        phone: str | None = guarded(place)
        email: str | None = guarded(place)
        address: Address | None = guarded(place)

    @declare
    class Practitioner:
        id: strawberry.ID = part()
        name: str = part()
        profession: str = part()
        phone: str = part()
        email: str | None = part()
        organisation: Organisation = part()

    @declare
    class Involvement:
        id: strawberry.ID = part()
        service: ServiceKind = part()
        organisation: Organisation = part()
        practitioner: Practitioner | None = part()
        started_on: date = part(name="from")
        ended_on: date | None = part(name="to")
        lead: bool = part()
        assessment: bool = part()
        own: bool = part()

    @declare
    class Contact:
        id: strawberry.ID = part()
        given_names: str = part()
        family_name: str = part()
        relationship: Relationship = part()
        parental_responsibility: bool = part()
        phone: str | None = person_reach("phone")
        email: str | None = person_reach("email")
        address: Address | None = person_reach("address")

    @declare
    class Child:
        id: strawberry.ID = part()
        directory_number: str = part()
        given_names: str = part()
        family_name: str = part()
        date_of_birth: date = part()
        gender: Gender = part()
        shielded: bool = part()
        phone: str | None = reach("phone")
        email: str | None = reach("email")
        updated_on: date | None = reach("updated_on")
        contacts: list[Contact] | None = guarded(FieldGroup.CONTACT_NAMES, fields.related(lambda of: of.contacts))
        involvements: list[Involvement] | None = guarded(FieldGroup.SERVICES, fields.related(lambda of: of.services))

    def children(info: fields.Info) -> Any:
        return info.context.children

    @strawberry.type
    class Query:
        page: list[Child] = strawberry.field(resolver=children)

    return Query


def make_schema(executor: Any = None, *, guards: bool = True) -> strawberry.Schema:
    """Return a schema over the shelf, run by `executor` or by Strawberry's own."""
    return strawberry.Schema(
        make_types(guards=guards), execution_context_class=executor, config=StrawberryConfig(scalar_map=SCALARS)
    )


class Shelf:
    """`size` full records; what loaders give for each is made once, so that only execution is measured."""

    def __init__(self, size: int) -> None:
        self.children = [_child(number) for number in range(size)]
        self.found: dict[str, dict[Any, Any]] = {
            "contacts": {one.key.int: [_carer(one, n) for n in range(2)] for one in self.children},
            "services": {one.key.int: [_work(one, n) for n in range(3)] for one in self.children},
            "reach": {
                one.key.int: row(phone="0113", email="a@example.org", updated_on=date(2026, 1, 2))
                for one in self.children
            },
        }
        carers = [carer for found in self.found["contacts"].values() for carer in found]
        self.found["person_reach"] = {one.key.int: row(phone="0113", email=None, address=_address()) for one in carers}

    def loader(self, relation: str, loop: asyncio.AbstractEventLoop) -> LevelLoader[Any, Any]:
        """Return a loader of one operation in `loop`."""
        found = self.found[relation]

        async def load(keys: list[Any]) -> list[Any]:
            return [found[one.key.int] for one in keys]

        loader = LevelLoader(load, get_cache_key=attrgetter("key.int"))
        loader.loop = loop
        return loader


@dataclass
class Visit:
    """One operation on a shelf, with loaders and a trail of its own."""

    shelf: Shelf
    loop: asyncio.AbstractEventLoop
    trail: Trail = field(default_factory=Trail)

    def __post_init__(self) -> None:
        self.children = self.shelf.children
        self.loaders = SimpleNamespace(**{name: self.shelf.loader(name, self.loop) for name in self.shelf.found})
        for one in self.children:
            self.trail.opened(one.key, FACTS, one.sight)


def run(schema: strawberry.Schema, loop: asyncio.AbstractEventLoop) -> Callable[[Visit], Any]:
    """Return a function that executes the page for a visit, from the parsed document to the data."""
    document = parse(PAGE)

    async def once(visit: Visit) -> Any:
        result = execute(
            schema._schema,
            document,
            context_value=visit,
            is_awaitable=optimized_is_awaitable,
            executor_class=schema.execution_context_class,
            operation_extensions=None,
        )
        answer = await result if isawaitable(result) else result
        assert not answer.errors, answer.errors
        return answer.data

    return lambda visit: loop.run_until_complete(once(visit))


def _key(kind: int, number: int) -> UUID:
    return UUID(int=kind << 64 | number)


def _address() -> Any:
    return row(lines=["1 High Street", "Headingley"], town="Leeds", postcode="LS1 1AA", uprn=None)


def _body(number: int) -> Any:
    return row(
        id=f"body-{number}", name="A school", kind=OrganisationKind.SCHOOL, phone="0113", email=None,
        address=_address(), sight=SEEN,
    )  # fmt: skip


def _child(number: int) -> Any:
    return row(
        key=_key(1, number), record=_key(1, number), sight=SEEN, id=f"child-{number}", directory_number="123456789012",
        given_names="Anna", family_name="Ashworth", date_of_birth=date(2016, 3, 4), gender=next(iter(Gender)),
        shielded=False,
    )  # fmt: skip


def _carer(of: Any, number: int) -> Any:
    return row(
        key=_key(2, of.key.int * 10 + number), record=of.key, sight=SEEN, id=f"carer-{number}", given_names="Mum",
        family_name="Ashworth", relationship=next(iter(Relationship)), parental_responsibility=True,
    )  # fmt: skip


def _work(of: Any, number: int) -> Any:
    worker = row(
        id="worker", name="Tess", profession="Teacher", phone="0113", email="tess@example.org", organisation=_body(9)
    )
    return row(
        id=f"{of.id}-{number}", service=ServiceKind.EDUCATION, organisation=_body(number), practitioner=worker,
        started_on=date(2020, 1, 2), ended_on=None, lead=False, assessment=False, own=True, sight=SEEN,
    )  # fmt: skip
