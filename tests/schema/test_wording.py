"""What tools that have introspection alone are told: who may ask, with what, at which cost, under which guard."""

import os
import subprocess
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_client_schema,
    get_introspection_query,
    graphql_sync,
    is_introspection_type,
    is_specified_scalar_type,
)

from authz.guard import InForcePermission, MayPermission
from authz.policy import ACTS, PURPOSES_OF
from authz.words import Purpose, Role
from schema.build import build_schema
from schema.cost import COST
from schema.fields import DEFINITION
from tests.commanding import GATEWAY

CORE = build_schema().core
TYPES = [
    kind for kind in CORE.type_map.values() if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
]
ROOTS = {
    f"{kind.name}.{name}": field
    for kind in (CORE.query_type, CORE.mutation_type, CORE.subscription_type)
    if kind is not None
    for name, field in kind.fields.items()
}


def fields() -> dict[str, Any]:
    """Return each field of objects and interfaces, with what it is declared as."""
    holders = [kind for kind in TYPES if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    return {f"{kind.name}.{name}": field for kind in holders for name, field in kind.fields.items()}


def declared(field: Any) -> Any:
    return field.extensions[DEFINITION]


def guards(field: Any, kind: type) -> list[Any]:
    return [guard for guard in declared(field).permission_classes if issubclass(guard, kind)]


def test_introspection_tells_what_everything_is() -> None:
    """Every type, field, argument, enum value, input field and directive has a description that introspection gives."""
    answer = graphql_sync(CORE, get_introspection_query())
    assert answer.data is not None
    bare = []
    seen = build_client_schema(answer.data)  # type: ignore[arg-type]  # the answer to that very query
    for directive in seen.directives:
        bare += [f"@{directive.name}"] * (not directive.description)
    for kind in seen.type_map.values():
        if is_introspection_type(kind):
            continue
        bare += [kind.name] * (not kind.description)
        parts: dict[str, Any] = {}
        if isinstance(kind, GraphQLEnumType):
            parts = dict(kind.values)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            parts = dict(kind.fields)
        for name, part in parts.items():
            bare += [f"{kind.name}.{name}"] * (not part.description)
            arguments = getattr(part, "args", {})
            bare += [f"{kind.name}.{name}({each}:)" for each, argument in arguments.items() if not argument.description]
    assert bare == []


@pytest.mark.parametrize("name", [name for name, field in ROOTS.items() if guards(field, MayPermission)])
def test_a_root_tells_who_may_ask_and_with_what(name: str) -> None:
    """A root names each role that holds its act and no other, and that a purpose and a reason are needed."""
    acts = guards(ROOTS[name], MayPermission)[0].acts
    last = ROOTS[name].description.split("\n\n")[-1]
    who, what = last.split(". ")[:2]
    assert [role for role in Role if ACTS[role].intersection(acts)] == who.removeprefix("For ").split(", ")
    assert what.startswith("Needs ")
    assert what.endswith("and a reason")
    for_some = {purpose for act in acts for purpose in PURPOSES_OF.get(act, ())}
    assert for_some == {purpose for purpose in Purpose if purpose in what}


def test_a_root_of_the_directory_tells_that_any_role_may_ask() -> None:
    """The roots of bodies and workers say that they ask for an account without a lapse, and no others do."""
    told = [name for name, field in ROOTS.items() if "\n\nFor every account without a lapse" in field.description]
    assert [name for name, field in ROOTS.items() if guards(field, InForcePermission)] == told


@pytest.mark.parametrize("name", fields())
def test_a_field_tells_its_cost(name: str) -> None:
    """What `@cost` and `@listSize` show in the SDL stands in the description too, and nothing where it is free."""
    field = fields()[name]
    cost = declared(field).metadata.get(COST)
    if cost is None or not cost.weight:
        assert "cost: " not in field.description.lower()
        return
    rows = f" for each of `{cost.argument}`" if cost.argument else f" for each of {cost.size} rows" if cost.size else ""
    told = f"ost: {cost.weight}{rows}"
    description = field.description.rpartition(" [")[0] if field.description.endswith("]") else field.description
    assert description.endswith((f"C{told}", f"(c{told})"))


def test_the_contract_is_the_same_in_every_process() -> None:
    """The SDL is the same to the byte, whatever the seed of Python's hashes."""
    command = [*GATEWAY, "schema"]
    made = {
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("0", "1", "4294967295")
    }
    assert len(made) == 1
