"""What stops the start: a field without a label, with two, with one that it cannot keep; a type that hides its bit."""

from typing import Any

import pytest
import strawberry
from graphql import get_introspection_query

from authz.guard import in_force, may, sees
from authz.words import Act, FieldGroup
from schema.build import Unproven, build_schema, faults, make_schema
from schema.child import Child
from schema.connection import Connection
from schema.cost import FREE
from schema.fields import LABEL, directory_root, guarded, object_type, open_field, part
from schema.organisation import Organisation
from tests.cast import cast
from tests.conftest import Serve


def query(**fields: object) -> strawberry.Schema:
    """Return a schema whose root has the given fields, of the given types."""
    kinds = {name: kind for name, (kind, _) in fields.items()}  # type: ignore[misc]
    made = {name: field for name, (_, field) in fields.items()}  # type: ignore[misc]
    return strawberry.Schema(strawberry.type(type("Query", (), {"__annotations__": kinds, **made})))


def test_the_schema_that_is_served_has_no_fault() -> None:
    """Every field of the contract is labelled, and every label can be kept."""
    assert not faults(build_schema())


def test_a_schema_with_a_fault_does_not_serve() -> None:
    """Making a schema with an unlabelled root stops with the sentence of the fault."""

    @strawberry.type
    class Careless:
        bare: str

    with pytest.raises(Unproven, match="has 0 labels"):
        make_schema(Careless)


def test_a_field_without_a_label_is_a_fault() -> None:
    """A plain Strawberry field is named, with how to declare it."""
    (fault,) = faults(
        query(open=(str, open_field(why="it is a word", description="x")), bare=(str, strawberry.field()))
    )
    assert "`Query.bare` has 0 labels" in fault


def test_a_field_with_two_labels_is_a_fault() -> None:
    """A guard beside a label, or two guards, is named: nobody could say which holds."""
    doubled = strawberry.field(
        permission_classes=[sees(FieldGroup.PLACES)],
        metadata={LABEL: open_field(why="x", description="y").metadata[LABEL]},
    )
    twice = strawberry.field(permission_classes=[sees(FieldGroup.PLACES), sees(FieldGroup.LEAD)])
    found = faults(query(doubled=(str | None, doubled), twice=(str | None, twice)))
    assert ["has 2 labels" in fault for fault in found] == [True, True]


def test_a_root_of_the_directory_is_labelled_once() -> None:
    """An account without a lapse is a label of its own: alone it will do, beside an act it is one too many."""
    alone = directory_root(description="x", resolver=lambda: "x", cost=FREE)
    doubled = strawberry.field(permission_classes=[in_force(), may(Act.OPEN)])
    (fault,) = faults(query(alone=(str, alone), doubled=(str, doubled)))
    assert "`Query.doubled` has 2 labels" in fault


def test_a_field_that_leads_to_records_tells_its_cost() -> None:
    """A list of rows, a connection or a record without a cost stops the start; told as free, it does not."""

    def told(**cost: Any) -> list[str]:
        kinds: dict[str, Any] = {"one": Child | None, "rows": list[Organisation], "page": Connection[Organisation]}
        found = []
        for name, kind in kinds.items():
            field = open_field(why="x", description="x", resolver=lambda: None, **cost)
            found += faults(query(**{name: (kind, field)}))
        return found

    assert [fault.partition(" ")[0] for fault in told()] == ["`Query.one`", "`Query.rows`", "`Query.page`"]
    assert told(cost=FREE) == []


def test_a_list_of_who_knows_what_does_not_serve() -> None:
    """A connection whose rows say nothing of what they exist by stops the start: else it might need no purpose."""

    @strawberry.type
    class Stray:
        name: str = open_field(why="x", description="x")

    listed = open_field(why="x", description="x")
    with pytest.raises(ValueError, match="declare it by object_type"):
        faults(query(listed=(Connection[Stray], listed)))


def test_a_stranger_among_the_permission_classes_is_a_fault() -> None:
    """A permission class that is none of ours decides by rules that nobody proves."""

    class Mine(strawberry.BasePermission):
        def has_permission(self, *_: object, **__: object) -> bool:
            return True

    field = strawberry.field(permission_classes=[may(Act.OPEN), Mine])
    assert len(faults(query(field=(str, field)))) == 1


def test_a_guarded_field_that_cannot_be_null_is_a_fault() -> None:
    """A withheld field must be able to say nothing."""
    (fault,) = faults(query(phone=(str, guarded(FieldGroup.WHEREABOUTS, description="x"))))
    assert "`Query.phone` is guarded and not nullable" in fault


def test_a_record_that_does_not_say_by_what_it_exists_is_a_fault() -> None:
    """A type with parts of a record names the groups by which its rows exist: else no purpose would be asked for."""

    @object_type(description="x")
    class Careless:
        name: str = part(description="x")

    (fault,) = faults(query(careless=(Careless, open_field(why="x", description="y"))))
    assert "`Careless`" in fault


async def test_the_introspection_of_tools_is_answered(serve_small: Serve) -> None:
    """The full introspection query of the reference implementation passes, with descriptions and without."""
    gateway = await serve_small(cast())
    for descriptions in (True, False):
        asked = get_introspection_query(descriptions=descriptions, specified_by_url=True, input_value_deprecation=True)
        response = await gateway.post("feed", {"query": asked})
        assert "errors" not in response.json()
