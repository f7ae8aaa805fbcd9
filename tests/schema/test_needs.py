"""What an operation needs follows from all that it selects, by whatever route."""

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse, validate

from authz.guard import in_force, may
from authz.words import Act, FieldGroup
from schema.build import build_schema
from schema.connection import Connection
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
    many: Connection[Record] = open_field(why="it is a list", description="x")
    others: Connection["Body"] = open_field(why="it is a list", description="x")


@strawberry.type
class Query:
    body: Body | None = open_field(why="it is a word", description="x")
    listed: Body | None = strawberry.field(permission_classes=[in_force()])
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
        ("{ body { others { edges { cursor node { name } } } } }", [], False),
        ("{ body { many { edges { node { name } } } } }", [], True),
        ("{ body { many { edges { cursor } } } }", [], True),
        ("{ body { many { pageInfo { hasNextPage } } } }", [], True),
        ("{ body { many { __typename } } }", [], True),
        ("{ body { others { edges { node { many { __typename } } } } } }", [], True),
        ("{ record { name } }", [OPEN], True),
        ("{ a: record { name } b: found { name } }", [OPEN, SEARCH], True),
        ("{ ...A ...A } fragment A on Query { ...B } fragment B on Query { found { name } }", [SEARCH], True),
    ],
)
def test_needs_are_those_of_everything_selected(document: str, acts: list[tuple[Act, ...]], purpose: bool) -> None:
    """Roots name acts; a type about a child, or a list of it, by any edge, needs a purpose; a body's place does not."""
    node = parse(document)
    operation = node.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert needs_of(SCHEMA._schema, node, operation) == Needs(acts, purpose)


@pytest.mark.parametrize(
    ("document", "needs"),
    [
        ("{ listed { name } }", Needs([], purpose=False, in_force=True)),
        ("{ listed { back { name } } }", Needs([], purpose=True, in_force=True)),
        ("{ body { name } ...A } fragment A on Query { listed @skip(if: true) { name } }", Needs([], in_force=True)),
        ("{ listed { name } record { name } }", Needs([OPEN], purpose=True, in_force=True)),
    ],
)
def test_the_directory_needs_an_account_in_force(document: str, needs: Needs) -> None:
    """A root of the directory asks for an account without a lapse, and for no purpose by itself."""
    node = parse(document)
    operation = node.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert needs_of(SCHEMA._schema, node, operation) == needs


ROUTES = (
    "practitioners {{ edges {{ node {{ caseload {{ {0} }} }} }} }}",
    "organisations {{ edges {{ node {{ practitioners {{ edges {{ node {{ caseload {{ {0} }} }} }} }} }} }} }}",
    "viewer {{ organisation {{ practitioners {{ edges {{ node {{ caseload {{ {0} }} }} }} }} }} }}",
)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "asked", ["edges { node { familyName } }", "edges { cursor }", "pageInfo { hasNextPage }", "tooMany", "__typename"]
)
def test_r15_a_caseload_needs_a_purpose_whatever_is_asked_of_it(route: str, asked: str) -> None:
    """By every route a practitioner's caseload needs a purpose, for its rows, its cursors and its length alike."""
    schema = build_schema().core
    for document in ("{ " + route.format(asked) + " }", "{ ...A } fragment A on Query { " + route.format(asked) + " }"):
        node = parse(document)
        assert not validate(schema, node)
        operation = node.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        assert needs_of(schema, node, operation).purpose


def test_doubled_fragments_are_visited_once() -> None:
    """Fragments that spread each other twice, forty deep, are walked in the time of forty."""
    spreads = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(40))
    node = parse("{ ...F0 } " + spreads + "fragment F40 on Query { record { name } }")
    operation = node.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert needs_of(SCHEMA._schema, node, operation) == Needs([OPEN], True)
