"""What an operation needs follows from all that it selects, by whatever route."""

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from authz.guard import may
from authz.words import Act, FieldGroup
from schema.fields import guarded, object_type, open_field, part
from schema.needs import Needs, needs_of


@object_type(description="about a child", exists_by=(FieldGroup.IDENTITY,))
class Record:
    name: str = part(description="x")


@object_type(description="about a body", exists_by=(FieldGroup.WHEREABOUTS, FieldGroup.PLACE))
class Place:
    town: str = part(description="x")


@object_type(description="open")
class Body:
    name: str = open_field(why="it is a word", description="x")
    place: Place | None = guarded(FieldGroup.PLACE, description="x")
    back: Record | None = open_field(why="the edge is judged by itself", description="x")


@strawberry.type
class Query:
    body: Body | None = open_field(why="it is a word", description="x")
    record: Record | None = strawberry.field(permission_classes=[may(Act.OPEN)])
    found: Record | None = strawberry.field(permission_classes=[may(Act.SEARCH, Act.CASELOAD)])


SCHEMA = strawberry.Schema(Query)
OPEN, SEARCH = (Act.OPEN,), (Act.SEARCH, Act.CASELOAD)


@pytest.mark.parametrize(
    ("document", "acts", "purpose"),
    [
        ("{ __typename }", [], False),
        ("{ body { name place { town } } }", [], False),
        ("{ body { back { name } } }", [], True),
        ("{ body { back { __typename } } }", [], True),
        ("{ body { ...More } } fragment More on Body { ... on Body { back { name } } }", [], True),
        ("{ body @skip(if: true) { back { name } } }", [], True),
        ("{ record { name } }", [OPEN], True),
        ("{ a: record { name } b: found { name } }", [OPEN, SEARCH], True),
        ("{ ...A ...A } fragment A on Query { ...B } fragment B on Query { found { name } }", [SEARCH], True),
    ],
)
def test_needs_are_those_of_everything_selected(document: str, acts: list[tuple[Act, ...]], purpose: bool) -> None:
    """Roots name acts; a type about a child, reached by any edge, needs a purpose; a body's place does not."""
    node = parse(document)
    operation = node.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert needs_of(SCHEMA._schema, node, operation) == Needs(acts, purpose)


def test_doubled_fragments_are_visited_once() -> None:
    """Fragments that spread each other twice, forty deep, are walked in the time of forty."""
    spreads = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(40))
    node = parse("{ ...F0 } " + spreads + "fragment F40 on Query { record { name } }")
    operation = node.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert needs_of(SCHEMA._schema, node, operation) == Needs([OPEN], True)
