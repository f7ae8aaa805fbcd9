"""The roots of the Strawberry rivals: record, caseload and search."""

from datetime import date
from typing import Any

import strawberry

from authz.words import Act
from resolvers.names import name_key
from resolvers.numbers import read_number
from resolvers.store import tables as t
from tests.bench.rivals.guards import may
from tests.bench.rivals.types import Child, ChildSummary, Info


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class ChildEdge:
    node: Child


@strawberry.type
class ChildConnection:
    edges: list[ChildEdge]
    page_info: PageInfo


@strawberry.type
class ChildSummaryEdge:
    node: ChildSummary


@strawberry.type
class ChildSummaryConnection:
    edges: list[ChildSummaryEdge]
    too_many: bool


@strawberry.input
class DateRange:
    first: date = strawberry.field(name="from")
    last: date = strawberry.field(name="to")


@strawberry.input
class ChildSearch:
    family_name: str
    born_between: DateRange


def _opened(info: Info, children: list[Any]) -> list[Any]:
    for child in children:
        info.context["trail"].opened(child.id, child.facts, child.sight)
    return children


@strawberry.type
class Query:
    @strawberry.field(extensions=may(Act.OPEN))
    async def child(self, info: Info, directory_number: str) -> Child | None:
        number = read_number(directory_number)
        found = await info.context["loaders"].children(t.Child.directory_number == number, limit=1, by_name=False)
        return next(iter(_opened(info, found)), None)

    @strawberry.field(extensions=may(Act.CASELOAD))
    async def caseload(self, info: Info, first: int = 50) -> ChildConnection:
        found = await info.context["loaders"].caseload(first + 1)
        edges = [ChildEdge(node=child) for child in _opened(info, found[:first])]
        return ChildConnection(edges=edges, page_info=PageInfo(has_next_page=len(found) > first))

    @strawberry.field(extensions=may(Act.SEARCH))
    async def children(self, info: Info, search: ChildSearch) -> ChildSummaryConnection:
        born, named = search.born_between, t.Child.family_name_key == name_key(search.family_name)
        wanted = named, t.Child.date_of_birth.between(born.first, born.last)
        found = await info.context["loaders"].children(*wanted, limit=26)
        listed = found if len(found) <= 25 else []
        for child in listed:
            info.context["trail"].listed(child.id, child.facts, child.sight)
        edges: Any = [ChildSummaryEdge(node=child) for child in listed]
        return ChildSummaryConnection(edges=edges, too_many=len(found) > 25)
