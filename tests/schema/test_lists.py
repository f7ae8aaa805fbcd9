"""R26: which fields list children at all, and what they may be asked: a closed list, walked from the built schema."""

from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.build import build_schema

SCHEMA = build_schema().core

PAGE = {"first", "after"}
LISTS_OF_CHILDREN = {
    "Query.nodes": {"ids"},
    "Query.children": {"search", "first"},
    "Query.caseload": PAGE,
    "Query.contacts": {"search", "first"},
    "Child.contacts": set(),
    "Practitioner.caseload": PAGE,
    # Named by numbers that the applicant wrote, never by what is known of a child.
    "AccessApplication.children": set(),
    # A team's own work, and the matches assigned to a data manager.
    "Query.tasks": {"kind", *PAGE},
    # The cases of a team's own records; the state is the case's, never the child's.
    "Query.shieldRequests": {"state", *PAGE},
}
"""Every field that may list children, or carers who lead to one, with its arguments. To add one is to argue R26."""


def objects() -> dict[str, GraphQLObjectType]:
    return {
        name: kind
        for name, kind in SCHEMA.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }


def concrete(kind: Any) -> list[GraphQLObjectType]:
    """Return the object types that a type may stand for."""
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return list(SCHEMA.get_possible_types(kind))
    return [kind] if isinstance(kind, GraphQLObjectType) else []


def row_types(field: Any) -> list[GraphQLObjectType]:
    """Return the types of the rows of a list or connection; none for a field that lists nothing."""
    if is_list_type(get_nullable_type(field.type)):
        return concrete(get_named_type(field.type))
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLObjectType) and "edges" in kind.fields:
        edge = get_named_type(kind.fields["edges"].type)
        return concrete(get_named_type(edge.fields["node"].type))
    return []


def names_a_child(kind: GraphQLObjectType, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether one row of a type is a child, or leads to one by fields that list nothing."""
    if kind.name in {"Child", "ChildSummary"}:
        return True
    if kind.name in seen:
        return False
    onward = [field for field in kind.fields.values() if not row_types(field)]
    targets = [target for field in onward for target in concrete(get_named_type(field.type))]
    return any(names_a_child(target, seen | {kind.name}) for target in targets)


def arguments_of(field: Any) -> dict[str, Any]:
    """Return the named types of a field's arguments and of whatever their inputs hold, by where they stand."""
    found: dict[str, Any] = {}
    waiting = [(name, argument.type) for name, argument in field.args.items()]
    while waiting:
        where, kind = waiting.pop()
        named = get_named_type(kind)
        found[where] = named
        if isinstance(named, GraphQLInputObjectType):
            waiting += [(f"{where}.{name}", part.type) for name, part in named.fields.items() if where.count(".") < 5]
    return found


def test_r26_the_fields_that_list_children_are_a_closed_list() -> None:
    """No field lists children, or what leads to one, but these; a connection's own edges are part of it."""
    found = {}
    for name, kind in objects().items():
        if name.endswith(("Connection", "Edge")):
            continue
        for field, definition in kind.fields.items():
            if any(names_a_child(row) for row in row_types(definition)):
                found[f"{name}.{field}"] = set(definition.args)
    assert {"Query.children", "Query.caseload", "Query.nodes", "Practitioner.caseload"} <= found.keys()
    assert {} == {where: taken for where, taken in found.items() if LISTS_OF_CHILDREN.get(where) != taken}


def test_r26_no_field_takes_a_service() -> None:
    """No argument of any field that reads, nor a part of its input, is a kind of service or named after one."""
    read = {name: kind for name, kind in objects().items() if kind is not SCHEMA.mutation_type}
    taken = {
        f"{name}.{field}({where}:)": kind.name
        for name, parent in read.items()
        for field, definition in parent.fields.items()
        for where, kind in arguments_of(definition).items()
    }
    assert "String" in taken.values()
    assert [] == [where for where, kind in taken.items() if kind == "ServiceKind" or "service" in where.lower()]


def test_r26_a_body_leads_to_children_by_its_practitioners_caseloads_alone() -> None:
    """From a body or a worker of the directory no field but `caseload` reaches a child, in one step or by an edge."""
    doors = set()
    for name in ("Organisation", "Practitioner"):
        for field, definition in objects()[name].fields.items():
            reached = row_types(definition) or concrete(get_named_type(definition.type))
            if any(names_a_child(kind) for kind in reached):
                doors.add(f"{name}.{field}")
    assert doors == {"Practitioner.caseload"}
