"""The contract as clients see it: its golden file, its descriptions, and the design that it must not differ from."""

from pathlib import Path
from typing import Any

import pytest
from graphql import NonNullTypeNode, Visitor, parse, print_ast, visit

from schema.build import sdl

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"
RENEW = "the contract has changed: if it is meant to, `make golden`"
SPECIFIED = {"skip", "include", "deprecated", "specifiedBy", "oneOf"}
LABELS = {"sees", "cost", "listSize"}


def parts(node: Any, kind: str) -> dict[str, Any]:
    """Return the named parts of a node of SDL, in order; none where it has none of the kind."""
    return {part.name.value: part for part in getattr(node, kind, None) or ()}


def types_in(text: str) -> dict[str, Any]:
    """Return the types that an SDL document defines, in order."""
    left_out = {"directive_definition", "schema_definition"}
    return {node.name.value: node for node in parse(text).definitions if node.kind not in left_out}  # type: ignore[attr-defined]  # all others are named


def fields_of(types: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of all types, input fields too, as `Type.field`."""
    return {f"{name}.{field}": node for name, kind in types.items() for field, node in parts(kind, "fields").items()}


def description(node: Any) -> str:
    return node.description.value.strip() if node.description else ""


def group_of(field: Any) -> str | None:
    """Return the group that `@sees` of a field names, None where it is not guarded."""
    guard = parts(field, "directives").get("sees")
    return guard.arguments[0].value.value if guard else None


def shape(node: Any) -> tuple[str, str | None]:
    """Return type and default of a field or argument, as they are written."""
    default = getattr(node, "default_value", None)
    return print_ast(node.type), print_ast(default) if default else None


OURS = types_in(sdl())
OUR_FIELDS = fields_of(OURS)
GUARDED = [name for name, field in OUR_FIELDS.items() if group_of(field)]
CONTRACT = types_in((GOLDEN / "contract.graphql").read_text(encoding="utf-8"))
THEIR_FIELDS = fields_of(CONTRACT)


def test_the_sdl_is_the_golden_one() -> None:
    """A change of the contract is a change of its golden file, read in review line by line."""
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == sdl(), RENEW


def test_no_directive_beyond_the_labels_is_defined() -> None:
    """The contract defines no directive but those that the design names (2.5)."""
    defined = {node.name.value for node in parse(sdl()).definitions if node.kind == "directive_definition"}  # type: ignore[attr-defined]  # they are named
    assert "sees" in defined
    assert set() == defined - LABELS


def test_r33_no_directive_beyond_the_labels_is_used() -> None:
    """The contract shows `@sees` and the specified directives; `may` and `public` leave no trace (R33)."""
    used = set()

    class Uses(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            used.add(node.name.value)

    visit(parse(sdl()), Uses())
    assert set() == used - LABELS - SPECIFIED


def test_everything_is_described() -> None:
    """Every type, field, enum value and input field tells in a sentence what it is."""
    values = {f"{name}.{value}": node for name, kind in OURS.items() for value, node in parts(kind, "values").items()}
    assert [] == [name for name, node in {**OURS, **OUR_FIELDS, **values}.items() if not description(node)]


def test_every_argument_is_described() -> None:
    """Every argument tells in a sentence what it asks for and within which limits."""
    assert [] == [
        f"{name}({argument}:)"
        for name, field in OUR_FIELDS.items()
        for argument, node in parts(field, "arguments").items()
        if not description(node)
    ]


@pytest.mark.parametrize("name", GUARDED)
def test_a_guarded_field_is_nullable(name: str) -> None:
    """A field that can be withheld can be null."""
    assert not isinstance(OUR_FIELDS[name].type, NonNullTypeNode)


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_a_field_names_its_group(name: str) -> None:
    """A guarded field's description ends with its group, for tools that have introspection alone; no other's does."""
    _, bracket, told = description(OUR_FIELDS[name]).removesuffix("]").rpartition(" [")
    assert group_of(OUR_FIELDS[name]) == (told if bracket else None)


def test_guarded_fields_were_found() -> None:
    """The cases above are not empty: every group that the built fields cover guards one."""
    unbuilt = {"IDENTITY"}
    assert set(parts(OURS["FieldGroup"], "values")) - unbuilt == {group_of(OUR_FIELDS[name]) for name in GUARDED}


# The design's contract, compared with what of it is built: the build may be behind it, and never differs from it.


@pytest.mark.parametrize("name", OURS)
def test_a_type_is_the_designs(name: str) -> None:
    """Every type of ours stands in the contract, of the same kind, with no interface or member that it lacks there."""
    ours, theirs = OURS[name], CONTRACT[name]
    assert theirs.kind == ours.kind
    assert set() == set(parts(ours, "interfaces")) - set(parts(theirs, "interfaces"))
    assert list(parts(theirs, "types")) == list(parts(ours, "types"))


@pytest.mark.parametrize("name", [name for name, node in OURS.items() if node.kind == "enum_type_definition"])
def test_an_enums_values_are_the_designs(name: str) -> None:
    """Every value of an enum of ours stands in the contract, in the same order."""
    ours = list(parts(OURS[name], "values"))
    assert [value for value in parts(CONTRACT[name], "values") if value in ours] == ours


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_a_field_is_the_designs(name: str) -> None:
    """Every field of ours has the contract's name, type, nullability and default, and so has each of its arguments."""
    ours, theirs = OUR_FIELDS[name], THEIR_FIELDS[name]
    assert shape(theirs) == shape(ours)
    designed = {argument: shape(node) for argument, node in parts(theirs, "arguments").items()}
    built = {argument: shape(node) for argument, node in parts(ours, "arguments").items()}
    assert {argument: designed.get(argument) for argument in built} == built


@pytest.mark.parametrize("name", OUR_FIELDS)
def test_a_fields_guard_is_the_designs(name: str) -> None:
    """A field of ours is guarded by the group that the contract names in its description, and by none where by none."""
    _, bracket, told = description(THEIR_FIELDS[name]).removesuffix("]").rpartition("[")
    assert (told if bracket else None) == group_of(OUR_FIELDS[name])
