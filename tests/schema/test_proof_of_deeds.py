"""The proof of the deeds: what a mutation takes and answers with, each fault in a sentence of its own."""

from typing import Any

import strawberry

from authz.words import Act
from schema.build import GatewaySchema
from schema.fields import object_type, open_field, part, root
from schema.problems import DeedInput, Payload
from schema.proof_of_deeds import deed_faults


def deeds(**mutations: Any) -> list[str]:
    """Return the faults of a schema with these mutations, each given as its payload's type and its field."""
    kinds = {name: kind for name, (kind, _) in mutations.items()}
    fields = {name: field for name, (_, field) in mutations.items()}
    mutation = strawberry.type(type("Mutation", (), {"__annotations__": kinds, **fields}))
    query = strawberry.type(
        type("Query", (), {"__annotations__": {"word": str}, "word": open_field(why="x", description="y")})
    )
    return list(deed_faults(GatewaySchema(query=query, mutation=mutation)))


@strawberry.input
class Careless:
    secret_wish: str


@strawberry.input
class Inner:
    hidden_wish: str


@strawberry.input
class Careful(DeedInput):
    version: str


@strawberry.input
class Nested(DeedInput):
    inner: Inner


@object_type(description="x")
class Harsh(Payload):
    word: str = open_field(why="x", description="y")


def _careless(input: Careless) -> None:  # noqa: A002  # the contract's name
    """Do nothing."""


def _careful(input: Careful) -> None:  # noqa: A002
    """Do nothing."""


def _nested(input: Nested) -> None:  # noqa: A002
    """Do nothing."""


def _bare(version: str) -> None:
    """Do nothing."""


def test_every_field_of_an_input_is_known() -> None:
    """An input field of which nobody has said what it does is named, within other inputs too; one without a key as well."""
    (known, careless) = (
        deeds(x=(Payload, root(Act.APPLY, description="x", resolver=r))) for r in (_careful, _careless)
    )
    assert known == []
    assert "`Careless` lacks `clientMutationId`" in careless[0]
    assert "is given `secretWish`, which no proof knows" in careless[1]
    nested = deeds(x=(Payload, root(Act.APPLY, description="x", resolver=_nested)))
    assert [fault.split("`")[3] for fault in nested] == ["hiddenWish", "inner"]


def test_a_mutation_takes_one_input_and_answers_with_a_payload() -> None:
    """Other arguments, another type than a payload, a result that cannot be null and a missing act are named."""
    acts = {"description": "x", "resolver": _careful}
    (argument,) = deeds(x=(Payload, root(Act.APPLY, description="x", resolver=_bare)))
    assert "must take one argument, `input`" in argument
    (word,) = deeds(x=(str, root(Act.APPLY, **acts)))
    assert "answers with no payload" in word
    (harsh,) = deeds(x=(Harsh, root(Act.APPLY, **acts)))
    assert "answers with `word`, which must be able to be null" in harsh
    (actless,) = deeds(x=(Payload, part(**acts)))
    assert "names no act" in actless
